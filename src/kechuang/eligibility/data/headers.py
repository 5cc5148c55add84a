"""What a header means: a field, the year it is of, and the unit of what stands below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from kechuang.eligibility.data.words import words
from kechuang.reference.fields import YEARS_KEPT, Dictionary, Field
from kechuang.reference.words import reference_words
from kechuang.rulebook.units import unit_of, unit_table

NUMERIC: Final = frozenset({"money", "count", "number"})
_BRACKET: Final = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]$")
_CODE_YEAR: Final = re.compile(r"__(y\d|\d{4})$")
_YEAR_BEFORE: Final = re.compile(r"^(\d{4})年?度?(?=\D)")
_YEAR: Final = re.compile(r"(\d{4})(?:年度?)?|y(\d)")
_PARTS: Final = re.compile(r"[,、;/]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the cells of a column are.

    `years_back` counts from the last full year. A whole number of the frame is a cell's number
    times `factor`; where `is_canonical`, the cells hold it as it stands.
    """

    field: Field
    years_back: int = 0
    unit: str = ""
    factor: Fraction = Fraction(1)
    is_canonical: bool = False

    @property
    def column(self) -> str:
        """The name of the frame's column."""
        return self.field.column(self.years_back)

    @property
    def least(self) -> int:
        """The smallest whole number that the column may hold: a count is never below zero."""
        return 0 if self.field.type == "count" else -self.field.most


@dataclass(frozen=True, slots=True)
class Unread:
    """A header of no field that is kept: why, in Chinese, or empty where it is just unknown."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Misread:
    """A header of a field that is written wrongly, with its code and its three sentences."""

    field: Field
    code: str
    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Split:
    field: Field
    by_code: bool
    years: tuple[str, ...]
    units: tuple[str, ...]
    unknown: tuple[str, ...]


class HeaderReader:
    """Reads the headers of one frame's tables.

    `last_year` is the last full year; `is_typed` says that the cells have types of their own, as in
    a parquet file: there a bare code is the canonical form. `unit` is that of money whose header
    says none.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        frame: str,
        last_year: int,
        *,
        is_typed: bool = False,
        unit: str = "",
    ) -> None:
        self.dictionary, self.frame = dictionary, frame
        self.last_year, self.is_typed, self.unit = last_year, is_typed, unit

    def read(self, header: str) -> Meaning | Unread | Misread:
        """What a header means."""
        text = "".join(unicodedata.normalize("NFKC", header).split())
        split = self._split(text)
        if split is None:
            return Unread()
        if split.unknown:
            return Unread(f"括号里的“{split.unknown[0]}”看不懂")
        years_back = self._years_back(split)
        if not isinstance(years_back, int):
            return years_back
        return self._with_unit(split, years_back, bare=split.by_code and not split.units)

    def _split(self, text: str) -> _Split | None:
        for rest, parts in _peelings(text):
            found = self.dictionary.named(self.frame, rest)
            if found is not None:
                return _sorted_parts(found, parts, by_code=rest.casefold() == found.code)
            before = _YEAR_BEFORE.match(rest)
            if before is not None:
                found = self.dictionary.named(self.frame, rest[before.end() :])
                if found is not None:
                    return _sorted_parts(found, (before.group(1), *parts), by_code=False)
        return None

    def _years_back(self, split: _Split) -> int | Unread | Misread:
        field = split.field
        if not split.years:
            return 0
        if field.period != "year":
            why = "它不分年度"
            remedy = "表头里去掉年份；多年的数各列分开时只留一列"
            return Misread(field, "bad_year", f"“{field.name}”不能写年份", why, remedy)
        backs = {self._back(year) for year in split.years}
        if len(backs) > 1:
            why = f"表头写了 {'、'.join(split.years)}"
            return Misread(field, "bad_year", "表头里有两个年份", why, "只留一个年份")
        back = backs.pop()
        if not 0 <= back < YEARS_KEPT:
            first = self.last_year - YEARS_KEPT + 1
            return Unread(f"只用 {first} 到 {self.last_year} 年的数")
        return back

    def _back(self, year: str) -> int:
        if year in words().years:
            return words().years[year]
        found = _YEAR.fullmatch(year)
        assert found is not None  # noqa: S101 - sorted by the same pattern
        return int(found.group(2)) if found.group(2) else self.last_year - int(found.group(1))

    def _with_unit(self, split: _Split, years_back: int, *, bare: bool) -> Meaning | Misread:
        field = split.field
        if self.is_typed and bare:
            return Meaning(field, years_back, is_canonical=True)
        unit = split.units[0] if split.units else ""
        if len(set(split.units)) > 1:
            why = f"写了 {'、'.join(split.units)}"
            return Misread(field, "wrong_unit", "表头里有两个单位", why, "只留一个单位")
        if field.type == "money":
            return _money(field, years_back, unit or self.unit)
        factor = Fraction(10**field.places)
        if unit:
            known = unit_table().get(unit)
            own = unit_of(field.unit)
            if field.type not in NUMERIC or known is None or known.dimension != own.dimension:
                why = f"“{field.name}”的单位是{field.unit or '空的'}，与“{unit}”不能换算"
                remedy = f"改成（{field.unit}）" if field.unit else "去掉括号里的单位"
                return Misread(field, "wrong_unit", f"单位“{unit}”用不上", why, remedy)
            factor *= known.factor / own.factor
        return Meaning(field, years_back, unit or field.unit, factor)


def _money(field: Field, years_back: int, unit: str) -> Meaning | Misread:
    factor = words().money_units.get(unit)
    if factor is not None:
        return Meaning(field, years_back, unit, Fraction(factor))
    if unit:
        why = f"“{field.name}”是金额，与“{unit}”不能换算"
        remedy = f"改成（{field.unit}）或（元）"
        return Misread(field, "wrong_unit", f"单位“{unit}”用不上", why, remedy)
    why = "差一个单位就差一万倍，不能猜"
    remedy = f"在表头写上单位，如“{field.name}（{field.unit}）”或“{field.name}（元）”"
    return Misread(field, "no_unit", "金额的表头没有单位", why, remedy)


def _peelings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text, and what is left of it as one bracket or year after another is taken off its end.

    >>> list(_peelings("revenue__y1(元)"))
    [('revenue__y1(元)', ()), ('revenue__y1', ('元',)), ('revenue', ('y1', '元'))]
    """
    parts: tuple[str, ...] = ()
    while text:
        yield text, parts
        found = _BRACKET.search(text) or _CODE_YEAR.search(text)
        if found is None:
            return
        inside = tuple(part for part in _PARTS.split(found.group(1)) if part)
        text, parts = text[: found.start()], (*inside, *parts)


def _sorted_parts(field: Field, parts: tuple[str, ...], *, by_code: bool) -> _Split:
    years: list[str] = []
    units: list[str] = []
    unknown: list[str] = []
    for part in parts:
        unit = _without_label(part)
        if _YEAR.fullmatch(part) or part in words().years:
            years.append(part)
        elif unit in _known_units():
            units.append(unit)
        else:
            unknown.append(part)
    return _Split(field, by_code, tuple(years), tuple(units), tuple(unknown))


def _without_label(part: str) -> str:
    return next(
        (part.removeprefix(label) for label in words().before_unit if part.startswith(label)), part
    )


@cache
def _known_units() -> frozenset[str]:
    reference = reference_words()
    return frozenset(words().money_units) | frozenset(unit_table()) | reference.units - {""}
