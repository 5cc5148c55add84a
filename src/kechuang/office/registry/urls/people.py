"""Addresses of the pages of people."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import people as views

patterns: list[URLPattern] = [
    path("people/", views.person_list, name="people"),
    path("people/new/", views.create, name="person_create"),
    path("people/of/<str:code>/", views.record, name="person"),
    path("people/of/<str:code>/change/", views.change, name="person_change"),
    path("people/of/<str:code>/join/", views.join, name="person_join"),
    path("people/places/<int:pk>/leave/", views.leave, name="person_leave"),
    path("people/of/<str:code>/retire/", views.retire, name="person_retire"),
    path("people/of/<str:code>/bring-back/", views.bring_back, name="person_bring_back"),
]
