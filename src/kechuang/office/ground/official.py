"""Official documents in Word after GB/T 9704-2012: page, fonts, lines, page numbers, footnotes.

Fonts are named, never carried along: 方正小标宋 is licensed. Each has other names that Word and
WPS take where it is not installed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, Twips
from lxml import etree  # pyright: ignore[reportMissingTypeStubs, reportAttributeAccessIssue]

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
FIRST_FONT: Final = "黑体"
SECOND_FONT: Final = "楷体_GB2312"
NUMBER_FONT: Final = "宋体"
LATIN_FONT: Final = "Times New Roman"
FALL_BACKS: Final = {
    TITLE_FONT: "方正小标宋_GBK;小标宋;华文中宋;宋体;SimSun",
    BODY_FONT: "仿宋;FangSong;华文仿宋;STFangsong",
    SECOND_FONT: "楷体;KaiTi;华文楷体;STKaiti",
    FIRST_FONT: "SimHei;华文黑体;STHeiti",
    NUMBER_FONT: "SimSun;华文宋体;STSong",
}
LINE: Final = Twips(579)  # 22 lines on 225 mm
TIGHTER: Final = "-5"  # twips between characters of the body: 28 of them on 156 mm
BODY: Final = Pt(16)  # 3号
SMALL: Final = Pt(10.5)  # 五号
_NOTES_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOTES_RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph: its words, and the footnote that follows them; empty for none."""

    text: str
    note: str = ""


def unusual(text: str) -> str:
    """The characters that 仿宋_GB2312 does not have, each once: another font stands in for them.

    >>> unusual("张喆，示例市")
    '喆'
    """
    return "".join(dict.fromkeys(each for each in text if not _is_usual(each)))


