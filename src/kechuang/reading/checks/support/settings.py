"""The checks' data files: thresholds and word lists, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

_PACKAGE = "kechuang.reading.checks"


@cache
def _table(name: str) -> Mapping[str, Any]:
    text = files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


@cache
def threshold(section: str, name: str) -> Decimal:
    """One number of `thresholds.toml`.

    >>> threshold("rank", "extra_units")
    Decimal('3')
    """
    return Decimal(_table("thresholds.toml")[section][name])


@cache
def thresholds(section: str, name: str) -> tuple[Decimal, ...]:
    """A row of numbers of `thresholds.toml`."""
    return tuple(Decimal(value) for value in _table("thresholds.toml")[section][name])


@cache
def words(*path: str) -> tuple[str, ...]:
    """One word list of `words.toml`.

    >>> words("share", "of")
    ('占',)
    """
    return tuple(cast("list[str]", _entry(path)))


@cache
def word_sets(*path: str) -> tuple[tuple[str, ...], ...]:
    """A list of word lists of `words.toml`.

    >>> word_sets("parts", "complete_sets")[0]
    ('A类', 'B类', 'C类')
    """
    return tuple(tuple(row) for row in cast("list[list[str]]", _entry(path)))


def _entry(path: tuple[str, ...]) -> object:
    entry: Any = _table("words.toml")
    for name in path:
        entry = entry[name]
    return entry


@cache
def any_of(*path: str) -> re.Pattern[str]:
    """A pattern that finds any word of the list, the longest first.

    >>> bool(any_of("parts", "among").search("，其中发明专利"))
    True
    """
    return re.compile(alternatives(words(*path)))


def alternatives(choices: Iterable[str]) -> str:
    """The words as one group of a regular expression, the longest first.

    >>> alternatives(["到", "达到"])
    '(?:达到|到)'
    """
    ordered = sorted(set(choices), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in ordered) + ")"
