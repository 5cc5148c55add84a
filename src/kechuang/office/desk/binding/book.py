"""The book itself: sheets checked one by one, and one PDF made of them.

The same pieces, title, unit and day give the same bytes: fonts come from a package, nothing of the
system or of the clock goes in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pylopdf_fonts_zh_cn
import pypdfium2
import typst

from kechuang.office.desk.composing.wording import whole_day
from kechuang.office.ground.converting import ConversionError, program, to_pdf

PICTURES: Final = {"image/png": "png", "image/jpeg": "jpg"}
PDF: Final = "application/pdf"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TABLES: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "text/csv",
    }
)
MOST_PAGES: Final = 1500
FONTS: Final = Path(pylopdf_fonts_zh_cn.__file__).parent

LOCKED: Final = "locked"
BROKEN: Final = "broken"
TABLE: Final = "table"
NO_PROGRAM: Final = "no_program"
UNREADABLE: Final = "unreadable"
KIND: Final = "kind"
LONG: Final = "long"


class NotBindable(Exception):  # noqa: N818 - the answer about a file, not a mistake of the program
    """A file cannot be bound; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Sheets:
    """A file as it goes into a book: a PDF, or one picture; of each page whether it is wide."""

    content: bytes
    ending: str
    wide: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a book: its title and its sheets."""

    title: str
    sheets: Sheets


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says: the title, whom it is about, the unit that made it, the day."""

    title: str
    subject: str
    unit: str
    day: date


def sheets_of(content: bytes, media_type: str) -> Sheets:
    """A file as sheets; Word is converted. Raises `NotBindable`."""
    if media_type in TABLES:
        raise NotBindable(TABLE)
    if media_type == WORD:
        content, media_type = _converted(content), PDF
    if media_type == PDF:
        found = Sheets(content, "pdf", _pages(content))
    elif media_type in PICTURES:
        found = Sheets(content, PICTURES[media_type], (_is_wide(content, PICTURES[media_type]),))
    else:
        raise NotBindable(KIND)
    _try(found)
    return found


def can_convert() -> bool:
    """Whether Word files can be bound on this machine."""
    return program() is not None


def first_pages(pieces: Sequence[Piece]) -> list[int]:
    """The number of the first page of each piece; the pages of cover and index do not count."""
    found, page = [], 1
    for piece in pieces:
        found.append(page)
        page += len(piece.sheets.wide)
    return found


def bind(cover: Cover, pieces: Sequence[Piece]) -> bytes:
    """The book as PDF: cover, index, all sheets with page numbers, a bookmark for each piece.

    Raises `NotBindable` where it would have more than `MOST_PAGES` pages or cannot be set.
    """
    if sum(len(piece.sheets.wide) for piece in pieces) > MOST_PAGES:
        raise NotBindable(LONG)
    with TemporaryDirectory() as name:
        folder = Path(name)
        told = []
        firsts = first_pages(pieces)
        for number, (piece, first) in enumerate(zip(pieces, firsts, strict=True)):
            file = f"{number}.{piece.sheets.ending}"
            (folder / file).write_bytes(piece.sheets.content)
            is_pdf = piece.sheets.ending == "pdf"
            sheets = [
                {"file": file, "page": place if is_pdf else 0, "wide": wide}
                for place, wide in enumerate(piece.sheets.wide, start=1)
            ]
            told.append({"title": piece.title, "first": first, "sheets": sheets})
        return _set(
            folder,
            files("kechuang.office.desk.binding").joinpath("book.typ").read_text("utf-8"),
            {
                "title": cover.title,
                "subject": cover.subject,
                "unit": cover.unit,
                "told_day": whole_day(cover.day),
                "year": cover.day.year,
                "month": cover.day.month,
                "day": cover.day.day,
                "pieces": told,
            },
        )


def _converted(content: bytes) -> bytes:
    if not can_convert():
        raise NotBindable(NO_PROGRAM)
    try:
        return to_pdf(content, "docx")
    except ConversionError as error:
        raise NotBindable(UNREADABLE) from error


def _pages(content: bytes) -> tuple[bool, ...]:
    """Of each page of a PDF whether it is wider than high, as a reader sees it."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise NotBindable(LOCKED if "password" in str(error).lower() else BROKEN) from error
    try:
        sizes = [document.get_page_size(number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise NotBindable(BROKEN) from error
    finally:
        document.close()
    if not sizes:
        raise NotBindable(BROKEN)
    return tuple(width > height for width, height in sizes)


def _is_wide(content: bytes, ending: str) -> bool:
    """Whether a picture is wider than high, by what it is once it is set."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"0.{ending}").write_bytes(content)
        page = "#set page(width: auto, height: auto, margin: 0pt)"
        made = _set(folder, f'{page}\n#image("0.{ending}", width: 9cm)', {})
        document = pypdfium2.PdfDocument(made)
        width, height = document.get_page_size(0)
        document.close()
    return width > height


def _try(sheets: Sheets) -> None:
    """Set the first sheet alone: what cannot be set is found out before the book is made."""
    if sheets.ending != "pdf":
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "0.pdf").write_bytes(sheets.content)
        _set(folder, '#image("0.pdf", page: 1)', {})


def _set(folder: Path, text: str, told: object) -> bytes:
    (folder / "book.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    source = folder / "book.typ"
    source.write_text(text, "utf-8")
    try:
        made = typst.compile(
            source, root=folder, font_paths=[FONTS], ignore_system_fonts=True, format="pdf"
        )
    except typst.TypstError as error:
        raise NotBindable(BROKEN) from error
    if not isinstance(made, bytes):
        raise NotBindable(BROKEN)
    return made