def _is_usual(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


class Official:
    """One document that is being written, from the top down."""

    def __init__(self, title: str, author: str, made_at: datetime) -> None:
        self._word = docx.Document()
        self._notes: list[str] = []
        self._last: Any = None  # the paragraph that a break of the page is put into
        properties = self._word.core_properties
        properties.title, properties.author = title, author
        properties.created = properties.modified = made_at.replace(tzinfo=None)
        properties.comments = ""
        self._set_page()
        self._set_style()
        self._name_fonts()

    # --- what stands in it

    def title(self, text: str) -> None:
        """The title: 2号 小标宋, centred, with a line below it."""
        paragraph = self._paragraph(WD_ALIGN_PARAGRAPH.CENTER)
        self._run(paragraph, text, TITLE_FONT, Pt(22))
        paragraph.paragraph_format.space_after = LINE
        paragraph.paragraph_format.keep_with_next = True

    def heading(self, text: str) -> None:
        """A heading of the first level: 3号 黑体."""
        paragraph = self._paragraph(indent=True)
        self._run(paragraph, text, FIRST_FONT, BODY)
        paragraph.paragraph_format.keep_with_next = True

    def number(self, text: str) -> None:
        """The number of the document, centred, with a line below it."""
        paragraph = self._paragraph(WD_ALIGN_PARAGRAPH.CENTER)
        self._run(paragraph, text, BODY_FONT, BODY)
        paragraph.paragraph_format.space_after = LINE

    def addressee(self, text: str) -> None:
        """To whom it goes: at the edge, before the body."""
        self._run(self._paragraph(), f"{text}：", BODY_FONT, BODY)

    def attached(self, text: str) -> None:
        """What is attached, a line below the body."""
        paragraph = self._paragraph(indent=True)
        self._run(paragraph, f"附件：{text}", BODY_FONT, BODY)
        paragraph.paragraph_format.space_before = LINE

    def signed(self, name: str, day: str) -> None:
        """Who sends it and when: two lines below, the day four characters from the edge."""
        for text, characters, above in ((name, 2, 2 * LINE), (day, 4, 0)):
            paragraph = self._paragraph(WD_ALIGN_PARAGRAPH.RIGHT)
            self._run(paragraph, text, BODY_FONT, BODY)
            paragraph.paragraph_format.space_before = above
            paragraph.paragraph_format.right_indent = BODY * characters

    def attachment(self) -> None:
        """The mark of an attachment, on a page of its own."""
        self.new_page()
        self._run(self._paragraph(), "附件", FIRST_FONT, BODY)

    def paragraph(self, runs: Sequence[Run] | str) -> None:
        """A paragraph of the body: 3号 仿宋, moved in by two characters, with its footnotes."""
        paragraph = self._paragraph(indent=True)
        for each in [Run(runs)] if isinstance(runs, str) else runs:
            self._run(paragraph, each.text, BODY_FONT, BODY)
            if each.note:
                self._note(paragraph, each.note)

    def table(
        self,
        name: str,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        right: frozenset[int] = frozenset(),
    ) -> None:
        """A table with its name, if it has one, above it.

        `widths` are in mm, `right` the columns of numbers. The head comes again on each page, and
        no row is parted.
        """
        if name:
            above = self._paragraph(WD_ALIGN_PARAGRAPH.CENTER)
            self._run(above, name, FIRST_FONT, Pt(12))
            above.paragraph_format.space_before = LINE
            above.paragraph_format.keep_with_next = True
        self._last = None
        table = self._word.add_table(rows=0, cols=len(headers), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, row in enumerate((headers, *rows)):
            cells = table.add_row()
            marks = cells._tr.get_or_add_trPr()
            marks.append(OxmlElement("w:cantSplit"))
            if number == 0:
                marks.append(OxmlElement("w:tblHeader"))
            for column, (cell, text) in enumerate(zip(cells.cells, row, strict=True)):
                cell.width = Mm(widths[column])
                paragraph = cell.paragraphs[0]
                _plain_lines(paragraph)
                if number == 0:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif column in right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                font = FIRST_FONT if number == 0 else BODY_FONT
                self._run(paragraph, text, font, SMALL)

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        last = self._paragraph() if self._last is None else self._last
        last.add_run().add_break(WD_BREAK.PAGE)

    def content(self) -> bytes:
        """The bytes of the file."""
        self._add_notes()
        file = io.BytesIO()
        self._word.save(file)
        return file.getvalue()

    # --- how it is set

    def _set_page(self) -> None:
        section = self._word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(28)
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        # A grid of characters too would say the same in Word; LibreOffice gives every character
        # that is wider than its cell two of them. So the runs of the body are set tighter instead.
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), "579")
        self._word.settings.odd_and_even_pages_header_footer = True
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            _plain_lines(paragraph)
            self._run(paragraph, "— ", NUMBER_FONT, Pt(14), latin=NUMBER_FONT)
            _field(self._run(paragraph, "", NUMBER_FONT, Pt(14), latin=NUMBER_FONT), "PAGE")
            self._run(paragraph, " —", NUMBER_FONT, Pt(14), latin=NUMBER_FONT)

    def _set_style(self) -> None:
        style = self._word.styles["Normal"]
        style.font.name, style.font.size = LATIN_FONT, BODY  # type: ignore[union-attr]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), BODY_FONT)
        notes = self._word.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        notes.font.size = Pt(9)  # type: ignore[attr-defined]
        # The language of the text, so that lines are broken and marked as Chinese.
        language = OxmlElement("w:lang")
        language.set(qn("w:eastAsia"), "zh-CN")
        style.element.get_or_add_rPr().append(language)

    def _name_fonts(self) -> None:
        """Say in the table of fonts which others may stand in for each."""
        root = etree.fromstring(f"<w:fonts {nsdecls('w')}/>")
        for name, others in FALL_BACKS.items():
            font = etree.SubElement(root, qn("w:font"))
            font.set(qn("w:name"), name)
            etree.SubElement(font, qn("w:altName")).set(qn("w:val"), others)
            etree.SubElement(font, qn("w:charset")).set(qn("w:val"), "86")
            etree.SubElement(font, qn("w:family")).set(qn("w:val"), "auto")
        for relation in self._word.part.rels.values():
            if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
                relation.target_part._blob = _xml(root)  # type: ignore[attr-defined]

    def _paragraph(self, align: Any = None, *, indent: bool = False) -> Any:
        paragraph = self._last = self._word.add_paragraph()
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if align is None else align
        if indent:
            shape.first_line_indent = Pt(32)
            shape.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
        return paragraph

    def _run(self, paragraph: Any, text: str, font: str, size: Any, latin: str = LATIN_FONT) -> Any:
        run = paragraph.add_run(text)
        # Written directly: the library looks for the place of each mark anew.
        shape = OxmlElement("w:rPr")
        _child(shape, "rFonts", ascii=latin, hAnsi=latin, eastAsia=font)
        if size == BODY:
            _child(shape, "spacing", val=TIGHTER)
        _child(shape, "sz", val=f"{size.pt * 2:.0f}")
        _child(shape, "szCs", val=f"{size.pt * 2:.0f}")
        run._r.insert(0, shape)
        return run

    # --- footnotes, which the library does not write

    def _note(self, paragraph: Any, text: str) -> None:
        self._notes.append(text)
        run = self._run(paragraph, "", NUMBER_FONT, BODY)
        _child(run._r.rPr, "vertAlign", val="superscript")
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(self._notes)))
        run._r.append(mark)

    def _add_notes(self) -> None:
        if not self._notes:
            return
        root = etree.fromstring(f"<w:footnotes {nsdecls('w')}/>")
        for key, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = _child(root, "footnote", id=str(key), type=kind)
            _child(_child(_child(note, "p"), "r"), kind)
        for key, text in enumerate(self._notes, start=1):
            paragraph = _child(_child(root, "footnote", id=str(key)), "p")
            shape = _child(paragraph, "pPr")
            _child(shape, "pStyle", val=self._word.styles["footnote text"].style_id)
            _child(shape, "snapToGrid", val="0")
            _child(shape, "spacing", line="280", lineRule="exact")
            mark = _child(paragraph, "r")
            _child(_note_font(mark), "vertAlign", val="superscript")
            _child(mark, "footnoteRef")
            words = _child(paragraph, "r")
            _note_font(words)
            _child(words, "t").text = f" {text}"
            words[-1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        where, package = PackURI("/word/footnotes.xml"), self._word.part.package
        self._word.part.relate_to(Part(where, _NOTES_TYPE, _xml(root), package), _NOTES_RELATION)
        self._notes = []


def _plain_lines(paragraph: Any) -> None:
    """Single lines off the grid: tables and feet are smaller than the body."""
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(
        grid, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )


def _field(run: Any, instruction: str) -> None:
    for kind in ("begin", "", "end"):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = instruction
        run._r.append(mark)


def _child(parent: Any, name: str, **attributes: str) -> Any:
    found = etree.SubElement(parent, qn(f"w:{name}"))
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def _note_font(run: Any) -> Any:
    shape = _child(run, "rPr")
    _child(shape, "rFonts", ascii=LATIN_FONT, hAnsi=LATIN_FONT, eastAsia=BODY_FONT)
    _child(shape, "sz", val="18")
    return shape


def _xml(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
