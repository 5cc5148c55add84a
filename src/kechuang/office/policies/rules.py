"""Which rules hold here on a day: the rulebook as an installation uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from kechuang.rulebook.book import Rulebook, in_force
from kechuang.rulebook.content import passes_of
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

SUBJECT: Final = "enterprises"
WHOLE_COUNTRY: Final = "000000"
SAMPLES: Final = "samples"
"""The folder of rules that other places made: they hold only where they say."""


def rulebook() -> Rulebook:
    """The rules that this installation knows."""
    return load_rulebook()


def codes_of(path: str) -> tuple[str, ...]:
    """The codes of a region and all above it, from the path.

    >>> codes_of("/130000/130400/")
    ('130000', '130400')
    """
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def holds_at(rule: Rule, path: str) -> bool:
    """Whether a rule is one for those who are in the region of this path."""
    if rule.region == WHOLE_COUNTRY:
        return rule.path.parent.name != SAMPLES
    return rule.region in codes_of(path)


def rules_on(day: date, book: Rulebook | None = None) -> list[Rule]:
    """The rules about enterprises that are in force on a day, anywhere, in their order."""
    return [rule for rule in book or rulebook() if rule.subject == SUBJECT and in_force(rule, day)]


def rules_at(path: str, day: date, book: Rulebook | None = None) -> list[Rule]:
    """The rules in force on a day for an enterprise in the region of this path."""
    return [rule for rule in rules_on(day, book) if holds_at(rule, path)]


def holds_here(rules: Sequence[Rule], root: str) -> list[Rule]:
    """The rules that are for all or some of the enterprises of an installation.

    `root` is the path of its region. Whether a rule of a single district lies below it is seen from
    the codes of divisions: 130400 holds 130435.
    """
    top = codes_of(root)[-1:]
    prefix = top[0].rstrip("0") if top else ""
    return [
        rule
        for rule in rules
        if holds_at(rule, root)
        or (rule.region != WHOLE_COUNTRY and prefix and rule.region.startswith(prefix))
    ]


def with_those_behind(rules: Sequence[Rule], day: date, book: Rulebook) -> Iterator[Rule]:
    """The rules, and the versions of others that they refer to, each once."""
    seen: set[str] = set()
    waiting = list(rules)
    while waiting:
        rule = waiting.pop(0)
        if rule.key in seen:
            continue
        seen.add(rule.key)
        yield rule
        for node, _condition in passes_of(rule):
            written = f"{node.rule}@{node.version}" if node.version else node.rule
            waiting.append(book.find(written, day))
