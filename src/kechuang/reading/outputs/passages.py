"""A report cut into passages: each figure's sentence, and what stands between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kechuang.reading.model import Figure, Reading


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the raw text, `raw[start:end]`, with the figures that lie in it in order.

    `section` is the heading above it, where a figure tells. `opens` says that it begins a line.
    """

    start: int
    end: int
    figures: tuple[Figure, ...]
    section: str | None
    opens: bool


def passages(reading: Reading) -> list[Passage]:
    """The whole report in order: sentences that state figures, and the lines between them.

    Together the passages cover all text but line ends; none overlaps another.
    """
    out: list[Passage] = []
    place = 0
    for first, end, figures in _sentences(reading):
        start = max(first, place)
        out += _plain(reading.raw, place, start)
        if start < end:
            out.append(Passage(start, end, figures, figures[0].section, _opens(reading.raw, start)))
        place = max(place, end)
    return [*out, *_plain(reading.raw, place, len(reading.raw))]


def _sentences(reading: Reading) -> Iterator[tuple[int, int, tuple[Figure, ...]]]:
    """Each sentence with its figures; sentences that overlap are told as one."""
    held: list[Figure] = []
    start = end = 0
    for figure in sorted(reading.figures, key=lambda figure: (figure.start, figure.end)):
        first = min(figure.sentence_start, figure.start)
        last = max(figure.sentence_end, figure.end)
        if held and first < end:
            end = max(end, last)
        else:
            if held:
                yield start, end, tuple(held)
            held, start, end = [], first, last
        held.append(figure)
    if held:
        yield start, min(end, len(reading.raw)), tuple(held)


def _opens(raw: str, start: int) -> bool:
    return not raw[raw.rfind("\n", 0, start) + 1 : start].strip()


def _plain(raw: str, start: int, end: int) -> Iterator[Passage]:
    """The lines between two sentences, blank ones left out."""
    place = start
    for line in raw[start:end].splitlines(keepends=True):
        text = line.strip()
        if text:
            first = place + line.index(text)
            yield Passage(first, first + len(text), (), None, _opens(raw, first))
        place += len(line)
