"""Which indicator of the catalogue a figure measures; none when that is not sure.

The name must be one of the catalogue's, after spelling is evened out and words that only count or
introduce are taken off. There is no search for similar names: the titles of this field differ in
one character and are not the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from kechuang.reference import Catalogue, Indicator
from kechuang.reference.words import plain_name

_CACHED: Final = 50_000
"""Measures kept; a report has hundreds, and no input may make memory grow without bound."""
_LONGEST_MEASURE: Final = 60
_RELATIONS: Final = ("new", "net_gain", "rank", "times")
"""Ends of codes that say how an indicator differs from its base."""


@dataclass(frozen=True, slots=True)
class _Words:
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    counting_suffixes: tuple[str, ...]
    growth_suffixes: tuple[str, ...]
    rank_suffixes: tuple[str, ...]
    total_words: tuple[str, ...]
    new: tuple[str, ...]
    net_gain: tuple[str, ...]
    solved: tuple[str, ...]
    solved_codes: dict[str, str]
    unclear: dict[str, dict[str, tuple[str, ...]]]
    exact: float
    around: float
    context: float
    growth_units: frozenset[str]
    point_units: frozenset[str]
    rank_units: frozenset[str]
    times_units: frozenset[str]
    accepts: dict[str, frozenset[str]]


@cache
def _words() -> _Words:
    data = tomllib.loads(files("kechuang.reading").joinpath("indicators.toml").read_text("utf-8"))
    measure, context, units = data["measure"], data["context"], data["units"]
    return _Words(
        prefixes=_plain_longest_first(measure["prefixes"]),
        suffixes=_plain_longest_first(measure["suffixes"]),
        counting_suffixes=_plain_longest_first(measure["counting_suffixes"]),
        growth_suffixes=_plain_longest_first(measure["growth_suffixes"]),
        rank_suffixes=_plain_longest_first(measure["rank_suffixes"]),
        total_words=tuple(measure["total_words"]),
        new=tuple(context["new"]),
        net_gain=tuple(context["net_gain"]),
        solved=tuple(context["solved"]),
        solved_codes=context["solved_codes"],
        unclear={
            plain_name(entry["name"]): {
                code: tuple(words) for code, words in entry["choices"].items()
            }
            for entry in context["unclear"]
        },
        **data["confidence"],
        growth_units=frozenset(units["growth"]),
        point_units=frozenset(units["points"]),
        rank_units=frozenset(units["rank"]),
        times_units=frozenset(units["times"]),
        accepts={unit: frozenset(meant) for unit, meant in units["accepts"].items()},
    )


def _plain_longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted({plain_name(word) for word in words}, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class _Match:
    """What a measure, unit and kind lead to, before the words around the figure are looked at."""

    code: str | None
    confidence: float
    choices: dict[str, tuple[str, ...]] | None = None
    """Words near the figure by the code that they decide for."""


class IndicatorMatcher:
    """Gives figures their catalogue code."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._counted = _without_counting_word(catalogue)
        self._matches: dict[tuple[str, str, str], _Match] = {}

    def match(
        self, measure: str | None, unit: str, kind: str, *, context: str = ""
    ) -> tuple[str | None, float]:
        """The code that a figure with this measure, unit and kind belongs to, and how sure that is.

        (None, 0.0) when no indicator fits or it is not sure which. A growth, change or rank belongs
        to its base indicator; a count of a period to the indicator of what is new, where there is
        one. A share never belongs to a level, and what a rule sets belongs to none.

        `context` is the clause around the figure in simplified Chinese, and not more: it decides
        only where the measure leaves two codes open (科技型中小企业; what was asked or solved).

        >>> from kechuang.reference import load_catalogue
        >>> IndicatorMatcher(load_catalogue()).match("高新技术企业总数", "家", "stock")
        ('hnte', 0.93)
        """
        if measure is None:
            return None, 0.0
        key = (measure, unit, kind)
        found = self._matches.get(key)
        if found is None:
            found = self._find(measure, unit, kind)
            if len(self._matches) >= _CACHED:
                self._matches.clear()
            self._matches[key] = found
        if found.choices is None or not context:
            return found.code, found.confidence
        return _decided(found, context)

    def _find(self, measure: str, unit: str, kind: str) -> _Match:
        if len(measure) > _LONGEST_MEASURE or kind == "standard":
            return _Match(None, 0.0)
        words = _words()
        plain = plain_name(measure)
        for name, confidence in _candidates(plain, _suffixes(unit, kind)):
            indicator = self._catalogue.by_plain_name(name) or self._counted.get(name)
            if indicator is not None:
                is_total = any(word in measure for word in words.total_words)
                return self._placed(indicator, unit, kind, is_total, confidence)
            if name in words.unclear:
                return self._left_open(name, unit, kind)
        return _Match(None, 0.0)

    def _left_open(self, name: str, unit: str, kind: str) -> _Match:
        """No code by the name alone, but those that words around the figure may decide for."""
        choices: dict[str, tuple[str, ...]] = {}
        for code, around in _words().unclear[name].items():
            indicator = self._catalogue.get(code)
            placed = indicator and self._placed(indicator, unit, kind, False, 0)
            if placed and placed.code:
                choices[placed.code] = around
        return _Match(None, 0.0, choices)

    def _placed(
        self, indicator: Indicator, unit: str, kind: str, is_total: bool, confidence: float
    ) -> _Match:
        """The indicator itself or the one beside it that unit and kind ask for."""
        words = _words()
        sure = min(confidence, words.around)
        beside = self._beside(indicator.code)
        if "rank" in beside and unit in words.rank_units:
            return _Match(beside["rank"], sure)
        if "times" in beside and unit in words.times_units:
            return _Match(beside["times"], sure)
        if not _agrees(indicator, unit, kind):
            return _Match(None, 0.0)
        if unit in words.growth_units:
            return _Match(indicator.code, confidence)
        if kind == "change" and "net_gain" in beside:
            return _Match(beside["net_gain"], sure)
        if kind == "flow" and "new" in beside and not is_total:
            return _Match(beside["new"], sure)
        near = {"new": words.new, "net_gain": words.net_gain} if kind == "target" else {}
        near["solved"] = words.solved
        choices = {beside[relation]: said for relation, said in near.items() if relation in beside}
        return _Match(indicator.code, confidence, choices or None)

    def _beside(self, code: str) -> dict[str, str]:
        """The codes of the indicators that stand beside `code`, by what sets them apart."""
        related = {name: self._catalogue.related(code, name) for name in _RELATIONS}
        beside = {name: indicator.code for name, indicator in related.items() if indicator}
        solved = _words().solved_codes.get(code, "")
        return beside | {"solved": solved} if solved in self._catalogue else beside


