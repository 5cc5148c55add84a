"""What the registry knows of firms, as the cells of a form take it, with source and day.

Reasons are in Chinese whatever the page is in, because they go into the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Final

from django.utils import timezone

from kechuang.office.desk.filling.columns import (
    NUMERIC,
    OWN,
    SECRETS,
    STANDING,
    TITLE,
    VERBS,
    YEARLY,
    Mapped,
)
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, masked
from kechuang.office.registry.models import CellSource, Organisation, Qualification
from kechuang.office.registry.queries import facts
from kechuang.office.registry.queries.qualifications import on_day, standing_is
from kechuang.office.registry.sourced import source_name
from kechuang.office.registry.standing import options
from kechuang.sheets.filling import Entry
from kechuang.sheets.grids import Value

DIGITS: Final = 40
PERCENT: Final = "%"
BETWEEN: Final = "、"


@dataclass(frozen=True, slots=True)
class Said:
    """A value with where it comes from; without one, why. `shown` is what a page may show."""

    value: Value = None
    why: str = ""
    source: str = ""
    as_of: date | None = None
    is_percent: bool = False
    shown: str | None = None

    @property
    def entry(self) -> Entry:
        """What goes into the cell."""
        return Entry(self.value, self.why, self.is_percent)

    def kept(self) -> dict[str, str]:
        """What the record keeps of it; a value that is shown masked is kept so."""
        said = self.shown if self.shown is not None else said_of(self.value)
        parts = {
            "said": said,
            "source": self.source,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "why": self.why,
        }
        return {name: part for name, part in parts.items() if part}


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm with what is asked of it, by place."""

    key: int
    code: str
    name: str
    said: Mapping[int, Said]


