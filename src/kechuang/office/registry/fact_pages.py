"""What pages of facts show: values with their sources, ready for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kechuang.eligibility.data.cells import Value
from kechuang.office.ground.showing import figures, shown
from kechuang.office.registry.choosing import NO_YEAR, known
from kechuang.office.registry.doubting import load_doubts
from kechuang.office.registry.fact_words import FactGroup, fact_words, field_name, in_unit
from kechuang.office.registry.models import CellCorrection, Doubt, Standing, YearlyFact
from kechuang.office.registry.models.facts import STANDING_FIELDS
from kechuang.office.registry.queries import facts as queries
from kechuang.office.registry.queries.facts import Chosen, Row
from kechuang.office.registry.sourced import is_official
from kechuang.reference import Field

ACTIONS: Final = {
    "fact.record": pgettext_lazy("fact", "录入"),
    "fact.correct": pgettext_lazy("fact", "更正"),
    "fact.lift": _("撤销更正"),
}
DOUBT_ACTIONS: Final = {"doubt.settle": _("说明疑点"), "doubt.find": _("检查疑点")}


@dataclass(frozen=True, slots=True)
class FactCell:
    """One value on a page: the field, what counts, what the other sources say."""

    field: Field
    chosen: Chosen | None
    rest: tuple[tuple[SafeString, Row], ...] = ()
    year: int = NO_YEAR

    @property
    def name(self) -> str:
        """The name of the field."""
        return field_name(self.field)

    @property
    def unit(self) -> str:
        """Its unit, empty where it has none."""
        return self.field.unit

    @property
    def row(self) -> Row | CellCorrection | None:
        """Where the value comes from."""
        return self.chosen.row if self.chosen else None

    @property
    def value(self) -> SafeString:
        """The value as it is shown."""
        return told(self.field, self.chosen.value if self.chosen else None)

    @property
    def is_corrected(self) -> bool:
        """Whether it was set by hand."""
        return self.chosen is not None and self.chosen.is_corrected

    @property
    def is_official(self) -> bool:
        """Whether it is another body's, so that nobody corrects it here."""
        return is_official(self.row)


def told(field: Field, value: Value) -> SafeString:
    """A value as it is shown, numbers with thousands apart."""
    read = in_unit(field, value)
    if field.type in {"money", "count", "number"} and read is not None:
        return shown(figures(read))  # type: ignore[arg-type]
    return shown(read)


def groups_of(year: int) -> Sequence[FactGroup]:
    """The groups of yearly facts, or the one of those without a year."""
    if year != NO_YEAR:
        return fact_words().groups
    return (FactGroup("standing", "不分年度的情况", "facts without a year", STANDING_FIELDS),)


def year_page(party_id: int, year: int) -> list[tuple[FactGroup, list[FactCell]]]:
    """The facts of one year by group, each with all that is said of it."""
    cells = cells_of(party_id, [year])
    return [
        (group, [cells[year, field.code] for field in group.fields]) for group in groups_of(year)
    ]


def cells_of(party_id: int, years: Sequence[int]) -> dict[tuple[int, str], FactCell]:
    """The cells of a party in some years, or without a year, by year and field."""
    found: dict[tuple[int, str], FactCell] = {}
    yearly = [year for year in years if year != NO_YEAR]
    if yearly:
        chosen = queries.chosen([party_id], yearly, list(queries.YEARLY))
        sources = queries.sources_of(party_id, yearly)
        for year in yearly:
            for code, field in queries.YEARLY.items():
                one = chosen.get((party_id, year, code))
                found[year, code] = _cell(field, one, sources[year], year)
    if NO_YEAR in years:
        standing = queries.standing([party_id], list(queries.STANDING))
        rows = queries.standing_sources_of(party_id)
        for code, field in queries.STANDING.items():
            found[NO_YEAR, code] = _cell(field, standing.get((party_id, code)), rows, NO_YEAR)
    return found


def _cell(field: Field, chosen: Chosen | None, rows: Sequence[Row], year: int) -> FactCell:
    if chosen is None:
        return FactCell(field, None, (), year)
    rest = tuple(
        (told(field, getattr(row, field.code)), row)
        for row in rows
        if known(getattr(row, field.code)) is not None
        and (chosen.is_corrected or row.source != chosen.row.source)
    )
    return FactCell(field, chosen, rest, year)


def cell(party_id: int, year: int, field: Field) -> FactCell:
    """One cell of a party."""
    return cells_of(party_id, [year])[year, field.code]


# --- the form of one source


def row_of(party_id: int, year: int, source: str) -> Row | None:
    """What a source says already."""
    if year == NO_YEAR:
        return Standing.objects.filter(party=party_id, source=source).first()
    return YearlyFact.objects.filter(party=party_id, year=year, source=source).first()


def values_of(row: Row | None, year: int) -> Mapping[str, Value]:
    """The values of a row by field."""
    fields = queries.STANDING if year == NO_YEAR else queries.YEARLY
    return {code: getattr(row, code) for code in fields} if row else {}


def source_of(row: Row | None, wanted: str) -> dict[str, Any]:
    """What the form's heads begin with."""
    found: dict[str, Any] = {"source": wanted} if wanted else {}
    return {**found, "as_of": row.as_of, "document": row.document} if row else found


# --- doubts, and the words of the trail


def cells_of_doubt(doubt: Doubt) -> list[tuple[FactCell, str]]:
    """The doubted cell and those that it is held against, each with where it is corrected."""
    rule = load_doubts().get(doubt.rule)
    field = queries.YEARLY.get(doubt.field)
    if rule is None or field is None:
        return []
    wanted = [(doubt.year, field)]
    if rule.kind == "jump":
        wanted.append((doubt.year - 1, field))
    else:
        wanted += [(doubt.year, other) for other in rule.against(doubt.field)]
    party = doubt.party
    cells = cells_of(party.pk, sorted({year for year, _field in wanted}))
    return [
        (
            cells[year, each.code],
            reverse("registry:fact_correct", args=[party.code, year, each.code]),
        )
        for year, each in wanted
    ]


def names_in_trail() -> Mapping[str, Any]:
    """The words for what the trail holds of facts."""
    fields = {**queries.STANDING, **queries.YEARLY}
    return {
        "source": _("来源"),
        "document": _("文号"),
        "as_of": _("截至日期"),
        **{code: field.name for code, field in fields.items()},
    }
