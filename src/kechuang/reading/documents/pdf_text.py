"""The text layer of a PDF as paragraphs."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
from pypdfium2 import raw  # pyright: ignore[reportMissingTypeStubs]

from kechuang.reading.documents.blocks import CELL_MARK, CLOSE_SCRIPT, TooMuchTextError
from kechuang.reading.documents.model import settings
from kechuang.reading.documents.pdf_lines import Line, paragraphs

PASSWORD_ERROR: Final = 4
SECURITY_ERROR: Final = 5
HAN: Final = re.compile("[\u3400-\u9fff]")
MEASURED: Final = 12
# PDFium is one state machine for the whole process: two threads in it end the program.
ONE_AT_A_TIME: Final = threading.Lock()
JUNK: Final = str.maketrans("", "", "\x02\ufffe\ufeff\x00")


class PdfError(ValueError):
    """A PDF that gives no text: an error code and particulars in Chinese."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)


def pdf_text(data: bytes) -> str:
    """The text of a PDF, one paragraph a line, without page numbers and running heads.

    Lines that the page broke are joined again; cells of a row are joined by ` | `.

    Raises:
        PdfError: the file is broken, locked by a password, or has no text layer.
        TooMuchTextError: it holds more text than any report.
    """
    with ONE_AT_A_TIME, _opened(data) as document:
        pages = len(document)
        lines = list(_lines(document))
    text = "\n".join(paragraphs(lines))
    if not text.strip():
        raise PdfError("scanned", f"共 {pages} 页，都只有图像")
    return text


def pdf_page_texts(data: bytes) -> list[str]:
    """The text of each page as it is drawn, with what stands at its head and foot.

    Raises:
        PdfError: the file is broken or locked by a password.
        TooMuchTextError: it holds more text than any report.
    """
    texts: list[str] = []
    room = int(settings()["text_characters"])
    with ONE_AT_A_TIME, _opened(data) as document:
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            try:
                texts.append(words.get_text_range())
            finally:
                words.close()
                page.close()
            room -= len(texts[-1])
            if room < 0:
                raise TooMuchTextError
    return texts


@contextmanager
def _opened(data: bytes) -> Generator[pypdfium2.PdfDocument]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            yield document
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code in {PASSWORD_ERROR, SECURITY_ERROR}:
            raise PdfError("encrypted", "PDF 打开密码") from error
        raise PdfError("broken", "PDF 结构不完整") from error


def _lines(document: pypdfium2.PdfDocument) -> Iterator[Line]:
    room = int(settings()["text_characters"])
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        try:
            text = words.get_text_range()
            room -= len(text)
            if room < 0:
                raise TooMuchTextError
            yield from _page_lines(words, text, number, page.get_height())
        finally:
            words.close()
            page.close()


def _page_lines(
    words: pypdfium2.PdfTextPage, text: str, page: int, height: float
) -> Iterator[Line]:
    place = 0
    for piece in text.split("\r\n"):
        wide = len(piece.encode("utf-16-le")) // 2
        line = _line(words, piece, place, page, height)
        place += wide + 2
        if line is not None:
            yield line


def _line(
    words: pypdfium2.PdfTextPage, piece: str, place: int, page: int, height: float
) -> Line | None:
    """One line of a page with its place; None where it is blank."""
    shown = [index for index, character in enumerate(piece) if not character.isspace()]
    if not shown:
        return None
    astral = len(piece.encode("utf-16-le")) // 2 != len(piece)
    first = _character(words, piece, place, shown[0], astral)
    last = _character(words, piece, place, shown[-1], astral)
    han = [index for index in shown if HAN.match(piece[index])][:MEASURED]
    widths = [_width(words, _character(words, piece, place, index, astral)) for index in han]
    em = sorted(widths)[len(widths) // 2] if widths else 0.0
    text = piece
    if " " in piece and not astral:
        text = _spaced(words, piece, place, em or _height(words, first))
    return Line(
        text=text.translate(JUNK).strip(),
        page=page,
        left=_box(words, first)[0],
        right=_box(words, last)[2],
        baseline=_baseline(words, first),
        em=em,
        share=_baseline(words, first) / height if height else 0.5,
        cells=text.count(CELL_MARK) > piece.count(CELL_MARK),
    )


def _spaced(words: pypdfium2.PdfTextPage, piece: str, place: int, em: float) -> str:
    """The line with those spaces that the page's gaps mean: wide ones part cells."""
    out: list[str] = []
    for index, character in enumerate(piece):
        if character != " " or not 0 < index < len(piece) - 1:
            out.append(character)
            continue
        here = raw.FPDFText_GetCharIndexFromTextIndex(words, place + index)
        if here < 0 or not raw.FPDFText_IsGenerated(words, here):
            out.append(character)
            continue
        gap = _box(words, here + 1)[0] - _box(words, here - 1)[2]
        if em and gap >= settings()["pdf"]["cell_gap"] * em:
            out.append(CELL_MARK)
        elif not (CLOSE_SCRIPT.match(piece[index - 1]) or CLOSE_SCRIPT.match(piece[index + 1])):
            out.append(character)
    return "".join(out)


def _character(
    words: pypdfium2.PdfTextPage, piece: str, place: int, index: int, astral: bool
) -> int:
    """The number of a character among all that the page draws."""
    offset = len(piece[:index].encode("utf-16-le")) // 2 if astral else index
    return max(0, raw.FPDFText_GetCharIndexFromTextIndex(words, place + offset))


def _box(words: pypdfium2.PdfTextPage, character: int) -> tuple[float, float, float, float]:
    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(words, character, box):
        return 0.0, 0.0, 0.0, 0.0
    return box.left, box.bottom, box.right, box.top


def _width(words: pypdfium2.PdfTextPage, character: int) -> float:
    left, _, right, _ = _box(words, character)
    return right - left


def _height(words: pypdfium2.PdfTextPage, character: int) -> float:
    _, bottom, _, top = _box(words, character)
    return abs(top - bottom)


def _baseline(words: pypdfium2.PdfTextPage, character: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(words, character, x, y)
    return y.value
