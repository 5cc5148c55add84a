"""The rows of the review page: a stretch of text, and the figures that stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kechuang.reading.model import Figure, Reading
from kechuang.reading.outputs.passages import Passage, passages

ROW_CHARACTERS: Final = 130
ROW_FIGURES: Final = 6
MOST_FIGURES: Final = 12
LONGEST_HEADING: Final = 40
SENTENCE_ENDS: Final = tuple("。；！？：，.;!?:,")


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of the raw text with its figures in order.

    `opens` says that a paragraph begins here, `heading` that it is one.
    """

    start: int
    end: int
    figures: tuple[Figure, ...]
    opens: bool
    heading: bool


def rows(reading: Reading) -> Iterator[Row]:
    """The report as rows that are short enough for text and readings to stand side by side.

    A row ends with its paragraph, or at a sentence's end once it is long enough.
    """
    sections = {(figure.section or "").strip() for figure in reading.figures}
    held: list[Passage] = []
    for piece in passages(reading):
        if held and (piece.opens or _full(held)):
            yield from _row(reading.raw, held, sections)
            held = []
        held.append(piece)
    if held:
        yield from _row(reading.raw, held, sections)


def _full(held: list[Passage]) -> bool:
    characters = held[-1].end - held[0].start
    return characters >= ROW_CHARACTERS or sum(len(p.figures) for p in held) >= ROW_FIGURES


def _row(raw: str, held: list[Passage], sections: set[str]) -> Iterator[Row]:
    """The passages as one row; as several where one sentence states very many figures."""
    start, end = held[0].start, held[-1].end
    figures = [figure for piece in held for figure in piece.figures]
    text = raw[start:end].strip()
    short = not figures and held[0].opens and len(text) <= LONGEST_HEADING
    heading = short and (text in sections or not text.endswith(SENTENCE_ENDS))
    opens = held[0].opens
    while len(figures) > MOST_FIGURES:
        cut = max(figure.end for figure in figures[:MOST_FIGURES])
        if cut <= start or figures[MOST_FIGURES].start < cut:
            break
        yield Row(start, cut, tuple(figures[:MOST_FIGURES]), opens, heading=False)
        figures, start, opens = figures[MOST_FIGURES:], cut, False
    yield Row(start, end, tuple(figures), opens, heading)
