"""Books of evidence, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.desk.models import Binding
from kechuang.office.desk.queries import bindings as queries
from kechuang.office.ground.api_support import Key, Moment, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class BindingOut(Schema):
    """A book: `state` is open, making or done; `file` is the key of its PDF."""

    key: int
    party: str
    title: str
    unit: str
    dated_on: date
    state: str
    is_stale: bool
    file: int | None
    sha256: str
    pages: int | None
    made_at: Moment | None


class PieceOut(Schema):
    """A piece: `refusal` is the code of why it cannot be bound, empty where it can."""

    title: str
    file: int
    pages: int | None
    refusal: str


class BindingWholeOut(BindingOut):
    """A book with its pieces in their order."""

    pieces: list[PieceOut]


class BindingQuery(PlaceQuery):
    """Which books: in a state."""

    state: Literal["", "open", "making", "done"] = ""


def show(row: Binding) -> dict[str, Any]:
    """A book in plain values."""
    same = ("title", "unit", "dated_on", "state", "is_stale", "pages", "made_at")
    return {
        "key": row.pk,
        "party": row.party.code,
        "file": row.file.pk if row.file else None,
        "sha256": row.file.digest if row.file else "",
        **{name: getattr(row, name) for name in same},
    }


@router.get("/bindings", response=answers(Page[BindingOut]), url_name="bindings")
def list_bindings(request: HttpRequest, query: Query[BindingQuery]) -> Any:
    """The books in reach."""
    rows = in_place(queries.visible(acting_in(request)), query, "party__region")
    return page(rows.filter(state=query.state) if query.state else rows, query, show)


@router.get("/bindings/{key}", response=answers(BindingWholeOut), url_name="binding")
def get_binding(request: HttpRequest, key: Key) -> Any:
    """One book with its pieces, by its key."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    return {
        **show(row),
        "pieces": [
            {
                "title": each.title,
                "file": each.file.pk,
                "pages": each.pages,
                "refusal": each.refusal,
            }
            for each in queries.pieces_of(row)
        ],
    }
