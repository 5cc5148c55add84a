"""Letters and the calendar, for programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema

from kechuang.office.desk.models import Letter
from kechuang.office.desk.queries import calendar
from kechuang.office.desk.queries import incoming as queries
from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    invalid,
    page,
)
from kechuang.office.regions.queries import below

router = Router()
MOST_DAYS = 366


class LetterOut(Schema):
    """A letter: `standing` is todo, soon, late or done as of today."""

    key: int
    number: str
    title: str
    issuer: str
    region: str
    dated_on: date | None
    received_on: date
    due_on: date
    asks: str
    done_on: date | None
    done_note: str
    standing: str


class TaskOut(Schema):
    """Who got a letter, by when, and what they said when it was done."""

    user: str
    name: str
    what: str
    due_on: date
    done_at: Moment | None
    answer: str


class ReplyOut(Schema):
    """What was sent up; `file` is the key of its copy."""

    to: str
    title: str
    number: str
    sent_on: date
    way: str
    file: int | None


class LetterWholeOut(LetterOut):
    """A letter with who got it and what was sent up."""

    tasks: list[TaskOut]
    replies: list[ReplyOut]


class LetterQuery(PageQuery):
    """Which letters: of a region and all below it; that stand so today."""

    region: Line = ""
    standing: Literal["", "todo", "soon", "late", "done"] = ""


class DueOut(Schema):
    """Something that is due: `nominal` is the day of its rule, `due` the day that it moved to."""

    code: str
    name: str
    who: str
    opens: date | None
    nominal: date
    due: date
    basis: str
    unverified: bool
    done: bool


class DueQuery(Schema):
    """Within which days; at most a year."""

    since: Day | None = None
    until: Day | None = None


def show(row: Letter) -> dict[str, Any]:
    """A letter in plain values."""
    same = (
        "number", "title", "issuer", "dated_on", "received_on", "due_on", "asks", "done_on",
        "done_note",
    )  # fmt: skip
    return {
        "key": row.pk,
        "region": row.region.code,
        "standing": queries.standing(row.due_on, row.done_on is not None).code,
        **{name: getattr(row, name) for name in same},
    }


@router.get("/letters", response=answers(Page[LetterOut]), url_name="letters")
def list_letters(request: HttpRequest, query: Query[LetterQuery]) -> Any:
    """The letters in reach."""
    rows = queries.visible(acting_in(request))
    if query.region:
        rows = rows.filter(region__in=below(query.region))
    if query.standing:
        rows = queries.standing_is(rows, query.standing)
    return page(rows, query, show)


@router.get("/letters/{key}", response=answers(LetterWholeOut), url_name="letter")
def get_letter(request: HttpRequest, key: Key) -> Any:
    """One letter with who got it and what was sent up, by its key."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    return {
        **show(row),
        "tasks": [
            {
                "user": each.user.username,
                "name": each.user.name,
                "what": each.what,
                "due_on": each.due_on,
                "done_at": each.done_at,
                "answer": each.answer,
            }
            for each in queries.tasks_of(row)
        ],
        "replies": [
            {
                "to": each.to,
                "title": each.title,
                "number": each.number,
                "sent_on": each.sent_on,
                "way": each.way,
                "file": each.file.pk if each.file else None,
            }
            for each in queries.replies_of(row)
        ],
    }


@router.get("/calendar", response=answers(list[DueOut]), url_name="calendar")
def list_due(request: HttpRequest, query: Query[DueQuery]) -> Any:
    """What is due for the caller's region: within a month, unless other days are asked for."""
    since = query.since or timezone.localdate()
    until = query.until or since + timedelta(days=30)
    if not timedelta(0) <= until - since <= timedelta(days=MOST_DAYS):
        raise invalid("until", f"0–{MOST_DAYS}")
    return [
        {
            "code": each.occurrence.rule.code,
            "name": each.occurrence.rule.name,
            "who": each.occurrence.rule.who,
            "opens": each.occurrence.opens,
            "nominal": each.occurrence.nominal,
            "due": each.occurrence.due,
            "basis": each.occurrence.rule.basis,
            "unverified": each.occurrence.rule.is_unverified,
            "done": each.mark is not None,
        }
        for each in calendar.days(acting_in(request), since, until)
    ]
