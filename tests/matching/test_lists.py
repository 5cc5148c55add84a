"""The names of a list in any file: what is taken, where it stood, what is left and why."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.matching.lists import ListError, NameList, read_names, read_text
from kechuang.matching.names import Listed

CODE = "91990101MA0000001Y"
TABLE = [
    ("附件",), ("2025年名单",), ("序号", "企业名称", "统一社会信用代码", "推荐单位"),
    ("1", "甲县瑞丰科技有限公司（高企）", CODE, "甲县科技服务中心"),
    ("2", "〃", "", "甲县科技服务中心"),
    ("3", "宏达", "", "甲县科技服务中心"),
    ("", "合计", "", ""),
]  # fmt: skip
NAMES = [("甲县瑞丰科技有限公司（高企）", CODE), ("甲县瑞丰科技有限公司（高企）", ""), ("宏达", "")]


def told(found: NameList) -> list[tuple[str, str]]:
    return [(each.listed.name, each.listed.credit_code) for each in found.taken]


def written(path: Path, rows: list[tuple[str, ...]]) -> Path:
    if path.suffix == ".csv":
        lines = [",".join(row) for row in rows]
        path.write_bytes("\r\n".join(lines).encode("gb18030"))
        return path
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        book.create_sheet("说明").append(["填表说明"])
        book.save(path)
        return path
    document = docx.Document()
    document.add_paragraph("关于公布名单的通知")
    whole = [row for row in rows if len(row) == 4]
    table = document.add_table(rows=len(whole), cols=4)
    for row, cells in zip(table.rows, whole, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))
    return path


@pytest.mark.parametrize("ending", ["xlsx", "csv", "docx"])
def test_the_column_of_names_is_found_by_what_it_holds(tmp_path: Path, ending: str) -> None:
    found = read_names(written(tmp_path / f"名单.{ending}", TABLE))

    assert told(found) == NAMES
    assert [each.is_ditto for each in found.taken] == [False, True, False]
    assert {"other_columns", "text"} <= {each.reason for each in found.left}
    assert all(each.place for each in found.taken)


def test_a_table_without_heads_gives_its_names(tmp_path: Path) -> None:
    rows = [("1", "甲县一号轴承有限公司"), ("2", "乙区实业厂"), ("3", "丙区宏达")]

    found = read_names(written(tmp_path / "名单.xlsx", rows))

    assert [name for name, _ in told(found)] == ["甲县一号轴承有限公司", "乙区实业厂", "丙区宏达"]


def test_running_text_gives_the_names_that_stand_alone_or_are_counted_up(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    document = docx.Document()
    for line in (
        "各县（市、区）科技局：现将名单公布如下。", "1.甲县宏达轴承有限公司",
        "甲县恒通电子有限公司、乙区金鼎化工有限公司、丙区龙腾实业厂等。",
    ):  # fmt: skip
        document.add_paragraph(line)
    document.save(str(path))

    found = read_names(path)

    assert [name for name, _ in told(found)] == [
        "1.甲县宏达轴承有限公司", "甲县恒通电子有限公司", "乙区金鼎化工有限公司", "丙区龙腾实业厂",
    ]  # fmt: skip
    assert [each.reason for each in found.left] == ["text"]


def test_pasted_lines_and_blocks_are_names_however_short(tmp_path: Path) -> None:
    block = "序号\t企业名称\n1\t甲县瑞丰科技有限公司\n2\t宏达轴承\n\n"
    path = tmp_path / "粘贴的名单.txt"
    path.write_text(f"{block}甲县恒通电子\n请于周五前报送。", encoding="utf-8")

    found = read_text(path.read_text(encoding="utf-8"))

    assert found == read_names(path)
    assert [name for name, _ in told(found)] == ["甲县瑞丰科技有限公司", "宏达轴承", "甲县恒通电子"]
    assert [each.text for each in found.left] == ["请于周五前报送。"]


def test_a_code_without_a_name_is_an_entry(tmp_path: Path) -> None:
    rows = [("企业名称", "代码"), ("甲县一号有限公司", ""), ("", CODE)]

    found = read_names(written(tmp_path / "名单.xlsx", rows))

    assert found.taken[1].listed == Listed("", CODE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.docx", b"PK\x03\x04broken"), ("坏.xlsx", b"PK\x03\x04broken"),
        ("坏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken"), ("坏.pdf", b"%PDF-1.4 broken"),
        ("空.csv", b""), ("图.csv", bytes(range(1, 256)) * 8), ("没有.xyz", b"x"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(ListError, match="。"):
        read_names(path)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_pasted_text_is_read(text: str) -> None:
    found = read_text(text)

    assert all(each.listed.name or each.listed.credit_code for each in found.taken)


@pytest.mark.parametrize(
    "row",
    [
        "合计\t9家",
        "合计：\t9",
        "小计\t本县企业",
        "合计\t示例研究院",
        "\t合计",
        "\t共8家",
        "\t（共计八户企业）",
    ],
)
def test_a_row_of_totals_is_no_name(row: str) -> None:
    found = read_text(f"序号\t企业名称\n1\t示例轴承有限公司\n2\t宏达\n{row}")
    assert [name for name, _code in told(found)] == ["示例轴承有限公司", "宏达"]


@pytest.mark.parametrize(
    "line",
    [
        "企业名单",
        "拟推荐企业名单：",
        "共8家",
        "共计3家",
        "共计3家。",
        "合计：3家企业",
        "以上共12户",
    ],
)
def test_a_line_that_counts_or_heads_is_no_name(line: str) -> None:
    assert [name for name, _code in told(read_text(f"宏达\n{line}"))] == ["宏达"]


@pytest.mark.parametrize("line", ["共享装备", "合计划科技有限公司", "三个火枪手"])
def test_a_name_that_begins_like_a_count_is_a_name(line: str) -> None:
    assert [name for name, _code in told(read_text(line))] == [line]
