"""Claims in a text: 首家, 唯一, 第一 and the like, with the clause that makes them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

CLAUSE: Final = re.compile(r"[^，。；;！!？?\n：:]+")
LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: its word, the scope where one is named, the clause, and where the word begins."""

    word: str
    scope: str
    clause: str
    start: int

    @property
    def key(self) -> str:
        """What it is known by, however often a text says it: the clause and the word."""
        return f"{self.word}|{self.clause}"


@dataclass(frozen=True, slots=True)
class _Rules:
    words: re.Pattern[str]
    scopes: re.Pattern[str]
    harmless: re.Pattern[str]


def claims(text: str) -> list[Claim]:
    """The claims of a text in order, one for each word of a clause.

    >>> [(each.word, each.scope) for each in claims("该企业是全省首家，第一季度增长5%。")]
    [('首家', '全省')]
    """
    rules = _rules()
    found: list[Claim] = []
    for clause in CLAUSE.finditer(text):
        words = clause.group()
        spared = [each.span() for each in rules.harmless.finditer(words)]
        for match in rules.words.finditer(words):
            if any(begin <= match.start() < end for begin, end in spared):
                continue
            before = rules.scopes.findall(words[: match.start()])
            told = words.strip()[:LONGEST]
            scope = before[-1] if before else ""
            found.append(Claim(match.group(), scope, told, clause.start() + match.start()))
    return found


@cache
def _rules() -> _Rules:
    text = files("kechuang.office.desk.claiming").joinpath("claims.yaml").read_text("utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    return _Rules(*(_any_of(raw[name]) for name in ("words", "scopes", "harmless")))


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
