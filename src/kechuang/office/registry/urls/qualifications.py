"""Addresses of the pages of titles."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import qualifications as views

patterns: list[URLPattern] = [
    path("titles/", views.qualification_list, name="qualifications"),
    path("titles/stock/", views.stock, name="qualification_stock"),
    path("titles/new/", views.create, name="qualification_create"),
    path("titles/<int:pk>/", views.record, name="qualification"),
    path("titles/<int:pk>/change/", views.change, name="qualification_change"),
    path("titles/<int:pk>/renew/", views.renew, name="qualification_renew"),
    path("titles/<int:pk>/await/", views.await_certificate, name="qualification_await"),
    path("titles/<int:pk>/cancel/", views.cancel, name="qualification_cancel"),
    path("titles/<int:pk>/reinstate/", views.reinstate, name="qualification_reinstate"),
]
