"""What other programs read: json, jsonl, csv and findings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.files.safe import guarded, is_formula, one_line, printable
from kechuang.reading.model import About, Figure, Finding, Reading
from kechuang.reading.outputs import write_csv, write_findings, write_json, write_jsonl
from kechuang.reading.outputs.rows import FIGURE_FIELDS, json_number

SCORED = {
    "doc", "quote", "occurrence", "start", "end", "value", "value_max", "unit", "bound", "kind",
    "measure", "subject", "period",
}  # fmt: skip


def test_jsonl_has_a_figure_a_line_with_the_scored_fields(reading: Reading) -> None:
    out = io.StringIO()
    write_jsonl(out, [reading])
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(rows) == 7
    assert all(rows[0].keys() >= SCORED for _ in rows)
    assert rows[4]["value"] == 2329000000
    assert isinstance(rows[4]["value"], int)
    assert rows[6]["value_max"] == 800000
    assert rows[3]["subject"] is None
    assert all(reading.raw[row["start"] : row["end"]] == row["quote"] for row in rows)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("44.79", 44.79), ("-24.2", -24.2), ("1E+9", 1_000_000_000), ("2.50", 2.5), ("0.1", 0.1),
        ("100.00", 100), ("1E+299", 10**299), ("1E+5000", None),
    ],
)  # fmt: skip
def test_a_value_is_a_plain_json_number(value: str, number: float | None) -> None:
    assert json_number(Decimal(value)) == number
    assert json.loads(json.dumps(json_number(Decimal(value)))) == number


def test_json_is_one_object_with_a_named_schema(reading: Reading, growth: Finding) -> None:
    out = io.StringIO()
    write_json(out, [reading], [growth])
    whole = json.loads(out.getvalue())
    assert whole["schema"] == "kechuang.reading/1"
    assert whole["reports"][0]["region"] == "示例省示例市"
    assert len(whole["figures"]) == 7
    assert whole["findings"][0]["figures"][2]["quote"] == "35%"


def test_findings_name_their_figures_by_place(growth: Finding) -> None:
    out = io.StringIO()
    write_findings(out, [growth])
    row = json.loads(out.getvalue())
    assert set(row) == {"check", "figures", "expected", "found", "confidence", "message"}
    assert set(row["figures"][0]) == {"doc", "start", "end", "quote", "value", "unit"}


def test_csv_comes_back_with_numbers_in_full(reading: Reading) -> None:
    out = io.StringIO()
    write_csv(out, [reading])
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert tuple(rows[0]) == FIGURE_FIELDS
    assert [row["value"] for row in rows[4:]] == ["2329000000", "16", "500000"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1℃", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", '"=1', "＝1", "－1", "\n+1"],
)
def test_no_cell_runs_as_a_formula(make_figure: Callable[..., Figure], text: str) -> None:
    made = replace(make_figure("共5项。", "5项", "5", "项"), measure=text)
    out = io.StringIO()
    write_csv(out, [Reading("示例", "共5项。", About(), (made,))])
    cell = next(csv.DictReader(io.StringIO(out.getvalue(), newline="")))["measure"]
    assert cell == "'" + text


@given(st.text())
def test_a_guarded_text_is_harmless_and_only_grows_by_its_guard(text: str) -> None:
    assert guarded(text) in {text, "'" + text}
    assert guarded(text).startswith("'") or not is_formula(text)


@given(st.text())
def test_printable_text_holds_no_control_character(text: str) -> None:
    assert not {chr(code) for code in range(32)} - set("\n\t") & set(printable(text))
    assert not set("\n\t\r\x1b\u202e\u2028") & set(one_line(text))
    assert len(printable(text)) == len(text)
    printable(text).encode("utf-8")


def test_line_separators_don_t_break_a_json_line(make_figure: Callable[..., Figure]) -> None:
    made = replace(make_figure("共5项。", "5项", "5", "项"), sentence="共\u20285\u2029项")
    out = io.StringIO()
    write_jsonl(out, [Reading("示例", "共5项。", About(), (made,))])
    assert len(out.getvalue().splitlines()) == 1
    assert json.loads(out.getvalue())["sentence"] == "共\u20285\u2029项"
