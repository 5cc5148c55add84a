"""Addresses of the pages of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import organisations as views
from kechuang.office.registry.views import tags

patterns: list[URLPattern] = [
    path("organisations/", views.organisation_list, name="organisations"),
    path("organisations/new/", views.create, name="organisation_create"),
    path("organisations/tag/", tags.tag, name="organisations_tag"),
    path("organisations/of/<party:code>/", views.organisation, name="organisation"),
    path("organisations/of/<party:code>/change/", views.change, name="organisation_change"),
    path("organisations/of/<party:code>/rename/", views.rename, name="organisation_rename"),
    path("organisations/of/<party:code>/move/", views.move, name="organisation_move"),
    path("organisations/of/<party:code>/status/", views.status, name="organisation_status"),
    path("organisations/of/<party:code>/documents/new/", views.document, name="document_create"),
    path("documents/<int:pk>/withdraw/", views.withdraw, name="document_withdraw"),
]
