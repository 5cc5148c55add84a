"""The table of units and qualifiers, read once from `units.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kechuang.figures.model import Bound


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Every unit a number may carry.

    `pattern` matches a unit right after a number; `after_digits` names those that need Arabic
    digits; `spellings` gives the written form's own name; `before` and `after` map qualifiers to
    bounds.
    """

    pattern: str
    after_digits: frozenset[str]
    spellings: dict[str, str]
    before: dict[str, Bound]
    after: dict[str, Bound]

    def canonical(self, written: str) -> str:
        """The unit's own name: 家(次) is 家次, 位 is 人."""
        return self.spellings.get(written, written)


def _alternation(words: list[str], not_before: dict[str, list[str]]) -> str:
    parts: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        followers = "|".join(re.escape(follower) for follower in not_before.get(word, ()))
        parts.append(re.escape(word) + (f"(?!{followers})" if followers else ""))
    return "|".join(parts)


@cache
def unit_table() -> UnitTable:
    """The table as shipped.

    >>> unit_table().canonical("个百分点")
    '百分点'
    """
    data = tomllib.loads(files("kechuang.figures").joinpath("units.toml").read_text("utf-8"))
    words = {*data["plain"], *data["after_digits"], *data["spellings"]}
    return UnitTable(
        pattern=_alternation(list(words), data["not_before"]),
        after_digits=frozenset(data["after_digits"]),
        spellings=data["spellings"],
        before=_by_word(data["bounds_before"]),
        after=_by_word(data["bounds_after"]),
    )


def _by_word(groups: dict[Bound, list[str]]) -> dict[str, Bound]:
    return {word: bound for bound, words in groups.items() for word in words}
