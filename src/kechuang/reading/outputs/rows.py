"""Figures and findings as rows of plain values, one set of names for json, jsonl and csv."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from kechuang.reading.model import Figure, Finding, Reading

SCHEMA: Final = "kechuang.reading/1"
LONGEST_WHOLE: Final = 300
Row = dict[str, object]

FIGURE_FIELDS: Final = (
    "doc", "quote", "occurrence", "start", "end", "value", "value_max", "unit", "bound", "kind",
    "measure", "subject", "period", "indicator", "confidence", "section", "sentence",
    "sentence_start", "sentence_end",
)  # fmt: skip
"""The fields of one figure, in the order in which every machine format writes them."""


def json_number(value: Decimal | None) -> int | float | None:
    """A number as JSON has it: whole numbers stay whole, whatever their size up to 300 digits.

    >>> json_number(Decimal("2329000000")), json_number(Decimal("44.79"))
    (2329000000, 44.79)
    """
    if value is None:
        return None
    if value.adjusted() > LONGEST_WHOLE:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def figure_row(figure: Figure) -> Row:
    """One figure with the fields of `FIGURE_FIELDS`."""
    row: Row = {name: getattr(figure, name) for name in FIGURE_FIELDS}
    row["value"] = json_number(figure.value)
    row["value_max"] = json_number(figure.value_max)
    row["confidence"] = round(figure.confidence, 4)
    return row


def finding_row(finding: Finding) -> Row:
    """One finding; each of its figures with its place, so that it can be found again."""
    return {
        "check": finding.check,
        "figures": [
            {
                "doc": figure.doc,
                "start": figure.start,
                "end": figure.end,
                "quote": figure.quote,
                "value": json_number(figure.value),
                "unit": figure.unit,
            }
            for figure in finding.figures
        ],
        "expected": finding.expected,
        "found": finding.found,
        "confidence": round(finding.confidence, 4),
        "message": finding.message,
    }


def report_row(reading: Reading) -> Row:
    """One report: its name, what was known of it, its length and how many figures it states."""
    about = reading.about
    return {
        "doc": reading.doc,
        "region": about.region,
        "year": about.year,
        "genre": about.genre,
        "characters": len(reading.raw),
        "figures": len(reading.figures),
    }


def document(readings: Sequence[Reading], findings: Sequence[Finding]) -> Row:
    """Everything as one JSON object; `schema` names its form and version."""
    return {
        "schema": SCHEMA,
        "reports": [report_row(reading) for reading in readings],
        "figures": [figure_row(figure) for reading in readings for figure in reading.figures],
        "findings": [finding_row(finding) for finding in findings],
    }
