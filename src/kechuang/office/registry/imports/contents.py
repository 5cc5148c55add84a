"""What the registry holds, row by row in the columns of a purpose: what exports write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Min, Prefetch, QuerySet
from django.http import QueryDict

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import ask, listings
from kechuang.office.ground.scopes import limit
from kechuang.office.parties.models import Party
from kechuang.office.registry.imports.cost_fields import categories
from kechuang.office.registry.imports.purposes import PURPOSES, Column, Purpose
from kechuang.office.registry.imports.workbooks import Cell
from kechuang.office.registry.models import (
    Affiliation,
    IntellectualProperty,
    Organisation,
    Person,
    Platform,
    PlatformStanding,
    PlatformYear,
    Qualification,
    ResearchCost,
    Standing,
    YearlyFact,
)

AT_A_TIME: Final = 1_000
BETWEEN: Final = "、"
KINDS_OF_PEOPLE: Final = {
    "is_expert": "专家",
    "is_commissioner": "科技特派员",
    "is_academician": "院士",
    "is_contact": "联系人",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records an export holds.

    `year` and `source` choose among facts of several years and sources; `listing` and `query` are a
    list and what it was asked for, so that what was shown is what is exported.
    """

    purpose: str
    year: int | None = None
    source: str = ""
    whole: bool = False
    listing: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class _Content:
    """How the rows of a purpose are fetched, and where its columns lie in one of them."""

    rows: Callable[[Selection], QuerySet[Any]]
    places: Mapping[str, Callable[[Any], Any]]
    others: Mapping[str, Callable[[Any], Cell]]


def rows_of(actor: Actor, selection: Selection) -> QuerySet[Any]:
    """The records of a selection that the actor may see, in order of their keys."""
    purpose = PURPOSES[selection.purpose]
    rows = limit(_CONTENTS[purpose.code].rows(selection), actor, purpose.view)
    return _as_listed(rows, actor, selection).order_by("pk")


def cells_of(
    rows: QuerySet[Any], purpose: Purpose, columns: Sequence[Column]
) -> Iterator[list[Cell]]:
    """The cells of each record in these columns, as files for people write them."""
    content = _CONTENTS[purpose.code]
    getters = [_getter(content, column) for column in columns]
    for row in rows.iterator(chunk_size=AT_A_TIME):
        yield [getter(row) for getter in getters]


def for_file(column: Column, kept: Any) -> Cell:
    """What the database keeps, as a file for people writes it.

    Money is kept in 分 and written in 万元, a number kept in units of its last decimal place.
    """
    if kept is None or kept == "":
        return None
    field = column.field
    match field.type:
        case "money":
            return Decimal(kept).scaleb(-6 if field.unit == "万元" else -2)
        case "number":
            return Decimal(kept).scaleb(-field.places)
        case "choice":
            return field.options.get(str(kept), str(kept))
    return kept


def _getter(content: _Content, column: Column) -> Callable[[Any], Cell]:
    if not column.table:
        return content.others[column.code]
    place, attribute = content.places[column.table], column.attribute

    def get(row: Any) -> Cell:
        found = place(row)
        return None if found is None else for_file(column, getattr(found, attribute))

    return get


def _as_listed(rows: QuerySet[Any], actor: Actor, selection: Selection) -> QuerySet[Any]:
    """What of the rows a list shows; all of them where nothing was asked of one."""
    listing = listings.find(selection.listing) if selection.listing else None
    if listing is None:
        return rows
    shown = ask(listing, actor, QueryDict(selection.query)).rows().order_by()
    if rows.model is YearlyFact:
        # The list shows a firm and a year once, whichever source counts there.
        return rows.filter(party__in=shown.values("party"))
    return rows.filter(pk__in=shown.values("pk")) if shown.model is rows.model else rows


def _organisations(selection: Selection) -> QuerySet[Organisation]:
    said = Standing.objects.filter(source=selection.source).order_by("pk")
    return (
        Organisation.objects.filter(merged_into=None)
        .select_related("party__region", "parent")
        .prefetch_related("tags", "party__formername_set")
        .prefetch_related(Prefetch("party__standing_set", said, "said"))
    )


def _yearly_facts(selection: Selection) -> QuerySet[YearlyFact]:
    rows = YearlyFact.objects.select_related("party__region", "party__organisation")
    return rows.filter(year=selection.year, source=selection.source)


def _research_costs(selection: Selection) -> QuerySet[ResearchCost]:
    """One row for each firm and caliber, the first of its amounts; `said` are all of the firm."""
    said = ResearchCost.objects.filter(year=selection.year, source=selection.source).order_by()
    first = said.values("party", "caliber").annotate(first=Min("pk")).values("first")
    rows = ResearchCost.objects.select_related("party__region", "party__organisation")
    return rows.filter(pk__in=first).prefetch_related(
        Prefetch("party__researchcost_set", said, "said")
    )


