"""A table of data as the arrays that an evaluation works on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
import polars as pl

from kechuang.evaluation.arrays import Array, Truths, known, mean
from kechuang.evaluation.cells import Fault, is_total, number_of_cell
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.header_units import check_unit
from kechuang.evaluation.scheme import Indicator, Marks, Scheme
from kechuang.reference.words import plain_header

NUMBERED: Final = re.compile(r"[#＃_（(]?(?:专家)?(\d{1,2})[）)]?")
"""What follows the name of an item in the headers of its single marks: （专家1）, _1, #1."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The data of all years: arrays of shape (years, units, …), years ascending, units by code.

    `values` is (years, units, indicators). `present` says which unit has a row in which year.
    A table without years has the one year None.
    """

    years: tuple[int | None, ...]
    units: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[tuple[str | None, ...], ...]
    values: Array
    present: Truths
    denominators: Mapping[str, Array]

    def at(self, year: int | None) -> int:
        """The place of a year; None is the newest.

        Raises:
            EvaluationError: the year is not there.
        """
        if year is None:
            return len(self.years) - 1
        if year in self.years:
            return self.years.index(year)
        told = "、".join(str(each) for each in self.years if each is not None)
        why = f"数据里有 {told}" if told else "数据里没有年份一列"
        raise EvaluationError("year", f"没有 {year} 年的数据", why, "改 --year，或补这一年的数据")

    def codes(self, rows: Truths) -> list[str]:
        """The codes of some units."""
        return [unit for unit, has in zip(self.units, rows, strict=True) if has]


def panel_of(scheme: Scheme, table: pl.DataFrame) -> Panel:
    """The data of a table, found by the names that the scheme has for its columns.

    Raises:
        EvaluationError: a column is missing or no number, a unit has no code or stands twice in a
            year, a mark lies outside its range, or there is no row.
    """
    if not table.height:
        raise EvaluationError("no_data", "数据是空的", "只有表头，没有一行单位", "补上数据")
    headers = _Headers(table.columns)
    unit_column = headers.one(scheme.columns.unit, "单位代码")
    codes = _texts(table, unit_column)
    name_column = headers.optional(scheme.columns.name)
    row_names = _texts(table, name_column) if name_column else codes
    _check_units(codes, row_names, unit_column)
    row_years = _years(table, headers.optional(scheme.columns.year))
    group_column = headers.optional(scheme.columns.group)
    row_groups = _texts(table, group_column) if group_column else [None] * table.height
    years = sorted(set(row_years), key=lambda each: each or 0)
    units = sorted({code for code in codes if code})
    rows = _rows(codes, row_years)
    unit_at = {unit: at for at, unit in enumerate(units)}
    places = [(years.index(year), unit_at[code]) for code, year in rows]
    at_years, at_units = np.array(places).T

    def spread(column: Array) -> Array:
        field = np.full((len(years), len(units)), np.nan)
        field[at_years, at_units] = column
        return field

    names = {code: name or code for (code, _), name in zip(rows, row_names, strict=True)}
    groups: list[list[str | None]] = [[None] * len(units) for _ in years]
    for (at, row), group in zip(places, row_groups, strict=True):
        groups[at][row] = group
    values = [spread(_values(table, headers, each, codes)) for each in scheme.indicators]
    below = {each.denominator for each in scheme.indicators if each.denominator is not None}
    return Panel(
        years=tuple(years),
        units=tuple(units),
        names=tuple(names[code] for code in units),
        groups=tuple(tuple(each) for each in groups),
        values=np.stack(values, axis=-1),
        present=np.isfinite(spread(np.zeros(table.height))),
        denominators={
            name: spread(_numbers(table, headers.one((name,), "分母"), codes))
            for name in sorted(below)
        },
    )


class _Headers:
    """The headers of a table, found whatever their width, blanks and case."""

    def __init__(self, headers: Sequence[str]) -> None:
        self.headers = headers
        self._plain: dict[str, list[str]] = {}
        for header in headers:
            self._plain.setdefault(plain_header(_without_unit(header)), []).append(header)
            if _without_unit(header) != header:
                self._plain.setdefault(plain_header(header), []).append(header)

    def optional(self, names: Sequence[str]) -> str | None:
        """The column that goes by one of these names.

        Raises:
            EvaluationError: several columns do.
        """
        found = {header for name in names for header in self._plain.get(plain_header(name), [])}
        if len(found) > 1:
            told = "、".join(f"“{each}”" for each in sorted(found))
            raise EvaluationError("column", f"{told}是同一列", "数据里有重复的列", "只留一列")
        return found.pop() if found else None

    def one(self, names: Sequence[str], what: str) -> str:
        """The column that goes by one of these names.

        Raises:
            EvaluationError: no column does, or several do.
        """
        found = self.optional(names)
        if found is not None:
            return found
        near = [each for name in names for each in get_close_matches(name, self.headers, 1)]
        told = "或".join(f"“{each}”" for each in names)
        remedy = f"表头“{near[0]}”如果就是它，改成{told}" if near else f"加上{told}一列"
        why = f"表头里有 {'、'.join(self.headers[:8])}{' 等' if len(self.headers) > 8 else ''}"
        raise EvaluationError("column", f"没有{what}一列", why, remedy)

    def marks(self, names: Sequence[str]) -> list[str]:
        """The columns of the single marks of an item: its name with a number after it.

        Raises:
            EvaluationError: there are such columns and one of the item's own name beside them.
        """
        plain = [plain_header(name) for name in names]
        found = [
            header
            for header in self.headers
            for name in plain
            if plain_header(header).startswith(name)
            and NUMBERED.fullmatch(plain_header(header)[len(name) :])
        ]
        own = [header for header in self.headers if plain_header(header) in plain]
        if found and own:
            why = f"既有“{own[0]}”，又有“{found[0]}”等单个专家的打分"
            raise EvaluationError("column", "分不清用哪一列打分", why, "只留一种")
        return found


def _without_unit(header: str) -> str:
    """A header without the unit in brackets behind it.

    >>> _without_unit("技术合同成交额（万元）")
    '技术合同成交额'
    """
    return re.sub(r"\s*[（(][^（()）]*[)）]\s*$", "", header) or header


def _texts(table: pl.DataFrame, column: str) -> list[str | None]:
    series = table[column]
    if series.dtype.is_float() and (series.drop_nulls() % 1 == 0).all():
        series = series.cast(pl.Int64)
    return [None if each is None else str(each).strip() or None for each in series.to_list()]


def _years(table: pl.DataFrame, column: str | None) -> list[int | None]:
    if column is None:
        return [None] * table.height
    found: list[int | None] = []
    for row, text in enumerate(_texts(table, column)):
        digits = (text or "").removesuffix("年")
        if not digits.isdecimal():
            where = f"第 {row + 1} 行数据的“{column}”写成“{text or ''}”"
            raise EvaluationError("year", "年份认不出", where, "写成 2024")
        found.append(int(digits))
    return found


def _check_units(codes: Sequence[str | None], names: Sequence[str | None], column: str) -> None:
    """Refuse rows that are no units."""
    for row, (code, name) in enumerate(zip(codes, names, strict=True)):
        if is_total(code or "") or is_total(name or ""):
            where = f"第 {row + 1} 行数据是“{name or code}”"
            raise EvaluationError("unit", "这一行是合计，不是单位", where, "删去这一行")
        if code is None:
            where = f"第 {row + 1} 行数据的“{column}”是空的"
            raise EvaluationError("unit", "单位没有代码", where, "补上代码，或删去这一行")


def _rows(codes: Sequence[str | None], years: Sequence[int | None]) -> list[tuple[str, int | None]]:
    """The unit and year of each row; none twice."""
    seen: dict[tuple[str, int | None], int] = {}
    for row, (code, year) in enumerate(zip(codes, years, strict=True)):
        assert code is not None  # noqa: S101 - `_check_units` saw it
        if (code, year) in seen:
            when = f" {year} 年" if year is not None else ""
            why = f"第 {seen[code, year] + 1} 行和第 {row + 1} 行数据都是它"
            remedy = "只留一行" if year is not None else "只留一行；不同年份的数据要有年份一列"
            raise EvaluationError("unit", f"单位“{code}”{when}写了两次", why, remedy)
        seen[code, year] = row
    return list(seen)


def _values(
    table: pl.DataFrame, headers: _Headers, indicator: Indicator, codes: Sequence[str | None]
) -> Array:
    names = (indicator.code, indicator.name, *indicator.also)
    if indicator.marks is None:
        column = headers.one(names, f"指标“{indicator.name}”")
        check_unit(column, indicator.unit, indicator.name)
        return _numbers(table, column, codes, indicator.unit)
    columns = headers.marks(names) or [headers.one(names, f"指标“{indicator.name}”")]
    marks = np.column_stack([_numbers(table, column, codes) for column in columns])
    wrong = np.argwhere((marks < 0) | (marks > indicator.marks.most))
    if wrong.size:
        row, at = wrong[0]
        where = f"单位“{codes[row]}”的“{columns[at]}”是 {marks[row, at]:g}"
        why = f"{where}，应在 0 到 {indicator.marks.most:g} 之间"
        raise EvaluationError("cell", "专家打分超出范围", why, "核对打分，或方案里的满分")
    return trimmed_mean(marks, indicator.marks)


def trimmed_mean(marks: Array, rule: Marks) -> Array:
    """The mean mark of each unit, (units, experts) to (units,), without the extremes.

    Where too few experts marked a unit for the extremes to be left out, all its marks count.
    """
    ordered = np.sort(marks, axis=1)  # missing marks are sorted to the end
    count = known(marks.T)[:, None]
    trim = (count > 2 * rule.trim) * float(rule.trim)
    place: Array = np.arange(marks.shape[1], dtype=np.float64)
    kept = (place >= trim) & (place < count - trim)
    return mean(np.where(kept, ordered, np.nan).T)


def _numbers(
    table: pl.DataFrame, column: str, codes: Sequence[str | None], unit: str = ""
) -> Array:
    series = table[column]
    if series.dtype.is_numeric() or series.dtype == pl.Null:
        values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
        infinite = np.flatnonzero(np.isinf(values))
        if infinite.size:
            where = f"单位“{codes[infinite[0]]}”的“{column}”是无穷大"
            raise EvaluationError("cell", "不是数", where, "核对这一格；不知道就留空")
        return values
    values = np.full(len(series), np.nan)
    for row, text in enumerate(series.cast(pl.String).to_list()):
        number = None if text is None else number_of_cell(text, unit)
        if isinstance(number, Fault):
            what = f"单位“{codes[row]}”的“{column}”写成“{text}”"
            raise EvaluationError("cell", what, number.why, number.remedy)
        if number is not None:
            values[row] = number
    return values
