"""Addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import briefs as views

patterns: list[URLPattern] = [
    path("briefs/", views.brief_list, name="briefs"),
    path("briefs/several/", views.several, name="briefs_several"),
    path("briefs/word/", views.download, name="brief_word"),
    path("briefs/of/<str:code>/", views.brief, name="brief"),
]
