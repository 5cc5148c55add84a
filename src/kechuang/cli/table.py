"""Figures and findings as tables for a terminal; Chinese characters are two columns wide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TextIO

from rich import box
from rich.table import Table
from rich.text import Text

from kechuang.cli.console import results_console
from kechuang.files.safe import one_line
from kechuang.reading.model import Finding, Reading
from kechuang.reading.outputs.labels import check_name, column, is_sure, kind_name
from kechuang.reading.outputs.values import period_name, reading_of

LONGEST_QUOTE: Final = 60


def print_tables(stream: TextIO, readings: Sequence[Reading], findings: Sequence[Finding]) -> None:
    """A table of figures for each report, then one of all findings.

    On a terminal they take its width; elsewhere 160 columns, or what `COLUMNS` says.
    """
    console = results_console(stream)
    for reading in readings:
        console.print(_figures(reading))
    if findings:
        console.print(_findings(findings))


def _figures(reading: Reading) -> Table:
    about = reading.about
    known = [about.region, f"{about.year}年" if about.year is not None else None, about.genre]
    title = " · ".join(one_line(part) for part in (reading.doc, *known) if part)
    table = _table(f"{title}（{len(reading.figures)} 个数据）")
    for name in ("quote", "reading", "kind", "measure", "subject", "period", "indicator"):
        table.add_column(
            column(name),
            justify="right" if name == "reading" else "left",
            no_wrap=name in {"kind", "reading"},
            overflow="fold",
        )
    table.add_column(column("confidence"), justify="right", no_wrap=True)
    for figure in reading.figures:
        sure = is_sure(figure.confidence)
        table.add_row(
            _cell(figure.quote[:LONGEST_QUOTE]),
            _cell(reading_of(figure)),
            kind_name(figure.kind),
            _cell(figure.measure or ""),
            _cell(figure.subject or ""),
            period_name(figure.period),
            figure.indicator or "",
            Text(f"{figure.confidence:.2f}{'' if sure else '?'}", style="" if sure else "yellow"),
        )
    return table


def _findings(findings: Sequence[Finding]) -> Table:
    table = _table(f"疑点（{len(findings)} 条）")
    for name in ("doc", "check", "message"):
        table.add_column(column(name), overflow="fold")
    table.add_column(column("confidence"), justify="right", no_wrap=True)
    for finding in findings:
        docs = dict.fromkeys(figure.doc for figure in finding.figures)
        table.add_row(
            _cell("、".join(docs)),
            check_name(finding.check),
            _cell(finding.message),
            f"{finding.confidence:.2f}",
        )
    return table


def _table(title: str) -> Table:
    return Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )


def _cell(text: str) -> Text:
    return Text(one_line(text))
