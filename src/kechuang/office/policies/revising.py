"""Revisions of rules as this room works on them: their text, their cases, what they still lack.

Nothing here writes to the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.eligibility.examples import Cases, step_of
from kechuang.eligibility.examples import unnoticed as unnoticed_numbers
from kechuang.office.policies.models import RuleRevision
from kechuang.office.policies.rules import Published, loaded, with_one
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.editing import Editing
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Case, Rule
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.revising import (
    AddedCase,
    Basis,
    NewValue,
    Number,
    Restated,
    Revision,
    literal,
    revised,
)
from kechuang.rulebook.tables import split_line
from kechuang.rulebook.thresholds import Threshold, thresholds
from kechuang.rulebook.units import unit_of
from kechuang.rulebook.values import decimal_text

MOST_ADDED: Final = 6
"""How many cases a page offers to add."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that comes out otherwise by the new version: what it showed, what it shows now.

    `name` and `shows` say in words which case it is and what of it is looked at.
    """

    place: str
    case: Case
    item: str
    expected: str
    actual: str
    name: str
    shows: str

    @property
    def code(self) -> str:
        """The name of its field in a form."""
        return f"{self.place}.{self.item}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A new version beside the rules that hold: what of its cases and numbers is not in order."""

    book: Rulebook
    rule: Rule
    failures: tuple[Changed, ...]
    uncaught: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every case comes out as it says, and every new number is noticed by one."""
        return not self.failures and not self.uncaught


def digest_of(text: str) -> str:
    """The SHA-256 of a text of a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def spec_of(row: RuleRevision) -> Revision:
    """What a revision changes, from its columns."""
    title = row.document_title
    return Revision(
        row.version, row.since, row.until,
        Basis(title, title, row.document_number, row.article),
        f"{row.version}版：{row.reason}（{row.document_title} {row.article}）",
        timezone.localdate(row.changed_at),
        [
            NewValue(each["place"], each["value"], date.fromisoformat(each["since"]))
            for each in row.values
        ],
        [Restated(each["case"], each["item"], each["expected"]) for each in row.restated],
        [AddedCase(**each) for each in row.added],
    )  # fmt: skip


def basis_in(rule: Rule, title: str, number: str) -> str:
    """The id under which a document stands in a rule already, or its title."""
    for each in rule.documents:
        if (number and each.number == number) or each.title == title:
            return each.id
    return title


def text_of(row: RuleRevision, base: Rule) -> str:
    """The whole file of the new version.

    Raises:
        RuleError: a value that cannot stand where it is to stand.
    """
    return _text(base, row, spec_of(row))


def _text(base: Rule, row: RuleRevision, spec: Revision) -> str:
    known = basis_in(base, row.document_title, row.document_number)
    change = replace(spec, basis=replace(spec.basis, id=known))
    return revised(base.content.decode("utf-8-sig"), base.key, change)


def book_with(book: Rulebook, row: RuleRevision) -> Rulebook:
    """The rulebook as it would be with a revision published.

    Raises:
        RuleError, RulebookError: what is wrong with it.
    """
    return with_one(book, Published(row.rule, row.base, row.text))


def base_of(book: Rulebook, row: RuleRevision) -> Rule | None:
    """The version that a revision changes, None where it is not in the book any more."""
    versions = book.versions(row.rule)
    return next((each for each in versions if each.version == row.base), None)


# --- cases


def standing(book: Rulebook, row: RuleRevision, base: Rule) -> Standing:
    """How a revision stands.

    Raises:
        RuleError, RulebookError: the file cannot be used at all, or cannot be computed.
    """
    made = book_with(book, row)
    rule = made.find(f"{row.rule}@{row.version}", row.since)
    failures = tuple(failing(rule, made, row.text))
    return Standing(made, rule, failures, tuple(unnoticed(rule, made, base)))


