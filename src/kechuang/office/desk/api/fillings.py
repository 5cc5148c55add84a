"""Forms that are filled in, for programs: send one, say what its columns mean, fill it."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import ConfigDict, Field

from kechuang.office.desk.filling.columns import Mapped, mapped_of
from kechuang.office.desk.models import FilledRow, Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.desk.services import fillings as services
from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    conflicts,
    invalid,
    page,
)
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.regions.queries import choices as regions

router = Router(tags=["desk"])

Year = Annotated[int, Field(ge=1990, le=2100)]
Lines = Annotated[list[Line], Field(max_length=20_000)]
PLAIN = (
    "name", "sheet", "title", "state", "year", "number", "authority", "document", "valid_until",
    "counts", "refusal", "owner", "owner_name", "created_at", "filled_at",
)  # fmt: skip


class ColumnOut(Schema):
    """A column: what it is filled with, as `code@years back/unit`, empty where it stays blank."""

    letter: str
    header: str
    takes_values: bool
    choice: str


class FillingOut(Schema):
    """One form: `state` is mapping, choosing, ready, filling or done.

    `counts` says once it is done how many firms, gaps and added rows there are. `result` and
    `marked` are the keys of the two files.
    """

    id: int
    name: str
    sheet: str
    title: str
    state: str
    year: int
    number: str
    authority: str
    document: str
    valid_until: Day | None
    region: str
    counts: dict[str, int]
    refusal: str
    file: int
    result: int | None
    marked: int | None
    job: int | None
    owner: str
    owner_name: str
    created_at: Moment
    filled_at: Moment | None


class FillingWholeOut(FillingOut):
    """One form with its columns and the pasted lines that name nobody."""

    columns: list[ColumnOut]
    unknown: list[str]


class RowOut(Schema):
    """What went out of one firm: by header the value, its source and day, or why it is missing."""

    code: str
    name: str
    row: int
    gaps: int
    values: dict[str, dict[str, str]]


class FillingQuery(PageQuery):
    """Which forms: in a state."""

    state: Line = ""


class ColumnsIn(Schema):
    """What each column is filled with, by its place from 0; what the form says of itself."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[Annotated[int, Field(ge=0, le=16_384)], Line]
    number: Line = ""
    authority: Line = ""
    document: Line = ""
    valid_until: Day | None = None


class FilledFirmsIn(Schema):
    """For whom: a query of the list of firms, or lines with codes or names."""

    model_config = ConfigDict(extra="forbid")

    query: Line = ""
    lines: Lines | None = None


class FillIn(Schema):
    """Why telephones are taken, where a column asks for them."""

    model_config = ConfigDict(extra="forbid")

    reason: Line = ""


def show(filling: Filling) -> dict[str, Any]:
    """A form in plain values."""
    keys = {name: getattr(filling, f"{name}_id") for name in ("file", "result", "marked", "job")}
    plain = {name: getattr(filling, name) for name in PLAIN}
    return {"id": filling.pk, **plain, "region": filling.region.code, **keys}


def whole(filling: Filling) -> dict[str, Any]:
    """A form with its columns in plain values."""
    form = filling.form
    columns = [
        {
            "letter": letter,
            "header": name,
            "takes_values": takes,
            "choice": Mapped(**said).written if (said := filling.columns.get(str(place))) else "",
        }
        for place, (letter, name, takes) in enumerate(
            zip(form["letters"], form["names"], form["takes"], strict=True)
        )
    ]
    return {**show(filling), "columns": columns, "unknown": filling.firms.get("unknown", [])}


def shown(row: FilledRow, filling: Filling) -> dict[str, Any]:
    """What went out of one firm in plain values, by header."""
    names = filling.form["names"]
    values = {names[int(place)]: said for place, said in row.values.items()}
    plain = {name: getattr(row, name) for name in ("code", "name", "row", "gaps")}
    return {**plain, "values": values}


def _found(request: HttpRequest, key: int) -> Filling:
    return get_object_or_404(queries.visible(acting_in(request)), pk=key)


@router.get("/fillings", response=answers(Page[FillingOut]), url_name="fillings")
def list_fillings(request: HttpRequest, query: Query[FillingQuery]) -> Any:
    """The forms in reach."""
    rows = queries.visible(acting_in(request))
    return page(rows.filter(state=query.state) if query.state else rows, query, show)


@router.post("/fillings", response=answers(FillingWholeOut, status=201), url_name="fillings")
def send_filling(
    request: HttpRequest, workbook: File[UploadedFile], year: Form[Year], region: Form[Line]
) -> Any:
    """Send a blank form; the answer says what its columns seem to mean."""
    actor = acting_in(request)
    place = regions(actor, queries.RUN).filter(code=region).first()
    if place is None:
        raise invalid("region", _("没有这个区划，或令牌不能在那里填表。"))
    try:
        file = services.take_in(actor, place, workbook.name or "", workbook)  # type: ignore[arg-type]
    except UploadRefused as refused:
        raise invalid("workbook", refused.sentence) from refused
    return Status(201, whole(services.send(actor, file, year, place)))


@router.get("/fillings/{key}", response=answers(FillingWholeOut), url_name="filling")
def get_filling(request: HttpRequest, key: Key) -> Any:
    """One form with its columns."""
    return whole(_found(request, key))


@router.post(
    "/fillings/{key}/columns", response=answers(FillingWholeOut), url_name="filling_columns"
)
def map_columns(request: HttpRequest, key: Key, body: ColumnsIn) -> Any:
    """Say what the columns mean; it is remembered for forms of the same shape."""
    filling = _found(request, key)
    columns: dict[int, Mapped] = {}
    for place, written in body.columns.items():
        mapped = mapped_of(written)
        if mapped is None:
            raise ValidationError({f"column-{place}": str(_("没有这一项。请从列表中选择。"))})
        columns[place] = mapped
    head = services.Head(body.number, body.authority, body.document, body.valid_until)
    with conflicts(services.FillingConflict):
        return whole(services.map_columns(acting_in(request), filling, columns, head))


@router.post("/fillings/{key}/firms", response=answers(FillingWholeOut), url_name="filling_firms")
def choose_firms(request: HttpRequest, key: Key, body: FilledFirmsIn) -> Any:
    """Say for whom the form is filled."""
    filling = _found(request, key)
    with conflicts(services.FillingConflict):
        return whole(
            services.choose_firms(acting_in(request), filling, query=body.query, lines=body.lines)
        )


@router.post("/fillings/{key}/fill", response=answers(FillingOut), url_name="filling_fill")
def fill_filling(request: HttpRequest, key: Key, body: FillIn) -> Any:
    """Fill the form: at once, or by a job where it is for many."""
    filling = _found(request, key)
    with conflicts(services.FillingConflict):
        return show(services.fill(acting_in(request), filling, body.reason))


@router.post("/fillings/{key}/again", response=answers(FillingOut), url_name="filling_again")
def fill_again(request: HttpRequest, key: Key) -> Any:
    """Another filling of the same form for the same firms, ready to be filled with today's data."""
    filling = _found(request, key)
    with conflicts(services.FillingConflict):
        return show(services.again(acting_in(request), filling))


@router.get("/fillings/{key}/rows", response=answers(Page[RowOut]), url_name="filling_rows")
def list_rows(request: HttpRequest, key: Key, query: Query[PageQuery]) -> Any:
    """What went out, firm by firm."""
    filling = _found(request, key)
    rows = queries.rows_of(acting_in(request), filling)
    return page(rows, query, lambda row: shown(row, filling))
