"""A new version of a rule from its file: other parameters and days, the rest as it is written.

Only numbers, days, articles and the cases are changed, each where it stands; the conditions stay
what they are. The new file is read by the ordinary loader like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from kechuang.reference.yaml_lines import Steps
from kechuang.rulebook.editing import Editing, flow, written
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Number, named_numbers, numbers
from kechuang.rulebook.model import Points
from kechuang.rulebook.parsing import Token, parse, tokens
from kechuang.rulebook.tables import parse_bands, parse_choice, parse_points, split_line
from kechuang.rulebook.units import unit_of

DAY: Final = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
NAMES: Final = frozenset({"name", "like", "source", "vary", "shows"})
"""Keys of a case whose texts are no values."""
CASES: Final = ("examples", "boundaries")

Named = Mapping[str, Number]


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
    places = dict(_places(editing))
    for value in change.values:
        _set(editing, places, value, change)
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


# --- where numbers stand


@dataclass(frozen=True, slots=True)
class _Place:
    """A number of the file: the scalars it stands in, and the part of the rule that has it."""

    spots: tuple[tuple[Steps, int, int], ...]
    owner: Steps
    old: Number
    dated: Steps = ()


def _places(editing: Editing) -> Iterator[tuple[str, _Place]]:
    """Every number by the name that `thresholds` gives it."""
    root = editing.root
    for key, node in root.value:
        if key.value == "parameters" and node.value:
            for code, _row in node.value:
                yield from _of_parameter(editing, code.value)
        elif key.value == "definitions":
            for position, _row in enumerate(node.value or ()):
                steps: Steps = ("definitions", position)
                code = editing.value((*steps, "id"))
                yield from _in_text(editing, (*steps, "value"), code, steps)
        elif key.value in {"scores", "conditions"}:
            walk = _of_score if key.value == "scores" else _of_condition
            for position, _row in enumerate(node.value or ()):
                yield from walk(editing, (key.value, position))
        elif key.value == "amount" and node.value:
            yield from _of_score(editing, ("amount",))


def _of_parameter(editing: Editing, code: str) -> Iterator[tuple[str, _Place]]:
    owner: Steps = ("parameters", code)
    rows = editing.node((*owner, "values")).value
    for position, _row in enumerate(rows):
        here: Steps = (*owner, "values", position)
        name = code if len(rows) == 1 else f"{code}.{position + 1}"
        for found, place in _in_text(editing, (*here, "value"), name, owner):
            yield found, _Place(place.spots, owner, place.old, here)


def _of_condition(editing: Editing, steps: Steps) -> Iterator[tuple[str, _Place]]:
    code = editing.value((*steps, "id"))
    for key in ("when", "at_least"):
        if editing.has((*steps, key)):
            yield from _in_text(editing, (*steps, key), code, steps)
    for key in ("all", "any", "of"):
        if editing.has((*steps, key)):
            for position, _row in enumerate(editing.node((*steps, key)).value):
                yield from _of_condition(editing, (*steps, key, position))


def _of_score(editing: Editing, steps: Steps) -> Iterator[tuple[str, _Place]]:
    code = editing.value((*steps, "id")) if editing.has((*steps, "id")) else "amount"
    for key, name in (("cap", f"{code}.cap"), ("of", f"{code}.of"), ("value", code)):
        if editing.has((*steps, key)):
            yield from _in_text(editing, (*steps, key), name, steps)
    for key, read in (("bands", _read_bands), ("choose", _read_choices)):
        if editing.has((*steps, key)):
            lines = [(*steps, key, each) for each, _ in enumerate(editing.node((*steps, key)).value)]
            yield from _in_lines(editing, lines, code, steps, read)
    for key in ("best_of", "sum"):
        if editing.has((*steps, key)):
            for position, row in enumerate(editing.node((*steps, key)).value):
                if not isinstance(row.value, str):
                    yield from _of_score(editing, (*steps, key, position))


def _in_text(
    editing: Editing, steps: Steps, name: str, owner: Steps
) -> Iterator[tuple[str, _Place]]:
    def read(texts: Sequence[str], name: str) -> Named:
        tree = named_numbers(parse(texts[0]), name)
        return {each.parameter: each for each in numbers(tree)}

    yield from _in_lines(editing, [steps], name, owner, read)


def _in_lines(
    editing: Editing,
    lines: Sequence[Steps],
    name: str,
    owner: Steps,
    read: Callable[[Sequence[str], str], Named],
) -> Iterator[tuple[str, _Place]]:
    """Which words are which numbers, found by moving each a little and reading again."""
    texts = [editing.value(each) for each in lines]
    before = read(texts, name)
    found: dict[str, list[tuple[Steps, int, int]]] = {}
    for group in _groups(texts):
        for nudge in (_a_little, _by_one):
            moved = list(texts)
            for line, token in sorted(group, key=lambda each: (each[0], -each[1].start)):
                text = moved[line]
                moved[line] = text[: token.start] + nudge(token) + text[token.start + len(token.text) :]
            try:
                after = read(moved, name)
            except RuleError:
                continue
            changed = [key for key in before if key in after and after[key] != before[key]]
            if after.keys() == before.keys() and len(changed) == 1 and changed[0] not in found:
                found[changed[0]] = [
                    (lines[line], token.start, _end(texts[line], token)) for line, token in group
                ]
                break
    for key, spots in found.items():
        yield key, _Place(tuple(spots), owner, before[key])


def _groups(texts: Sequence[str]) -> Iterator[list[tuple[int, Token]]]:
    """Numbers one by one, then those together that say the same edge on several lines."""
    words = [
        (line, token)
        for line, text in enumerate(texts)
        for token in tokens(text)
        if token.kind == "number"
    ]
    yield from ([each] for each in words)
    same: dict[tuple[Fraction, str], list[tuple[int, Token]]] = {}
    for line, token in words:
        if token.start < (texts[line].replace("->", "→").find("→")):
            same.setdefault((Fraction(token.text), token.unit), []).append((line, token))
    yield from (each for each in same.values() if len(each) > 1)


def _a_little(token: Token) -> str:
    return f"{token.text}{'' if '.' in token.text else '.'}0000001"


def _by_one(token: Token) -> str:
    return str(int(Fraction(token.text)) + 1)


def _end(text: str, token: Token) -> int:
    end = token.start + len(token.text)
    return text.index(token.unit, end) + len(token.unit) if token.unit else end


def _read_bands(texts: Sequence[str], name: str) -> Named:
    cuts, points = parse_bands(list(texts))
    found: dict[str, Number] = {}
    for position, cut in enumerate(cuts, 1):
        tree = named_numbers(cut.value, f"{name}.{position}")
        found.update({each.parameter: each for each in numbers(tree)})
    for position, each in enumerate(points):
        found.update(_points(each, f"{name}.{position}"))
    return found


def _read_choices(texts: Sequence[str], name: str) -> Named:
    found: dict[str, Number] = {}
    for position, text in enumerate(texts, 1):
        condition, points = parse_choice(text)
        if condition is not None:
            tree = named_numbers(condition, f"{name}.{position}")
            found.update({each.parameter: each for each in numbers(tree)})
        found.update(_points(points, f"{name}.{position}"))
    return found


def _points(points: Points, place: str) -> dict[str, Number]:
    named = (
        ((points.low, "points"),)
        if points.high is None
        else ((points.low, "least"), (points.high, "most"))
    )
    return {
        each.parameter: each
        for tree, ending in named
        for each in numbers(named_numbers(tree, f"{place}.{ending}"))
    }


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


def _set(editing: Editing, places: Mapping[str, _Place], value: NewValue, change: Revision) -> None:
    place = places.get(value.place)
    if place is None:
        known = "、".join(list(places)[:8])
        raise RuleError("unknown_name", f"没有参数“{value.place}”", f"有 {known} 等", "核对代号")
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


def _set_dated(editing: Editing, place: _Place, value: NewValue, new: Number) -> None:
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


def _rename(editing: Editing, place: _Place, new: Number) -> None:
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
        if editing.has((*steps, "when")):
            if any(each.text == code for each in tokens(editing.value((*steps, "when")))):
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
        for position, each in enumerate(node.value):
            if isinstance(each, tuple):
                key, value = each[0].value, each[1]
                if key not in NAMES or len(steps) > 2:
                    yield from walk((*steps, key), value)
            else:
                yield from walk((*steps, position), each)

    for key in CASES:
        if editing.has((key,)):
            yield from walk((key,), editing.node((key,)))


def _restate(editing: Editing, each: Restated) -> None:
    kind, *places = each.case.split(".")
    steps: Steps = (kind, *(int(place) for place in places))
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
