"""The lines of a PDF become the paragraphs that they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kechuang.reading.documents.pdf_text import PdfError, pdf_text

Maker = Callable[..., bytes]
Page = list[tuple[float, float, str]]
PARAGRAPHS = [
    "示例市科技工作总结",
    "一年来，全市科技系统深入实施创新驱动发展战略，全市吸纳技术合同成交额23.29亿元，同比增长44.79%，"
    "其中甲县1.2亿元、乙县8600万元，高新技术企业达到三百五十家，科技型中小企业一百二十余家入库。",
    "二是平台建设。新建T1000碳纤维中试基地1家，年产5万吨，带动就业2000余人。",
    "在研项目 | 12项",
    "下一步，力争到2025年全社会研发投入占GDP比重达到1.8%，新增省级以上平台5家以上。",
]
LEFT, TOP, PITCH, SIZE, COLUMNS = 90.0, 760.0, 28.0, 16.0, 26


def width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def lines(paragraph: str, indent: int) -> list[tuple[float, str]]:
    """A paragraph broken as a typesetter would: words and numbers whole, no 。 at the front."""
    words: list[str] = []
    for character in paragraph:
        glued = character in "，。、；：%" or (
            words and character.isascii() and words[-1][-1].isascii() and character != " "
        )
        if glued and words:
            words[-1] += character
        else:
            words.append(character)
    out: list[tuple[float, str]] = []
    line, used = "", float(indent)
    for word in words:
        if line and used + width(word.rstrip("，。、；：")) > COLUMNS:
            out.append((LEFT if out else LEFT + indent * SIZE, line))
            line, used = "", 0.0
        line += word
        used += width(word)
    return [*out, (LEFT if out else LEFT + indent * SIZE, line)]


def pages(
    paragraphs: list[str], *, indent: int = 2, gap: float = 0.0, per_page: int = 5
) -> list[Page]:
    placed = [
        (x, text, gap if index == 0 else 0.0)
        for paragraph in paragraphs
        for index, (x, text) in enumerate(lines(paragraph, indent))
    ]
    out: list[Page] = []
    for start in range(0, len(placed), per_page):
        y, page = TOP, Page()
        for x, text, before in placed[start : start + per_page]:
            y -= PITCH + (before if page else 0.0)
            page.append((x, y, text))
        page.append((280, 40, f"— {len(out) + 1} —"))
        if len(placed) > per_page:
            page.append((90, 800, "示例市科技局 内部资料"))
        out.append(page)
    return out


@pytest.mark.parametrize("per_page", [4, 5, 7, 24])
@pytest.mark.parametrize(
    ("indent", "gap"), [pytest.param(2, 0.0, id="indented"), pytest.param(0, 14.0, id="spaced")]
)
def test_paragraphs_come_back_whole(
    make_pdf: Maker, indent: int, gap: float, per_page: int
) -> None:
    paragraphs = PARAGRAPHS[:3] + PARAGRAPHS[4:]
    made = pages(paragraphs, indent=indent, gap=gap, per_page=per_page)
    assert pdf_text(make_pdf(made)).split("\n") == paragraphs


def test_a_number_inside_the_page_is_no_page_number(make_pdf: Maker) -> None:
    page = [(90, 700, "项目数"), (90, 600, "12"), (280, 40, "第 3 页 共 9 页")]
    assert pdf_text(make_pdf([page])) == "项目数\n12"


def test_cells_of_a_row_are_parted_and_rows_kept(make_pdf: Maker) -> None:
    page = [
        (90, 700, "指标"),
        (300, 700, "数值"),
        (450, 700, "增速"),
        (90, 672, "高新技术企业"),
        (300, 672, "35家"),
        (450, 672, "12%"),
    ]
    assert pdf_text(make_pdf([page])) == "指标 | 数值 | 增速\n高新技术企业 | 35家 | 12%"


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        pytest.param("同比增长", "44.79%。", "同比增长44.79%。", id="Chinese and a number"),
        pytest.param("成交额23.", "29亿元。", "成交额23.29亿元。", id="a number that is parted"),
        pytest.param("成交额1,2", "00万元。", "成交额1,200万元。", id="thousands that are parted"),
        pytest.param("supported by", "the county", "supported by the county", id="Latin words"),
        pytest.param("占GDP", "10.22%。", "占GDP 10.22%。", id="a word and a number"),
    ],
)
def test_two_lines_join(make_pdf: Maker, first: str, second: str, joined: str) -> None:
    fill = "甲" * int(COLUMNS - width(first))
    page = [(LEFT, 700, fill + first), (LEFT, 672, second + "乙" * 4), (LEFT, 644, "丙" * COLUMNS)]
    assert pdf_text(make_pdf([page])).startswith(fill + joined)


def test_characters_beyond_the_first_plane_keep_places(make_pdf: Maker) -> None:
    page = [(90, 700, "王𠮷县高企35家"), (90, 600, "共12项")]
    assert pdf_text(make_pdf([page])).endswith("35家\n共12项")


@pytest.mark.parametrize("length", [20, 200, 600])
def test_a_cut_pdf_is_broken_or_empty(make_pdf: Maker, length: int) -> None:
    with pytest.raises(PdfError) as caught:
        pdf_text(make_pdf(pages(PARAGRAPHS))[:length])
    assert caught.value.code in {"broken", "scanned"}
