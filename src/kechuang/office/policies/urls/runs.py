"""Addresses of the pages of runs."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import runs as views

patterns: list[URLPattern] = [
    path("runs/", views.run_list, name="runs"),
    path("runs/new/", views.start, name="run_start"),
    path("runs/changes/", views.changes, name="changes"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/compare/", views.compare, name="run_compare"),
]