def said_of(value: Value) -> str:
    """A value as text, as a person would read it in the cell.

    >>> said_of(Decimal("12.50")), said_of(True), said_of(None)
    ('12.5', '是', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def firms(
    actor: Actor, keys: Sequence[int], columns: Mapping[int, Mapped], year: int
) -> list[Firm]:
    """What the actor may take of these firms, in their order; what they may not see is left out.

    About ten queries whatever the number of keys: for some hundreds of firms at a time.
    """
    rows = Organisation.objects.select_related("party__region", "parent").filter(pk__in=keys)
    found = {
        row.pk: row
        for row in limit(
            rows.prefetch_related("tags", "party__formername_set"), actor, "organisation.view"
        )
    }
    kinds = {mapped.choice.kind for mapped in columns.values()}
    asking = _Asking(actor, found, columns, year, kinds)
    return [
        Firm(
            key,
            found[key].party.code,
            found[key].party.name,
            {place: asking.said(found[key], mapped) for place, mapped in columns.items()},
        )
        for key in keys
        if key in found
    ]


class _Asking:
    """One page of firms and what is asked of them."""

    def __init__(
        self,
        actor: Actor,
        rows: Mapping[int, Organisation],
        columns: Mapping[int, Mapped],
        year: int,
        kinds: set[str],
    ) -> None:
        self.rows, self.columns, self.year = rows, columns, year
        keys = list(rows)
        self.reached = {kind: _reached(actor, VERBS[kind], keys) for kind in kinds}
        secret = any(mapped.code in SECRETS for mapped in columns.values())
        self.revealed = _reached(actor, (REVEAL,), keys) if secret else set()
        self.sources = self._sources(keys) if OWN in kinds else {}
        self.yearly = self._yearly(keys) if YEARLY in kinds else {}
        self.standing = (
            facts.standing(keys, sorted(self._codes(STANDING))) if STANDING in kinds else {}
        )
        self.titles = self._titles(keys) if TITLE in kinds else {}

    def said(self, row: Organisation, mapped: Mapped) -> Said:
        """One value of one firm."""
        kind = mapped.choice.kind
        if row.pk not in self.reached[kind]:
            return Said(why="本角色不能取用这项数据")
        how: Mapping[str, Callable[[Organisation, Mapped], Said]] = {
            OWN: self._own,
            STANDING: self._standing,
            YEARLY: self._fact,
            TITLE: self._title,
        }
        return how[kind](row, mapped)

    def _codes(self, kind: str) -> set[str]:
        return {each.code for each in self.columns.values() if each.choice.kind == kind}

    # --- what the firm's own row says

    def _sources(self, keys: list[int]) -> dict[tuple[int, str], CellSource]:
        rows = CellSource.objects.filter(party__in=keys).order_by()
        return {(row.party_id, row.field): row for row in rows}  # type: ignore[attr-defined]

    def _own(self, row: Organisation, mapped: Mapped) -> Said:
        kept = _OWN.get(mapped.code, lambda each: getattr(each, mapped.code, None))(row)
        if mapped.code in SECRETS:
            if kept and row.pk not in self.revealed:
                return Said(why="本角色不能查看电话")
            hidden = masked("phone", kept) if kept else None
            return self._sourced(row, mapped, kept or None, hidden)
        return self._sourced(row, mapped, _converted(mapped, kept), None)

    def _sourced(self, row: Organisation, mapped: Mapped, value: Value, shown: str | None) -> Said:
        if value is None:
            return Said(why="档案里没有填")
        origin = self.sources.get((row.pk, mapped.code), row)
        return Said(value, source=source_name(origin.source), as_of=origin.as_of, shown=shown)

    # --- facts

    def _yearly(self, keys: list[int]) -> Mapping[facts.Cell, facts.Chosen]:
        years = {self.year - each.back for each in self.columns.values() if each.choice.is_yearly}
        return facts.chosen(keys, sorted(years), sorted(self._codes(YEARLY)))

    def _fact(self, row: Organisation, mapped: Mapped) -> Said:
        year = self.year - mapped.back
        found = self.yearly.get((row.pk, year, mapped.code))
        return _fact(mapped, found, f"{year}年没有这项数据")

    def _standing(self, row: Organisation, mapped: Mapped) -> Said:
        return _fact(mapped, self.standing.get((row.pk, mapped.code)), "库内没有这项数据")

    # --- titles

    def _titles(self, keys: list[int]) -> dict[int, list[Qualification]]:
        held = standing_is(on_day(Qualification.objects.all(), timezone.localdate()), "valid")
        found: dict[int, list[Qualification]] = {}
        for each in held.filter(party__in=keys).order_by("-issued_on", "-pk"):
            found.setdefault(each.party_id, []).append(each)
        return found

    def _title(self, row: Organisation, mapped: Mapped) -> Said:
        held = self.titles.get(row.pk, [])
        if mapped.code == "titles":
            words = options("titles", "title")
            names = dict.fromkeys(words.get(each.title, each.title) for each in reversed(held))
            if not names:
                return Said(why="没有有效的称号")
            return Said(BETWEEN.join(names), source="资格称号", as_of=timezone.localdate())
        _word, title, detail = mapped.code.split(":")
        one = next((each for each in held if each.title == title), None)
        if detail == "held":
            return Said(one is not None, source="资格称号", as_of=timezone.localdate())
        if one is None:
            return Said(why="没有有效的这项称号")
        value = one.issued_on if detail == "issued_year" else getattr(one, detail)
        if not value:
            return Said(why="称号登记里没有填")
        value = value.year if detail == "issued_year" else value
        return Said(value, source=source_name(one.source), as_of=one.as_of)


def _reached(actor: Actor, verbs: Sequence[str], keys: list[int]) -> set[int]:
    """The firms in which an actor may do all of this."""
    reached = set(keys)
    for verb in verbs:
        if actor.reach(verb) is None:
            return set()
        rows = limit(Organisation.objects.filter(pk__in=keys).order_by(), actor, verb)
        reached &= set(rows.values_list("pk", flat=True))
    return reached


def _fact(mapped: Mapped, found: facts.Chosen | None, lacking: str) -> Said:
    value = None if found is None else _converted(mapped, found.value)
    if found is None or value is None:
        return Said(why=lacking)
    row = found.row
    unit = mapped.unit or (mapped.choice.field.unit if mapped.choice.field else "")
    return Said(value, "", source_name(row.source), row.as_of, unit == PERCENT)


def _converted(mapped: Mapped, kept: Any) -> Value:
    """What the database keeps in the unit of the column, exactly; None for what is not known."""
    field = mapped.choice.field
    if kept is None or kept == "" or field is None:
        return None
    if field.type in NUMERIC:
        factor = mapped.factor()
        with localcontext(prec=DIGITS):
            return Decimal(int(kept)) * factor.denominator / factor.numerator
    if field.type == "choice":
        return field.options.get(str(kept), str(kept))
    if field.type == "boolean":
        return bool(kept)
    return kept if isinstance(kept, date) else str(kept)


_OWN: Final[Mapping[str, Callable[[Organisation], Any]]] = {
    "enterprise_code": lambda row: row.credit_code,
    "party_code": lambda row: row.party.code,
    "enterprise_name": lambda row: row.party.name,
    "organisation_kind": lambda row: row.kind,
    "registration_status": lambda row: row.status,
    "region_code": lambda row: row.party.region.code,
    "region_name": lambda row: row.party.region.name,
    "former_name": lambda row: BETWEEN.join(each.name for each in row.party.formername_set.all()),
    "parent_code": lambda row: row.parent.code if row.parent else None,
    "tags": lambda row: BETWEEN.join(sorted(each.name for each in row.tags.all())),
}
