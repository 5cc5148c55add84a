"""The formats that other programs read: json, jsonl and csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from kechuang.files.safe import guarded
from kechuang.reading.model import Finding, Reading
from kechuang.reading.outputs.rows import FIGURE_FIELDS, Row, document, figure_row, finding_row
from kechuang.reading.outputs.values import plain


def write_json(
    stream: TextIO, readings: Sequence[Reading], findings: Sequence[Finding] = ()
) -> None:
    """One JSON object with reports, figures and findings."""
    json.dump(document(readings, findings), stream, ensure_ascii=False, indent=1, allow_nan=False)
    stream.write("\n")


def write_jsonl(stream: TextIO, readings: Iterable[Reading]) -> None:
    """One figure a line."""
    _write_lines(stream, (figure_row(f) for reading in readings for f in reading.figures))


def write_findings(stream: TextIO, findings: Iterable[Finding]) -> None:
    """One finding a line."""
    _write_lines(stream, map(finding_row, findings))


def _write_lines(stream: TextIO, rows: Iterable[Row]) -> None:
    for row in rows:
        # JSON lets these two pass, but much software takes them for line ends.
        line = json.dumps(row, ensure_ascii=False, allow_nan=False)
        stream.write(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n")


def write_csv(stream: TextIO, readings: Iterable[Reading]) -> None:
    """One figure a row below the names of `FIGURE_FIELDS`; no cell can run as a formula.

    Numbers are written in full, without exponent. The stream should not translate newlines; a file
    for Excel should be opened as `utf-8-sig`.
    """
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(FIGURE_FIELDS)
    for reading in readings:
        for figure in reading.figures:
            row = figure_row(figure)
            row["value"] = plain(figure.value)
            row["value_max"] = None if figure.value_max is None else plain(figure.value_max)
            numbers = {"value", "value_max"}
            writer.writerow(_cell(row[name], number=name in numbers) for name in FIGURE_FIELDS)


def _cell(value: object, *, number: bool) -> object:
    if number or not isinstance(value, str):
        return value
    return guarded(value.replace("\0", "\ufffd"))
