"""`{% load audit %}{% history kind key %}`: what happened to a record, as its own page shows it."""

from __future__ import annotations

from typing import Any

from django import template

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history as steps_of
from kechuang.office.ground.slots import SourceRef

register = template.Library()


@register.inclusion_tag("ground/history.html")
def history(kind: str, key: object) -> dict[str, Any]:
    """变更记录 of a record in words; the page around it has checked that the actor may see it."""
    subject = SourceRef(kind, str(key))
    return {"history": steps_of(subject, *words.of(subject))}
