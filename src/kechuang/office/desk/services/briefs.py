"""Making briefs: the document, and the line of the trail that says who took which."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from kechuang.office.desk.composing import word
from kechuang.office.desk.composing.composing import Brief
from kechuang.office.desk.queries.briefs import VERB
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import require
from kechuang.office.ground.slots import SourceRef


def make(
    actor: Actor, briefs: Sequence[Brief], notes: word.Notes, *, packed: bool = False
) -> bytes:
    """The Word document of briefs that the actor was given, or with `packed` an archive of several.

    Each firm's brief is told in the trail with its length and how many figures it shows.
    """
    require(actor, VERB)
    made_at = timezone.localtime()
    author = f"{actor.name}（{actor.code}）"
    lines = [
        audit.Line(
            VERB,
            SourceRef("brief", brief.subject.code),
            brief.subject.name,
            actor.place,
            {"characters": (None, brief.length), "figures": (None, len(brief.figures))},
        )
        for brief in briefs
    ]
    with transaction.atomic():
        audit.record_all(actor, lines)
    write = word.archive if packed else word.document
    return write(briefs, notes, author, made_at)
