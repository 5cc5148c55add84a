"""What a reading is made of: the report, its figures, and what the checks found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kechuang.figures.model import Bound

Kind = Literal["stock", "flow", "change", "growth", "share", "rank", "target", "standard"]
"""What sort of statement a figure makes about the world."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a report before it is read; nothing here is guessed from a file name.

    `region` is a full name such as 河北省邯郸市曲周县. `year` is the year that the report speaks
    from (a government report of 2026 reviews 2025). `genre` is free text such as 政府工作报告.
    """

    region: str | None = None
    year: int | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity that a report states, with its exact place and its meaning.

    Always `raw[start:end] == quote`. `occurrence` counts the exact quote in the raw text from 1.
    `value` is in the base unit (money in 元, per cent as written); `period` is `2021`,
    `2024-07` or `2024-01/2024-07`. `indicator` is a catalogue code or None. `confidence`
    is between 0 and 1. `sentence` is the raw sentence (`raw[sentence_start:sentence_end]`), and
    `section` the heading above it.
    """

    doc: str
    quote: str
    occurrence: int
    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: Bound
    kind: Kind
    measure: str | None
    subject: str | None
    period: str | None
    indicator: str | None
    confidence: float
    sentence: str
    sentence_start: int
    sentence_end: int
    section: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as read: its raw text and every figure in order of place."""

    doc: str
    raw: str
    about: About
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: which figures disagree, what was expected and what stands there.

    `check` is the name of the check, `confidence` between 0 and 1, `message` one Chinese sentence
    that an officer can act on.
    """

    check: str
    figures: tuple[Figure, ...]
    expected: str
    found: str
    confidence: float
    message: str
