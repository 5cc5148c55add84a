"""Addresses of reminders and of notices to firms."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.policies.views import notifying
from kechuang.office.policies.views import reminders as views

patterns: list[URLPattern] = [
    path("reminders/", views.reminder_list, name="reminders"),
    path("reminders/settings/", views.settings, name="reminder_settings"),
    path("reminders/<str:day>/", views.digest, name="reminder_digest"),
    path("notify/<slug:listing>/", notifying.notify, name="notify"),
    path("sendings/", notifying.sendings, name="sendings"),
    path("sendings/<int:pk>/", notifying.sending, name="sending"),
    path("sendings/<int:pk>/phones/", notifying.phones, name="sending_phones"),
    path("sendings/<int:pk>/letters/", notifying.letters, name="sending_letters"),
    path("sendings/messages/", notifying.firm_messages, name="firm_messages"),
    path("sendings/messages/told/", notifying.told, name="messages_told"),
    path("messages/", notifying.own_messages, name="messages"),
    path("messages/<int:sending>/", notifying.message, name="message"),
]
