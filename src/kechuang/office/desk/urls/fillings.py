"""Addresses of forms that are filled in."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import fillings

patterns: list[URLPattern] = [
    path("fillings/", fillings.listed, name="fillings"),
    path("fillings/new/", fillings.create, name="filling_create"),
    path("fillings/<int:pk>/", fillings.record, name="filling"),
    path("fillings/<int:pk>/sheet/", fillings.sheet, name="filling_sheet"),
    path("fillings/<int:pk>/columns/", fillings.columns, name="filling_columns"),
    path("fillings/<int:pk>/firms/", fillings.firms, name="filling_firms"),
    path("fillings/<int:pk>/fill/", fillings.fill, name="filling_fill"),
    path("fillings/<int:pk>/again/", fillings.again, name="filling_again"),
]
