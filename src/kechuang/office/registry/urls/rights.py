"""Addresses of the pages of intellectual property."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import rights as views

patterns: list[URLPattern] = [
    path("rights/", views.property_list, name="properties"),
    path("rights/new/", views.create, name="property_create"),
    path("rights/<int:pk>/", views.record, name="property"),
    path("rights/<int:pk>/change/", views.change, name="property_change"),
    path("rights/<int:pk>/grant/", views.grant, name="property_grant"),
    path("rights/<int:pk>/lapse/", views.lapse, name="property_lapse"),
    path("rights/<int:pk>/transfer/", views.transfer, name="property_transfer"),
    path("rights/<int:pk>/take-back/", views.take_back, name="property_take_back"),
]
