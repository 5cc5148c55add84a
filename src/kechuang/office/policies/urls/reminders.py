"""Addresses of reminders and of notices to firms."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import reminders as views

patterns: list[URLPattern] = [
    path("reminders/", views.reminder_list, name="reminders"),
    path("reminders/settings/", views.settings, name="reminder_settings"),
    path("reminders/<str:day>/", views.digest, name="reminder_digest"),
]
