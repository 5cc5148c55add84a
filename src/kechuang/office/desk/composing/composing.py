"""A brief out of sentences: which are written, in which way, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kechuang.office.desk.composing.known import Known, Subject
from kechuang.office.desk.composing.sentences import PLACE, Sentence, Sentences, Way

Why = Literal["missing", "hidden", "long"]
MISSING: Final = "missing"
HIDDEN: Final = "hidden"
LONG: Final = "long"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a brief that shows its source: its number in the brief, its name, where from."""

    number: int
    name: str
    known: Known


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph and the figure that ends them, if any."""

    text: str
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that is not in the brief: fields are missing or hidden, or it is too long."""

    sentence: Sentence
    why: Why
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief: its paragraphs, its figures in order, what was left out, its bounds of length."""

    subject: Subject
    paragraphs: tuple[tuple[Piece, ...], ...]
    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]
    least: int
    most: int

    @property
    def text(self) -> str:
        """The words, a line for each paragraph."""
        return "\n".join("".join(piece.text for piece in each) for each in self.paragraphs)

    @property
    def length(self) -> int:
        """How many characters, spaces not counted."""
        return length_of(self.text)

    @property
    def is_short(self) -> bool:
        """Whether too little is known for the length that a brief should have."""
        return self.length < self.least

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is open about the values that it uses."""
        every = [doubt for each in self.figures for doubt in each.known.doubts]
        return tuple(dict.fromkeys(every))

    @property
    def is_narrowed(self) -> bool:
        """Whether something stands not in it because the reader may not see it."""
        return any(each.why == HIDDEN for each in self.left_out)


def compose(subject: Subject, rules: Sentences) -> Brief:
    """Write the brief of a firm: nothing but what is known, within the length, first things first.

    Sentences are taken by their priority, of each the longest way that is known and fits; they
    stand in the order of the file. The first sentence is written however long it is.
    """
    taken: dict[str, Way] = {}
    left: dict[str, LeftOut] = {}
    room = rules.most
    order = sorted(enumerate(rules.sentences), key=lambda pair: (pair[1].priority, pair[0]))
    for _place, sentence in order:
        ways = [way for way in sentence.ways if all(each in subject.known for each in way.needs)]
        if not ways:
            left[sentence.code] = _missing(sentence, subject, rules)
            continue
        fitting = [way for way in ways if _size(way, subject) <= room]
        if not fitting and taken:
            left[sentence.code] = LeftOut(sentence, LONG)
            continue
        way = fitting[0] if fitting else ways[-1]
        taken[sentence.code] = way
        room -= _size(way, subject)
    return _written(subject, rules, taken, left)


def length_of(text: str) -> int:
    """How many characters of a text count: spaces and ends of lines do not.

    >>> length_of("成立于 2010年\\n共3人")
    11
    """
    return len("".join(text.split()))


def _written(
    subject: Subject, rules: Sentences, taken: dict[str, Way], left: dict[str, LeftOut]
) -> Brief:
    figures: list[Figure] = []
    parts: dict[int, list[Piece]] = {}
    for sentence in rules.sentences:
        if sentence.code in taken:
            pieces = parts.setdefault(sentence.part, [])
            pieces.extend(_pieces(taken[sentence.code], subject, rules, figures))
    return Brief(
        subject,
        tuple(tuple(parts[number]) for number in sorted(parts)),
        tuple(figures),
        tuple(left[each.code] for each in rules.sentences if each.code in left),
        rules.least,
        rules.most,
    )


def _pieces(way: Way, subject: Subject, rules: Sentences, figures: list[Figure]) -> Iterator[Piece]:
    """The words of a sentence, cut behind each figure."""
    words = ""
    for number, part in enumerate(PLACE.split(way.text)):
        if number % 2 == 0:
            words += part
            continue
        known, told = subject.known[part], rules.fields[part]
        words += known.told
        if told.is_figure:
            name = f"{told.name}（{known.about}）" if known.about else told.name
            figure = Figure(len(figures) + 1, name, known)
            figures.append(figure)
            yield Piece(words, figure)
            words = ""
    if words:
        yield Piece(words)


def _size(way: Way, subject: Subject) -> int:
    return length_of(PLACE.sub(lambda found: subject.known[found.group(1)].told, way.text))


def _missing(sentence: Sentence, subject: Subject, rules: Sentences) -> LeftOut:
    """Why a sentence cannot be written: what its shortest way lacks."""
    lacking = [each for each in sentence.ways[-1].needs if each not in subject.known]
    hidden = any(rules.fields[each].verb in subject.hidden for each in lacking)
    names = tuple(dict.fromkeys(rules.fields[each].name for each in lacking))
    return LeftOut(sentence, HIDDEN if hidden else MISSING, names)
