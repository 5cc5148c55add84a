"""Layouts and answers as plain values for JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kechuang.sheets.layouts import Layout, Rule, Way
from kechuang.sheets.returns import Answer, Finding
from kechuang.sheets.snapshots import Value


def plain_layout(layout: Layout) -> dict[str, Any]:
    """A layout in plain values."""
    return {
        "sheet": layout.sheet,
        "header": list(layout.header),
        "rows": [layout.first, layout.last],
        "columns": list(layout.columns),
        "fill": list(layout.fill),
        "way": layout.way.value,
        "by": layout.by,
        "spare": layout.spare,
        "rules": {
            str(column): [rule.kind, rule.least, rule.most, list(rule.choices)]
            for column, rule in layout.rules.items()
        },
    }


def layout_of(plain: Mapping[str, Any]) -> Layout:
    """The layout of plain values.

    >>> layout = Layout("表", (1, 2), 3, 9, (1, 4), (3, 4), Way.SUM, rules={3: Rule("number")})
    >>> layout_of(plain_layout(layout)) == layout
    True
    """
    (top, bottom), (first, last), (left, right) = plain["header"], plain["rows"], plain["columns"]
    rules = {
        int(column): Rule(kind, least, most, tuple(choices))
        for column, (kind, least, most, choices) in plain["rules"].items()
    }
    return Layout(
        plain["sheet"], (top, bottom), first, last, (left, right), tuple(plain["fill"]),
        Way(plain["way"]), plain["by"], plain["spare"], rules,
    )  # fmt: skip


def plain_value(value: Value) -> Any:
    """A value of a cell in plain values: a number is a list of its one text."""
    return [str(value)] if isinstance(value, Decimal) else value


def value_of(plain: Any) -> Value:
    """The value of a cell of plain values."""
    return Decimal(plain[0]) if isinstance(plain, list) else plain  # pyright: ignore[reportUnknownArgumentType]


def plain_answer(answer: Answer) -> dict[str, Any]:
    """What a returned workbook says, in plain values; findings apart."""
    return {
        "values": {str(row): _plain_cells(cells) for row, cells in answer.values.items()},
        "added": [_plain_cells(cells) for cells in answer.added],
        "gone": list(answer.gone),
        "signers": dict(answer.signers),
    }


def answer_of(plain: Mapping[str, Any]) -> Answer:
    """What a returned workbook says, of plain values."""
    return Answer(
        {int(row): _cells(cells) for row, cells in plain["values"].items()},
        tuple(_cells(cells) for cells in plain["added"]),
        tuple(plain["gone"]),
        (),
        plain["signers"],
    )


def plain_findings(answer: Answer) -> list[list[str]]:
    """The findings of a returned workbook in plain values."""
    return [[each.code, each.cell, each.header, each.was, each.now] for each in answer.findings]


def finding_of(plain: list[str]) -> Finding:
    """One finding of plain values."""
    return Finding(*plain)


def _plain_cells(cells: Mapping[int, Value]) -> dict[str, Any]:
    return {str(column): plain_value(value) for column, value in cells.items()}


def _cells(plain: Mapping[str, Any]) -> dict[int, Value]:
    return {int(column): value_of(value) for column, value in plain.items()}
