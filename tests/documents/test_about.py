"""What is known of many reports beforehand comes from one table, strictly read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.documents import AboutError, load_about, parse_about
from kechuang.reading.model import About

HEADER = "file,title,region,year,genre\n"
TABLE = HEADER + (
    "甲县.txt,一,示例省示例市甲县,2024,总结\n"
    '"乙县,1.txt",二,,nd,\n'
    "\n"
    "c:\\报告\\丙县.docx,三,示例省示例市丙县,,\n"
)


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("甲县.txt", About("示例省示例市甲县", 2024, "总结")),
        ("甲县.pdf", About("示例省示例市甲县", 2024, "总结")),
        ("乙县,1.txt", About("示例市", 2020, None)),
        ("丙县.docx", About("示例省示例市丙县", 2020, None)),
        ("丁县.txt", About("示例市", 2020, None)),
    ],
)
def test_a_row_is_found_by_name_and_completed(name: str, about: About) -> None:
    table = parse_about(TABLE)
    assert table.of(Path("文件夹") / name, About("示例市", 2020)) == about


def test_two_rows_of_one_stem_are_told_apart_only_by_their_whole_name() -> None:
    table = parse_about(HEADER + "a.txt,,甲县,,\na.docx,,乙县,,\n")
    assert table.of(Path("a.docx")).region == "乙县"
    assert not table.knows(Path("a.pdf"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_it_comes_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "about.csv"
    path.write_bytes(TABLE.replace("\n", "\r\n").encode(encoding))
    assert load_about(path).of(Path("甲县.txt")).year == 2024


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "第 1 行缺少列 file、region、year、genre", id="empty"),
        pytest.param("file,reigon,year,genre\n", "缺少列 region（现有：file、reigon", id="column"),
        pytest.param("file,file,region,year,genre\n", "列 file 出现两次", id="column twice"),
        pytest.param(HEADER + "a.txt,,,,\na.txt,,,,\n", "第 3 行 file 列：“a.txt”", id="row twice"),
        pytest.param(HEADER + "a.txt,,,24,\n", "第 2 行 year 列：“24”", id="short year"),
        pytest.param(HEADER + "a.txt,,,二〇二四,\n", "第 2 行 year 列", id="year in characters"),
        pytest.param(HEADER + "a.txt,,,2024.0,\n", "第 2 行 year 列", id="decimal year"),
        pytest.param(HEADER + "a.txt,,,99999999999,\n", "第 2 行 year 列", id="huge year"),
        pytest.param(HEADER + ",,甲县,2024,\n", "第 2 行 file 列是空的", id="no name"),
        pytest.param(HEADER + '"a.txt,,\n', "不是完整的 CSV", id="open quote"),
    ],
)  # fmt: skip
def test_a_mistake_names_row_and_column(text: str, words: str) -> None:
    with pytest.raises(AboutError, match=r"。$") as caught:
        parse_about(text, name="about.csv")
    assert words in str(caught.value)
    assert str(caught.value).startswith("about.csv")


@given(st.text())
def test_any_text_is_a_table_or_a_refusal(text: str) -> None:
    try:
        parse_about(HEADER + text)
    except AboutError as error:
        assert "行" in str(error)  # noqa: PT017 - either end is right
