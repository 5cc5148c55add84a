"""A Word document reads as its finished text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx as writer
import pytest

from kechuang.reading.documents.docx_text import ArchiveError, docx_text

Maker = Callable[..., bytes]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*runs: str, mark: str = "") -> str:
    return f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{0}</w:txbxContent>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            paragraph(run("成交额23."), run("29", "<w:b/>"), run("亿元")),
            "成交额23.29亿元",
            id="runs don't part a number",
        ),
        pytest.param(
            paragraph(f"<w:hyperlink>{run('高企')}</w:hyperlink>", f"<w:ins>{run('35家')}</w:ins>"),
            "高企35家",
            id="links and insertions stay",
        ),
        pytest.param(
            paragraph(run("共"), "<w:del><w:r><w:delText>3</w:delText></w:r></w:del>", run("5项")),
            "共5项",
            id="deleted text goes",
        ),
        pytest.param(
            paragraph(f"<w:moveFrom>{run('旧')}</w:moveFrom>", f"<w:moveTo>{run('新')}</w:moveTo>"),
            "新",
            id="moved text stands once",
        ),
        pytest.param(
            paragraph(run("增长"), mark="<w:del/>") + paragraph(run("5%")),
            "增长5%",
            id="a deleted paragraph mark joins",
        ),
        pytest.param(
            paragraph(run("密"), run("藏", "<w:vanish/>"), run("显", "<w:vanish w:val='0'/>")),
            "密显",
            id="hidden text goes",
        ),
        pytest.param(
            paragraph(run("甲"), "<w:r><w:br/></w:r>", run("乙"), "<w:r><w:tab/></w:r>", run("丙")),
            "甲\n乙 丙",
            id="line breaks and tabs",
        ),
        pytest.param(
            paragraph("<w:r><w:instrText>PAGE 7</w:instrText></w:r>", run("正文")),
            "正文",
            id="field codes go",
        ),
        pytest.param(
            paragraph(run("前"), BOX.format(paragraph(run("框内5项"))), run("后")),
            "前后\n框内5项",
            id="a text box follows its paragraph, once",
        ),
        pytest.param(
            paragraph(run("前"))
            + table(
                [paragraph(run("指标")), paragraph(run("数值"))],
                [paragraph(run("高企")), paragraph(run("35")) + paragraph(run("家"))],
            )
            + paragraph(run("后")),
            "前\n指标 | 数值\n高企 | 35 家\n后",
            id="tables in place, a row a line",
        ),
        pytest.param(
            table([paragraph(run("长" * 150)) + paragraph(run("文" * 150)), paragraph(run("栏"))]),
            "长" * 150 + "\n" + "文" * 150 + "\n栏",
            id="a table that lays out a page",
        ),
        pytest.param(
            f"<w:sdt><w:sdtContent>{paragraph(run('控件内文字'))}</w:sdtContent></w:sdt>",
            "控件内文字",
            id="content controls stay",
        ),
    ],
)
def test_the_finished_text_is_read(make_docx: Maker, body: str, text: str) -> None:
    assert docx_text(make_docx(body)) == text


def test_a_document_of_python_docx_reads_in_order() -> None:
    document = writer.Document()
    document.add_heading("示例市科技工作总结", level=1)
    document.add_paragraph("全市高新技术企业35家，").add_run("增长12%。").bold = True
    grid = document.add_table(rows=1, cols=2)
    grid.rows[0].cells[0].text, grid.rows[0].cells[1].text = "技术合同", "23.29亿元"
    document.add_paragraph("特此报告。")
    out = io.BytesIO()
    document.save(out)
    assert docx_text(out.getvalue()).split("\n") == [
        "示例市科技工作总结",
        "全市高新技术企业35家，增长12%。",
        "技术合同 | 23.29亿元",
        "特此报告。",
    ]


def test_footnotes_come_last(make_docx: Maker) -> None:
    note = (
        f"<w:footnotes xmlns:w='{W}'><w:footnote>{paragraph(run('注：含甲县'))}</w:footnote>"
        "</w:footnotes>"
    ).encode()
    data = make_docx(paragraph(run("正文")), **{"word__footnotes.xml": note})
    assert docx_text(data) == "正文\n注：含甲县"


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refusal(data: bytes) -> str:
    with pytest.raises(ArchiveError) as caught:
        docx_text(data)
    return caught.value.code


def test_a_bomb_is_refused_before_it_unpacks(make_docx: Maker) -> None:
    assert refusal(make_docx(paragraph(run("0" * 3_000_000)))) == "too_large"


def test_too_much_beside_the_body_is_refused(make_docx: Maker) -> None:
    zeros = bytes(100 << 20)
    members = {f"media__{number}": zeros for number in range(3)}
    assert refusal(make_docx(paragraph(run("正文")), **members)) == "too_large"


def test_very_many_members_are_refused(make_docx: Maker) -> None:
    members = {f"m{number}": b"" for number in range(5001)}
    assert refusal(make_docx(paragraph(run("正文")), **members)) == "too_large"


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param('<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><d>&c;</d>', id="entities"),
        pytest.param('<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', id="outside declaration"),
        pytest.param("<w:document><w:body>", id="half a part"),
        pytest.param("", id="empty part"),
    ],
)
def test_hostile_or_broken_xml_is_refused(xml: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert refusal(out.getvalue()) == "broken"


def test_deep_nesting_does_not_crash(make_docx: Maker) -> None:
    depth = 5_000
    body = "<w:sdt>" * depth + paragraph(run("深")) + "</w:sdt>" * depth
    assert docx_text(make_docx(body)) == "深"


@pytest.mark.parametrize("lost", [1, 30, 100, 300])
def test_every_cut_is_refused(make_docx: Maker, lost: int) -> None:
    assert refusal(make_docx(paragraph(run("正文" * 200)))[:-lost]) == "broken"
