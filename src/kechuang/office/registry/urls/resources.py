"""Addresses of the pages of instruments."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import resources as views

patterns: list[URLPattern] = [
    path("instruments/", views.instrument_list, name="instruments"),
    path("instruments/new/", views.create, name="instrument_create"),
    path("instruments/of/<str:code>/", views.record, name="instrument"),
    path("instruments/of/<str:code>/change/", views.change, name="instrument_change"),
    path("instruments/of/<str:code>/retire/", views.retire, name="instrument_retire"),
    path("instruments/of/<str:code>/bring-back/", views.bring_back, name="instrument_bring_back"),
]
