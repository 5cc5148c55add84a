"""Rows of cells: a header names the columns, the first words of a row its subject.

序号 | 区域 | 吸纳合同数 | 成交额（亿元） | 同比（倍） | 位次
1 | 甲县 | 138 | 9.2 | 0.45 | 11
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kechuang.figures.model import Form, Quantity
from kechuang.figures.numerals import multiplier_value, parse_arabic
from kechuang.figures.units import unit_table
from kechuang.reading.model import Kind

FEWEST_CELLS: Final = 3
LONGEST_ROW: Final = 2000

_NUMBER: Final = re.compile(
    r"(?P<sign>[-−]?)(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>%|‰|[^\d\s]{0,4})$"
)
_UNIT_NOTE: Final = re.compile(r"[(（](?P<unit>[^()（）]{1,8})[)）]")
_ORDER: Final = re.compile(r"^(?:序号|编号|No\.?|排序)$", re.IGNORECASE)
_RANKS: Final = re.compile(r"位次|排名|名次|排位")
_GROWS: Final = re.compile(r"同比|增速|增幅|增长")
_SHARES: Final = re.compile(r"占比|比重|率|强度")
_TOTAL_ROW: Final = re.compile(r"^(?:全[国省市县区州]|合计|总计|小计)")
_MAGNITUDE: Final = re.compile(r"^([十百千]?[万亿]{1,2})(.*)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A numeric cell with all that its row and column say of it.

    `subject` is None where rows are measures and not places; `period` is the year that a column
    is headed with, a pair of years for a column of differences.
    """

    quantity: Quantity
    measure: str
    kind: Kind
    subject: str | None
    is_total: bool
    period: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    unit: str
    scale: Decimal
    kind: Kind


def find_cells(text: str) -> list[Cell]:
    """Every numeric cell of every table with a header, in order.

    >>> [(cell.subject, cell.quantity.value, cell.quantity.unit) for cell in
    ...  find_cells("区域 | 合同数 | 成交额(亿元)\\n甲县 | 138 | 9.2")]
    [('甲县', Decimal('138'), '项'), ('甲县', Decimal('920000000.0'), '元')]
    """
    cells: list[Cell] = []
    columns: list[_Column] | None = None
    years: list[str] | None = None
    for start, line in _lines(text):
        parts = _split(start, line)
        if parts and set("".join(part for _, part in parts)) <= set("-: "):
            continue
        if len(parts) < FEWEST_CELLS or len(line) > LONGEST_ROW:
            columns = years = None
        elif years is not None:
            cells.extend(_row_of_years(parts, years))
        elif columns is None and (years := _years(parts)) is not None:
            continue
        elif columns is None or not any(_NUMBER.fullmatch(part) for _, part in parts):
            columns = _header(parts)
        else:
            cells.extend(_row(parts, columns))
    return cells


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while "|" in text[start:] if start == 0 else start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end]
        start = end + 1


def _split(start: int, line: str) -> list[tuple[int, str]]:
    """The cells of a line with where each begins; outer marks make no cells."""
    if "|" not in line:
        return []
    parts: list[tuple[int, str]] = []
    for piece in re.finditer(r"[^|]+", line):
        stripped = piece[0].strip()
        lead = len(piece[0]) - len(piece[0].lstrip())
        if stripped:
            parts.append((start + piece.start() + lead, stripped))
    return parts


def _header(parts: list[tuple[int, str]]) -> list[_Column] | None:
    names = [part for _, part in parts]
    if any(_NUMBER.fullmatch(name) for name in names) or set("".join(names)) <= set("-: "):
        return None
    columns: list[_Column] = []
    for name in names:
        previous = columns[-1].name if columns else ""
        columns.append(_column(name, columns, previous))
    return columns


def _column(name: str, before: list[_Column], previous: str) -> _Column:
    note = _UNIT_NOTE.search(name)
    bare = _UNIT_NOTE.sub("", name).strip()
    unit, scale = _scaled(note["unit"]) if note else ("", Decimal(1))
    level = next(
        (column.name for column in reversed(before) if column.kind in ("flow", "stock")), ""
    )
    if _RANKS.search(bare):
        base = _RANKS.sub("", bare)
        return _Column(_same_head(base, before) or level, "位", Decimal(1), "rank")
    if _GROWS.search(bare):
        base = re.sub(r"同比|增速|增幅|增长率?|[±+-]", "", bare)
        return _Column(base or level or previous, unit or "%", Decimal(1), "growth")
    if _SHARES.search(bare) or unit == "%":
        return _Column(bare, unit or "%", Decimal(1), "share")
    first = next((column.name for column in before if column.kind == "flow" and column.unit), "")
    return _Column(_with_topic(bare, first), unit or _usual_unit(bare), scale, _usual_kind(bare))


def _same_head(base: str, before: list[_Column]) -> str:
    return next((column.name for column in before if base and column.name.endswith(base)), base)


