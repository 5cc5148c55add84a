"""Running text and tables gathered into lines: one paragraph or one table row a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kechuang.reading.documents.model import settings

CELL_MARK: Final = " | "
CLOSE_SCRIPT: Final = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u2014-\u2026\U00020000-\U0003ffff]"
)


class TooMuchTextError(ValueError):
    """More text comes out of a document than any report holds."""


def glue(left: str, right: str) -> str:
    """What stands between two pieces that a line break parted: nothing in Chinese, else a space.

    >>> glue("成交额", "23.29亿元"), glue("made in", "China")
    ('', ' ')
    """
    if not left or not right or CLOSE_SCRIPT.match(left[-1]) or CLOSE_SCRIPT.match(right[0]):
        return ""
    return " "


@dataclass(slots=True)
class Row:
    """One table row: its cells, each with its paragraphs, and whether a table stands inside."""

    cells: list[list[str]] = field(default_factory=list[list[str]])
    nested: bool = False

    def lines(self) -> list[str]:
        """The row as one line, or as paragraphs where the table only lays out a page."""
        limits = settings()["layout"]
        prose = any(
            len(cell) >= limits["cell_paragraphs"]
            and sum(map(len, cell)) > limits["cell_characters"]
            for cell in self.cells
        )
        if self.nested or prose or len(self.cells) == 1:
            return [paragraph for cell in self.cells for paragraph in cell]
        if not any(self.cells):
            return []
        return [CELL_MARK.join(" ".join(cell) for cell in self.cells)]


class Blocks:
    """Gathers text piece by piece and parts it where paragraphs, cells and rows end.

    >>> blocks = Blocks(str.strip)
    >>> for piece in ("共", "12", "项"):
    ...     blocks.text(piece)
    >>> blocks.end_paragraph()
    >>> blocks.lines
    ['共12项']
    """

    def __init__(self, clean: Callable[[str], str]) -> None:
        self.lines: list[str] = []
        self._clean = clean
        self._pieces: list[str] = []
        self._rows: list[Row] = []
        self._buried = 0
        self._deepest = int(settings()["layout"]["nested_rows"])
        self._room = int(settings()["text_characters"])

    def text(self, piece: str) -> None:
        """Add a piece of the running paragraph.

        Raises:
            TooMuchTextError: the document holds more text than is read.
        """
        self._room -= len(piece)
        if self._room < 0:
            raise TooMuchTextError
        self._pieces.append(piece)

    def end_paragraph(self) -> None:
        """Close the running paragraph; an empty one leaves no trace."""
        paragraph = self._clean("".join(self._pieces))
        self._pieces.clear()
        if paragraph:
            self.add(paragraph)

    def add(self, paragraph: str) -> None:
        """Put a finished paragraph where the text is now: in the cell, or as a line of its own."""
        if not self._rows:
            self.lines.append(paragraph)
            return
        cells = self._rows[-1].cells
        if not cells:
            cells.append([])
        cells[-1].append(paragraph)

    def start_row(self) -> None:
        """Begin a table row, possibly inside a cell of another.

        Rows that are nested deeper than any page lays out count as paragraphs of the row around.
        """
        self.end_paragraph()
        if self._buried or len(self._rows) >= self._deepest:
            self._buried += 1
            return
        if self._rows:
            self._rows[-1].nested = True
        self._rows.append(Row())

    def start_cell(self) -> None:
        """Begin the next cell of the row."""
        self.end_paragraph()
        if self._rows and not self._buried:
            self._rows[-1].cells.append([])

    def end_row(self) -> None:
        """Close the row; a row end without a row is only the end of a paragraph."""
        self.end_paragraph()
        if self._buried:
            self._buried -= 1
        elif self._rows:
            for line in self._rows.pop().lines():
                self.add(line)

    def finish(self) -> list[str]:
        """All lines, with whatever was left open closed."""
        self._buried = 0
        while self._rows:
            self.end_row()
        self.end_paragraph()
        return self.lines
