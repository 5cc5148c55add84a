"""Addresses of the cultivation pool."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import pool as views

patterns: list[URLPattern] = [
    path("pool/", views.pool, name="pool"),
    path("pool/admit/", views.admit, name="pool_admit"),
    path("pool/admit/<slug:rung>/", views.admit_by_rule, name="pool_admit_by_rule"),
    path("pool/file/", views.file, name="pool_file"),
    path("pool/mentors/", views.mentors, name="pool_mentors"),
    path("pool/<int:pk>/", views.entry, name="pool_entry"),
    path("pool/<int:pk>/follow/", views.follow, name="pool_follow"),
    path("pool/<int:pk>/change/", views.change, name="pool_change"),
    path("pool/<int:pk>/leave/", views.leave, name="pool_leave"),
]