def _without_counting_word(catalogue: Catalogue) -> dict[str, Indicator]:
    """Indicators by their names less 数 or 数量 at the end, as a report may leave it off."""
    names: dict[str, Indicator] = {}
    for indicator in catalogue:
        for name in (indicator.name, *indicator.aliases):
            plain = plain_name(name)
            for word in _words().counting_suffixes:
                if plain.endswith(word):
                    names.setdefault(plain.removesuffix(word), indicator)
    return names


def _suffixes(unit: str, kind: str) -> tuple[str, ...]:
    """Words after a name that a figure of that unit and kind makes superfluous."""
    words = _words()
    if unit in words.rank_units and kind in ("rank", "target", "change"):
        return words.suffixes + words.rank_suffixes
    if unit in words.growth_units and kind in ("growth", "target"):
        return words.suffixes + words.growth_suffixes
    return words.suffixes


def _candidates(plain: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """The name as it stands, then with words around it taken off, nearest first."""
    words = _words()
    yield plain, words.exact
    seen = {plain}
    waiting = [plain]
    while waiting:
        name = waiting.pop(0)
        shorter = [name[len(word) :] for word in words.prefixes if name.startswith(word)]
        shorter += [name[: -len(word)] for word in suffixes if name.endswith(word)]
        for candidate in shorter:
            if len(candidate) > 1 and candidate not in seen:
                seen.add(candidate)
                waiting.append(candidate)
                yield candidate, words.around


def _agrees(indicator: Indicator, unit: str, kind: str) -> bool:
    """Whether a figure of that unit and kind can speak of the indicator."""
    words = _words()
    counted_in = indicator.unit.split("/")[0]
    same_unit = unit in words.accepts.get(counted_in, frozenset({counted_in}))
    is_level = indicator.kind in ("stock", "flow")
    if kind == "rank":
        return unit in words.rank_units
    if kind == "growth":
        return unit in words.growth_units
    if kind == "share":
        return same_unit and not is_level
    if kind == "change":
        return same_unit or (counted_in == "%" and unit in words.point_units)
    if kind == "target":
        growth = is_level and unit in words.growth_units
        points = counted_in == "%" and unit in words.point_units
        return same_unit or growth or points or unit in words.rank_units
    return same_unit


def _decided(found: _Match, context: str) -> tuple[str | None, float]:
    """What the words around the figure say; they must speak for one code alone."""
    spoken_for = [
        code
        for code, words in (found.choices or {}).items()
        if any(word in context for word in words)
    ]
    if len(spoken_for) == 1:
        return spoken_for[0], _words().context
    return (found.code, found.confidence) if not spoken_for else (None, 0.0)
