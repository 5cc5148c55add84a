"""Addresses of the diagnosis of one enterprise."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import diagnosis as views

patterns: list[URLPattern] = [
    path("diagnosis/", views.choose, name="diagnose"),
    path("diagnosis/<str:code>/", views.diagnosis, name="diagnosis"),
]
