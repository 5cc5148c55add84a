"""Any table written under the headers of a purpose is read back as the same values."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported_files import code_of, csv_bytes, workbook
from old_workbooks import old_workbook

from kechuang.files.safe import guarded
from kechuang.office.registry.imports import reading
from kechuang.office.registry.imports.checking import CODES, OWN_CODES, check
from kechuang.office.registry.imports.purposes import PURPOSES, Column
from kechuang.office.registry.imports.reading import FileRefused, open_table, read_headers
from kechuang.reference.fields import MOST_MONEY

YEAR = 2025
TEXT = st.text(
    st.sampled_from("甲乙丙轴承㐂𠮷𫚖\U00030000·（）-+=@'\"，,； \nAz09."), min_size=1, max_size=12
)
FORMS = ("xlsx", "csv", "xls")


def values(column: Column) -> st.SearchStrategy[Any]:
    """What a column may hold, as the registry keeps it."""
    field = column.field
    if field.code in CODES:
        return st.integers(0, 10**9).map(code_of)
    if field.code in OWN_CODES or field.code.endswith("_code"):
        return st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{2,20}", fullmatch=True)
    match field.type:
        case "money":
            return st.integers(-MOST_MONEY, MOST_MONEY)
        case "count":
            return st.integers(2000, YEAR) if field.code == "facts_year" else st.integers(0, 30_000)
        case "number":
            return st.integers(-(10**8), 10**8)
        case "boolean":
            return st.booleans()
        case "date":
            return st.integers(0, 45_000).map(lambda days: date(1901, 1, 1) + timedelta(days))
        case "choice":
            return st.sampled_from(sorted(field.options))
        case "code":
            return st.from_regex(r"[A-Z][0-9]{4}", fullmatch=True)
        case _:
            return TEXT.filter(_is_said)


def _is_said(text: str) -> bool:
    """Whether a text says something, and nothing that a table says of itself."""
    plain = text.strip()
    return plain == text and plain not in {"", "-", "--"} and not plain.startswith("#")


def shown(column: Column, value: Any) -> Any:
    """A value as a cell shows it: money in its unit, an option by its name."""
    if value is None:
        return None
    field = column.field
    match field.type:
        case "money":
            return Decimal(value) / 1_000_000
        case "number":
            return Decimal(value) / 10**field.places
        case "choice":
            return field.options[value]
        case "boolean":
            return "是" if value else "否"
        case "date":
            return value.isoformat()
    return value


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[Column], list[list[Any]]]:
    purpose = PURPOSES[draw(st.sampled_from(sorted(PURPOSES)))]
    rest = [each for each in purpose.listed if each.code != "facts_year"]
    chosen = draw(
        st.lists(st.sampled_from(rest), min_size=1, max_size=8, unique_by=lambda c: c.code)
    )
    cells = st.tuples(*(st.none() | values(each) for each in chosen)).map(list)
    rows = draw(st.lists(cells, min_size=1, max_size=6))
    filled = [row for row in rows if any(cell is not None for cell in row)]
    return purpose.code, chosen, filled


def written(form: str, header: list[str], rows: list[list[Any]]) -> bytes:
    if form == "csv":
        text = [[guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        quoted = [[_quoted(cell) for cell in row] for row in [header, *text]]
        return csv_bytes(quoted)
    exact = [[str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in rows]
    return workbook([header, *exact]) if form == "xlsx" else old_workbook([header, *exact])


def _quoted(cell: Any) -> str:
    return "" if cell is None else '"' + str(cell).replace('"', '""') + '"'


def read(form: str, content: bytes, purpose: str) -> pl.DataFrame:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"表.{form}"
        path.write_bytes(content)
        opened = open_table(path, PURPOSES[purpose])
        headers = read_headers(opened.first, PURPOSES[purpose], YEAR, {})
        parts = [check(raw, headers, PURPOSES[purpose]) for raw in opened.slices()]
    assert [each.wrong for each in parts if each.wrong] == []
    return pl.concat([each.rows for each in parts])


@pytest.mark.parametrize("form", FORMS)
@given(table=tables())
@settings(max_examples=60)
def test_what_is_written_is_read_back(
    form: str, table: tuple[str, list[Column], list[list[Any]]]
) -> None:
    purpose, columns, rows = table
    header = [each.header(YEAR) for each in columns]

    found = read(form, written(form, header, [
        [shown(column, cell) for column, cell in zip(columns, row, strict=True)] for row in rows
    ]), purpose)  # fmt: skip

    names = [f"{each.code}@{YEAR}" if each.is_yearly else each.code for each in columns]
    assert [list(row) for row in found.select(names).iter_rows()] == rows


# --- size


@pytest.mark.parametrize("form", ["xls", "et"])
def test_an_old_workbook_is_read_to_its_last_row(form: str) -> None:
    rows = [["统一社会信用代码", "注册资本（万元）"], *([code_of(n), n / 4] for n in range(65_535))]

    found = read(form, old_workbook(rows), "organisations")

    assert found.height == 65_535
    assert found["registered_capital"][-1] == 65_534 * 250_000


def test_a_workbook_of_too_many_cells_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading, "MOST_CELLS", 10)
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook([["企业名称", "地址"], *([f"甲{n}", "路"] for n in range(20))]))

    with pytest.raises(FileRefused, match="请另存为 CSV UTF-8"):
        open_table(path, PURPOSES["organisations"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_long_csv_comes_in_pieces(
    encoding: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kechuang.eligibility.data.csv_file.BLOCK", 4_000)
    monkeypatch.setattr("kechuang.eligibility.data.csv_pieces.HEAD", 4_000)
    rows = [[f"甲县第{n}轴承𠮷厂", n] for n in range(3_000)]
    rows[2_000] = ["短"]
    lines = io.StringIO()
    for row in [["企业名称", "注册资本（元）"], *rows]:
        lines.write(",".join(map(str, row)) + "\n")
    path = tmp_path / "表.csv"
    path.write_bytes(lines.getvalue().encode(encoding))

    opened = open_table(path, PURPOSES["organisations"])
    pieces = list(opened.slices())

    assert len(pieces) > 5
    numbers = [row for piece in pieces for row in piece.rows]
    assert numbers == [n for n in range(2, 3_002) if n != 2_002]
    assert [(bad.row, bad.code) for bad in opened.bad] == [(2_002, "cell_count")]
