"""The words of the genre, read once from `lexicon.toml` and made into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


def alternation(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns over the word lists; each attribute is the list of the same name."""

    trailing: re.Pattern[str]
    leading: re.Pattern[str]
    governing_at_start: re.Pattern[str]
    predicate: re.Pattern[str]
    predicate_at_start: re.Pattern[str]
    levels_only: re.Pattern[str]
    level_at_start: re.Pattern[str]
    general_nouns: frozenset[str]
    money_nouns: tuple[str, ...]
    kept_verbs: tuple[str, ...]
    contrasts: tuple[tuple[str, ...], ...]
    bodies: tuple[str, ...]
    expansions: dict[str, str]
    heads: tuple[str, ...]
    capacities: frozenset[str]
    empty_verbs: frozenset[str]
    noun_like: frozenset[str]


_PART_OF_A_NOUN: dict[str, str] = {
    "投入": "强度|占|产出|总|额|经费",
    "服务": "机构|平台|中心|业|收入",
    "培训": "班|基地",
    "支持": "资金|项目",
    "补助": "资金|项目|企业",
    "奖补": "资金",
    "奖励": "资金|企业|项目",
    "到位": "资金",
    "发展": "指数|基金|水平",
    "获": "[得批评奖]",
    "建": "[成有立设起制筑]",
    "签": "[订署约]",
    "办": "[理结]",
    "派": "[出]",
    "招": "[引商聘]",
    "由": "[于]",
}


def _verbs(words: Iterable[str]) -> str:
    """Verbs, each kept from matching where it opens a noun: 投入强度."""
    parts: list[str] = []
    for word in sorted(set(words), key=len, reverse=True):
        followers = _PART_OF_A_NOUN.get(word)
        parts.append(re.escape(word) + (f"(?!{followers}|率)" if followers else "(?!率)"))
    return "|".join(parts)


@cache
def lexicon() -> Lexicon:
    """The lexicon as shipped."""
    data = tomllib.loads(files("kechuang.reading").joinpath("lexicon.toml").read_text("utf-8"))
    governing = _verbs(data["governing"])
    openers = alternation([*data["openers"], *data["regions"]])
    levels = alternation(data["levels"])
    predicate = alternation(data["predicates"])
    return Lexicon(
        trailing=re.compile(rf"(?:(?<!重)(?:{alternation(data['copulas'])}))+$"),
        leading=re.compile(rf"(?:{openers})+"),
        governing_at_start=re.compile(rf"(?:{governing})(?:了|出|过|起)?"),
        predicate=re.compile(predicate),
        predicate_at_start=re.compile(rf"(?:{predicate})"),
        levels_only=re.compile(rf"(?:(?:{levels})[、和及与]?)+"),
        level_at_start=re.compile(rf"(?:{levels})"),
        general_nouns=frozenset(data["general_nouns"]),
        money_nouns=tuple(data["money_nouns"]),
        kept_verbs=tuple(data["kept_verbs"]),
        contrasts=tuple(tuple(words) for words in data["contrasts"]),
        bodies=tuple(data["bodies"]),
        expansions=data["expansions"],
        capacities=frozenset(data["capacities"]),
        empty_verbs=frozenset(data["empty_verbs"]),
        noun_like=frozenset(data["noun_like"]),
        heads=tuple(sorted(data["heads"], key=len, reverse=True)),
    )
