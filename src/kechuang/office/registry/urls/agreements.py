"""Addresses of the pages of agreements."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import agreements as views

patterns: list[URLPattern] = [
    path("agreements/", views.agreement_list, name="agreements"),
    path("agreements/new/", views.create, name="agreement_create"),
    path("agreements/<int:pk>/", views.record, name="agreement"),
    path("agreements/<int:pk>/change/", views.change, name="agreement_change"),
    path("agreements/<int:pk>/party/", views.add_party, name="agreement_party"),
    path("agreements/parties/<int:pk>/remove/", views.remove_party, name="agreement_remove_party"),
    path("agreements/<int:pk>/file/", views.attach, name="agreement_file"),
    path("agreements/<int:pk>/prolong/", views.prolong, name="agreement_prolong"),
    path("agreements/<int:pk>/end/", views.end_early, name="agreement_end"),
]
