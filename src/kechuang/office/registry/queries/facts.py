"""Reading facts: the value that counts of each cell, where it comes from, what others say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import QuerySet

from kechuang.eligibility.data.cells import Value
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.choosing import NO_YEAR, corrected, in_order, known
from kechuang.office.registry.models import CellCorrection, Standing, YearlyFact
from kechuang.office.registry.models.facts import STANDING_FIELDS, YEARLY_FIELDS
from kechuang.reference import Field

YEARLY: Final[Mapping[str, Field]] = {field.code: field for field in YEARLY_FIELDS}
STANDING: Final[Mapping[str, Field]] = {field.code: field for field in STANDING_FIELDS}
SOURCED: Final = ("source", "rank", "document", "as_of", "confirmed_by", "confirmed_name")

Row = YearlyFact | Standing
Cell = tuple[int, int, str]
"""A party's key, a year (0 for a fact that has none), the code of a field."""
R = TypeVar("R", YearlyFact, Standing)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The value that counts, where it comes from, and how many other sources have one.

    A correction may say that the right value is not known: then `value` is None.
    """

    value: Value
    row: Row | CellCorrection
    others: int

    @property
    def is_corrected(self) -> bool:
        """Whether somebody set it by hand."""
        return isinstance(self.row, CellCorrection)


def visible(actor: Actor) -> QuerySet[YearlyFact]:
    """The yearly facts that an actor may see, with party and region."""
    return limit(YearlyFact.objects.select_related("party__region"), actor, "fact.view")


def chosen(
    party_ids: Sequence[int], years: Sequence[int], fields: Sequence[str]
) -> dict[Cell, Chosen]:
    """The value that counts of each cell that has one: see `choosing`. Two queries.

    For the parties of a page; for a whole region use `frames`. Raises KeyError for a code that is
    no yearly field.
    """
    wanted = {code: YEARLY[code] for code in fields}
    rows = YearlyFact.objects.filter(party__in=party_ids, year__in=years).order_by()
    by_key: dict[tuple[int, int], list[YearlyFact]] = {}
    for row in rows.only("party_id", "year", *SOURCED, *wanted):
        by_key.setdefault((row.party_id, row.year), []).append(row)  # type: ignore[attr-defined]
    return _cells(by_key, wanted, _corrections(party_ids, years, wanted))


def standing(party_ids: Sequence[int], fields: Sequence[str]) -> dict[tuple[int, str], Chosen]:
    """The same for facts that have no year: by party and field."""
    wanted = {code: STANDING[code] for code in fields}
    rows = Standing.objects.filter(party__in=party_ids).order_by()
    by_key: dict[tuple[int, int], list[Standing]] = {}
    for row in rows.only("party_id", *SOURCED, *wanted):
        by_key.setdefault((row.party_id, NO_YEAR), []).append(row)  # type: ignore[attr-defined]
    cells = _cells(by_key, wanted, _corrections(party_ids, [NO_YEAR], wanted))
    return {(party, code): each for (party, _year, code), each in cells.items()}


def sources_of(party_id: int, years: Sequence[int]) -> dict[int, list[YearlyFact]]:
    """What every source says of a party by year, those that count first in front."""
    rows = YearlyFact.objects.filter(party=party_id, year__in=years).order_by()
    found: dict[int, list[YearlyFact]] = {year: [] for year in years}
    for row in rows:
        found[row.year].append(row)
    return {year: in_order(each) for year, each in found.items()}


def standing_sources_of(party_id: int) -> list[Standing]:
    """What every source says of a party now, those that count first in front."""
    return in_order(Standing.objects.filter(party=party_id).order_by())


def years_of(party_id: int) -> list[int]:
    """The years of which something is known of a party, newest first."""
    rows = YearlyFact.objects.filter(party=party_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def _corrections(
    party_ids: Sequence[int], years: Sequence[int], wanted: Mapping[str, Field]
) -> dict[Cell, CellCorrection]:
    rows = CellCorrection.objects.filter(party__in=party_ids, year__in=years).order_by()
    return {
        (row.party_id, row.year, row.field): row  # type: ignore[attr-defined]
        for row in rows
        if row.field in wanted
    }


def _cells(
    by_key: Mapping[tuple[int, int], Iterable[R]],
    wanted: Mapping[str, Field],
    corrections: Mapping[Cell, CellCorrection],
) -> dict[Cell, Chosen]:
    found: dict[Cell, Chosen] = {}
    for (party, year), rows in by_key.items():
        ordered = in_order(rows)
        for code in wanted:
            having = [row for row in ordered if known(getattr(row, code)) is not None]
            if having:
                value = getattr(having[0], code)
                found[party, year, code] = Chosen(value, having[0], len(having) - 1)
    for cell, row in corrections.items():
        before = found.get(cell)
        value = corrected(wanted[cell[2]], row.number, row.text)
        found[cell] = Chosen(value, row, before.others + 1 if before else 0)
    return found
