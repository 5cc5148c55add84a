"""Tables as officers keep them: files, headers, cells, marks, and everything wrong with them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from made_schemes import table_of, two
from openpyxl import Workbook

from kechuang.evaluation import reading
from kechuang.evaluation.cells import Fault, number_of_cell
from kechuang.evaluation.errors import CODES, EvaluationError
from kechuang.evaluation.reading import read_table
from kechuang.evaluation.scheme import Marks, Scheme
from kechuang.evaluation.scheme_reading import COLUMNS
from kechuang.evaluation.table import panel_of, trimmed_mean

NAN = float("nan")
ROWS: list[list[object]] = [
    ["代码", "名称", "甲项（家）", "乙项"],
    ["01", "甲县", 3, 0.1],
    ["02", "乙县", None, 2],
]
MARKED = """
indicators:
  - {code: a, name: 甲项, parent: total, marks: {most: 100, trim: 1}}
"""


def written(path: Path, rows: list[list[object]]) -> Path:
    """The rows as a file of the form that its name says."""
    if path.suffix == ".csv":
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows(rows)
        path.write_text(stream.getvalue(), encoding="utf-8-sig")
    elif path.suffix == ".xlsx":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        book.save(path)
    else:
        pl.DataFrame(rows[1:], schema=[str(each) for each in rows[0]], orient="row").write_parquet(
            path
        )
    return path


def refusal(work: object, *arguments: object) -> EvaluationError:
    with pytest.raises(EvaluationError) as refused:
        work(*arguments)  # type: ignore[operator]
    assert refused.value.code in CODES
    return refused.value


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_table_says_the_same_in_every_form(tmp_path: Path, suffix: str) -> None:
    table = read_table(written(tmp_path / f"数据{suffix}", ROWS), COLUMNS.unit)

    panel = panel_of(two(tmp_path), table)

    assert panel.units == ("01", "02")
    assert panel.names == ("甲县", "乙县")
    assert panel.years == (None,)
    assert np.array_equal(panel.values[0], [[3, 0.1], [NAN, 2]], equal_nan=True)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_title_and_empty_rows_around_the_table_are_passed_over(
    tmp_path: Path, suffix: str
) -> None:
    rows = [["2025年县域数据"], [], ROWS[0], ROWS[1], [None, None], ROWS[2], []]

    table = read_table(written(tmp_path / f"数据{suffix}", rows), COLUMNS.unit)

    assert table.columns == ["代码", "名称", "甲项（家）", "乙项"]
    assert table.height == 2


def test_a_workbook_gives_the_sheet_that_holds_the_units(tmp_path: Path) -> None:
    path = written(tmp_path / "数据.xlsx", [["填表说明"], ["请按年填写"]])
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["填表说明"])
    second = book.create_sheet("数据")
    for row in ROWS:
        second.append(row)
    book.save(path)

    assert read_table(path, COLUMNS.unit).height == 2


def test_a_file_in_the_encoding_of_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_bytes("代码,名称,甲项,乙项\n01,甲县,3,1\n02,乙县,4,2\n".encode("gb18030"))

    assert panel_of(two(tmp_path), read_table(path, COLUMNS.unit)).names == ("甲县", "乙县")


@pytest.mark.parametrize(
    ("name", "content", "code", "what"),
    [
        ("数据.docx", b"x", "file", "不认识"),
        ("没有.csv", None, "file", "打不开"),
        ("数据.xlsx", b"no workbook", "file", "打不开"),
        ("数据.parquet", b"no parquet", "file", "打不开"),
        ("数据.csv", b"\x00\x01\x02\xff\xfe" * 50, "file", "读不出"),
        ("数据.csv", '代码,甲项\n01,"3\n'.encode(), "file", "读不下去"),
        ("数据.csv", b"", "column", "找不到表头"),
        ("数据.csv", "县,甲项\n甲县,3\n".encode(), "column", "找不到表头"),
        ("数据.csv", "代码,甲项,甲项\n01,3,4\n".encode(), "column", "重复"),
        ("数据.csv", "代码,甲项\n01,1,234\n".encode(), "column", "比表头长"),
    ],
)
def test_a_file_that_holds_no_table_is_told(
    tmp_path: Path, name: str, content: bytes | None, code: str, what: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    error = refusal(read_table, path, COLUMNS.unit)

    assert error.code == code
    assert what in str(error)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_file_that_is_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = written(tmp_path / f"数据{suffix}", ROWS)
    monkeypatch.setattr(reading, "MOST_BYTES", 20)

    assert "太大" in refusal(read_table, path, COLUMNS.unit).what


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "数据.xlsx", [ROWS[0], *[["01", "甲县", 1, 1]] * 500])
    monkeypatch.setattr(reading, "MOST_BYTES", path.stat().st_size + 10)

    assert "太大" in refusal(read_table, path, COLUMNS.unit).what


def test_a_formula_that_was_never_calculated_is_no_missing_value(tmp_path: Path) -> None:
    path = written(tmp_path / "数据.xlsx", [ROWS[0], ["01", "甲县", "=1+2", 1]])

    error = refusal(panel_of, two(tmp_path), read_table(path, COLUMNS.unit))

    assert error.code == "cell"
    assert "没有算过的公式" in error.why


@pytest.mark.requires_ordinary_user
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "数据.csv", ROWS)
    path.chmod(0)

    assert "读取权限" in refusal(read_table, path, COLUMNS.unit).remedy


@pytest.mark.parametrize(
    ("rows", "code", "what"),
    [
        pytest.param({"a": [1, 2]}, "column", "没有指标“乙项”一列", id="a column is missing"),
        pytest.param({"a": [1, 2], "甲项": [1, 2], "b": [1, 2]}, "column", "同一列", id="twice"),
        pytest.param({"a": ["1", "约3"], "b": [1, 2]}, "cell", "“约3”", id="words in a number"),
        pytest.param({"a": [1, float("inf")], "b": [1, 2]}, "cell", "无穷大", id="infinite"),
        pytest.param({"a": ["1%", "3"], "b": [1, 2]}, "cell", "百分号", id="per cent of nothing"),
        pytest.param({"a": ["1", "#REF!"], "b": [1, 2]}, "cell", "#REF!", id="a failed formula"),
        pytest.param(
            {"a": [1, 2], "b": [1, 2], "year": ["2024", "去年"]}, "year", "去年", id="year"
        ),
        pytest.param({"a": [], "b": []}, "no_data", "只有表头", id="no row"),
    ],
)
def test_columns_and_cells_that_are_wrong_are_told(
    tmp_path: Path, rows: dict[str, object], code: str, what: str
) -> None:
    error = refusal(panel_of, two(tmp_path), table_of(**rows))

    assert error.code == code
    assert what in str(error)


def without_code(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(unit=pl.Series(["01", None]))


def with_a_total(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        unit=pl.Series(["01", None]), name=pl.Series(["甲县", "合计"]), year=pl.Series(["2024", ""])
    )


def twice(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(unit=pl.Series(["01", "01"]))


@pytest.mark.parametrize(
    ("change", "what"),
    [(without_code, "第 2 行"), (with_a_total, "合计"), (twice, "写了两次")],
)
def test_rows_that_are_no_units_are_told(tmp_path: Path, change: object, what: str) -> None:
    table = change(table_of(a=[1, 2], b=[1, 2]))  # type: ignore[operator]

    error = refusal(panel_of, two(tmp_path), table)

    assert error.code == "unit"
    assert what in str(error)


def test_a_header_that_is_nearly_right_is_suggested(tmp_path: Path) -> None:
    error = refusal(panel_of, two(tmp_path), table_of(甲项=[1, 2], 乙项目=[1, 2]))

    assert "“乙项目”如果就是它" in error.remedy


def test_codes_that_a_spreadsheet_kept_as_numbers_are_whole(tmp_path: Path) -> None:
    table = table_of(a=[1, 2], b=[1, 2]).with_columns(unit=pl.Series([130101.0, 130102.0]))

    assert panel_of(two(tmp_path), table).units == ("130101", "130102")


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("12", "", 12),
        (" １２．５ ", "", 12.5),
        ("1,234,567.5", "万元", 1234567.5),
        ("-3e2", "", -300),
        ("2.08%", "%", 2.08),
        ("2.08 ％", "%", 2.08),
        ("", "", None),
        ("—", "", None),
        ("暂无", "", None),
        ("n/a", "", None),
    ],
)
def test_cell_is_the_number_that_is_written(text: str, unit: str, number: float | None) -> None:
    assert number_of_cell(text, unit) == number


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("约300", ""),
        ("12,34", ""),
        ("300家", "家"),
        ("1e999", ""),
        ("nan%", "%"),
        ("5%", "家"),
        ("inf", ""),
    ],
)
def test_cell_that_is_no_number_is_told(text: str, unit: str) -> None:
    assert isinstance(number_of_cell(text, unit), Fault)


@pytest.mark.parametrize(
    ("header", "unit", "fits"),
    [
        ("甲项（万元）", "万元", True),
        ("甲项(单位：万元)", "万元", True),
        ("甲项（万元）", "亿元", False),
        ("甲项（元）", "万元", False),
        ("甲项（%）", "‰", False),
        ("甲项（％）", "%", True),
        ("甲项（件/万人）", "件/万人", True),
        ("甲项（件/人）", "件/万人", False),
        ("甲项（个）", "家", True),
        ("甲项（千米）", "公里", True),
        ("甲项（2025年）", "万元", True),
        ("甲项（本级）", "万元", True),
        ("甲项（万元）", "", True),
        ("甲项", "万元", True),
    ],
)
def test_the_unit_of_a_header_has_the_size_of_the_scheme(
    tmp_path: Path, header: str, unit: str, fits: bool
) -> None:
    scheme = two(
        tmp_path,
        indicators=f"""
