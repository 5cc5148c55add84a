"""A slice of a file to typed rows, and everything that is wrong with its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import polars as pl
from django.db import models
from django.utils.translation import gettext as _

from kechuang.eligibility.data.cells import Fault
from kechuang.eligibility.data.checked import FaultyCells, checked_column
from kechuang.eligibility.data.raw import RawTable
from kechuang.eligibility.data.typed_columns import WrongType
from kechuang.eligibility.data.words import plain, words
from kechuang.office.ground.secrets import encrypt
from kechuang.office.parties.codes import code_fault
from kechuang.office.registry.imports.faults import ToldCell, cell_told
from kechuang.office.registry.imports.purposes import MODELS, Column, Purpose
from kechuang.office.registry.imports.reading import Headers, Known
from kechuang.reference.credit_codes import is_credit_code

ROW: Final = "__row"
CREDIT: Final = 18
CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
CODES: Final = frozenset({"enterprise_code", "host_code", "employer_code", "parent_code"})
OWN_CODES: Final = frozenset({"party_code", "person_code", "platform_code"})
FIRST_YEAR: Final = 1990
TOTALS_COLUMNS: Final = 3
"""A row of totals says so in one of the first columns."""


@dataclass(slots=True)
class Checked:
    """Rows that were read: their values, and by row what is wrong with it.

    `rows` has `__row` and a column for each known one, by its name; faulty cells are null there.
    `totals` is how many rows of totals were passed over.
    """

    rows: pl.DataFrame
    wrong: dict[int, list[ToldCell]] = field(default_factory=dict[int, list[ToldCell]])
    totals: int = 0


def check(raw: RawTable, headers: Headers, purpose: Purpose) -> Checked:
    """Read the cells of a slice by what its headers mean."""
    raw, totals = _without_totals(raw)
    values: dict[str, pl.Series] = {ROW: raw.rows.cast(pl.Int64)}
    checked = Checked(pl.DataFrame(), totals=totals)
    for known in headers.known:
        column = purpose.columns[known.column]
        found = checked_column(raw, known.at, known.meaning)
        assert not isinstance(found, WrongType)  # noqa: S101 - files of text have no types
        series = found.values
        if series.dtype == pl.String and column.code not in CODES | OWN_CODES:
            series = _cleaned(series)
        for group in found.faulty:
            series = _without(series, raw, group)
        more = tuple(_more_faults(raw, column, series))
        for group in (*found.faulty, *more):
            _tell(checked, known, group)
            series = _without(series, raw, group)
        values[known.name] = series
    checked.rows = pl.DataFrame(values)
    return checked


def _without(series: pl.Series, raw: RawTable, group: FaultyCells) -> pl.Series:
    """The values without those of faulty cells."""
    return series.set(raw.rows.is_in(group.rows.implode()), None)


def encrypted(rows: pl.DataFrame, purpose: Purpose) -> pl.DataFrame:
    """The rows with what is secret encrypted, as it is kept."""
    secret = [each.code for each in purpose.listed if each.is_secret and each.code in rows.columns]
    return rows.with_columns(
        pl.Series(name, [None if text is None else encrypt(text) for text in rows[name]], pl.String)
        for name in secret
    )


def _without_totals(raw: RawTable) -> tuple[RawTable, int]:
    """The table without rows that say 合计 in one of the first columns."""
    names = raw.cells.columns[:TOTALS_COLUMNS]
    if not names or not raw.cells.height:
        return raw, 0
    told = list(words().totals)
    spaced = (pl.col(name).str.replace_all(r"[\s:：]", "") for name in names)
    is_total = raw.cells.select(
        pl.any_horizontal(each.is_in(told) for each in spaced).fill_null(value=False)
    ).to_series()
    if not is_total.any():
        return raw, 0
    kept = ~is_total
    table = replace(raw, cells=raw.cells.filter(kept), rows=raw.rows.filter(kept))
    return table, int(is_total.sum())


def _cleaned(series: pl.Series) -> pl.Series:
    """Texts without characters that no database keeps and nobody sees."""
    if series.str.contains(CONTROL).any():
        return series.str.replace_all(CONTROL, "")
    return series


def _visible(text: str) -> str:
    """A text with a mark for each character that nobody sees and no database keeps."""
    return re.sub(CONTROL, "\N{REPLACEMENT CHARACTER}", text)


def _tell(checked: Checked, known: Known, group: FaultyCells) -> None:
    for row, text in zip(group.rows, group.texts, strict=True):
        told = cell_told(
            row, known.letter, known.header, known.meaning.field, _visible(text or ""),
            group.fault_of(text),
        )  # fmt: skip
        checked.wrong.setdefault(int(row), []).append(told)


# --- what the registry asks of a cell beyond the dictionary


def _more_faults(raw: RawTable, column: Column, series: pl.Series) -> Iterator[FaultyCells]:
    code, is_own = column.code, column.code in CODES | OWN_CODES
    if code in CODES:
        yield from _by_value(raw, series, _credit_fault)
    elif code in OWN_CODES:
        yield from _by_value(raw, series, _own_fault)
    elif code == "facts_year":
        this_year = date.today().year  # noqa: DTZ011 - the year of a fact, anywhere
        wrong = ~series.is_between(FIRST_YEAR, this_year)
        why = _("年度应在 %(first)d 年到今年之间") % {"first": FIRST_YEAR}
        yield from _where(
            raw, series, wrong, Fault("bad_year", _("不是可用的年度"), why, _("核对年度"))
        )
    if column.longest and series.dtype == pl.String and not (column.is_secret or is_own):
        why = _("“%(name)s”最多 %(most)d 个字") % {
            "name": column.field.name,
            "most": column.longest,
        }
        fault = Fault("too_long", _("太长"), why, _("缩短后再填"))
        yield from _where(raw, series, series.str.len_chars() > column.longest, fault)
    most = _greatest(column)
    if most:
        why = _("“%(name)s”不会超过 %(most)d") % {"name": column.field.name, "most": most}
        yield from _where(
            raw, series, series > most, Fault("magnitude", _("太大"), why, _("核对数值"))
        )


def _greatest(column: Column) -> int:
    if not column.table:
        return 0
    kept = MODELS[column.table]._meta.get_field(column.attribute.removesuffix("_id"))
    return 32_767 if isinstance(kept, models.PositiveSmallIntegerField) else 0


def _where(
    raw: RawTable, series: pl.Series, wrong: pl.Series, fault: Fault
) -> Iterator[FaultyCells]:
    wrong = wrong.fill_null(value=False)
    if wrong.any():
        texts = series.filter(wrong).cast(pl.String)
        yield FaultyCells(fault.code, raw.rows.filter(wrong), texts, fault)


def _by_value(
    raw: RawTable, series: pl.Series, look: Callable[[str], Fault | None]
) -> Iterator[FaultyCells]:
    faults = {text: fault for text in series.drop_nulls().unique() if (fault := look(text))}
    for code in dict.fromkeys(fault.code for fault in faults.values()):
        of_code: Mapping[str, Fault] = {
            text: each for text, each in faults.items() if each.code == code
        }
        chosen = series.is_in(list(of_code)).fill_null(value=False)
        yield FaultyCells(code, raw.rows.filter(chosen), series.filter(chosen), of_code)


def _credit_fault(text: str) -> Fault | None:
    """A credit code must have its check character; another code is that of the registry."""
    code = plain(text).upper()
    if is_credit_code(code):
        return None
    fault = code_fault(code)
    if fault == "identity":
        return _identity()
    if len(code) == CREDIT:
        why = _("末位校验与前17位不符，或含有不用的字母")
        return Fault("bad_credit_code", _("不是统一社会信用代码"), why, _("对照营业执照核对"))
    if not fault:
        return None
    why = _("应为18位")
    return Fault("bad_credit_code", _("不是统一社会信用代码"), why, _("对照营业执照核对"))


def _own_fault(text: str) -> Fault | None:
    fault = code_fault(text)
    if not fault:
        return None
    if fault == "identity":
        return _identity()
    why = _("代码用3至40个字母、数字、点、横线，以字母或数字开头")
    return Fault("bad_code", _("不能作代码"), why, _("换一个编号"))


def _identity() -> Fault:
    why = _("像是居民身份证号，代码会显示在列表和地址里")
    return Fault("identity", _("不能作代码"), why, _("换用工作证号等其他编号"))


# --- twice in one file


@dataclass(slots=True)
class Keys:
    """The keys that were seen so far in a file, with the row of each."""

    seen: dict[tuple[str, ...], int] = field(default_factory=dict[tuple[str, ...], int])

    def again(self, keys: Iterable[tuple[str, ...] | None], rows: Iterable[int]) -> dict[int, int]:
        """Rows whose key stood in an earlier row, with that row."""
        found: dict[int, int] = {}
        for key, row in zip(keys, rows, strict=True):
            if key is None:
                continue
            first = self.seen.setdefault(key, row)
            if first != row:
                found[row] = first
        return found
