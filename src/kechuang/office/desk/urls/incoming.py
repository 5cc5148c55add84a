"""Addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import calendar
from kechuang.office.desk.views import incoming as views

patterns: list[URLPattern] = [
    path("incoming/", views.letter_list, name="incoming"),
    path("incoming/new/", views.create, name="incoming_create"),
    path("incoming/<int:pk>/", views.record, name="incoming_letter"),
    path("incoming/<int:pk>/file/", views.file, name="incoming_file"),
    path("incoming/<int:pk>/change/", views.change, name="incoming_change"),
    path("incoming/<int:pk>/assign/", views.assign, name="incoming_assign"),
    path("incoming/<int:pk>/reply/", views.reply, name="incoming_reply"),
    path("incoming/<int:pk>/finish/", views.finish, name="incoming_finish"),
    path("incoming/<int:pk>/reopen/", views.reopen, name="incoming_reopen"),
    path("incoming/tasks/<int:pk>/", views.task, name="incoming_task"),
    path("incoming/calendar/", calendar.calendar, name="incoming_calendar"),
    path("incoming/calendar/mark/", calendar.mark, name="incoming_due_mark"),
    path("incoming/calendar/items/", calendar.items, name="incoming_due_items"),
    path("incoming/calendar/items/new/", calendar.create, name="incoming_due_create"),
    path("incoming/calendar/items/<str:code>/", calendar.change, name="incoming_due_change"),
    path("incoming/calendar/items/<str:code>/switch/", calendar.switch, name="incoming_due_switch"),
]