_YEAR: Final = re.compile(r"(20\d\d)年?(?:度|底|末)?$")
_DIFFERENCES: Final = re.compile(r"增减(?:额|数|量)?|增量|净增|变化")


def _years(parts: list[tuple[int, str]]) -> list[str] | None:
    """The columns of a table whose rows are measures: 指标 | 2024年 | 2025年 | 增减."""
    names = [part for _, part in parts[1:]]
    years = [year[1] for name in names if (year := _YEAR.match(name))]
    if len(years) < 2 or _NUMBER.fullmatch(parts[0][1]):
        return None
    return [_column_period(name, years) for name in names]


def _column_period(name: str, years: list[str]) -> str:
    year = _YEAR.match(name)
    if year:
        return year[1]
    if _DIFFERENCES.search(name):
        return f"{years[0]}/{years[-1]}"
    return "%" if _GROWS.search(name) else ""


def _row_of_years(parts: list[tuple[int, str]], years: list[str]) -> Iterator[Cell]:
    """One measure over the years; its unit stands in brackets after its name."""
    name = parts[0][1]
    note = _UNIT_NOTE.search(name)
    unit, scale = _scaled(note["unit"]) if note else (_usual_unit(name), Decimal(1))
    measure = _UNIT_NOTE.sub("", name).strip()
    for (start, part), period in zip(parts[1:], years, strict=False):
        number = _NUMBER.fullmatch(part)
        value = parse_arabic(number["number"]) if number else None
        if number is None or value is None or not period:
            continue
        signed = -value if number["sign"] else value
        grows, differs = period == "%", "/" in period
        kind: Kind = "growth" if grows else "change" if differs else _kind_of_measure(measure, unit)
        shown = "%" if grows else "百分点" if differs and unit == "%" else unit
        factor = Decimal(1) if grows else scale
        quantity = Quantity(
            start, start + len(part), start, signed * factor, None, shown, "exact", "number"
        )
        when = years[-1] if grows else period
        yield Cell(quantity, measure, kind, None, False, when if when != "%" else None)


def _kind_of_measure(measure: str, unit: str) -> Kind:
    if unit == "%" or _SHARES.search(measure) or re.search(r"人均|万人|每百", measure):
        return "share"
    return _usual_kind(measure)


def _with_topic(name: str, first: str) -> str:
    """成交额 beside 吸纳合同数 is 吸纳合同成交额; a second count stands for itself."""
    if name.endswith("数"):
        return name
    topic = re.sub(r"(?:数量?|额|项数|金额)$", "", first)
    return topic + name if topic and len(name) <= 3 and not name.startswith(topic) else name


def _scaled(written: str) -> tuple[str, Decimal]:
    magnitude = _MAGNITUDE.match(written)
    if magnitude is None:
        return unit_table().canonical(written), Decimal(1)
    return unit_table().canonical(magnitude[2]), multiplier_value(magnitude[1])


def _usual_unit(name: str) -> str:
    for word, unit in (
        ("合同数", "项"),
        ("企业", "家"),
        ("专利", "件"),
        ("人员", "人"),
        ("特派员", "人"),
        ("项目", "项"),
        ("平台", "家"),
        ("机构", "家"),
        ("中心", "家"),
        ("孵化器", "家"),
        ("合同", "项"),
        ("人数", "人"),
        ("场", "场"),
    ):
        if word in name:
            return unit
    return ""


_NEW: Final = re.compile("(?<![高创])新(?![型兴材能])")


def _usual_kind(name: str) -> Kind:
    if re.search(r"总数|拥有|累计|存量|期末|现有|有效", name):
        return "stock"
    return (
        "flow"
        if not re.search(r"企业数?$|平台数?$|机构数?$", name) or _NEW.search(name)
        else "stock"
    )


def _row(parts: list[tuple[int, str]], columns: list[_Column]) -> Iterator[Cell]:
    """A row may lack its leading order number; columns are then counted from the right."""
    shift = len(columns) - len(parts)
    subject = next((part for _, part in parts if not _NUMBER.fullmatch(part)), None)
    if subject is None or shift < 0 or shift > 1:
        return
    for place, (start, part) in enumerate(parts):
        column = columns[place + shift]
        number = _NUMBER.fullmatch(part)
        if number is None or _ORDER.match(column.name) or place + shift == 0:
            continue
        value = parse_arabic(number["number"])
        if value is None:
            continue
        unit, scale = (column.unit, column.scale) if not number["unit"] else _scaled(number["unit"])
        signed = -value if number["sign"] else value
        form: Form = "rank" if column.kind == "rank" else "number"
        quantity = Quantity(
            start, start + len(part), start, signed * scale, None, unit, "exact", form
        )
        yield Cell(quantity, column.name, column.kind, subject, bool(_TOTAL_ROW.match(subject)))
