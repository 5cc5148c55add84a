"""This room, for programs: a router for each part."""

from __future__ import annotations

from ninja import Router

from kechuang.office.ground.api_support import strict
from kechuang.office.policies.api import (
    diagnosis,
    documents,
    editor,
    goals,
    ladder,
    pool,
    reminders,
    runs,
)

router = Router(tags=["policies"])
for part in (runs, diagnosis, ladder, goals, pool, documents, editor, reminders):
    router.add_router("", strict(part.router))
