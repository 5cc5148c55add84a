"""Made-up subjects that lie on both sides of every threshold of a rule, for comparing engines.

Half of them begin as a worked case of the rule and change in a few places; the others are drawn.
Then each is moved onto thresholds: a comparison of the rule is picked, and one of its columns is
set to where the two sides meet, or a last unit beside it. Everything is missing now and then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from kechuang.eligibility.frames import Subject
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Column, Lowered
from kechuang.eligibility.nodes import Node, walk
from kechuang.eligibility.python_target import Function, compile_nodes
from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule

POOL: Final = 600
"""Values that are drawn for a column."""
BANK: Final = 2000
"""Related rows that are drawn for a frame."""
MISSING: Final = 0.1
UNLISTED: Final = 0.05
"""Subjects of whose related rows in a frame nothing is known."""
HOW_MANY: Final = ((0, 1, 2, 3, 4, 5), (30, 25, 20, 10, 10, 5))
"""Related rows of a subject in a frame, and how often."""
MOVES: Final = 2
CODES: Final = ("110108", "130102", "130402", "320102", "370102", "440103", "C3912", "C2710",
                "I6510", "M7310", "F5110", "A0110")  # fmt: skip
Facts = dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two sides that a rule compares, or one that it divides: where a subject can be put."""

    sides: Function
    movable: tuple[Field, ...]
    names: tuple[str, ...]
    divisor: int = 0

    def gap(self, facts: Facts) -> int | None:
        """How far the sides are apart."""
        left, right = self.sides(facts)
        return None if left is None or right is None else left - right


