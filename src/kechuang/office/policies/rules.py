"""Which rules hold here on a day: the rulebook as an installation uses it.

The rules of the package, and beside them what this installation has published (`RuleRevision`).
Which revisions those are is asked of the database each time, so that every process answers alike;
the rulebook that comes of them is made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from kechuang.office.policies.models import RuleRevision
from kechuang.reference import Problem
from kechuang.rulebook.book import Rulebook, in_force
from kechuang.rulebook.checking import check_rule
from kechuang.rulebook.content import passes_of
from kechuang.rulebook.errors import RulebookError, RuleError
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.loading import load_rule
from kechuang.rulebook.model import Rule
from kechuang.rulebook.revising import closed, day_before

SUBJECT: Final = "enterprises"
WHOLE_COUNTRY: Final = "000000"
FIRST_LOOK: Final = "screening"
"""The kind of rules by which a bureau chooses whom to call: nobody else is told what comes out."""
SAMPLES: Final = "samples"
"""The folder of rules that other places made: they hold only where they say."""


@dataclass(frozen=True, slots=True)
class Published:
    """A revision as far as the rulebook needs it; `base` is the version that it changes."""

    rule: str
    base: str
    text: str


@dataclass(frozen=True, slots=True)
class InUse:
    """The rulebook of an installation, and the published revisions that it cannot use, with why.

    A revision fits the rules beside which it was published; with another version of the program it
    may no longer.
    """

    book: Rulebook
    aside: Mapping[int, str]


def shipped() -> Rulebook:
    """The rules of the package: enough for names and fields, which revisions do not change."""
    return load_rulebook()


def rulebook() -> Rulebook:
    """The rules that this installation knows."""
    return in_use().book


def in_use() -> InUse:
    """The rulebook with what could not be used of it."""
    return _in_use(load_rulebook(), tuple(_published()))


def published_now() -> list[int]:
    """The keys of the published revisions, in the order in which they were published."""
    return [key for key, _digest in _published()]


def with_revisions(keys: Sequence[int]) -> InUse:
    """The rulebook with these of the published revisions, as a run remembers them."""
    wanted = set(keys)
    marks = tuple(mark for mark in _published() if mark[0] in wanted)
    return _in_use(load_rulebook(), marks)


def _published() -> list[tuple[int, str]]:
    rows = RuleRevision.objects.filter(state=RuleRevision.State.PUBLISHED).order_by("order")
    return list(rows.values_list("pk", "digest"))


@lru_cache(maxsize=8)
def _in_use(book: Rulebook, marks: tuple[tuple[int, str], ...]) -> InUse:
    """Made once for what is published: a text that was published never changes."""
    aside: dict[int, str] = {}
    keys = [key for key, _digest in marks]
    rows = RuleRevision.objects.filter(pk__in=keys).order_by("order")
    for row in rows if keys else ():
        try:
            book = with_one(book, Published(row.rule, row.base, row.text))
        except (RuleError, RulebookError) as error:
            aside[row.pk] = sentences(error)
    return InUse(book, aside)


@lru_cache(maxsize=32)
def with_one(book: Rulebook, revision: Published) -> Rulebook:
    """A rulebook with one revision in it: the version that it changes ends the day before.

    A version that the new one replaces from its very first day is no longer in the book.

    Raises:
        RuleError: the version that it changes is not in the book, or its own is already.
        RulebookError: with all that is wrong with the new file, alone and beside the others.
    """
    base = book.find(f"{revision.rule}@{revision.base}", date.max)
    new = loaded(revision.text, base, book)
    if any(each.key == new.key for each in book):
        why = "规则库里已有这一版"
        raise RuleError("duplicate", f"“{new.key}”有两个文件", why, "换一个版本号")
    others = [each for each in book if each.key != base.key]
    if base.until is not None and base.until < new.since:
        others.append(base)
    elif base.since < new.since:
        last = day_before(new.since)
        others.append(loaded(closed(base.content.decode("utf-8-sig"), last), base, book))
    made = Rulebook([*others, new], book.dictionary)
    for each in made:
        refers = any(node.rule == new.id for node, _line in passes_of(each))
        if each.id == new.id or refers:
            _refuse(check_rule(each, made))
    return made


def loaded(text: str, base: Rule, book: Rulebook) -> Rule:
    """The rule of a text, as a file beside that of a version of it.

    Raises:
        RulebookError: with all that is wrong with the text.
    """
    rule, problems = load_rule(base.path, book.dictionary, text.encode())
    _refuse(problems)
    assert rule is not None  # noqa: S101 - nothing is wrong with it
    return replace(rule, path=base.path.with_name(f"{rule.id}.{rule.version}.yaml"))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RulebookError(problems)


def sentences(error: RuleError | RulebookError) -> str:
    """What is wrong in words: of all that a loader found, without lines of a file not seen."""
    if isinstance(error, RuleError):
        return str(error)
    parts = (f"{each.what}。原因：{each.why}。处理：{each.remedy}。" for each in error.problems)
    return " ".join(dict.fromkeys(parts))


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


def told_to_all(rules: Sequence[Rule]) -> list[Rule]:
    """The rules whose outcome is not for the bureau alone."""
    return [rule for rule in rules if rule.kind != FIRST_LOOK]


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
