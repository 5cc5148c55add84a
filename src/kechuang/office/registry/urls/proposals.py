"""Addresses of the pages of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import proposals as views

patterns: list[URLPattern] = [
    path("proposals/", views.proposal_list, name="proposals"),
    path("proposals/<int:pk>/", views.record, name="proposal"),
    path("proposals/<int:pk>/decide/", views.decide, name="proposal_decide"),
    path("proposals/<int:pk>/withdraw/", views.withdraw, name="proposal_withdraw"),
    path("propose/<party:code>/", views.propose, name="propose"),
]
