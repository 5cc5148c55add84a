"""Files of every kind, whole and broken: what is read, and what is said of what cannot be."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from made_data import (
    CODE,
    Failed,
    codes_of,
    column,
    csv_file,
    loaded,
    one_sheet,
    problems_of,
    xlsx_file,
)

from kechuang.reference import load_dictionary

HEADER = [CODE, "营业收入（万元）"]
ROWS = [HEADER, ["E1", "236.4"], ["E2", "缺"]]


def test_a_csv_file_is_the_subject(tmp_path: Path) -> None:
    found = loaded(csv_file(tmp_path / "随便.csv", ROWS))

    assert found.frames["enterprises"].to_dict(as_series=False) == {
        "enterprise_code": ["E1", "E2"],
        "revenue__y0": [236_4000_00, None],
    }
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_as_office_programs_save_it(tmp_path: Path, encoding: str) -> None:
    rows = [[*HEADER, "企业名称"], ["E1", "1", "示例市甲县精密轴承制造有限公司"]]
    found = loaded(csv_file(tmp_path / "a.csv", rows, encoding))

    assert found.frames["enterprises"]["enterprise_name"].to_list() == [rows[1][2]]
    assert [note.code for note in found.notes] == ([] if encoding == "utf-8-sig" else ["encoding"])


def test_rows_count_as_the_spreadsheet_counts_them(tmp_path: Path) -> None:
    text = f'\n{CODE},营业收入（万元）\r\nE1,1\n\n,\n"E\n2",2\nE3,三\n'
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")

    assert [problem.row for problem in problems_of(path).problems] == [7]


def test_a_row_with_other_cells_than_the_header_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [HEADER, ["E1"], ["E2", "2", "3"], ["E3", "三"]])

    assert [(each.code, each.row) for each in problems_of(path).problems] == [
        ("cell_count", 2),
        ("cell_count", 3),
        ("not_number", 4),
    ]


def test_a_problem_names_file_row_column_value_reason_and_remedy(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "企业.xlsx", [HEADER, ["E1", 1], ["E2", "约50"]])

    assert str(problems_of(path)) == (
        "企业.xlsx 表“Sheet1” 第 3 行 B 列“营业收入（万元）”：“约50”不是数。"
        "原因：含有数字以外的字。处理：只写数字，单位写在表头；不知道就留空。"
    )


def test_a_workbook_keeps_its_values(tmp_path: Path) -> None:
    header = [*HEADER, "成立日期", "居民企业", "行政区划代码", "职工总数（季度平均）"]
    rows = [
        [None] * 6,
        header,
        ["E1", 236.4, (date(2023, 1, 5), "yyyy-mm-dd"), True, 130402, 47.5],
        [None] * 6,
        ["E2", 0.1, (44931, "yyyy/m/d"), "否", "130402", 12],
    ]
    found = loaded(one_sheet(tmp_path / "a.xlsx", rows)).frames["enterprises"]

    assert found.rows() == [
        ("E1", "130402", date(2023, 1, 5), True, 475_000, 236_4000_00),
        ("E2", "130402", date(2023, 1, 5), False, 120_000, 1000_00),
    ]


def test_columns_of_a_workbook_keep_their_letters(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [[None, *HEADER], [None, "E1", "约50"]])

    assert problems_of(path).problems[0].column == "C 列“营业收入（万元）”"


@pytest.mark.parametrize(
    ("unit", "number", "fen"),
    [
        ("亿元", 2.2138816589, 22138816589),
        ("亿元", 99537.1090989141, 995371090989141),
        ("万元", 29631255.822337, 29631255822337),
        ("元", 9999999999999.99, 999999999999999),
        ("万元", 0.1 + 0.2, 300000),
    ],
)
def test_a_number_of_a_workbook_keeps_all_its_decimals(
    tmp_path: Path, unit: str, number: float, fen: int
) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [[CODE, f"营业收入（{unit}）"], ["E1", number]])

    assert column(path, "revenue__y0") == [fen]


def test_a_number_with_too_many_decimals_is_not_rounded_in_silence(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [HEADER, ["E1", 0.00000000004]])

    assert codes_of(path) == ["decimals"]


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#VALUE!", "#N/A", "#NAME?", "#NUM!"])
def test_a_failed_formula_is_an_error_and_not_missing(tmp_path: Path, error: str) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [HEADER, ["E1", Failed(error)]])
    problem = problems_of(path).problems[0]

    assert (problem.code, problem.row, problem.value) == ("spreadsheet_error", 2, error)


def changed(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same workbook with other bytes in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_formula_that_was_never_calculated_is_an_error(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [HEADER, ["E1", Failed("7")], ["E2", 1]])
    changed(path, SHEET, b' t="str"><f>1/0</f><v>7</v>', b"><f>1/0</f>")

    assert [(each.code, each.row) for each in problems_of(path).problems] == [("not_calculated", 2)]


def test_a_formula_that_gives_no_text_is_missing(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [HEADER, ["E1", Failed("7")]])
    changed(path, SHEET, b"<v>7</v>", b"<v></v>")
    changed(path, SHEET, b'<c r="B2"', b'<c r="B2" t="str"')

    assert column(path, "revenue__y0") == [None]


def test_a_code_kept_as_a_number_has_lost_digits(tmp_path: Path) -> None:
    number = 911302000000000123
    path = one_sheet(tmp_path / "a.xlsx", [[CODE], [str(number)], [number]])

    assert [(each.code, each.row) for each in problems_of(path).problems] == [("lost_digits", 3)]


def test_per_cent_is_what_the_sheet_shows(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "fields:\n  enterprises:\n    local_share: {name: 占比, type: number, unit: '%', "
        "places: 2, period: now, change: fixed}\n",
        encoding="utf-8",
    )
    rows = [[CODE, "占比"], ["E1", (0.285, "0.0%")], ["E2", 28.5], ["E3", "28.5%"]]
    path = one_sheet(tmp_path / "a.xlsx", rows)
    found = loaded(path, dictionary=load_dictionary(own)).frames["enterprises"]

    assert found["local_share"].to_list() == [2850, 2850, 2850]


def test_sheets_are_frames_by_code_or_name(tmp_path: Path) -> None:
    ip = [[CODE, "知识产权编号", "类别说明"], ["E1", "P1", "x"], ["E9", "P2", "y"]]
    path = xlsx_file(tmp_path / "a.xlsx", {"企业": ROWS, "ip": ip, "说明": [["随便"]]})
    found = loaded(path)

    assert found.frames["ip"].rows() == [("E1", "P1"), ("E9", "P2")]
    assert [(note.code, note.count) for note in found.notes] == [
        ("ignored_sheet", 1),
        ("ignored_column", 1),
        ("unmatched_rows", 1),
    ]


def test_the_only_filled_sheet_is_the_subject(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", {"Sheet1": [], "数据": ROWS, "Sheet3": []})

    assert column(path, "enterprise_code") == ["E1", "E2"]


def test_a_folder_holds_a_frame_a_file(tmp_path: Path) -> None:
    csv_file(tmp_path / "企业.csv", ROWS)
    one_sheet(tmp_path / "知识产权.xlsx", [[CODE, "ip_code"], ["E1", "P1"]])
    one_sheet(tmp_path / "~$知识产权.xlsx", [])
    pl.DataFrame({"enterprise_code": ["E1"], "title_code": ["T1"]}).write_parquet(
        tmp_path / "titles.parquet"
    )
    (tmp_path / "说明.docx").write_bytes(b"x")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    found = loaded(tmp_path)

    assert sorted(found.frames) == ["enterprises", "ip", "titles"]
    assert [(note.code, note.place.file) for note in found.notes] == [("ignored_file", "说明.docx")]


def test_a_related_frame_without_rows_says_that_there_are_none(tmp_path: Path) -> None:
    csv_file(tmp_path / "企业.csv", ROWS)
    csv_file(tmp_path / "知识产权.csv", [[CODE, "知识产权编号"]])

    assert loaded(tmp_path).frames["ip"].height == 0


def test_a_later_header_is_pointed_at(tmp_path: Path) -> None:
    path = one_sheet(tmp_path / "a.xlsx", [["示例市企业汇总表"], *ROWS])
    problem = problems_of(path).problems[0]

    assert problem.code == "no_key"
    assert "第 2 行像是表头" in problem.remedy


def test_only_what_is_needed_is_read(tmp_path: Path) -> None:
    csv_file(tmp_path / "企业.csv", [[*HEADER, "净利润", "序号"], ["E1", "1", "约", "1"]])
    csv_file(tmp_path / "知识产权.csv", [["乱"]])
    needed = {("enterprises", "revenue"), ("enterprises", "total_cost"), ("titles", "level")}
    found = loaded(tmp_path, needed=needed)

    assert found.frames["enterprises"].columns == ["enterprise_code", "revenue__y0"]
    assert [note.code for note in found.notes] == ["ignored_column", "absent_field", "absent_frame"]
    assert "成本费用支出总额" in found.notes[1].message


# --- what cannot be read


def good_xlsx(path: Path) -> bytes:
    return one_sheet(path, ROWS).read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n \n,,\n", "no_header"),
        ("a.csv", b"\x00\x01\x02\x03" * 50, "not_text"),
        ("a.csv", "統一社會信用代碼".encode("big5") * 20, "not_text"),
        ("a.csv", b"PK\x03\x04rest", "mismatch"),
        ("a.csv", b"PAR1rest", "mismatch"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "mismatch"),
        ("a.csv", "名称,数\nE1,1\n".encode(), "no_key"),
        ("a.csv", f"{CODE}\n".encode(), "no_rows"),
        ("a.csv", f"{CODE}\n\n \n".encode(), "no_rows"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"hello", "broken"),
        ("a.xlsx", b"PAR1", "mismatch"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 500, "broken"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "mismatch"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        ("a.parquet", b"PAR1" + b"x" * 100 + b"PAR1", "broken"),
        ("a.parquet", b"hello", "broken"),
        ("a.xls", b"x", "broken"),
        ("a.et", b"x", "broken"),
        ("a.ods", b"x", "unsupported"),
        ("a", b"x", "unsupported"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert codes_of(path) == [code]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert codes_of(tmp_path / "没有.csv") == ["missing"]


@pytest.mark.requires_ordinary_user
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", ROWS)
    path.chmod(0)

    assert codes_of(path) == ["permission"]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_broken(tmp_path: Path, cut: float) -> None:
    data = good_xlsx(tmp_path / "good.xlsx")
    path = tmp_path / "a.xlsx"
    path.write_bytes(data[: int(len(data) * cut)])

    assert codes_of(path) == ["broken"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET])
def test_a_workbook_with_a_damaged_part_is_never_half_read(tmp_path: Path, part: str) -> None:
    path = one_sheet(tmp_path / "a.xlsx", ROWS)
    changed(path, part, b"<", b"<<")

    assert codes_of(path) in (["broken"], ["no_header"])


def test_a_workbook_in_an_archive_with_a_password_is_broken(tmp_path: Path) -> None:
    data = bytearray(good_xlsx(tmp_path / "good.xlsx"))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(data))

    assert codes_of(path) == ["broken"]


def test_another_archive_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    assert codes_of(path) == ["mismatch"]


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = one_sheet(tmp_path / "a.xlsx", ROWS)
    monkeypatch.setattr("kechuang.eligibility.data.xlsx_file.LARGEST", 1000)

    assert codes_of(path) == ["too_large"]


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        pytest.param({"Sheet1": []}, "no_header", id="empty"),
        pytest.param({"甲": ROWS, "乙": ROWS}, "sheets", id="two unnamed"),
        pytest.param({"知识产权": ROWS}, "no_subject", id="another frame"),
        pytest.param({"企业": ROWS, "enterprises": ROWS}, "frame_twice", id="twice"),
        pytest.param({"企业": []}, "no_header", id="empty frame"),
        pytest.param({"企业": [HEADER]}, "no_rows", id="no rows"),
        pytest.param({"企业": ROWS, "ip": [["乱"], ["x"]]}, "no_key", id="no key in a list"),
        pytest.param(
            {"企业": ROWS, "ip": [[CODE, "摘要"], ["E1", "x"]]}, "no_key", id="no key of its own"
        ),
    ],
)
def test_sheets_that_do_not_fit_are_named(
    tmp_path: Path, sheets: dict[str, list[list[str]]], code: str
) -> None:
    assert codes_of(xlsx_file(tmp_path / "a.xlsx", sheets)) == [code]


def test_folders_that_do_not_fit_are_named(tmp_path: Path) -> None:
    assert codes_of(tmp_path) == ["no_subject"]

    csv_file(tmp_path / "企业.csv", ROWS)
    csv_file(tmp_path / "enterprises.csv", ROWS)
    assert codes_of(tmp_path) == ["frame_twice"]

    (tmp_path / "enterprises.csv").unlink()
    (tmp_path / "ip.xlsx").write_bytes(b"x")
    (tmp_path / "titles.csv").write_bytes(b"")
    assert codes_of(tmp_path) == ["broken", "empty"]


@pytest.mark.parametrize("quote", ['"E1,1\nE2,2\n', 'E1,"1\nE2,2\n'])
def test_an_open_quote_does_not_swallow_rows_in_silence(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(HEADER)}\n{quote}", encoding="utf-8")

    assert set(codes_of(path)) <= {"broken", "cell_count", "not_number", "no_rows"}
