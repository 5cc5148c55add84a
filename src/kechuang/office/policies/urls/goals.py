"""Addresses of goals."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import goals as views

patterns: list[URLPattern] = [
    path("goals/", views.goal_list, name="goals"),
    path("goals/new/", views.ask, name="goal_ask"),
    path("goals/firms/", views.firms, name="goal_firms"),
    path("goals/<int:pk>/", views.goal, name="goal"),
]
