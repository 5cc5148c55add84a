"""The word lists of `words.toml`, as typed values and as pieces of patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

CountedFrom = Literal["report", "nearest", "comparison"]


@dataclass(frozen=True, slots=True)
class RelativeYear:
    """A year named by its distance: 去年 is the report's year −1, 次年 the nearest year +1."""

    offset: int
    counted_from: CountedFrom


WORDS: Mapping[str, Any] = tomllib.loads(
    files("kechuang.figures.periods").joinpath("words.toml").read_text(encoding="utf-8")
)

RELATIVE_YEARS: Mapping[str, RelativeYear] = {
    word: RelativeYear(entry["offset"], entry["counted_from"])
    for entry in WORDS["relative_years"]
    for word in entry["words"]
}

LATEST_MONTHS: Mapping[str, int] = {
    word: entry["months"] for entry in WORDS["latest_months"] for word in entry["words"]
}


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def not_after(characters: str) -> str:
    """A pattern that fails directly after one of the characters."""
    return f"(?<![{re.escape(characters)}])" if characters else ""


def not_before(characters: str) -> str:
    """A pattern that fails directly before one of the characters."""
    return f"(?![{re.escape(characters)}])" if characters else ""


def guarded(entry: Mapping[str, Any]) -> str:
    """A pattern for the words of an entry that are no part of a longer word."""
    words = one_of(entry["words"])
    whole = f"{not_after(entry['not_after'])}{words}{not_before(entry['not_before'])}"
    return f"(?=[{first_characters(entry['words'])}]){whole}"


def first_characters(words: Iterable[str]) -> str:
    """The characters that the words begin with: a look at one decides at most places.

    >>> first_characters(["今年", "今年度", "去年"])
    '今去'
    """
    return "".join(sorted({word[0] for word in words}))
