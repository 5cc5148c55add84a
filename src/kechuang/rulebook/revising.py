"""A new version of a rule from its file: other parameters and days, the rest as it is written.

Only numbers, days, articles and the cases are changed, each where it stands; the conditions stay
what they are. The new file is read by the ordinary loader like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import yaml

from kechuang.reference.yaml_lines import Steps
from kechuang.rulebook.editing import Editing, flow, written
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Number
from kechuang.rulebook.parsing import parse, tokens
from kechuang.rulebook.places import Place, places
from kechuang.rulebook.tables import parse_points, split_line
from kechuang.rulebook.units import unit_of

DAY: Final = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
NAMES: Final = frozenset({"name", "like", "source", "vary", "shows"})
"""Keys of a case whose texts are no values."""
CASES: Final = ("examples", "boundaries")


@dataclass(frozen=True, slots=True)
class NewValue:
    """Another value at a place of `thresholds`, from a day: a literal such as `600 人`.

    A number that is written in a condition or a table changes with the version as a whole.
    """

    place: str
    value: str
    since: date


@dataclass(frozen=True, slots=True)
class Restated:
    """What a case must give from now on; `case` is its place, such as `examples.3`."""

    case: str
    item: str
    expected: str


@dataclass(frozen=True, slots=True)
class AddedCase:
    """One more case: an example with one fact varied, and what it must give."""

    like: str
    vary: str
    value: str
    shows: str
    expected: str
    given: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Basis:
    """The document that a change stands on: its id in the file, title, number, and the article."""

    id: str
    title: str
    number: str
    article: str


@dataclass(frozen=True, slots=True)
class Revision:
    """All that a new version changes.

    `until` is its last day; `note` says why, `checked` when the document was read.
    """

    version: str
    since: date
    until: date | None
    basis: Basis
    note: str
    checked: date
    values: Sequence[NewValue] = ()
    restated: Sequence[Restated] = ()
    added: Sequence[AddedCase] = ()


def revised(source: str, base_key: str, change: Revision) -> str:
    """The text of the new version.

    Args:
        source: the file of the version that is changed, which the loader accepts.
        base_key: that version as `rule@version`.
        change: what becomes different.

    Raises:
        RuleError: a place that is not there, or a value that is no number with a unit.
    """
    editing = Editing(source.removeprefix("\ufeff"))
    since = date.fromisoformat(editing.value(("in_force", "from")))
    _head(editing, base_key, change, follows=change.since > since)
    codes = {each.place.partition(".")[0] for each in change.values}
    known = dict(places(editing, codes)) if codes else {}
    for value in change.values:
        _set(editing, known, value, change)
    _cases(editing, change, since)
    return editing.text()


def closed(source: str, last: date) -> str:
    """The text of a version with its last day, for one that another follows."""
    editing = Editing(source.removeprefix("\ufeff"))
    editing.put(("in_force",), "until", last.isoformat())
    return editing.text()


# --- the head


def _head(editing: Editing, base_key: str, change: Revision, *, follows: bool) -> None:
    editing.replace(("version",), change.version)
    editing.replace(("in_force", "from"), change.since.isoformat())
    if change.until is not None:
        editing.put(("in_force",), "until", change.until.isoformat())
    elif editing.has(("in_force", "until")):
        raise RuleError("dates", "失效日期不能删去", "原版本写有失效日期", "写一个更晚的失效日期")
    if follows and editing.has(("follows",)):
        editing.replace(("follows",), base_key)
    elif follows:
        editing.below("in_force", f"follows: {base_key}")
    basis = change.basis
    known = [
        editing.value(("documents", position, "id"))
        for position, _ in enumerate(editing.node(("documents",)).value)
    ]
    if basis.id not in known:
        row = {"id": basis.id, "title": basis.title, "number": basis.number}
        editing.add(("documents",), flow({key: text for key, text in row.items() if text}))
    if change.note and editing.has(("notes",)):
        editing.add(("notes",), written(change.note))
    elif change.note:
        editing.below("outcome", f"notes:\n  - {written(change.note)}")


# --- one value


def literal(text: str, like: Number) -> Number:
    """A literal as an officer writes it; without a unit it has that of the old one.

    Raises:
        RuleError: it is no number, or of a unit that cannot take the place of the old one.
    """
    try:
        tree = parse(text)
    except RuleError:
        tree = None
    if not isinstance(tree, Number):
        why = "应是一个数，可带单位"
        raise RuleError("type", f"“{text}”不是参数的值", why, f"写成“{like.written}”这样")
    if not tree.unit and like.unit:
        gap = " " if " " in like.written else ""
        tree = Number(tree.value, like.unit, f"{text.strip()}{gap}{like.unit}")
    if unit_of(tree.unit).dimension != unit_of(like.unit).dimension:
        why = f"原来的单位是“{like.unit or '无'}”"
        raise RuleError("unit", f"“{text}”的单位不同", why, f"写成“{like.written}”这样")
    return tree


def _set(editing: Editing, known: Mapping[str, Place], value: NewValue, change: Revision) -> None:
    place = known.get(value.place)
    if place is None:
        some = "、".join([name for name, _place in places(editing)][:8])
        raise RuleError("unknown_name", f"没有参数“{value.place}”", f"有 {some} 等", "核对代号")
    new = literal(value.value, place.old)
    if place.dated:
        _set_dated(editing, place, value, new)
    elif value.since != change.since:
        why = "这个数写在条件或得分表里，随整个版本生效"
        remedy = f"生效日改为 {change.since}；要分日生效的，另拟一版"
        raise RuleError("dates", f"“{value.place}”不能从 {value.since} 起单独生效", why, remedy)
    else:
        for steps, start, end in place.spots:
            editing.change(steps, start, end, new.written)
    editing.put(place.owner, "article", f"{change.basis.id} {change.basis.article}")
    editing.put(place.owner, "last_checked", change.checked.isoformat())
    _rename(editing, place, new)


def _set_dated(editing: Editing, place: Place, value: NewValue, new: Number) -> None:
    since = date.fromisoformat(editing.value((*place.dated, "from")))
    if value.since < since:
        why = f"原来的值从 {since} 起"
        raise RuleError("dates", f"“{value.place}”的生效日太早", why, "改为不早于那天的日期")
    if value.since == since:
        editing.replace((*place.dated, "value"), new.written)
        return
    row = {"from": value.since.isoformat()}
    if editing.has((*place.dated, "region")):
        row["region"] = editing.value((*place.dated, "region"))
    told = flow(row)[:-1] + f", value: {new.written}}}"
    editing.add(place.dated[:-1], told)


def _rename(editing: Editing, place: Place, new: Number) -> None:
    """Names of conditions and scores say thresholds: `不超过500人` becomes `不超过600人`."""
    old, now = (each.written.replace(" ", "") for each in (place.old, new))
    pattern = re.compile(rf"(?<![\d.]){re.escape(old)}")
    code = str(place.owner[1]) if place.dated else ""
    owners = _users(editing, code) if code else [place.owner]
    for owner in owners:
        if not editing.has((*owner, "name")):
            continue
        found = list(pattern.finditer(editing.value((*owner, "name"))))
        if len(found) == 1:
            editing.change((*owner, "name"), found[0].start(), found[0].end(), now)


def _users(editing: Editing, code: str) -> Iterator[Steps]:
    """The conditions whose expressions name a parameter, and the parameter itself."""
    yield ("parameters", code)

    def walk(steps: Steps) -> Iterator[Steps]:
        when = tokens(editing.value((*steps, "when"))) if editing.has((*steps, "when")) else ()
        if any(each.text == code for each in when):
            yield steps
        for key in ("all", "any", "of"):
            if editing.has((*steps, key)):
                for position, _row in enumerate(editing.node((*steps, key)).value):
                    yield from walk((*steps, key, position))

    for position, _row in enumerate(editing.node(("conditions",)).value):
        yield from walk(("conditions", position))


# --- the cases


def years_on(source: str, change: Revision) -> int:
    """By how many whole years the days of all cases move, so that they are of the new period."""
    editing = Editing(source.removeprefix("\ufeff"))
    return _years(editing, change, date.fromisoformat(editing.value(("in_force", "from"))))


def _years(editing: Editing, change: Revision, since: date) -> int:
    day = since
    if editing.has(("examples_on",)):
        day = date.fromisoformat(editing.value(("examples_on",)))
    wanted = max([change.since, *(each.since for each in change.values)])
    years = max(0, wanted.year - day.year)
    return years + (_later(day, years) < wanted)


def _later(day: date, years: int) -> date:
    """The same day some years later; 28 February where there is no 29."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _cases(editing: Editing, change: Revision, since: date) -> None:
    years = _years(editing, change, since)
    if years and not editing.has(("examples_on",)):
        editing.below("in_force", f"examples_on: {_later(since, years)}")
    for steps in _scalars(editing) if years else ():
        for match in DAY.finditer(editing.value(steps)):
            later = _later(date.fromisoformat(match[0]), years).isoformat()
            editing.change(steps, match.start(), match.end(), later)
    for each in change.restated:
        _restate(editing, each)
    if not change.added:
        return
    rows = [_table(each) for each in change.added]
    if editing.has(("boundaries",)):
        for row in rows:
            editing.add(("boundaries",), row)
    else:
        editing.below("examples", "\n".join(["boundaries:", *(f"  - {row}" for row in rows)]))


