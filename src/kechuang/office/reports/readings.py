"""From the engine's plain values to rows: what of a reading is kept, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import models

from kechuang.office.ground.files import open_file
from kechuang.office.regions.models import Region
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.reading import About, check, read_text
from kechuang.reading.documents import document_of
from kechuang.reading.model import Figure, Finding, Reading

# No database keeps a zero byte or half a character; each is replaced by one, so that places hold.
UNKEPT: Final = re.compile("[\x00\ud800-\udfff]")
PLACES: Final = Decimal("1e-12")
TOO_LARGE: Final = Decimal("1e26")
CONFIDENCE_PLACES: Final = Decimal("0.001")

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Read:
    """A report as read, with the findings of the checks."""

    reading: Reading
    findings: tuple[Finding, ...]


def full_name(region: Region) -> str:
    """A region with those above it, as reports name it: 示例省示例市甲县."""
    codes = region.path.strip("/").split("/")
    names = Region.objects.filter(code__in=codes).order_by("path").values_list("name", flat=True)
    return "".join(names)


def read_report(report: Report) -> Read:
    """Open the file of a report and read it in this process.

    Raises `FileError` where the file is lost and `DocumentError` where it cannot be read.
    """
    with open_file(report.file) as file:
        content = file.read()
    raw = UNKEPT.sub("\ufffd", document_of(Path(report.file.name), content).raw)
    about = About(report.region_text or None, report.year, report.genre or None)
    reading = read_text(raw, doc=report.name, about=about)
    return Read(reading, tuple(check([reading])))


class Gazetteer:
    """Tells which of our regions the subject of a figure names."""

    def __init__(self, report: Report) -> None:
        self._own = report.region
        written = report.region_text
        self._is_own = not written or written == full_name(report.region)
        self._named: dict[str, Region | None] = {}
        for region in Region.objects.filter(path__startswith=report.region.path).order_by("path"):
            for name in {region.name, region.short_name, *region.former_names}:
                self._named[name] = None if name in self._named else region

    def place(self, subject: str) -> Region | None:
        """The region of a subject: the report's own without one; None for what is no region."""
        if not subject:
            return self._own if self._is_own else None
        return self._named.get(subject)


def figure_rows(report: Report, reading: Reading) -> list[ReportFigure]:
    """The figures of a reading as rows that are not kept yet, in the order of the text."""
    gazetteer = Gazetteer(report)
    return [
        _figure_row(report, gazetteer, position, figure)
        for position, figure in enumerate(reading.figures, 1)
    ]


def _figure_row(
    report: Report, gazetteer: Gazetteer, position: int, figure: Figure
) -> ReportFigure:
    meaning = {
        "value": kept_value(figure.value),
        "value_max": kept_value(figure.value_max),
        "unit": figure.unit,
        "bound": figure.bound,
        "kind": figure.kind,
        "measure": figure.measure or "",
        "subject": figure.subject or "",
        "period": figure.period or "",
        "indicator": figure.indicator or "",
    }
    row = ReportFigure(
        report=report,
        position=position,
        quote=figure.quote,
        occurrence=figure.occurrence,
        start=figure.start,
        end=figure.end,
        sentence=figure.sentence,
        sentence_start=figure.sentence_start,
        sentence_end=figure.sentence_end,
        section=figure.section or "",
        confidence=Decimal(str(figure.confidence)).quantize(CONFIDENCE_PLACES),
        **meaning,
    )
    row.place = gazetteer.place(row.subject)
    return _cut(row)


def finding_rows(
    report: Report, findings: Sequence[Finding], kept: Mapping[Figure, ReportFigure]
) -> list[tuple[ReportFinding, list[ReportFigure]]]:
    """The findings as rows, each with the rows of its figures."""
    return [
        (
            _cut(
                ReportFinding(
                    report=report,
                    check_name=finding.check,
                    expected=finding.expected,
                    found=finding.found,
                    confidence=Decimal(str(finding.confidence)).quantize(CONFIDENCE_PLACES),
                    message=finding.message,
                )
            ),
            [kept[figure] for figure in dict.fromkeys(finding.figures)],
        )
        for finding in findings
    ]


def kept_value(value: Decimal | None) -> Decimal | None:
    """A value as the column holds it: 12 decimals; None for what is too large to keep."""
    if value is None or not value.is_finite() or abs(value) >= TOO_LARGE:
        return None
    return value.quantize(PLACES).normalize() if value % 1 else value.to_integral_value()


def _cut(row: Row) -> Row:
    """The row with every text as long as its column."""
    for field in row._meta.concrete_fields:
        text: Any = getattr(row, field.attname)
        if isinstance(field, models.CharField) and isinstance(text, str) and field.max_length:
            setattr(row, field.attname, text[: field.max_length])
    return row
