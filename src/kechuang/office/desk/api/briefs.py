"""Briefs, for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from kechuang.office.desk.api import bindings
from kechuang.office.desk.queries import briefs as queries
from kechuang.office.ground.api_support import acting_in, answers, strict
from kechuang.office.registry.api.shared import Code

router = Router()
router.add_router("", strict(bindings.router))


class BriefFigureOut(Schema):
    """A figure of a brief: its name, as it is written, where it comes from."""

    name: str
    value: str
    source: str


class LeftOutOut(Schema):
    """A sentence that is not there: `why` is missing, hidden or long, `fields` what it lacks."""

    sentence: str
    why: str
    fields: list[str]


class BriefOut(Schema):
    """The brief of a firm; `characters` without spaces, `doubts` are values still to be checked."""

    party: str
    name: str
    text: str
    characters: int
    figures: list[BriefFigureOut]
    left_out: list[LeftOutOut]
    doubts: list[str]


@router.get("/briefs/{code}", response=answers(BriefOut), url_name="brief")
def get_brief(request: HttpRequest, code: Code) -> Any:
    """The brief of a firm, by its code."""
    found = queries.briefs(acting_in(request), [code])
    if not found:
        raise Http404
    brief = found[0]
    return {
        "party": brief.subject.code,
        "name": brief.subject.name,
        "text": brief.text,
        "characters": brief.length,
        "figures": [
            {"name": each.name, "value": each.known.told, "source": each.known.origin}
            for each in brief.figures
        ],
        "left_out": [
            {"sentence": each.sentence.code, "why": each.why, "fields": list(each.fields)}
            for each in brief.left_out
        ],
        "doubts": list(brief.doubts),
    }