def _amount(category: str) -> Callable[[Any], Cell]:
    def get(row: Any) -> Cell:
        same = (each for each in row.party.said if each.caliber == row.caliber)
        found = next((each.amount for each in same if each.category == category), None)
        return for_file(PURPOSES["research_costs"].columns[category], found)

    return get


def _qualifications(selection: Selection) -> QuerySet[Qualification]:
    return Qualification.objects.select_related("party__organisation")


def _rights(selection: Selection) -> QuerySet[IntellectualProperty]:
    return IntellectualProperty.objects.select_related("party__organisation")


def _platforms(selection: Selection) -> QuerySet[Platform]:
    now = PlatformStanding.objects.filter(source=selection.source).order_by("pk")
    year = PlatformYear.objects.filter(source=selection.source, year=selection.year).order_by("pk")
    return Platform.objects.select_related("region", "host__organisation").prefetch_related(
        Prefetch("platformstanding_set", now, "said"),
        Prefetch("platformyear_set", year, "said_of_year"),
    )


def _people(selection: Selection) -> QuerySet[Person]:
    posts = Affiliation.objects.select_related("party__organisation").order_by("pk")
    return (
        Person.objects.filter(merged_into=None)
        .select_related("party__region")
        .prefetch_related("personfield_set", Prefetch("affiliation_set", posts, "posts"))
    )


def _code(party: Party) -> str | None:
    """The credit code of a party, where it is an organisation that has one."""
    organisation = getattr(party, "organisation", None)
    return organisation.credit_code if organisation else None


def _first(rows: Sequence[Any]) -> Any:
    return rows[0] if rows else None


def _joined(words: Iterable[str]) -> str | None:
    return BETWEEN.join(words) or None


def _employer(person: Any, get: Callable[[Affiliation], Cell]) -> Cell:
    post = _first(person.posts)
    return get(post) if post else None


def _itself(row: Any) -> Any:
    return row


def _of_party(row: Any) -> Party:
    return row.party


_OF_OWNER: Final = {
    "enterprise_code": lambda row: _code(row.party),
    "enterprise_name": lambda row: row.party.name,
}
_CONTENTS: Final[Mapping[str, _Content]] = MappingProxyType(
    {
        "organisations": _Content(
            _organisations,
            {
                "party": _of_party,
                "organisation": _itself,
                "standing": lambda row: _first(row.party.said),
            },
            {
                "party_code": lambda row: row.party.code,
                "region_code": lambda row: row.party.region.code,
                "region_name": lambda row: row.party.region.name,
                "former_name": lambda row: _joined(
                    each.name for each in row.party.formername_set.all()
                ),
                "parent_code": lambda row: row.parent.code if row.parent else None,
                "tags": lambda row: _joined(sorted(each.name for each in row.tags.all())),
            },
        ),
        "yearly_facts": _Content(
            _yearly_facts,
            {"yearly_fact": _itself},
            {
                **_OF_OWNER,
                "party_code": lambda row: row.party.code,
                "region_name": lambda row: row.party.region.name,
                "facts_year": lambda row: row.year,
            },
        ),
        "research_costs": _Content(
            _research_costs,
            {},
            {
                **_OF_OWNER,
                "party_code": lambda row: row.party.code,
                "region_name": lambda row: row.party.region.name,
                "facts_year": lambda row: row.year,
                "caliber": lambda row: for_file(
                    PURPOSES["research_costs"].columns["caliber"], row.caliber
                ),
                **{code: _amount(code) for code in categories()},
            },
        ),
        "qualifications": _Content(_qualifications, {"qualification": _itself}, _OF_OWNER),
        "rights": _Content(_rights, {"property": _itself}, _OF_OWNER),
        "platforms": _Content(
            _platforms,
            {
                "platform": _itself,
                "platform_standing": lambda row: _first(row.said),
                "platform_year": lambda row: _first(row.said_of_year),
            },
            {
                "region_code": lambda row: row.region.code,
                "region_name": lambda row: row.region.name,
                "host_code": lambda row: _code(row.host) or row.host.code,
                "host_name": lambda row: row.host.name,
                "facts_year": lambda row: row.said_of_year[0].year if row.said_of_year else None,
            },
        ),
        "people": _Content(
            _people,
            {"party": _of_party, "person": _itself},
            {
                "person_code": lambda row: row.party.code,
                "region_code": lambda row: row.party.region.code,
                "region_name": lambda row: row.party.region.name,
                "person_kinds": lambda row: _joined(
                    word for name, word in KINDS_OF_PEOPLE.items() if getattr(row, name)
                ),
                "employer_code": lambda row: _employer(row, lambda each: _code(each.party)),
                "employer_name": lambda row: _employer(row, lambda each: each.party.name),
                "post": lambda row: _employer(row, lambda each: each.post),
                "knowledge_fields": lambda row: _joined(
                    each.name for each in row.personfield_set.all()
                ),
            },
        ),
    }
)
