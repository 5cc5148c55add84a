"""Addresses of the pages of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import merging as views

patterns: list[URLPattern] = [
    path("duplicates/", views.duplicate_list, name="duplicates"),
    path("duplicates/unlike/", views.unlike, name="unlike"),
    path("duplicates/unlikes/", views.unlike_list, name="unlikes"),
    path("duplicates/unlikes/<int:pk>/lift/", views.unlike_lift, name="unlike_lift"),
    path("merge/", views.merge, name="merge"),
    path("merges/<int:pk>/", views.merged, name="merged"),
]