class Generator:
    """Makes subjects for one rule on one day."""

    def __init__(self, rule: Rule, book: Rulebook, as_of: date, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing secret
        self.as_of, self.key = as_of, book.dictionary.frames[rule.subject].key
        self.lowered: Lowered = lower_rule(rule, book, as_of)
        self.cases = [case for case in rule.cases if case.as_of == as_of]
        roots = _roots(self.lowered)
        self.edges = list(_edges(self.lowered, roots))
        hints = _hints(roots)
        self.pools = {
            column.name: self._pool(column, hints.get(column.name, []))
            for column in self.lowered.columns
        }
        self.banks = {
            frame: self._bank(frame, columns) for frame, columns in self.lowered.row_columns.items()
        }

    # --- values

    def _pool(self, column: Column, hints: Sequence[Fact]) -> list[Fact]:
        values = [self._value(column.field) for _ in range(POOL)]
        near = [each for hint in hints for each in _near(hint)]
        return values + near * max(1, POOL // (2 * len(near))) if near else values

    def _value(self, field: Field) -> Fact:
        random = self.random
        match field.type:
            case "boolean":
                return random.random() < 0.8
            case "date":
                return random.choice(
                    [
                        self.as_of + timedelta(days=random.choice((-1, 0, 1))),
                        self.as_of - timedelta(days=random.randrange(-2000, 6000)),
                        date(self.as_of.year - random.randrange(5), 1, 1),
                        date(self.as_of.year - random.randrange(5), 12, 31),
                    ]
                )
            case "choice":
                return random.choice(list(field.options))
            case "code":
                return random.choice(CODES)
            case "text":
                return random.choice(("甲", "乙", "丙"))
            case _:
                return self._number(field)

    def _number(self, field: Field) -> int:
        random = self.random
        if field.unit == "年":
            return self.as_of.year - random.randrange(6)
        if random.random() < 0.04:
            return random.choice((0, field.most, -field.most * (field.type == "money")))
        digits = len(str(field.most)) - 4
        size = random.randrange(digits) if field.type == "money" else field.places
        value = random.randrange(1000) * 10**size
        if random.random() < 0.2:
            value += random.choice((-1, 1)) * random.randrange(10)
        return value if field.type == "money" else max(value, 0)

    # --- related rows

    def _bank(self, frame: str, columns: Sequence[Column]) -> list[Facts]:
        figures = [row for row in self.lowered.rows if row.frame == frame]
        hints = _hints([node for row in figures for node in (row.where, row.amount) if node])
        pools = {column.name: self._pool(column, hints.get(column.name, [])) for column in columns}
        return list(self._drawn(pools, BANK))

    def _rows(self) -> dict[str, list[Facts]]:
        random = self.random
        return {
            frame: random.choices(bank, k=random.choices(*HOW_MANY)[0])
            for frame, bank in self.banks.items()
            if random.random() >= UNLISTED
        }

    # --- subjects

    def _drawn(self, pools: dict[str, list[Fact]], count: int) -> Iterator[Facts]:
        """Every second one is complete; in the others each fact can be missing."""
        random = self.random
        columns = [random.choices(pool, k=count) for pool in pools.values()]
        for column in columns:
            for place in range(0, count, 2):
                if random.random() < 2 * MISSING:
                    column[place] = None
        if not columns:
            yield from ({} for _ in range(count))
        for values in zip(*columns, strict=True):
            yield dict(zip(pools, values, strict=True))

    def subjects(self, count: int) -> list[Subject]:
        """So many subjects, the same ones each time for the same seed and count."""
        known = count // 2 if self.cases else 0
        made = [self._varied() for _ in range(known)]
        made += [Subject(facts, self._rows()) for facts in self._drawn(self.pools, count - known)]
        if self.edges:
            for subject in made:
                for _ in range(MOVES):
                    self._move(dict_of(subject))
        return made

    def _varied(self) -> Subject:
        """A worked case with a few changes."""
        random = self.random
        case = random.choice(self.cases)
        facts = {column.name: case.given.get(column.name) for column in self.lowered.columns}
        names = list(facts)
        for name in random.choices(names, k=random.randrange(3)) if names else ():
            gone = random.random() < MISSING
            facts[name] = None if gone else random.choice(self.pools[name])
        rows = {frame: list(map(dict, each)) for frame, each in case.rows.items()}
        for frame, bank in self.banks.items():
            if random.random() < MISSING:
                rows.setdefault(frame, []).append(random.choice(bank))
        return Subject(facts, rows)

    def _move(self, facts: Facts) -> None:
        """Set one column to where the sides of a comparison meet, or a last unit beside it."""
        edge = self.random.choice(self.edges)
        place = self.random.randrange(len(edge.names))
        name, field = edge.names[place], edge.movable[place]
        here = facts[name]
        if not isinstance(here, int):
            return
        gap = edge.gap(facts)
        facts[name] = here + 1
        after = edge.gap(facts)
        facts[name] = here
        if gap is None or after is None or after == gap:
            return
        slope = after - gap
        there = here - (gap % edge.divisor if edge.divisor else gap) // slope
        there += self.random.choice((-1, 0, 0, 1))
        if (-field.most if field.type == "money" else 0) <= there <= field.most:
            facts[name] = there


def dict_of(subject: Subject) -> Facts:
    """The facts of a subject that was made here, which can still be changed."""
    assert isinstance(subject.facts, dict)  # noqa: S101 - made above
    return subject.facts


def usual_day(rule: Rule) -> date:
    """The day for which a rule has most worked cases."""
    days = Counter(case.as_of for case in rule.cases)
    return days.most_common(1)[0][0] if days else rule.since


# --- thresholds


def _roots(lowered: Lowered) -> list[Node]:
    roots = [lowered.verdict, *(leaf.node for leaf in lowered.leaves)]
    for _, number in lowered.scores.values():
        roots += [number.low, number.high]
    return roots if lowered.amount is None else [*roots, lowered.amount.low]


def _edges(lowered: Lowered, roots: Sequence[Node]) -> Iterator[Edge]:
    fields = {column.name: column.field for column in lowered.columns}
    counted = {row.name for row in lowered.rows}
    for node in walk(roots):
        if node.kind not in {"compare", "min", "max", "floor_div"} or node.args[0].type != "int":
            continue
        left, right = node.args[:2]
        names = {str(each.value): each for each in walk((left, right)) if each.kind == "column"}
        movable = [name for name, each in names.items() if each.type == "int"]
        if not movable or counted & set(names):
            continue
        divisor = right.value if node.kind == "floor_div" else 0
        yield Edge(
            compile_nodes([left, right]),
            tuple(fields[name] for name in movable),
            tuple(movable),
            divisor if isinstance(divisor, int) else 0,
        )


def _hints(roots: Sequence[Node]) -> dict[str, list[Fact]]:
    """The constants that each column is compared with."""
    found: dict[str, list[Fact]] = {}
    for node in walk(roots):
        if node.kind not in {"compare", "is_in", "starts_with"} or node.args[0].kind != "column":
            continue
        hints = found.setdefault(str(node.args[0].value), [])
        if node.kind != "compare":
            hints += node.value if isinstance(node.value, tuple) else [str(node.value)]
        elif node.args[1].kind == "constant" and not isinstance(node.args[1].value, tuple):
            hints.append(node.args[1].value)
    return found


def _near(hint: Fact) -> list[Fact]:
    """A threshold and what lies beside it."""
    match hint:
        case bool():
            return [True, False]
        case int():
            return [hint - 1, hint, hint + 1] if hint else [0, 1]
        case date():
            return [hint - timedelta(days=1), hint, hint + timedelta(days=1)]
        case str():
            return [hint, f"{hint}01"] if hint.isalnum() and hint.upper() == hint else [hint]
        case None:
            return []
