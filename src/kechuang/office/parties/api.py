"""Parties, for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, StringConstraints

from kechuang.office.ground.api_support import Line, Page, PageQuery, acting_in, answers, page
from kechuang.office.parties.models import Party
from kechuang.office.parties.queries import changeable, search, visible
from kechuang.office.parties.services import PartyFacts, change, create

router = Router(tags=["parties"])


class Kind(StrEnum):
    """The kinds of parties, as `Party.Kind` has them."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    PARK = "park"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    PERSON = "person"


Name = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=120, pattern=r"^[^\u0000-\u0020\u007F][^\u0000-\u001F\u007F]*$"
    ),
]
Code = Annotated[
    str,
    StringConstraints(min_length=3, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$"),
]


class PartyOut(Schema):
    """An organisation or a person that the bureau deals with."""

    code: str
    name: str
    kind: str
    region: str


class PartyIn(Schema):
    """A party to put in: an enterprise's code is its 统一社会信用代码, `region` is a code."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    name: Name
    kind: Kind
    region: Line


class PartyPatch(Schema):
    """What to change of a party; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    kind: Kind | None = None
    region: Line | None = None


class PartyQuery(PageQuery):
    """Which parties: `q` in the name or at the start of the code, a kind, a region's code."""

    q: Line = ""
    kind: Kind | None = None
    region: Line = ""


def show(party: Party) -> dict[str, Any]:
    """A party in plain values."""
    return {
        "code": party.code,
        "name": party.name,
        "kind": party.kind,
        "region": party.region.code,
    }


@router.get("/parties", response=answers(Page[PartyOut]), url_name="parties")
def list_parties(request: HttpRequest, query: Query[PartyQuery]) -> Any:
    """The parties in reach."""
    rows = visible(acting_in(request))
    if query.q:
        rows = search(rows, query.q)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.region:
        rows = rows.filter(region__code=query.region)
    return page(rows, query, show)


@router.post("/parties", response=answers(PartyOut, status=201), url_name="parties")
def create_party(request: HttpRequest, body: PartyIn) -> Any:
    """Put a party in."""
    facts = PartyFacts(body.code, body.name, str(body.kind), body.region)
    return Status(201, show(create(acting_in(request), facts)))


@router.get("/parties/{code}", response=answers(PartyOut), url_name="party")
def get_party(request: HttpRequest, code: Code) -> Any:
    """One party, by its code."""
    return show(get_object_or_404(visible(acting_in(request)), code=code))


@router.patch("/parties/{code}", response=answers(PartyOut), url_name="party")
def change_party(request: HttpRequest, code: Code, body: PartyPatch) -> Any:
    """Change the name, kind or region of a party; its code stays."""
    actor = acting_in(request)
    party = get_object_or_404(changeable(actor), code=code)
    facts = PartyFacts(
        code,
        body.name or party.name,
        str(body.kind or party.kind),
        body.region or party.region.code,
    )
    change(actor, code, facts)
    return show(Party.objects.select_related("region").get(code=code))
