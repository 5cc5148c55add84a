"""Frames out: whole, harmless and exact in every format."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
from made_data import AS_OF

from kechuang.eligibility.data import (
    OUT_FORMS,
    OutForm,
    WriteError,
    for_people,
    write_frame,
    writing,
)

FRAME = pl.DataFrame(
    {
        "代码": ["E1", "=1+1", None],
        "金额（万元）": [Decimal("236.400000"), Decimal("100.000000"), None],
        "日期": [date(2025, 6, 1), None, date(1999, 1, 2)],
        "缺项": [["营业收入", "净利润"], [], None],
        "步骤": [[{"id": "规模", "ok": True}], None, []],
        "合格": [True, False, None],
    }
)


def test_csv_is_for_excel_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_frame(FRAME, path, "csv")
    data = path.read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 4
    assert list(csv.reader(data.decode("utf-8-sig").splitlines())) == [
        FRAME.columns,
        ["E1", "236.4", "2025-06-01", "营业收入、净利润", '[{"id": "规模", "ok": true}]', "true"],
        ["'=1+1", "100", "", "", "", "false"],
        ["", "", "1999-01-02", "", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", " =1", "\t=1", "＝1", "'=1", '"=1'])
def test_no_text_of_a_csv_file_runs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    write_frame(pl.DataFrame({text: [text]}), path, "csv")

    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [[f"'{text}"], [f"'{text}"]]


def test_json_is_a_list_and_jsonl_a_row_a_line(tmp_path: Path) -> None:
    one, other = tmp_path / "a.json", tmp_path / "a.jsonl"
    frame = FRAME.with_columns(pl.Series("注", ["一\u2028二\u2029三", "\n", None]))
    write_frame(frame, one, "json")
    write_frame(frame, other, "jsonl")
    rows: list[dict[str, Any]] = json.loads(one.read_text(encoding="utf-8"))

    assert [json.loads(line) for line in other.read_text(encoding="utf-8").splitlines()] == rows
    assert rows[0] == {
        "代码": "E1",
        "金额（万元）": "236.4",
        "日期": "2025-06-01",
        "缺项": ["营业收入", "净利润"],
        "步骤": [{"id": "规模", "ok": True}],
        "合格": True,
        "注": "一\u2028二\u2029三",
    }


def test_json_of_no_rows_is_an_empty_list(tmp_path: Path) -> None:
    write_frame(FRAME.clear(), tmp_path / "a.json", "json")

    assert json.loads((tmp_path / "a.json").read_text()) == []


def test_json_of_many_rows_is_one_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_SLICE", 2)
    write_frame(FRAME, tmp_path / "a.json", "json")

    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 3


def test_a_workbook_holds_numbers_dates_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = FRAME.with_columns(pl.Series("大", [10**15, 2**60, -(10**15)]))
    write_frame(frame, path, "xlsx")
    sheet = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()

    assert sheet["代码"].to_list() == ["E1", "=1+1", None]
    assert sheet["金额（万元）"].to_list() == ["236.4", "100", None]
    assert sheet["日期"].to_list() == ["2025-06-01 00:00:00", None, "1999-01-02 00:00:00"]
    assert sheet["大"].to_list() == [str(value) for value in (10**15, 2**60, -(10**15))]


@pytest.mark.parametrize("form", OUT_FORMS)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, form: OutForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{form}"
    path.write_text("旧")

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setitem(writing.WRITERS, form, fail)
    with pytest.raises(OSError, match="full"):
        write_frame(FRAME, path, form)

    assert path.read_text() == "旧"
    assert list(tmp_path.iterdir()) == [path]


def test_more_rows_than_a_sheet_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 2)

    with pytest.raises(WriteError, match="请改用 csv 或 parquet"):
        write_frame(FRAME, tmp_path / "a.xlsx", "xlsx")
    assert list(tmp_path.iterdir()) == []


def test_people_read_names_years_units_and_labels() -> None:
    frame = pl.DataFrame(
        {
            "enterprise_code": ["E1"],
            "size_class": ["small"],
            "resident_enterprise": [True],
            "staff_total_quarterly__y1": [475_000],
            "revenue__y0": [236_4000_01],
            "得分": [80],
        }
    )
    shown = for_people(frame, "enterprises", as_of=AS_OF)

    assert shown.to_dicts() == [
        {
            "统一社会信用代码": "E1",
            "企业规模": "小型",
            "居民企业": "是",
            "职工总数（季度平均）（2023年，人）": Decimal("47.5"),
            "营业收入（2024年，万元）": Decimal("236.400001"),
            "得分": 80,
        }
    ]
