"""Addresses of the rules in use and of their revisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import editor as views
from kechuang.office.policies.views import editor_rules

patterns: list[URLPattern] = [
    path("rules/", editor_rules.rules, name="rules"),
    path("rules/<slug:code>/<slug:version>/", editor_rules.rule, name="rule"),
    path("rules/<slug:code>/<slug:version>/revise/", views.start, name="revision_start"),
    path("revisions/", views.revision_list, name="revisions"),
    path("revisions/firms/", views.firms, name="revision_firms"),
    path("revisions/<int:pk>/", views.revision, name="revision"),
    path("revisions/<int:pk>/change/", views.change, name="revision_change"),
    path("revisions/<int:pk>/cases/", views.cases, name="revision_cases"),
    path("revisions/<int:pk>/preview/", views.preview, name="revision_preview"),
    path("revisions/<int:pk>/submit/", views.submit, name="revision_submit"),
    path("revisions/<int:pk>/publish/", views.publish, name="revision_publish"),
    path("revisions/<int:pk>/return/", views.give_back, name="revision_return"),
    path("revisions/<int:pk>/withdraw/", views.withdraw, name="revision_withdraw"),
]
