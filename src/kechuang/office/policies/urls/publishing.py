"""Addresses of policies as files."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import publishing as views

patterns: list[URLPattern] = [
    path("publish/", views.publish, name="publish"),
    path(
        "diagnosis/<str:code>/export/<slug:form>/", views.diagnosis_export, name="diagnosis_export"
    ),
]