indicators:
  - {{code: a, name: 甲项, parent: total, unit: "{unit}"}}
""",
    )
    table = table_of(**{header: [1, 2]})

    if fits:
        assert panel_of(scheme, table).values[0, :, 0].tolist() == [1, 2]
    else:
        assert refusal(panel_of, scheme, table).code == "units"


# --- marks of experts


@pytest.fixture
def marked(tmp_path: Path) -> Scheme:
    return two(tmp_path, indicators=MARKED)


@pytest.mark.parametrize(
    ("marks", "trim", "mean"),
    [
        ([90, 80, 70, 60, 0], 1, 70),
        ([90, NAN, 70, 60, 0], 1, 65),
        ([90, 70], 1, 80),
        ([90, NAN], 1, 90),
        ([NAN, NAN], 1, NAN),
        ([90, 80, 70, 60, 0], 2, 70),
        ([90, 60], 0, 75),
    ],
)
def test_extremes_are_left_out_where_marks_remain(
    marks: list[float], trim: int, mean: float
) -> None:
    found = trimmed_mean(np.array([marks]), Marks(100, trim))

    assert found.tolist() == pytest.approx([mean], nan_ok=True)


@pytest.mark.parametrize(
    "headers",
    [
        ("甲项（专家1）", "甲项（专家2）", "甲项（专家3）"),
        ("甲项1", "甲项2", "甲项3"),
        ("a_1", "a_2", "a_3"),
        ("甲项#1", "甲项#2", "甲项#3"),
    ],
)
def test_marks_of_several_experts_become_one(marked: Scheme, headers: tuple[str, ...]) -> None:
    columns = dict(zip(headers, ([60, 50], [90, 80], [70, 90]), strict=True))

    assert panel_of(marked, table_of(**columns)).values[0, :, 0].tolist() == [70, 80]


def test_one_column_of_marks_is_taken_as_it_is(marked: Scheme) -> None:
    assert panel_of(marked, table_of(甲项=[60, 80])).values[0, :, 0].tolist() == [60, 80]


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"甲项": [60, 101]}, "101"),
        ({"甲项": [60, -1]}, "-1"),
        ({"甲项": [60, 70], "甲项1": [60, 70]}, "分不清"),
        ({"乙项": [60, 70]}, "没有指标“甲项”一列"),
    ],
)
def test_marks_that_cannot_be_right_are_told(
    marked: Scheme, columns: dict[str, object], what: str
) -> None:
    assert what in str(refusal(panel_of, marked, table_of(**columns)))
