"""Files as they come: damaged, disguised, with cells that say something else; one cause a row."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from imported_files import (
    CODE,
    NAME,
    code_of,
    codes,
    counts,
    csv_bytes,
    imported,
    sent,
    texts,
    workbook,
)
from old_workbooks import old_workbook

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.registry.models import ImportBatch, Organisation
from kechuang.office.registry.services import imports

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C = code_of(1), code_of(2), code_of(3)
CAPITAL, FOUNDED, LARGE = "注册资本（万元）", "成立日期", "规模以上企业"
MIB = 1024 * 1024


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


class Formula(str):
    """A cell with a formula whose value was never calculated."""


class Failed(str):
    """A cell whose formula failed, with what it shows."""


def edited(rows: Sequence[Sequence[Any]], edit: Callable[[Any], object] = id) -> bytes:
    """A workbook by another program than ours, after something was done to its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    edit(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def full_width(text: str) -> str:
    """Digits and letters as wide as Chinese characters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def failed_cell(spot: str, shown: str) -> Callable[[Any], None]:
    def edit(sheet: Any) -> None:
        sheet[spot].value, sheet[spot].data_type = shown, "e"

    return edit


# --- cells: the code of the cause, and where it is said to stand

CELLS: dict[str, tuple[bytes, str, str]] = {
    "#REF!": (
        edited([[CODE, NAME, CAPITAL], [A, "甲", 1]], failed_cell("C2", "#REF!")),
        "spreadsheet_error",
        "第 2 行 C 列 注册资本（万元）：应为数字，填的是 #REF!",
    ),
    "text for a number": (
        workbook([[CODE, NAME, CAPITAL], [A, "甲", "约五百"]]),
        "not_number",
        "第 2 行 C 列 注册资本（万元）：应为数字，填的是 约五百",
    ),
    "a unit of its own": (
        workbook([[CODE, NAME, CAPITAL], [A, "甲", "500元"]]),
        "mixed_units",
        "表头的单位是万元，这一格写的是元",
    ),
    "a date as text that is none": (
        workbook([[CODE, NAME, FOUNDED], [A, "甲", "2023年13月5日"]]),
        "not_date",
        "第 2 行 C 列 成立日期：应为日期，填的是 2023年13月5日",
    ),
    "no date": (
        workbook([[CODE, NAME, FOUNDED], [A, "甲", "二〇二三年"]]),
        "not_date",
        "C 列 成立日期：应为日期，填的是 二〇二三年",
    ),
    "a formula without a value": (
        edited([[CODE, NAME, CAPITAL], [A, "甲", "=1+1"]]), "not_calculated", "C 列"
    ),
    "masked": (workbook([[CODE, NAME, CAPITAL], [A, "甲", "1**"]]), "masked", "C 列"),
    "a masked code": (workbook([[CODE, NAME], ["9199010****0000001", "甲"]]), "masked", "A 列"),
    "a wrong check digit": (
        workbook([[CODE, NAME], [A[:-1] + ("0" if A[-1] != "0" else "1"), "甲"]]),
        "bad_credit_code",
        "第 2 行 A 列 统一社会信用代码",
    ),
    "an identity number": (
        workbook([["单位编号", NAME], ["990101199001011234", "甲"]]), "identity", "A 列"
    ),
    "a code kept as a number": (
        edited([[CODE, NAME], [919901010000000000, "甲"]]), "lost_digits", "A 列"
    ),
    "twice in one file": (
        workbook([[CODE, NAME], [A, "甲"], [B, "乙"], [A, "甲"]]), "key_twice", "与第 2 行重复"
    ),
    "one name under two codes": (
        workbook([[CODE, NAME], [A, "甲"], [B, "甲"]]), "name_twice", "与第 2 行同名"
    ),
    "too long": (workbook([[CODE, NAME], [A, "长" * 200]]), "too_long", "最多 120 个字"),
    "no option": (
        workbook([[CODE, NAME, "企业规模"], [A, "甲", "巨型"]]),
        "not_option",
        "应为选项之一，填的是 巨型",
    ),
    "an unknown region": (
        workbook([[CODE, NAME, "所在区划"], [A, "甲", "丙县"]]), "unknown_region", "“丙县”"
    ),
    "another region": (
        workbook([[CODE, NAME, "行政区划代码"], [A, "甲", "990102"]]), "outside", "区划之内"
    ),
    "no name": (workbook([[CODE, NAME], [A, None]]), "required", "新单位缺少名称"),
    "no code and no name": (workbook([[CODE, NAME, CAPITAL], [None, None, 5]]), "required", "名称"),
    "a row too short": (
        f"{CODE},{NAME},{CAPITAL}\r\n{A},甲\r\n{B},乙,1\r\n".encode(), "cell_count", "第 2 行"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS)
def test_what_is_wrong_is_told_with_its_cell(officer: Actor, case: str) -> None:
    content, code, told = CELLS[case]
    name = "表.xlsx" if content.startswith(b"PK") else "表.csv"

    batch = sent(officer, content, name=name)

    assert codes(batch) == [code], batch.problems
    assert told in texts(batch)[0]
    assert batch.counts["error"] + batch.counts["conflict"] == 1


# --- what is taken as it is meant

GOOD: dict[str, bytes] = {
    "a title above": workbook(
        [["2025年企业情况表", None, None], [CODE, NAME, CAPITAL], [A, "甲", 500]]
    ),
    "a unit above": workbook(
        [
            ["情况表", None, None],
            ["单位：万元", None, None],
            [CODE, NAME, "注册资本"],
            [A, "甲", 500],
        ]
    ),
    "two header rows": workbook(
        [[CODE, NAME, "资本情况", None], [None, None, CAPITAL, "备注栏"], [A, "甲", 500, "无"]]
    ),
    "merged headers": edited(
        [[CODE, NAME, "资本", None], [None, None, CAPITAL, "其他"], [A, "甲", 500, None]],
        lambda sheet: [sheet.merge_cells(each) for each in ("A1:A2", "B1:B2", "C1:D1")],
    ),
    "full-width digits": workbook([[CODE, NAME, CAPITAL], [A, "甲", "５００"]]),
    "grouped digits": workbook([[CODE, NAME, CAPITAL], [A, "甲", "500.00"]]),
    "the header's unit again": workbook([[CODE, NAME, CAPITAL], [A, "甲", "500万元"]]),
    "元 in the header": workbook([[CODE, NAME, "注册资本（元）"], [A, "甲", 5_000_000]]),
    "a full-width code": workbook([[CODE, NAME, CAPITAL], [full_width(A), "甲", 500]]),
    "a number as text": workbook([[CODE, NAME, CAPITAL], [A, "甲", " 500 "]]),
    "lower case and blanks": workbook([[CODE, NAME, CAPITAL], [f" {A.lower()} ", "甲", 500]]),
    "totals": workbook([[CODE, NAME, CAPITAL], [A, "甲", 500], ["合计", None, 500]]),
    "totals in the second column": workbook(
        [["序号", CODE, NAME, CAPITAL], [1, A, "甲", 500], [None, "合 计", None, 500]]
    ),
    "empty rows": workbook([[CODE, NAME, CAPITAL], [], [A, "甲", 500], [None], ["", "", ""]]),
    "GBK": csv_bytes([[CODE, NAME, CAPITAL], [A, "甲", 500]], "gbk"),
    "UTF-8 without a mark": csv_bytes([[CODE, NAME, CAPITAL], [A, "甲", 500]], "utf-8"),
    "UTF-16": b"\xff\xfe" + csv_bytes([[CODE, NAME, CAPITAL], [A, "甲", 500]], "utf-16-le"),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_meant_is_read(officer: Actor, case: str) -> None:
    content = GOOD[case]
    name = "表.xlsx" if content.startswith(b"PK") else "表.csv"

    batch = imported(officer, content, name=name)

    assert counts(batch) == {"new": 1, "written": 1}, batch.problems
    found = Organisation.objects.select_related("party").get()
    assert (found.party.name, found.registered_capital) == ("甲", 500_000_000)


@pytest.mark.parametrize(
    "written",
    [date(2023, 1, 5), "2023-01-05", "2023/1/5", "2023.01.05", "2023年1月5日", "20230105",
     "２０２３－０１－０５"],
    ids=str,
)  # fmt: skip
def test_days_are_read_however_written(officer: Actor, written: Any) -> None:
    imported(officer, workbook([[CODE, NAME, FOUNDED], [A, "甲", written]]))

    assert Organisation.objects.get().founded_on == date(2023, 1, 5)


# --- columns

COLUMNS: dict[str, tuple[Sequence[str], str]] = {
    "money without a unit": (["注册资本"], "金额的表头没有单位"),
    "two units": (["注册资本（万元/元）"], "表头里有两个单位"),
    "a unit of people": (["注册资本（人）"], "单位“人”用不上"),
    "the same field in two units": (["注册资本（万元）", "注册资金（元）"], "与另一列重复"),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column_that_cannot_be_read_is_refused_by_name(officer: Actor, case: str) -> None:
    headers, told = COLUMNS[case]

    batch = sent(officer, workbook([[CODE, NAME, *headers], [A, "甲", *[5] * len(headers)]]))

    assert codes(batch) == ["column"]
    assert told in texts(batch)[0]
    assert headers[-1] in texts(batch)[0]


def test_an_unknown_header_is_listed_and_its_meaning_remembered(officer: Actor) -> None:
    content = workbook([[CODE, NAME, "本钱"], [A, "甲", 500]])
    batch = sent(officer, content)
    assert [each["header"] for each in batch.reading["headers"] if each["how"] == "unknown"] == [
        "本钱"
    ]

    imports.map_headers(officer, batch, {"本钱": "registered_capital（万元）"})
    run_waiting_jobs()
    again = imported(officer, content)

    assert [each["how"] for each in again.reading["headers"]] == ["known", "known", "remembered"]
    assert Organisation.objects.get().registered_capital == 500_000_000


def test_without_a_key_the_headers_are_asked_for(officer: Actor) -> None:
    batch = sent(officer, workbook([["代号甲", "本钱"], [A, 5]]))

    assert batch.state == ImportBatch.State.MAPPING


# --- characters

RARE = ["𠮷田", "㐂", "龘𪚥", "𫚖鱼", "𮕩", "\U00030000", "\U0002ebf0", "·買買提"]


@pytest.mark.parametrize("name", RARE)
@pytest.mark.parametrize("form", ["xlsx", "utf-8-sig", "gb18030"])
def test_rare_characters_survive_every_path(officer: Actor, name: str, form: str) -> None:
    rows = [[CODE, NAME, "地址"], [A, f"{name}轴承", f"{name}路1号"]]
    content = workbook(rows) if form == "xlsx" else csv_bytes(rows, form)

    imported(officer, content, name="表.xlsx" if form == "xlsx" else "表.csv")

    found = Organisation.objects.select_related("party").get()
    assert (found.party.name, found.address) == (f"{name}轴承", f"{name}路1号")


# --- files that are not taken in at all


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return buffer.getvalue()


SMALL = workbook([[CODE, NAME], [A, "甲"]])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no bytes": ("表.xlsx", b"", "empty"),
    "a wrong ending": ("表.csv", SMALL, "mismatch"),
    "xls called xlsx": ("表.xlsx", OLE + b"\0" * 600, "mismatch"),
    "xlsx called xls": ("表.xls", SMALL, "mismatch"),
    "another ending": ("表.pdf", SMALL, "extension"),
    "macros by name": ("表.xlsm", SMALL, "macro"),
    "macros inside": ("表.xlsx", with_part(SMALL, "xl/vbaProject.bin", b"x"), "macro"),
    "macros in xls": ("表.xls", OLE + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 600, "macro"),
    "encrypted": ("表.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "encrypted xls": ("表.xls", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "a bomb": ("表.xlsx", with_part(SMALL, "xl/media/a.bin", b"\0" * 30 * MIB), "swollen"),
    "half a file": ("表.xlsx", SMALL[: len(SMALL) // 2], "broken"),
    "no workbook": ("表.xlsx", zipped(word__document_xml=b"<a/>"), "mismatch"),
    "a program": ("表.csv", b"\x7fELF" + b"\0" * 200, "mismatch"),
    "a name that climbs": ("../../表.xlsx", SMALL, "name"),
    "a name that climbs on Windows": ("..\\表.csv", b"1", "name"),
    "a member that climbs": ("表.xlsx", with_part(SMALL, "../../cron.d/x", b"x"), "archive_name"),
    "a state secret": ("表.xlsx", workbook([[CODE, NAME], [A, "机密★10年"]]), "classified"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_taken_in_says_why(officer: Actor, case: str) -> None:
    name, content, code = REFUSED[case]

    with pytest.raises(UploadRefused) as refused:
        sent(officer, content, name=name)

    assert refused.value.code == code
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_too_large_is_not_taken_in(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_BYTES", len(SMALL) - 1)

    with pytest.raises(UploadRefused) as refused:
        sent(officer, SMALL)

    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "name", ["甲县𠮷㐂·(1) 表.xlsx", "𠮷" * 145 + ".xlsx"], ids=["rare", "long"]
)
def test_a_file_may_be_called_as_people_call_files(officer: Actor, name: str) -> None:
    batch = imported(
        officer, workbook([[CODE, NAME, CAPITAL], [A, "甲", 1], [B, "乙", "多"]]), name=name
    )

    assert (batch.name, counts(batch)) == (name, {"new": 1, "error": 1, "written": 1})
    assert batch.marked is not None


@pytest.mark.parametrize("form", ["xls", "et"])
def test_an_old_workbook_and_one_of_wps_are_imported(officer: Actor, form: str) -> None:
    rows = [["企业情况表"], [CODE, NAME, CAPITAL, FOUNDED], [A, "甲𠮷轴承", 500.5, "2023年1月5日"],
            [B, "乙", "#REF!", None]]  # fmt: skip

    batch = imported(officer, old_workbook(rows), name=f"表.{form}")

    assert counts(batch) == {"new": 1, "error": 1, "written": 1}, batch.problems
    assert texts(batch)[0].startswith("第 4 行 C 列 注册资本（万元）：应为数字，填的是 #REF!")
    found = Organisation.objects.select_related("party").get()
    assert (found.party.name, found.registered_capital) == ("甲𠮷轴承", 500_500_000)
    assert found.founded_on == date(2023, 1, 5)


def test_a_mark_deep_in_a_long_sheet_is_found(officer: Actor) -> None:
    rows = [[CODE, NAME], *([code_of(n), f"第{n}号精密*轴承"] for n in range(1, 30_000))]
    rows[20_000] = [code_of(9), "秘密★"]

    with pytest.raises(UploadRefused) as refused:
        sent(officer, workbook(rows))

    assert refused.value.code == "classified"


@pytest.mark.parametrize("form", ["xls", "et"])
def test_a_damaged_old_workbook_says_so(officer: Actor, form: str) -> None:
    batch = sent(officer, OLE + b"\0" * 2000, name=f"表.{form}")

    assert batch.state == ImportBatch.State.REFUSED
    assert "不是完整的 xls 文件" in batch.refusal


def test_an_empty_workbook_says_so(officer: Actor) -> None:
    batch = sent(officer, workbook([]))

    assert (batch.state, "没有内容" in batch.refusal) == (ImportBatch.State.REFUSED, True)


# --- files that look large


def styled_rows(count: int) -> Iterator[bytes]:
    for row in range(3, count):
        yield b'<row r="%d" s="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (row, row, row)


def test_a_million_styled_empty_rows_are_fast_and_small(officer: Actor) -> None:
    plain = io.BytesIO(SMALL)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                rows = b"".join(styled_rows(1_000_000))
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(member.filename, content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()

    batch = sent(officer, buffer.getvalue())

    assert counts(batch) == {"new": 1}
    assert time.process_time() - begun < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