def restating(book: Rulebook, row: RuleRevision, base: Rule) -> list[Changed]:
    """The cases of the version before that come out otherwise by the new numbers and days.

    Raises:
        RuleError, RulebookError: the file cannot be used at all, or cannot be computed.
    """
    bare = replace(spec_of(row), restated=(), added=())
    text = _text(base, row, bare)
    made = with_one(book, Published(row.rule, row.base, text))
    return list(failing(made.find(f"{row.rule}@{row.version}", row.since), made, text))


def failing(rule: Rule, book: Rulebook, text: str) -> Iterator[Changed]:
    """The cases that do not come out as the file says, with their places in it."""
    cases = Cases(rule, book)
    for case, place in zip(rule.cases, case_places(text), strict=True):
        for each in cases.of(case):
            shows = item_name(rule, each.item)
            name = _case_name(rule, book, case.name, shows) if "boundaries" in place else case.name
            yield Changed(place, case, each.item, each.expected, each.actual, name, shows)


def item_name(rule: Rule, item: str) -> str:
    """What a case shows, in words."""
    known = rule.condition(item) or rule.score(item)
    words = {"verdict": _("结论"), "amount": _("金额"), "missing": _("缺少的数据")}
    return known.name if known else words.get(item, item)


def _case_name(rule: Rule, book: Rulebook, name: str, shows: str) -> str:
    """The row of a boundary table in words: the loader calls it by the codes of the file."""
    vary, _sign, value = name.partition("：")[2].partition(" = ")
    return f"{shows}：{fact_name(rule, book, vary)} = {value}"


def fact_name(rule: Rule, book: Rulebook, vary: str) -> str:
    """What a boundary table varies, in words: `revenue[-1]`, `titles.expires_on`."""
    code, bracket, back = vary.partition("[")
    frame, dot, column = code.partition(".")
    place = (frame, column) if dot else (rule.subject, code)
    field = book.dictionary.fields.get(place)
    return f"{field.name}{bracket}{back}" if field else vary


def varied(rule: Rule, book: Rulebook) -> dict[str, str]:
    """What a case of a rule can vary, with names: what its tables vary, and its own facts."""
    editing = Editing(rule.content.decode("utf-8-sig"))
    found: dict[str, str] = {}
    if editing.has(("boundaries",)):
        for position, _row in enumerate(editing.node(("boundaries",)).value):
            code = editing.value(("boundaries", position, "vary"))
            found.setdefault(code, fact_name(rule, book, code))
    for note in rule.facts:
        if (rule.subject, note.code) in book.dictionary.fields:
            found.setdefault(note.code, fact_name(rule, book, note.code))
    return found


def case_places(text: str) -> Iterator[str]:
    """Where each case of a file stands, in the order in which the loader gives them."""
    editing = Editing(text)
    for position, _row in enumerate(editing.node(("examples",)).value):
        yield f"examples.{position}"
    if editing.has(("boundaries",)):
        for position, _row in enumerate(editing.node(("boundaries",)).value):
            rows = editing.node(("boundaries", position, "rows")).value
            yield from (f"boundaries.{position}.{number}" for number, _ in enumerate(rows))


def changed_numbers(base: Rule, rule: Rule) -> dict[str, Number]:
    """The numbers of a new version that are not those of the version before, by place."""
    before = {_key(each): _worth(each.number) for each in thresholds(base)}
    return {
        each.place: each.number
        for each in thresholds(rule)
        if before.get(_key(each)) != _worth(each.number)
    }


def _key(each: Threshold) -> object:
    if each.since is None:
        return each.place
    return (each.place.partition(".")[0], each.since, each.region)


def _worth(number: Number) -> Fraction:
    return number.value * unit_of(number.unit).factor


def unnoticed(rule: Rule, book: Rulebook, base: Rule) -> Iterator[str]:
    """The new numbers of which no case would notice that they are a step off, in words."""
    changed = changed_numbers(base, rule)
    names = {each.place: each.name for each in thresholds(rule)}
    for place, number, way in unnoticed_numbers(rule, book, frozenset(changed)):
        yield f"“{names[place]}”的 {number.written} 改{way}一步，没有一个例发觉"


# --- proposals


