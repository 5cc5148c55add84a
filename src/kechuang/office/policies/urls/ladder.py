"""Addresses of the ladder."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import ladder as views

patterns: list[URLPattern] = [
    path("ladder/", views.ladder, name="ladder"),
    path("ladder/<slug:rung>/", views.rung, name="rung"),
]