def _scalars(editing: Editing) -> Iterator[Steps]:
    """The values of all cases, and the day of those that say none."""
    if editing.has(("examples_on",)):
        yield ("examples_on",)

    def walk(steps: Steps, node: Any) -> Iterator[Steps]:
        if isinstance(node.value, str):
            yield steps
            return
        if isinstance(node, yaml.MappingNode):
            pairs: list[tuple[Any, Any]] = node.value
            for key, value in pairs:
                if key.value not in NAMES or len(steps) > 2:
                    yield from walk((*steps, key.value), value)
            return
        for position, each in enumerate(node.value):
            yield from walk((*steps, position), each)

    for key in CASES:
        if editing.has((key,)):
            yield from walk((key,), editing.node((key,)))


def _restate(editing: Editing, each: Restated) -> None:
    kind, *places = each.case.split(".")
    steps: Steps = (kind, *(int(place) for place in places))
    if each.item == "missing":
        codes = (code.strip() for code in each.expected.split("、"))
        editing.rewrite((*steps, "expect", "missing"), f"[{', '.join(filter(None, codes))}]")
        return
    if kind == "examples":
        _check_expected(each.expected)
        editing.replace((*steps, "expect", each.item), each.expected)
        return
    here: Steps = (kind, int(places[0]), "rows", int(places[1]))
    text = editing.value(here)
    _left, right = split_line(text)
    _check_expected(each.expected)
    start = text.rindex(right)
    editing.change(here, start, start + len(right), each.expected)


def _check_expected(text: str) -> None:
    """Whether a text can stand as what must come out: a verdict, or points and money."""
    if text not in {"符合", "不符合", "缺数据"}:
        parse_points(text)


def _table(each: AddedCase) -> str:
    _check_expected(each.expected)
    given = f", given: {flow(dict(each.given))}" if each.given else ""
    row = f"{each.value} → {each.expected}"
    return (
        f"{{like: {written(each.like)}{given}, vary: {written(each.vary)}, "
        f"shows: {written(each.shows)}, rows: [{written(row)}]}}"
    )


def day_before(day: date) -> date:
    """The last day of what another version follows from a day on."""
    return day - timedelta(1)
