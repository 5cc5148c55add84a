"""Briefs as Word: a page for each firm, sources as footnotes or as a table at the end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from kechuang.files.safe import one_line
from kechuang.office.desk.composing.composing import Brief
from kechuang.office.ground.files import clean_name
from kechuang.office.ground.official import Official, Run

Notes = Literal["footnotes", "table", "none"]
FOOTNOTES: Final = "footnotes"
TABLE: Final = "table"
NONE: Final = "none"
HEADERS: Final = ("序号", "项目", "数值", "来源与日期")
WIDTHS: Final = (12, 44, 46, 54)  # mm, 156 in all


def document(briefs: Sequence[Brief], notes: Notes, author: str, made_at: datetime) -> bytes:
    """One document with a page, or more where the table needs it, for each firm."""
    title = briefs[0].subject.name + "简介" if len(briefs) == 1 else "企业简介"
    official = Official(title, author, made_at)
    for number, brief in enumerate(briefs):
        if number:
            official.new_page()
        _write(official, brief, notes)
    return official.content()


def archive(briefs: Sequence[Brief], notes: Notes, author: str, made_at: datetime) -> bytes:
    """A document for each firm in one ZIP archive; firms of one name are told apart by code."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for brief in briefs:
            name = clean_name(f"{brief.subject.name}简介-{brief.subject.code}.docx")
            packed.writestr(name, document([brief], notes, author, made_at))
    return file.getvalue()


def _write(official: Official, brief: Brief, notes: Notes) -> None:
    official.title(f"{one_line(brief.subject.name)}简介")
    for paragraph in brief.paragraphs:
        official.paragraph(
            [
                Run(
                    one_line(piece.text),
                    f"{piece.figure.name}：{piece.figure.known.origin}"
                    if piece.figure and notes == FOOTNOTES
                    else "",
                )
                for piece in paragraph
            ]
        )
    if notes == TABLE and brief.figures:
        rows = [
            (str(each.number), each.name, each.known.told, each.known.origin)
            for each in brief.figures
        ]
        official.table("数据来源", HEADERS, rows, WIDTHS)
