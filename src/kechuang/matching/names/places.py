"""The regions at the beginning of names: 丙省乙市甲县宏达轴承有限公司."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kechuang.reference.divisions import load_divisions

Line = tuple[str, ...]
MOST: Final = 4
"""How many regions stand one after the other in a name at most."""
_SUFFIXES: Final = (
    "自治区",
    "自治州",
    "自治县",
    "林区",
    "特区",
    "省",
    "市",
    "县",
    "区",
    "旗",
    "盟",
)
_WIDE_LEVELS: Final = frozenset({"province", "prefecture"})


def short(name: str) -> str:
    """A region's name without what kind it is; one character alone stays with it.

    >>> short("甲山县"), short("甲县"), short("河北省")
    ('甲山', '甲县', '河北')
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) > 1:
            return name.removesuffix(suffix)
    return name


@dataclass(frozen=True, slots=True)
class Places:
    """Every name of a region that a firm's name may begin with, with the lines of short names
    from the top down that it may stand for.
    """

    lines: Mapping[str, frozenset[Line]]

    @classmethod
    def around(cls, lines: Iterable[Line]) -> Places:
        """The divisions of the country and the regions of a register.

        Short names of counties are known only where the register has firms: elsewhere they are too
        often words of a firm's own name.
        """
        found: dict[str, set[Line]] = {name: set(those) for name, those in _country().items()}
        for line in set(lines):
            for depth in range(1, len(line) + 1):
                above = tuple(map(short, line[:depth]))
                for name in (line[depth - 1], above[-1]):
                    if len(name) > 1:
                        found.setdefault(name, set()).add(above)
        return cls({name: frozenset(those) for name, those in found.items()})

    def read(self, text: str) -> tuple[Line, int]:
        """The regions that a text begins with, as written, and how many characters they take.

        Each must lie below the one before it.
        """
        names: list[str] = []
        above: frozenset[Line] = frozenset()
        place = 0
        while len(names) < MOST:
            step = self._next(text, place, above, first=not names)
            if step is None:
                break
            name, above = step
            names.append(name)
            place += len(name)
        return tuple(names), place

    def _next(
        self, text: str, place: int, above: frozenset[Line], *, first: bool
    ) -> tuple[str, frozenset[Line]] | None:
        for length in range(min(_LONGEST, len(text) - place), 1, -1):
            name = text[place : place + length]
            lines = self.lines.get(name)
            if lines is None:
                continue
            below = lines if first else frozenset(each for each in lines if _is_below(each, above))
            if below:
                return name, below
        return None

    def meets(self, name: str, line: Line) -> bool:
        """Whether a region of this name is one of a firm's line, given in full names."""
        own = tuple(map(short, line))
        return any(own[: len(each)] == each for each in self.lines.get(name, ())) or (
            short(name) in own
        )


_LONGEST: Final = 14


def _is_below(line: Line, above: frozenset[Line]) -> bool:
    return any(len(line) > len(each) and line[: len(each)] == each for each in above)


@cache
def _country() -> Mapping[str, frozenset[Line]]:
    divisions = load_divisions()
    found: dict[str, set[Line]] = {}
    for division in divisions:
        chain = [*reversed(divisions.parents(division.code)), division]
        line = tuple(short(each.name) for each in chain)
        names = [division.name, *division.aliases]
        if division.level in _WIDE_LEVELS:
            names.append(division.short_name)
        for name in names:
            if len(name) > 1:
                found.setdefault(name, set()).add(line)
    return {name: frozenset(lines) for name, lines in found.items()}
