"""People, for programs: no telephone and no identity number."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from kechuang.office.ground.api_support import Page, acting_in, answers, page
from kechuang.office.registry.api.shared import Code, PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.queries.people import fields_of, kind_is, visible

router = Router()
Kind = Literal[
    "expert", "commissioner", "academician", "academician_full_time", "academician_flexible",
    "contact",
]  # fmt: skip


class PersonOut(SourceOut):
    """A person; `organisations` are the codes of those where they work now."""

    code: str
    name: str
    region: str
    is_expert: bool
    is_commissioner: bool
    is_academician: bool
    is_contact: bool
    full_time: bool | None
    education: str
    professional_title: str
    specialty: str
    fields: list[str]
    organisations: list[str]
    is_active: bool


class PersonQuery(PlaceQuery):
    """Which people: of a kind; `party` is an organisation where they work now."""

    kind: Kind | None = None


def show(row: Any) -> dict[str, Any]:
    """A person in plain values."""
    same = (
        "is_expert", "is_commissioner", "is_academician", "is_contact", "full_time", "education",
        "professional_title", "specialty", "is_active",
    )  # fmt: skip
    return {
        "code": row.party.code,
        "name": row.party.name,
        "region": row.party.region.code,
        "fields": fields_of(row),
        "organisations": [each.party.code for each in row.places],
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


@router.get("/people", response=answers(Page[PersonOut]), url_name="people")
def list_people(request: HttpRequest, query: Query[PersonQuery]) -> Any:
    """The people in reach, each once."""
    rows = visible(acting_in(request))
    if query.party:
        working = rows.filter(affiliation__party__code=query.party, affiliation__until=None)
        rows = rows.filter(pk__in=working.order_by().values("pk"))
    rows = in_place(rows, PlaceQuery(region=query.region), "party__region")
    if query.kind:
        rows = kind_is(rows, query.kind)
    return page(rows, query, show)


@router.get("/people/{code}", response=answers(PersonOut), url_name="person")
def get_person(request: HttpRequest, code: Code) -> Any:
    """One person, by their code."""
    return show(get_object_or_404(visible(acting_in(request)), party__code=code))
