"""Where paragraphs, sections, sentences and clauses of a plain text begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

LONGEST_SENTENCE: Final = 600
"""A run without a full stop is cut here, so that no text makes the work grow beyond its length."""
LONGEST_HEADING: Final = 40

_SENTENCE_END: Final = re.compile(r"[。！？!?]+[”’』」)]*|\n+|(?<=.)(?=——)")
_HEADING: Final = re.compile(
    r"\s*(?:#+\s*|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十]+[章节部分]\s*)"
)
_CLAUSE_END: Final = re.compile(r"[，;:。！？!?\n]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's span, its paragraph's number and the heading that it stands under."""

    start: int
    end: int
    paragraph: int
    section: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Structure:
    """The sentences of a text in order; together they cover it."""

    text: str
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence that holds the character at `offset`."""
        return self.sentences[max(0, bisect_right(self.starts, offset) - 1)]


def outline(text: str) -> Structure:
    """Cut a plain text into sentences, each with its paragraph and its heading.

    >>> structure = outline("一、平台。建成3家。\\n二、人才。")
    >>> [sentence.paragraph for sentence in structure.sentences]
    [0, 0, 0, 1]
    """
    sentences: list[Sentence] = []
    section: tuple[int, int] | None = None
    paragraph = 0
    for start, end in _sentence_spans(text):
        first_of_paragraph = start == 0 or text[start - 1] == "\n"
        if first_of_paragraph and start:
            paragraph += 1
        if first_of_paragraph and _is_heading(text, start, end):
            section = (start, end)
        sentences.append(Sentence(start, end, paragraph, section))
    return Structure(text, tuple(sentences), tuple(each.start for each in sentences))


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        end = stop.end()
        if end > start:
            spans.extend(_cut(start, end))
            start = end
    if start < len(text) or not spans:
        spans.extend(_cut(start, len(text)))
    return spans


def _cut(start: int, end: int) -> list[tuple[int, int]]:
    cuts = list(range(start, max(end, start + 1), LONGEST_SENTENCE))
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _is_heading(text: str, start: int, end: int) -> bool:
    if end - start > LONGEST_HEADING:
        return False
    line = text[start:end].strip()
    return bool(line) and (bool(_HEADING.match(line)) or line[-1] not in "。！？!?，;、|")


def clause_start(text: str, offset: int, floor: int) -> int:
    """Where the clause that holds `offset` begins, not before `floor`."""
    for place in range(offset - 1, floor - 1, -1):
        if text[place] in "，;:。！？!?\n":
            return place + 1
    return floor


def clause_end(text: str, offset: int, ceiling: int) -> int:
    """Where the clause that holds `offset` ends, not after `ceiling`."""
    stop = _CLAUSE_END.search(text, offset, ceiling)
    return stop.start() if stop else ceiling
