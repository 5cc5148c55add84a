"""The word lists of the reference data, read once from `words.toml`."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_QUOTES: Final = frozenset("“”\"‘’'「」『』")


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """Which values the columns of the tables may hold, and when two names are the same."""

    dropped: dict[int, None]
    replaced: tuple[tuple[str, str], ...]
    kinds: frozenset[str]
    better: frozenset[str]
    statuses: frozenset[str]
    own_prefix: str
    units: frozenset[str]
    levels: tuple[str, ...]
    common_words: frozenset[str]
    field_units: frozenset[str]
    money_units: frozenset[str]


@cache
def reference_words() -> ReferenceWords:
    """The word lists as shipped."""
    data = tomllib.loads(files("kechuang.reference").joinpath("words.toml").read_text("utf-8"))
    names, catalogue, divisions = data["plain_name"], data["catalogue"], data["divisions"]
    fields = data["fields"]
    return ReferenceWords(
        dropped={ord(character): None for character in names["drop"]},
        replaced=tuple((old, new) for old, new in names["replace"]),
        kinds=frozenset(catalogue["kinds"]),
        better=frozenset(catalogue["better"]),
        statuses=frozenset(catalogue["statuses"]),
        own_prefix=catalogue["own_prefix"],
        units=frozenset(catalogue["units"]),
        levels=tuple(divisions["levels"]),
        common_words=frozenset(divisions["common_words"]),
        field_units=frozenset(fields["units"]),
        money_units=frozenset(fields["money_units"]),
    )


def plain_header(name: str) -> str:
    """The form in which two spellings of one field's name agree: width, blanks, quotes, case.

    Words stay what they are: 营业收入 and 主营业务收入 are two fields.

    >>> plain_header("研发费用（加计扣除口径）") == plain_header("研发费用 (加计扣除口径)")
    True
    """
    plain = unicodedata.normalize("NFKC", name)
    return "".join(each for each in plain if not each.isspace() and each not in _QUOTES).casefold()


def plain_name(name: str) -> str:
    """The form in which two spellings of one indicator's name agree.

    >>> plain_name("全社会 R&D 经费投入强度") == plain_name("全社会研发投入强度")
    True
    """
    words = reference_words()
    plain = unicodedata.normalize("NFKC", name).translate(words.dropped)
    for old, new in words.replaced:
        plain = plain.replace(old, new)
    return plain
