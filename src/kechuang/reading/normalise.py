"""Raw text to the plain form that the grammar reads, with the way back to every raw offset.

Three kinds of noise are taken out: traditional characters, full-width letters and digits, and the
mark that re-posting sites leave behind, the pinyin of a simplified character in brackets after
the traditional one: 創(chuàng)新. Only the last changes the length, so a short list of cuts
leads back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, cast

import opencc_pyo3

_PINYIN_NOTE: Final = re.compile(
    r"(?<=[\u3400-\u9fff\uf900-\ufaff])[(（][a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹɡ]{1,7}[)）]"
)
_COMMA_OF_A_CLAUSE: Final = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2028: 0x20,
    0x2029: 0x20,
    0x300E: 0x201C,
    0x300F: 0x201D,
    0x300C: 0x201C,
    0x300D: 0x201D,
    0xFE63: 0x2D,
    0x2010: 0x2D,
    0x2011: 0x2D,
    0x2012: 0x2D,
}
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TRADITIONAL_SLICE: Final = 1 << 16


class _Converter(Protocol):
    def convert(self, input_text: str, punctuation: bool) -> str: ...


@cache
def _converter() -> _Converter:
    return cast(_Converter, opencc_pyo3.OpenCC("t2s"))


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text in plain form. `cuts` are offsets in `text` where noise was taken out before that
    character, `shifts` the number of raw characters gone by then; both ascend.
    """

    raw: str
    text: str
    cuts: tuple[int, ...]
    shifts: tuple[int, ...]

    def raw_offset(self, offset: int) -> int:
        """Where the character at `offset` of the plain text stands in the raw text.

        >>> normalise("創(chuàng)新5家").raw_offset(2)
        10
        """
        place = bisect_right(self.cuts, offset) - 1
        return offset + (self.shifts[place] if place >= 0 else 0)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of a plain one; noise inside stays, noise after it does not."""
        if end <= start:
            place = self.raw_offset(start) if start < len(self.text) else len(self.raw)
            return place, place
        return self.raw_offset(start), self.raw_offset(end - 1) + 1


def normalise(raw: str) -> NormalText:
    """The plain form of a raw text, of at most its length.

    >>> normalise("創(chuàng)新５家,增長８％").text
    '创新5家，增长8%'
    """
    pieces: list[str] = []
    cuts: list[int] = []
    shifts: list[int] = []
    kept = last = 0
    for note in _PINYIN_NOTE.finditer(raw):
        pieces.append(raw[last : note.start()])
        kept += note.start() - last
        last = note.end()
        cuts.append(kept)
        shifts.append(last - kept)
    pieces.append(raw[last:])
    plain = _LONE_SURROGATE.sub("\ufffd", "".join(pieces))
    text = _with_one_line_end(_simplified(plain).translate(_FULL_WIDTH))
    return NormalText(raw, _COMMA_OF_A_CLAUSE.sub("，", text), tuple(cuts), tuple(shifts))


def _with_one_line_end(text: str) -> str:
    """Lines end with a line feed, whatever system wrote them; the length stays."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def _simplified(text: str) -> str:
    """Traditional characters to simplified ones, one for one.

    The converter keeps the length of every text it was tried on; where it ever should not, the
    slice stays as it is, since a wrong offset is worse than an unread character.
    """
    if text.isascii():
        return text
    converter = _converter()
    out: list[str] = []
    for start in range(0, len(text), _TRADITIONAL_SLICE):
        piece = text[start : start + _TRADITIONAL_SLICE]
        converted = converter.convert(piece, False)
        out.append(converted if len(converted) == len(piece) else piece)
    return "".join(out)