def proposals(base: Rule, book: Rulebook, row: RuleRevision) -> list[dict[str, Any]]:
    """Cases for the new numbers, made from those that show the old ones; what comes out is open.

    The tables of which some row notices that the old number is moved: their values move along.
    """
    editing = Editing(base.content.decode("utf-8-sig"))
    if not editing.has(("boundaries",)):
        return []
    old = {each.place: each.number for each in thresholds(base)}
    found: list[dict[str, Any]] = []
    for value in spec_of(row).values:
        number = old.get(value.place)
        if number is None:
            continue
        new = literal(value.value, number)
        for position in _noticing(base, book, value.place, number):
            found += _moved(editing, position, number, new)
    unique: list[dict[str, Any]] = []
    for each in found:
        if each not in unique:
            unique.append(each)
    return unique[:MOST_ADDED]


def _noticing(base: Rule, book: Rulebook, place: str, number: Number) -> list[int]:
    """The boundary tables of which a row notices that a number is a step off."""
    places = list(case_places(base.content.decode("utf-8-sig")))
    found: dict[int, None] = {}
    for sign in (1, -1):
        moved = {place: _worth(number) + sign * step_of(number)}
        cases = Cases(base, book, moved)
        for case, where in zip(base.cases, places, strict=True):
            if where.startswith("boundaries."):
                try:
                    noticed = any(True for _each in cases.of(case))
                except RuleError:
                    noticed = False
                if noticed:
                    found[int(where.split(".")[1])] = None
    return list(found)


def _moved(editing: Editing, position: int, old: Number, new: Number) -> Iterator[dict[str, Any]]:
    """The rows of a table whose value is a number near the old one, moved along with it."""
    here = ("boundaries", position)
    node = editing.node((*here, "rows"))
    lefts = [split_line(str(each.value))[0] for each in node.value]
    numbers = [_number(left) for left in lefts]
    same = any(each is not None and _worth(each) == _worth(old) for each in numbers)
    given = {}
    if editing.has((*here, "given")):
        given = {
            key.value: str(value.value)
            for key, value in editing.node((*here, "given")).value
            if isinstance(value.value, str)
        }
    for each in numbers:
        if each is None or not _worth(old):
            continue
        worth = _worth(each) + _worth(new) - _worth(old) if same else None
        if worth is None:
            worth = _worth(each) * _worth(new) / _worth(old)
        told = decimal_text(worth / unit_of(each.unit).factor).replace(",", "")
        yield {
            "like": editing.value((*here, "like")),
            "given": given,
            "vary": editing.value((*here, "vary")),
            "value": f"{told}{each.unit}" if each.unit == "%" else f"{told} {each.unit}".strip(),
            "shows": editing.value((*here, "shows")),
            "expected": "",
        }


def _number(text: str) -> Number | None:
    try:
        tree = parse(text)
    except RuleError:
        return None
    return tree if isinstance(tree, Number) else None


# --- what pages show


def both(row: RuleRevision, book: Rulebook) -> tuple[Rule, Rule]:
    """The version that is changed as it was read, and the new one.

    Raises:
        RuleError, RulebookError: this version of the program cannot read one of them any more.
    """
    versions = book.versions(row.rule)
    if not versions:
        raise RuleError("unknown_name", f"没有规则“{row.rule}”", "程序里已没有它", "另行起草")
    return loaded(row.base_text, versions[-1], book), loaded(row.text, versions[-1], book)


def next_version(rule: Rule, book: Rulebook) -> str:
    """A number for a version that follows: that of the one before with what comes after it.

    `2022` is followed by `2022-1`, that by `2022-2`.
    """
    taken = {each.version for each in book.versions(rule.id)}
    head, _, last = rule.version.rpartition("-")
    stem = head if head and last.isdecimal() else rule.version
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def referring(book: Rulebook, code: str, rules: Sequence[Rule]) -> list[Rule]:
    """Those of some rules that a change of a rule reaches: itself, and who refers to it."""
    return [each for each in rules if each.id == code or book.way_back(each, code)]
