"""Organisations, for programs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from kechuang.office.ground.api_support import (
    LARGEST_KEY,
    Day,
    Line,
    Page,
    PageQuery,
    acting_in,
    answers,
    page,
)
from kechuang.office.ground.secrets import masked
from kechuang.office.parties.api import Code
from kechuang.office.registry.lists.organisations import by_title
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries.organisations import changeable, search, visible
from kechuang.office.registry.services.organisations import change
from kechuang.office.registry.sources import BUREAU

router = Router(tags=["registry"])


class OrganisationKind(StrEnum):
    """The kinds of organisations, as `Organisation.Kind` has them."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    BANK = "bank"
    PARK = "park"
    BUREAU = "bureau"
    OTHER = "other"


class OrganisationStatus(StrEnum):
    """Whether an organisation works, as `Organisation.Status` has it."""

    ACTIVE = "active"
    CLOSED = "closed"
    REVOKED = "revoked"
    DEREGISTERED = "deregistered"
    MOVED_OUT = "moved_out"


LongLine = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^[^\u0000-\u001F\u007F]*$", strict=True)
]


class OrganisationOut(Schema):
    """An organisation as its own row has it. Money is whole 分; telephones are masked."""

    code: str
    credit_code: str | None
    name: str
    region: str
    kind: str
    status: str
    status_since: date | None
    industry_code: str
    size_class: str
    above_designated_size: bool | None
    founded_on: date | None
    registered_capital: int | None
    address: str
    website: str
    main_business: str
    contact_name: str
    contact_phone: str
    parent: str | None
    source: str
    as_of: date


class OrganisationPatch(Schema):
    """What to change of an organisation and where it comes from; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    kind: OrganisationKind | None = None
    credit_code: Line | None = None
    industry_code: Line | None = None
    size_class: Line | None = None
    above_designated_size: bool | None = None
    founded_on: Day | None = None
    registered_capital: Annotated[int, Field(ge=0, le=LARGEST_KEY)] | None = None
    address: Line | None = None
    website: Line | None = None
    main_business: LongLine | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    parent: Line | None = None
    source: Line = BUREAU
    as_of: Day
    document: Line = ""


class OrganisationQuery(PageQuery):
    """Which organisations: `q` as in the list's search, a kind, a status, a region, a title."""

    q: Line = ""
    kind: OrganisationKind | None = None
    status: OrganisationStatus | None = None
    region: Line = ""
    title: Line = ""


def show(organisation: Organisation) -> dict[str, Any]:
    """An organisation in plain values."""
    party, parent = organisation.party, organisation.parent
    plain = (
        "credit_code", "kind", "status", "status_since", "industry_code", "size_class",
        "above_designated_size", "founded_on", "registered_capital", "address", "website",
        "main_business", "contact_name", "source", "as_of",
    )  # fmt: skip
    return {
        **{name: getattr(organisation, name) for name in plain},
        "code": party.code,
        "name": party.name,
        "region": party.region.code,
        "contact_phone": masked("phone", organisation.contact_phone),
        "parent": parent.code if parent else None,
    }


@router.get("/organisations", response=answers(Page[OrganisationOut]), url_name="organisations")
def list_organisations(request: HttpRequest, query: Query[OrganisationQuery]) -> Any:
    """The organisations in reach; a region with all below it."""
    rows = visible(acting_in(request)).select_related("parent")
    if query.q:
        rows = search(rows, query.q)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.status:
        rows = rows.filter(status=query.status)
    if query.region:
        rows = rows.filter(party__region__path__contains=f"/{query.region}/")
    if query.title:
        rows = by_title(rows, query.title)
    return page(rows, query, show)


@router.get("/organisations/{code}", response=answers(OrganisationOut), url_name="organisation")
def get_organisation(request: HttpRequest, code: Code) -> Any:
    """One organisation, by the code of its party."""
    rows = visible(acting_in(request)).select_related("parent")
    return show(get_object_or_404(rows, party__code=code))


@router.patch("/organisations/{code}", response=answers(OrganisationOut), url_name="organisation")
def change_organisation(request: HttpRequest, code: Code, body: OrganisationPatch) -> Any:
    """Change what is known of an organisation; what another body keeps is not written over."""
    actor = acting_in(request)
    get_object_or_404(changeable(actor), party__code=code)
    given = body.model_dump(exclude_unset=True, exclude={"source", "as_of", "document"})
    values = {
        name: str(value) if isinstance(value, StrEnum) else value for name, value in given.items()
    }
    change(actor, code, values, Provenance(body.source, body.as_of, body.document))
    return show(visible(actor).select_related("parent").get(party__code=code))
