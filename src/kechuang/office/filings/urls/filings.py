"""Addresses of the pages of filings."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.filings.views import bulk
from kechuang.office.filings.views import filings as views

patterns: list[URLPattern] = [
    path("list/", views.filing_list, name="filings"),
    path("chase/", views.chase, name="chase"),
    path("advance/", bulk.advance, name="advance"),
    path("look-after/", bulk.look_after, name="look_after"),
    path("<int:pk>/", views.record, name="filing"),
    path("<int:pk>/advance/", views.advance, name="filing_advance"),
    path("<int:pk>/papers/", views.papers, name="filing_papers"),
    path("<int:pk>/look-after/", views.look_after, name="filing_look_after"),
    path("<int:pk>/change/", views.change, name="filing_change"),
    path("entries/<int:pk>/take-back/", views.take_back, name="take_back"),
]
