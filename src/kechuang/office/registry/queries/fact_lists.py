"""Lists of facts: a row for each party and year, enterprises that lack facts, doubts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.care import last_year_due
from kechuang.office.registry.fact_words import fact_words
from kechuang.office.registry.models import CellCorrection, Doubt, Organisation, YearlyFact
from kechuang.office.registry.queries.facts import YEARLY, chosen
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.reference.fields import YEARS_KEPT

M = TypeVar("M", bound=Model)


def attach(rows: Sequence[Any]) -> None:
    """Give each row its `facts`, the values that count by field, for all rows at once.

    A row is about a party and a year: it has `party_id` and `fact_year` or `year`.
    """
    wanted = {(row.party_id, _year(row)) for row in rows}
    parties = sorted({party for party, _ in wanted})
    years = sorted({year for _, year in wanted})
    found = chosen(parties, years, list(YEARLY)) if wanted else {}
    for row in rows:
        key = (row.party_id, _year(row))
        row.facts = {code: found[*key, code] for code in YEARLY if (*key, code) in found}


def _year(row: Any) -> int:
    return int(row.fact_year if hasattr(row, "fact_year") else row.year)


def year_due() -> int:
    """The last year whose figures should be there today: what pages open with and reminders say."""
    return last_year_due(timezone.localdate())


def years_beside() -> list[int]:
    """The years that pages set side by side, newest first: the three that are due.

    The year that ended is in front of them already before its figures are due.
    """
    due = year_due()
    return list(range(max(due, timezone.localdate().year - 1), due - YEARS_KEPT, -1))


def years_offered() -> list[int]:
    """The years that lists can be narrowed to, newest first."""
    last = timezone.localdate().year
    return list(range(last, last - 8, -1))


# --- yearly facts


class Counted(QuerySet[M]):
    """Rows of which the first are found quickly, with others that are as many and counted quickly.

    What narrows the rows narrows the `counted` ones too. Without them the rows are counted.
    """

    counted: QuerySet[Any] | None = None

    def _clone(self) -> Self:
        copy = super()._clone()  # type: ignore[misc]
        copy.counted = self.counted
        return copy

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Self:
        """Conditions are of the party and year: they hold for both alike."""
        found = super()._filter_or_exclude(negate, args, kwargs)  # type: ignore[misc]
        if self.counted is not None:
            found.counted = self.counted._filter_or_exclude(negate, args, kwargs)  # type: ignore[attr-defined]
        return found

    def count(self) -> int:
        """How many there are."""
        query = self.query
        if self.counted is None or query.is_sliced or query.is_empty():
            return super().count()
        return self.counted.order_by().count()


def party_years(actor: Actor) -> QuerySet[YearlyFact]:
    """One row for each party and year of which any source says something: the first in order.

    Parties and years are counted in the index; whether a row is the first is asked for a page.
    """
    same = YearlyFact.objects.filter(party=OuterRef("party"), year=OuterRef("year"))
    before = (
        Q(rank__lt=OuterRef("rank"))
        | Q(rank=OuterRef("rank"), as_of__gt=OuterRef("as_of"))
        | Q(rank=OuterRef("rank"), as_of=OuterRef("as_of"), source__lt=OuterRef("source"))
    )
    rows = Counted(YearlyFact).select_related("party__region").filter(~Exists(same.filter(before)))
    rows.counted = YearlyFact.objects.order_by().values("year", "party").distinct()
    return limit(rows, actor, "fact.view")


def said_by(rows: QuerySet[YearlyFact], source: str) -> QuerySet[YearlyFact]:
    """The years of which a source says something."""
    same = YearlyFact.objects.filter(party=OuterRef("party"), year=OuterRef("year"), source=source)
    return rows.filter(Exists(same))


def without(rows: QuerySet[YearlyFact], field: str) -> QuerySet[YearlyFact]:
    """The years for which nobody knows a field."""
    said = YearlyFact.objects.filter(
        party=OuterRef("party"), year=OuterRef("year"), **{f"{field}__isnull": False}
    )
    cell = CellCorrection.objects.filter(
        party=OuterRef("party"), year=OuterRef("year"), field=field
    )
    filled = Exists(cell.filter(number__isnull=False))
    emptied = Exists(cell.filter(number=None))
    return rows.filter(emptied | (~filled & ~Exists(said)))


def corrected(rows: QuerySet[YearlyFact]) -> QuerySet[YearlyFact]:
    """The years in which a cell was set by hand."""
    cells = CellCorrection.objects.filter(party=OuterRef("party"), year=OuterRef("year"))
    return rows.filter(Exists(cells))


# --- missing facts


def enterprises_at_work(actor: Actor) -> QuerySet[Organisation]:
    """The enterprises whose facts somebody must have, with party and region."""
    rows = Counted(Organisation).select_related("party__region")
    rows = rows.filter(AT_WORK)
    return limit(rows, actor, "fact.view")


def lacking_of_year(rows: QuerySet[Organisation], year: int) -> QuerySet[Organisation]:
    """Those that lack any needed fact of a year; each row says the year as `fact_year`.

    Of whom the sources together say everything is told by the index: for those of a page one by
    one, to count them for all at once. Only firms of which a cell was set by hand, which are few,
    are asked field by field.
    """
    rows = rows.annotate(fact_year=Value(year))
    found = rows.filter(_lacks_any(~Q(Exists(_whole(_said()))), year))
    if isinstance(found, Counted):
        everywhere = _whole(YearlyFact.objects.filter(year=year).order_by())
        found.counted = rows.filter(_lacks_any(~Q(party__in=everywhere), year))
    return found


def _lacks_any(untold: Any, year: int) -> Q:
    """The firms that no source tells everything of, and those where a hand has left a gap."""
    needed = fact_words().needed
    cells = CellCorrection.objects.filter(year=year, field__in=needed)
    by_hand = Q(party__in=cells.order_by().values("party"))
    few = Organisation.objects.filter(by_hand).order_by().annotate(fact_year=Value(year))
    gaps = few.filter(reduce(or_, (_lacks(code) for code in needed)))
    return Q(~by_hand & untold) | Q(pk__in=gaps.values("pk"))


def _whole(said: QuerySet[YearlyFact]) -> QuerySet[Any]:
    """The parties of which these rows together say every needed fact."""
    counts = {f"{code}_told": Count(code) for code in fact_words().needed}
    told = said.values("party").annotate(**counts)
    return told.filter(**{f"{name}__gt": 0 for name in counts}).values("party")


def lacking(rows: QuerySet[Organisation], field: str) -> QuerySet[Organisation]:
    """Of those, the ones that lack this field, or with `any`, that have no row at all."""
    return rows.filter(~Exists(_said()) if field == "any" else _lacks(field))


def _lacks(field: str) -> Q:
    """Whether nobody knows a field of the year: no source and no correction, or set to unknown."""
    cells = _cells().filter(field=field)
    said = Exists(_said().filter(**{f"{field}__isnull": False}))
    filled, emptied = Exists(cells.filter(number__isnull=False)), Exists(cells.filter(number=None))
    return Q(emptied) | (Q(~said) & Q(~filled))


def missing_of(row: Any) -> list[str]:
    """The needed fields that a row lacks."""
    return [
        code
        for code in fact_words().needed
        if code not in row.facts or row.facts[code].value is None
    ]


def _said() -> QuerySet[YearlyFact]:
    return YearlyFact.objects.filter(party=OuterRef("party"), year=OuterRef("fact_year")).order_by()


def _cells() -> QuerySet[CellCorrection]:
    """The needed cells of the year that were set by hand."""
    return CellCorrection.objects.filter(
        party=OuterRef("party"), year=OuterRef("fact_year"), field__in=fact_words().needed
    )


# --- doubts


def doubts(actor: Actor) -> QuerySet[Doubt]:
    """The doubts that an actor may see, with party and region."""
    return limit(Doubt.objects.select_related("party__region"), actor, "fact.view")


def open_doubts_of(party_id: int) -> QuerySet[Doubt]:
    """What waits about one party, newest year first."""
    return Doubt.objects.filter(party=party_id, state=Doubt.State.OPEN)
