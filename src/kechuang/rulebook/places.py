"""Where the numbers of a rule file stand: for each, the words of the file that say it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kechuang.reference.yaml_lines import Steps
from kechuang.rulebook.editing import Editing
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Number, named_numbers, numbers
from kechuang.rulebook.model import Points
from kechuang.rulebook.parsing import Token, parse, tokens
from kechuang.rulebook.tables import parse_bands, parse_choice

Named = Mapping[str, Number]
Read = Callable[[Sequence[str], str], Named]


@dataclass(frozen=True, slots=True)
class Place:
    """A number of the file: the scalars it stands in, and the part of the rule that has it."""

    spots: tuple[tuple[Steps, int, int], ...]
    owner: Steps
    old: Number
    dated: Steps = ()


def places(editing: Editing, codes: Collection[str] | None = None) -> Iterator[tuple[str, Place]]:
    """Every number by the name that `thresholds` gives it, or those of some parts of the rule.

    `codes` are ids of parameters, definitions, scores and conditions.
    """
    for name, steps, owner, lines, read in _texts(editing):
        if codes is None or name.partition(".")[0] in codes:
            for found, place in _in_lines(editing, lines, name, owner, read):
                dated = steps if owner[0] == "parameters" else ()
                yield found, Place(place.spots, owner, place.old, dated)


_Text = tuple[str, Steps, Steps, Sequence[Steps], Read]
"""What numbers in it are named after, where it stands, whose part it is, its lines, its reader."""


def _texts(editing: Editing) -> Iterator[_Text]:
    for key, node in editing.root.value:
        if key.value == "parameters" and node.value:
            for code, _row in node.value:
                yield from _of_parameter(editing, code.value)
        elif key.value == "definitions":
            for position, _row in enumerate(node.value or ()):
                steps: Steps = ("definitions", position)
                yield _one((*steps, "value"), editing.value((*steps, "id")), steps)
        elif key.value in {"scores", "conditions"}:
            walk = _of_score if key.value == "scores" else _of_condition
            for position, _row in enumerate(node.value or ()):
                yield from walk(editing, (key.value, position))
        elif key.value == "amount" and node.value:
            yield from _of_score(editing, ("amount",))


def _one(steps: Steps, name: str, owner: Steps) -> _Text:
    return name, steps, owner, [steps], _read_text


def _of_parameter(editing: Editing, code: str) -> Iterator[_Text]:
    owner: Steps = ("parameters", code)
    rows = editing.node((*owner, "values")).value
    for position, _row in enumerate(rows):
        here: Steps = (*owner, "values", position)
        name = code if len(rows) == 1 else f"{code}.{position + 1}"
        yield name, here, owner, [(*here, "value")], _read_text


def _of_condition(editing: Editing, steps: Steps) -> Iterator[_Text]:
    for key in ("when", "at_least"):
        if editing.has((*steps, key)):
            yield _one((*steps, key), editing.value((*steps, "id")), steps)
    for key in ("all", "any", "of"):
        if editing.has((*steps, key)):
            for position, _row in enumerate(editing.node((*steps, key)).value):
                yield from _of_condition(editing, (*steps, key, position))


def _of_score(editing: Editing, steps: Steps) -> Iterator[_Text]:
    code = editing.value((*steps, "id")) if editing.has((*steps, "id")) else "amount"
    for key, name in (("cap", f"{code}.cap"), ("of", f"{code}.of"), ("value", code)):
        if editing.has((*steps, key)):
            yield _one((*steps, key), name, steps)
    for key, read in (("bands", _read_bands), ("choose", _read_choices)):
        if editing.has((*steps, key)):
            rows = enumerate(editing.node((*steps, key)).value)
            yield code, steps, steps, [(*steps, key, each) for each, _row in rows], read
    for key in ("best_of", "sum"):
        if editing.has((*steps, key)):
            for position, row in enumerate(editing.node((*steps, key)).value):
                if not isinstance(row.value, str):
                    yield from _of_score(editing, (*steps, key, position))


def _read_text(texts: Sequence[str], name: str) -> Named:
    tree = named_numbers(parse(texts[0]), name)
    return {each.parameter: each for each in numbers(tree)}


def _in_lines(
    editing: Editing,
    lines: Sequence[Steps],
    name: str,
    owner: Steps,
    read: Read,
) -> Iterator[tuple[str, Place]]:
    """Which words are which numbers, found by moving each a little and reading again."""
    texts = [editing.value(each) for each in lines]
    before = read(texts, name)
    found: dict[str, list[tuple[Steps, int, int]]] = {}
    for group in _groups(texts):
        for nudge in (_a_little, _by_one):
            moved = list(texts)
            for line, token in sorted(group, key=lambda each: (each[0], -each[1].start)):
                text = moved[line]
                end = token.start + len(token.text)
                moved[line] = f"{text[: token.start]}{nudge(token)}{text[end:]}"
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
        yield key, Place(tuple(spots), owner, before[key])


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
