"""Addresses of this room, a module for each part."""

from __future__ import annotations

from itertools import chain

from kechuang.office.policies.urls import (
    diagnosis,
    documents,
    editor,
    goals,
    ladder,
    pool,
    publishing,
    reminders,
    runs,
)

app_name = "policies"
urlpatterns = list(
    chain.from_iterable(
        part.patterns
        for part in (runs, diagnosis, ladder, goals, pool, documents, editor, publishing, reminders)
    )
)
