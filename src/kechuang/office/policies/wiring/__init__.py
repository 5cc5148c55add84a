"""The wiring of this room, a module for each part. To be imported once models are there."""

from __future__ import annotations

from typing import Final

from kechuang.office.policies.wiring import (
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

PARTS: Final = (runs, diagnosis, ladder, goals, pool, documents, editor, publishing, reminders)


def fill() -> None:
    """Let every part say what it offers."""
    for part in PARTS:
        part.fill()
