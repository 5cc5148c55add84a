"""The words of data files, read once from `words.toml`."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kechuang.reference.words import plain_header


@dataclass(frozen=True, slots=True)
class Words:
    """What cells and headers say. `truths` maps a plain word to what it says."""

    missing: frozenset[str]
    spelled_missing: tuple[str, ...]
    masks: tuple[str, ...]
    truths: Mapping[str, bool]
    told_truths: str
    totals: frozenset[str]
    money_units: Mapping[str, int]
    before_unit: tuple[str, ...]
    years: Mapping[str, int]


@cache
def words() -> Words:
    """The words as shipped."""
    source = files("kechuang.eligibility.data").joinpath("words.toml").read_text("utf-8")
    data = tomllib.loads(source)
    missing: list[str] = data["missing"]
    yes: list[str] = data["yes"]
    no: list[str] = data["no"]
    return Words(
        missing=frozenset({plain_header(word) for word in missing} | {""}),
        spelled_missing=tuple({*missing, *(word.lower() for word in missing), *_wide(missing), ""}),
        masks=tuple(data["masks"]),
        truths={plain_header(word): True for word in yes}
        | {plain_header(word): False for word in no},
        told_truths="、".join(f"{one}/{other}" for one, other in zip(yes, no, strict=True)),
        totals=frozenset(data["totals"]),
        money_units=data["money_units"],
        before_unit=tuple(data["headers"]["before_unit"]),
        years=data["headers"]["years"],
    )


def _wide(spellings: list[str]) -> list[str]:
    """The same words in full-width letters."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    return [word.translate(wide) for word in spellings]


def plain(text: str) -> str:
    """A cell's text in half-width letters, without blanks around it.

    >>> plain(" １２３． ")
    '123.'
    """
    return unicodedata.normalize("NFKC", text).strip()
