"""Why a verdict is another than in the run before: which facts, or the rule, or the day did it.

The rule of the later run judges again with the earlier value of changed facts in their place. The
smallest set of changed facts that turns the verdict back is what decided. No database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from math import comb
from typing import Any, Final

from kechuang.eligibility.explaining import digest_of
from kechuang.eligibility.single import Single
from kechuang.office.policies.inputs import Facts
from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule
from kechuang.rulebook.values import fact_text

MOST_SETS: Final = 2_000
"""How many sets of facts are tried; beyond that one that cannot be made smaller is enough."""
UNKNOWN: Final = "缺"


class Cause(StrEnum):
    """What turned a verdict."""

    FACTS = "facts"
    RULE = "rule"
    DAY = "day"
    ENTERED = "entered"
    LEFT = "left"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact, or a table of related rows, that is another than before; in words of the office."""

    code: str
    name: str
    before: str
    after: str
    decides: bool

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "code": self.code, "name": self.name, "before": self.before, "after": self.after,
            "decides": self.decides,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    """What decided, and all facts that the rule reads and that changed; who decides comes first.

    `rule_too` says that the version of the rule was another, and that by the earlier one the same
    facts would not have turned the verdict.
    """

    cause: Cause
    differences: tuple[Difference, ...] = ()
    rule_too: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A rule as one run judged it: compiled, with the day, its text and the tables then known."""

    rule: Rule
    single: Single
    digest: str
    as_of: date
    held: frozenset[str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, rule: Rule, book: Rulebook, as_of: date, held: Sequence[str]) -> Side:
        """A rule of a run.

        Raises:
            RuleError: it refers to a rule that is not in force on that day.
        """
        digest = digest_of(rule, book, as_of)
        names = {code: frame.name for code, frame in book.dictionary.frames.items()}
        return cls(rule, Single(rule, book, as_of), digest, as_of, frozenset(held), names)

    def qualifies(self, of: Facts) -> bool:
        """Whether the rule says 符合."""
        return self.single.outcome(of.facts, of.rows).verdict is True


def why(before: Side | None, now: Side, old: Facts, new: Facts) -> Why:
    """What turned the verdict between two runs.

    `before` None: the rule was not judged then.
    """
    turned = now.qualifies(new)
    changed = list(_changed(now, before, old, new))

    def flips(codes: frozenset[str]) -> bool:
        return now.qualifies(_reverted(now, new, old, codes)) is not turned

    deciding = smallest([code for code, _words in changed], flips)
    ordered = sorted(changed, key=lambda each: each[0] not in deciding)
    told = tuple(Difference(code, *words(), decides=code in deciding) for code, words in ordered)
    other_text = before is None or before.digest != now.digest
    if deciding:
        too = other_text and before is not None and before.qualifies(new) is not turned
        return Why(Cause.FACTS, told, rule_too=too)
    if before is None or (other_text and before.qualifies(new) is not turned):
        return Why(Cause.RULE, told)
    return Why(Cause.DAY, told)


def smallest(
    codes: Sequence[str], flips: Callable[[frozenset[str]], bool], most: int = MOST_SETS
) -> frozenset[str]:
    """The codes that decide: nobody where not even all together flip.

    Each that flips alone decides. Where none does, the first of the smallest sets that flip; where
    those would be too many to try, one from which nothing can be left out.
    """
    whole = frozenset(codes)
    if not whole or not flips(whole):
        return frozenset()
    alone = frozenset(code for code in codes if flips(frozenset((code,))))
    if alone:
        return alone
    tried = len(codes)
    for size in range(2, len(codes)):
        tried += comb(len(codes), size)
        if tried > most:
            return _irreducible(codes, flips)
        for some in combinations(codes, size):
            if flips(frozenset(some)):
                return frozenset(some)
    return whole


def _irreducible(
    codes: Sequence[str], flips: Callable[[frozenset[str]], bool]
) -> frozenset[str]:  # fmt: skip
    left = frozenset(codes)
    for code in codes:
        if flips(left - {code}):
            left -= {code}
    return left


# --- what changed

_Words = Callable[[], tuple[str, str, str]]


def _changed(
    now: Side, before: Side | None, old: Facts, new: Facts
) -> Iterator[tuple[str, _Words]]:
    """The facts and tables that the rule reads and that are other ones, with their words.

    What the earlier run did not read is left out: nobody knows whether it changed.
    """
    day = before.as_of if before else now.as_of
    for column in now.single.lowered.columns:
        if column.name in old.facts:
            was, is_now = old.facts[column.name], new.facts.get(column.name)
            if was != is_now:
                yield column.name, _fact_words(column.field, column.back, day, now, was, is_now)
    for frame, columns in now.single.lowered.row_columns.items():
        read = {column.name for column in columns}
        if _unread(old, frame, read, before.held if before else frozenset()):
            continue
        was_rows, now_rows = _sorted(old, frame, read), _sorted(new, frame, read)
        if was_rows != now_rows:
            yield frame, _table_words(frame, now, was_rows, now_rows)


def _fact_words(
    field: Field, back: int, day: date, now: Side, was: Any, is_now: Any
) -> _Words:  # fmt: skip
    def words() -> tuple[str, str, str]:
        years = [each.year - 1 - back for each in (day, now.as_of)]
        name = field.name
        if field.period == "year":
            told = f"{years[0]}、{years[1]}" if years[0] != years[1] else str(years[1])
            name = f"{field.name}（{told}年）"
        return name, fact_text(field, was), fact_text(field, is_now)

    return words


def _unread(old: Facts, frame: str, read: set[str], held: frozenset[str]) -> bool:
    rows = old.rows.get(frame)
    if rows is None:
        return frame in held
    return any(not read <= set(row) for row in rows)


def _sorted(of: Facts, frame: str, read: set[str]) -> list[str] | None:
    rows = of.rows.get(frame)
    if rows is None:
        return None
    return sorted(repr({name: row.get(name) for name in sorted(read)}) for row in rows)


def _table_words(
    frame: str, now: Side, was: list[str] | None, is_now: list[str] | None
) -> _Words:  # fmt: skip
    def words() -> tuple[str, str, str]:
        name = now.names[frame]
        before, after = (UNKNOWN if each is None else f"{len(each)} 条" for each in (was, is_now))
        if before == after:
            gone = len(set(was or ()) - set(is_now or ()))
            after = f"{after}（其中 {max(gone, 1)} 条内容有变）"
        return name, before, after

    return words


def _reverted(now: Side, new: Facts, old: Facts, codes: frozenset[str]) -> Facts:
    """The facts of now with these as they were."""
    frames = set(now.single.lowered.row_columns)
    facts = {**new.facts, **{code: old.facts[code] for code in codes - frames}}
    rows: dict[str, Sequence[Mapping[str, Any]]] = dict(new.rows)
    for frame in codes & frames:
        rows.pop(frame, None)
        if frame in old.rows:
            rows[frame] = old.rows[frame]
    return Facts(facts, rows)
