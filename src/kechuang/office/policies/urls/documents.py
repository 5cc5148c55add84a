"""Addresses of policy documents, and of the page that needs no sign-in."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import documents as views
from kechuang.office.policies.views import self_check

patterns: list[URLPattern] = [
    path("documents/", views.document_list, name="documents"),
    path("documents/new/", views.create, name="document_create"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/change/", views.change, name="document_change"),
    path("documents/<int:pk>/supersede/", views.supersede, name="document_supersede"),
    path("documents/<int:pk>/restore/", views.restore, name="document_restore"),
    path("documents/<int:pk>/file/", views.file, name="document_file"),
    path("self-check/", self_check.self_check, name="self_check"),
]
