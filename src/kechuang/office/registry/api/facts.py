"""Yearly facts and doubts, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from kechuang.eligibility.data.cells import Fault, Value
from kechuang.office.ground.api_support import Day, Key, Line, Page, acting_in, answers, page
from kechuang.office.ground.scopes import limit
from kechuang.office.parties.models import Party
from kechuang.office.registry.api.shared import Code, PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.fact_words import as_written, read_value
from kechuang.office.registry.models import Doubt
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries import fact_lists
from kechuang.office.registry.queries.facts import YEARLY, Chosen, chosen
from kechuang.office.registry.services import facts as services

router = Router()

Year = Annotated[int, Field(ge=1900, le=2999)]
Written = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\u0000-\u001F\u007F]*$")]


class FactOut(SourceOut):
    """The value that counts, exact and in the unit of its field; null says that nobody knows it."""

    value: str | None
    corrected: bool
    others: int


class YearOut(Schema):
    """What counts of an enterprise and a year, by code of the field."""

    party: str
    party_name: str
    year: int
    values: dict[str, FactOut]


class YearQuery(PlaceQuery):
    """Which facts: of one year."""

    year: Year | None = None


class YearIn(Schema):
    """What a source says: values as text in the units of their fields; null empties a cell."""

    model_config = ConfigDict(extra="forbid")

    source: Line
    as_of: Day
    document: Annotated[Line, StringConstraints(max_length=120)] = ""
    values: dict[Line, Written | None]


class DoubtOut(Schema):
    """A value that can hardly be true, and what speaks against it, as whole numbers of a frame."""

    key: int
    party: str
    party_name: str
    year: int
    rule: str
    field: str
    value: int | None
    other: int | None
    state: str
    explanation: str


class DoubtQuery(PlaceQuery):
    """Which doubts: in one state, of one year, of one rule."""

    state: Line = ""
    year: Year | None = None
    rule: Line = ""


class ExplanationIn(Schema):
    """Why a doubted value is right."""

    model_config = ConfigDict(extra="forbid")

    explanation: Annotated[Line, StringConstraints(min_length=1, max_length=300)]


def show_cell(code: str, cell: Chosen) -> dict[str, Any]:
    """A cell in plain values."""
    value = None if cell.value is None else as_written(YEARLY[code], cell.value)
    return {
        "value": value,
        "corrected": cell.is_corrected,
        "others": cell.others,
        **source_of(cell.row),
    }


def show(row: Any) -> dict[str, Any]:
    """A year of an enterprise in plain values."""
    values = {code: show_cell(code, cell) for code, cell in row.facts.items()}
    return {
        "party": row.party.code,
        "party_name": row.party.name,
        "year": row.year,
        "values": values,
    }


def show_doubt(row: Doubt) -> dict[str, Any]:
    """A doubt in plain values."""
    same = ("year", "rule", "field", "value", "other", "state")
    found = {name: getattr(row, name) for name in same} | {"explanation": row.explained}
    return {"key": row.pk, "party": row.party.code, "party_name": row.party.name, **found}


@router.get("/yearly-facts", response=answers(Page[YearOut]), url_name="yearly_facts")
def list_years(request: HttpRequest, query: Query[YearQuery]) -> Any:
    """The years of which anything is known of the enterprises in reach."""
    rows = in_place(fact_lists.party_years(acting_in(request)), query, "party__region")
    if query.year is not None:
        rows = rows.filter(year=query.year)
    return page(rows, query, show, fact_lists.attach)


@router.get("/yearly-facts/{code}/{year}", response=answers(YearOut), url_name="yearly_fact")
def get_year(request: HttpRequest, code: Code, year: Year) -> Any:
    """One year of one enterprise; without values where nothing is known."""
    return _year(_party(request, code, "fact.view"), year)


@router.post("/yearly-facts/{code}/{year}", response=answers(YearOut), url_name="yearly_fact")
def record_year(request: HttpRequest, code: Code, year: Year, body: YearIn) -> Any:
    """Record what a source says of a year; what is not given stays."""
    party = _party(request, code, "fact.change")
    provenance = Provenance(body.source, body.as_of, body.document)
    values = {name: _read(name, text) for name, text in body.values.items()}
    services.record_yearly(acting_in(request), party, year, values, provenance)
    return _year(party, year)


@router.get("/doubts", response=answers(Page[DoubtOut]), url_name="doubts")
def list_doubts(request: HttpRequest, query: Query[DoubtQuery]) -> Any:
    """The doubts in reach."""
    rows = in_place(fact_lists.doubts(acting_in(request)), query, "party__region")
    if query.state:
        rows = rows.filter(state=query.state)
    if query.year is not None:
        rows = rows.filter(year=query.year)
    if query.rule:
        rows = rows.filter(rule=query.rule)
    return page(rows, query, show_doubt)


@router.get("/doubts/{key}", response=answers(DoubtOut), url_name="doubt")
def get_doubt(request: HttpRequest, key: Key) -> Any:
    """One doubt, by its key."""
    return show_doubt(get_object_or_404(fact_lists.doubts(acting_in(request)), pk=key))


@router.post("/doubts/{key}", response=answers(DoubtOut), url_name="doubt")
def explain_doubt(request: HttpRequest, key: Key, body: ExplanationIn) -> Any:
    """Say why a doubted value is right."""
    actor = acting_in(request)
    found = get_object_or_404(fact_lists.doubts(actor), pk=key)
    services.settle_doubt(actor, found, body.explanation)
    return show_doubt(fact_lists.doubts(actor).get(pk=key))


def _party(request: HttpRequest, code: str, verb: str) -> Party:
    rows = limit(Party.objects.select_related("region"), acting_in(request), verb)
    return get_object_or_404(rows, code=code)


def _year(party: Party, year: int) -> dict[str, Any]:
    found = chosen([party.pk], [year], list(YEARLY))
    values = {code: show_cell(code, cell) for (_, _, code), cell in found.items()}
    return {"party": party.code, "party_name": party.name, "year": year, "values": values}


def _read(code: str, text: str | None) -> Value:
    """A value as a frame keeps it; an unknown field is left to the service, which names it."""
    if text is None or code not in YEARLY:
        return None
    found = read_value(YEARLY[code], text)
    if isinstance(found, Fault):
        raise ValidationError({code: f"{found.what}：{found.why}。{found.remedy}。"})
    return found
