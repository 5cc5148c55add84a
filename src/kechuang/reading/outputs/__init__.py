"""Readings out: for programs (json, jsonl, csv), for officers (workbook, review page)."""

from __future__ import annotations

from kechuang.reading.outputs.machine import write_csv, write_findings, write_json, write_jsonl
from kechuang.reading.outputs.page import review_page
from kechuang.reading.outputs.rows import figure_row, finding_row
from kechuang.reading.outputs.workbook import write_workbook

__all__ = [
    "figure_row",
    "finding_row",
    "review_page",
    "write_csv",
    "write_findings",
    "write_json",
    "write_jsonl",
    "write_workbook",
]
