"""What is wrong with cells and rows, in sentences, grouped by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.eligibility.data.cells import Fault
from kechuang.eligibility.data.errors import quoted
from kechuang.reference import Field

SHOWN: Final = 20
"""Cells that are told of one cause; the marked workbook has all."""
EXPECTING: Final = frozenset(
    {"not_number", "spreadsheet_error", "not_date", "not_boolean", "not_option", "decimals"}
)


@dataclass(frozen=True, slots=True)
class ToldCell:
    """One thing that is wrong: where it stands, what stands there, and the whole sentence."""

    letter: str
    header: str
    code: str
    value: str
    text: str


@dataclass(slots=True)
class Findings:
    """What is wrong so far, by cause: how often, and the first of each in full."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    cells: dict[tuple[str, str, str], list[dict[str, Any]]] = field(
        default_factory=dict[tuple[str, str, str], list[dict[str, Any]]]
    )

    def add(self, state: str, code: str, title: str, row: int, cell: ToldCell) -> None:
        """Take one in."""
        key = (state, code, title)
        self.counts[key] += 1
        kept = self.cells.setdefault(key, [])
        if len(kept) < SHOWN:
            kept.append(
                {
                    "row": row,
                    "letter": cell.letter,
                    "header": cell.header,
                    "value": cell.value,
                    "text": cell.text,
                }
            )

    def told(self) -> list[dict[str, Any]]:
        """By cause, most frequent first."""
        return [
            {
                "code": code,
                "title": title,
                "state": state,
                "count": count,
                "cells": self.cells[state, code, title],
            }
            for (state, code, title), count in self.counts.most_common()
        ]


def cell_told(
    row: int, letter: str, header: str, field: Field, text: str, fault: Fault
) -> ToldCell:
    """The sentence of a faulty cell: 第 67 行 E 列 注册资本：应为数字，填的是 #REF!。…"""
    name = quoted(header) or field.name
    where = _("第 %(row)d 行 %(letter)s 列 %(name)s") % {"row": row, "letter": letter, "name": name}
    shown = quoted(text)
    if fault.code in EXPECTING and shown:
        what = _("应为%(expected)s，填的是 %(value)s") % {
            "expected": expected(field),
            "value": shown,
        }
    elif shown:
        what = f"“{shown}”{fault.what}"
    else:
        what = fault.what
    return ToldCell(
        letter, header, fault.code, shown, f"{where}：{what}。{fault.why}。{fault.remedy}。"
    )


def row_told(row: int, code: str, why: str) -> ToldCell:
    """The sentence of a row that is in conflict or wrong as a whole."""
    return ToldCell("", "", code, "", _("第 %(row)d 行：%(why)s") % {"row": row, "why": why})


def expected(field: Field) -> str:
    """What a cell of a field holds, in a word."""
    return {
        "money": _("数字"),
        "number": _("数字"),
        "count": _("整数"),
        "date": _("日期"),
        "boolean": _("是或否"),
        "choice": _("选项之一"),
        "code": _("代码"),
        "text": _("文字"),
    }[field.type]


def lines(cells: Iterable[ToldCell]) -> str:
    """Several sentences as one text."""
    return "\n".join(each.text for each in cells)


def title_of(cell: ToldCell) -> str:
    """The cause of a faulty cell in words: its column and what is wrong."""
    titles = {
        "not_number": _("不是数"),
        "mixed_units": _("单位与表头不同"),
        "spreadsheet_error": _("公式出错"),
        "not_calculated": _("公式没有算过"),
        "lost_digits": _("长编号丢了末几位"),
        "totals": _("合计行"),
        "masked": _("脱敏后的值"),
        "decimals": _("小数位数太多"),
        "magnitude": _("太大"),
        "negative": _("负数"),
        "not_boolean": _("不是是或否"),
        "not_date": _("不是日期"),
        "not_option": _("不在选项之中"),
        "key_twice": _("表里重复"),
        "cell_count": _("格数不对"),
        "too_long": _("太长"),
        "bad_credit_code": _("不是统一社会信用代码"),
        "bad_code": _("不能作代码"),
        "identity": _("像是身份证号"),
        "bad_year": _("年度不对"),
    }
    found = titles.get(cell.code, cell.code)
    return f"{cell.header}：{found}" if cell.header else found


def in_words(value: Any, of: Field | None = None) -> str:
    """A value as a preview shows it; money of a field in 万元."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if of is not None and of.type == "money":
        return f"{Decimal(value) / 1_000_000:f}"
    if of is not None and of.type == "number":
        return f"{Decimal(value) / 10**of.places:f}"
    if of is not None and of.type == "choice":
        return of.options.get(value, value)
    return str(value)
