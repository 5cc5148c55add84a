"""Small made-up rules with a few levers, for advice beside trying every combination of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias

from made_rules import Made, made, text_of

from kechuang.eligibility.advising import next_year_of, years_on
from kechuang.eligibility.levers import Lever, column_levers, row_levers
from kechuang.eligibility.python_target import compile_nodes
from kechuang.eligibility.single import Single

Efforts: TypeAlias = Mapping[str, Fraction]
Point: TypeAlias = tuple[int, ...]
BOX: Final = 12
"""Steps of each lever that are tried are below this."""
MOST_LEVERS: Final = 3
FIRST, SECOND = (f"count(ip where class = {each} and valid on as_of)" for each in ("I", "II"))

CONDITIONS: Final[Mapping[str, tuple[str, Callable[[Random], str]]]] = {
    "staff": ("r", lambda random: f"rd_staff >= {random.randrange(1, 8)} 人"),
    "college": ("c", lambda random: f"college_staff >= {random.randrange(1, 8)} 人"),
    "cap": ("r", lambda random: f"rd_staff <= {random.randrange(2, 6)} 人"),
    "ratio": ("rc", lambda random: f"rd_staff / college_staff >= {random.choice((30, 75, 150))}%"),
    "share": ("r", lambda random: f"rd_staff / staff_year_end >= {random.choice((30, 50))}%"),
    "sum": ("rc", lambda random: f"rd_staff + college_staff >= {random.randrange(3, 10)} 人"),
    "weighted": (
        "rc",
        lambda random: (
            f"rd_staff * {random.randrange(1, 4)} + college_staff * {random.randrange(1, 4)}"
            f" >= {random.randrange(5, 20)} 人"
        ),
    ),
    "first": ("I", lambda random: f"{FIRST} >= {random.randrange(1, 3)}"),
    "second": ("J", lambda random: f"{SECOND} >= {random.randrange(1, 5)}"),
    "both": ("IJ", lambda random: f"count(ip where valid on as_of) >= {random.randrange(1, 5)}"),
    "rd": ("em", lambda random: f"rd_expense_deduction / revenue >= {random.choice((30, 90))}%"),
    "income": ("m", lambda random: f"revenue >= 0.{random.randrange(3, 12):02d} 万元"),
    "most": ("m", lambda random: f"revenue <= 0.{random.randrange(5, 10):02d} 万元"),
    "growth": ("m", lambda random: f"growth(revenue) >= {random.choice((10, 20, 50))}%"),
    "debt": ("d", lambda random: f"total_liabilities / total_assets <= {random.choice((30, 70))}%"),
    "books": ("b", lambda _random: "books_assessed"),
}
"""Conditions by name, each with a letter for each lever that it looks at."""
RATIOS: Final = {
    "r": "rd_staff / staff_year_end",
    "rc": "rd_staff / college_staff",
    "em": "rd_expense_deduction / revenue",
}
SCORES: Final = """
scores:
  - id: part
    name: 比例
    article: 办法 第二条
    of: {ratio}
    bands: [">= 100% → 20 分", ">= 50% → 10 分", "< 50% → 0 分"]
  - id: rights
    name: 知识产权
    article: 办法 第二条
    choose:
      - "{first} >= 1 → 20 分"
      - "{second} >= 2 → 12 分"
      - "{second} >= 1 → 6 分"
      - "otherwise → 0 分"
  - {{id: total, name: 总分, article: 办法 第二条, sum: [part, rights]}}
"""


def rule_of(random: Random) -> str:
    """The body of a rule with at most a few levers."""
    scored = random.choice(list(RATIOS)) if random.random() < 0.4 else ""
    names: list[str] = []
    while not names:
        drawn = random.sample(list(CONDITIONS), random.randrange(1 if scored else 2, 5))
        levers = {letter for name in drawn for letter in CONDITIONS[name][0]} | set(scored)
        names = drawn if len(levers) + 2 * bool(scored) <= MOST_LEVERS + bool(scored) else []
    items = [
        f'{{id: {name}, name: 条件{name}, when: "{CONDITIONS[name][1](random)}"}}' for name in names
    ]
    scores = ""
    if scored:
        scores = SCORES.format(ratio=RATIOS[scored], first=FIRST, second=SECOND)
        mark = random.choice((10, 16, 20, 22, 26, 30, 40))
        items.append(f'{{id: mark, name: 总分, when: "total >= {mark} 分"}}')
    random.shuffle(items)
    group = _group(random, items)
    return f"{scores}conditions:\n  - {{id: c, name: 丙, article: 办法 第一条, {group}}}"


def _group(random: Random, items: Sequence[str]) -> str:
    match random.randrange(4):
        case 0:
            return f"all: [{', '.join(items)}]"
        case 1:
            return f"any: [{', '.join(items)}]"
        case 2:
            return f"at_least: {random.randrange(1, len(items) + 1)} 项, of: [{', '.join(items)}]"
        case _:
            half = len(items) // 2 + 1
            inner = f"{{id: inner, name: 丁, any: [{', '.join(items[:half])}]}}"
            return f"all: [{', '.join([inner, *items[half:]])}]"


def given_of(random: Random) -> tuple[str, str]:
    """Facts near the thresholds, and rows."""
    given = [
        f"rd_staff: {random.randrange(5)} 人",
        f"college_staff: {random.randrange(6)} 人",
        f"staff_year_end: {random.randrange(4, 12)} 人",
        f"revenue: 0.{random.randrange(2, 9):02d} 万元",
        f"rd_expense_deduction: 0.{random.randrange(6):02d} 万元",
        f"total_liabilities: 0.{random.randrange(3, 10):02d} 万元",
        "total_assets: 0.10 万元",
        f"books_assessed: {random.choice('是否')}",
    ]
    row = "{{class: {0}, status: valid, granted_on: 2020-01-01, expires_on: 2040-01-01}}"
    rows = [row.format(random.choice(("I", "II"))) for _ in range(random.choice((0, 0, 1, 2)))]
    return ", ".join(given), f"ip: [{', '.join(rows)}]"


def efforts_of(random: Random) -> Efforts:
    """Efforts, so that now this and now that is the cheapest."""
    persons = ("rd_staff", "college_staff", "books_assessed", "Ⅰ类知识产权", "Ⅱ类知识产权")
    amounts = ("revenue", "rd_expense_deduction", "total_liabilities")
    found = {name: Fraction(random.randrange(1, 12)) for name in persons}
    return found | {name: Fraction(100 * random.randrange(1, 12)) for name in amounts}


@dataclass(frozen=True)
class Problem:
    """A rule for next year, what is known by then, and what could be changed."""

    made: Made
    efforts: Efforts
    facts: Mapping[str, Any]
    levers: Sequence[Lever]
    judge: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    @classmethod
    def drawn(cls, folder: Path, random: Random) -> Problem:
        """A problem of some kind."""
        body = rule_of(random)
        given, rows = given_of(random)
        return cls.of(made(folder, text_of(body, given=given, rows=rows)), efforts_of(random))

    @classmethod
    def of(cls, rule: Made, efforts: Efforts) -> Problem:
        """The problem of the worked case of a rule."""
        day = next_year_of(rule.case.as_of)
        lowered = Single(rule.rule, rule.book, day).lowered
        facts = {**years_on(rule.case.given), **Single.counted(lowered, rule.case.rows)}
        levers = [
            *column_levers(lowered, efforts, closed=True),
            *row_levers(lowered, day, efforts),
        ]
        levers = [lever for lever in levers if facts.get(lever.column) is not True]
        return cls(rule, efforts, facts, levers, compile_nodes([lowered.verdict]))

    def passes(self, point: Point) -> bool:
        """Whether the rule is met after so many steps of each lever."""
        facts = dict(self.facts)
        for lever, steps in zip(self.levers, point, strict=True):
            if steps and not lever.effects:
                facts[lever.column] = True
            for name, size in lever.effects.items():
                facts[name] += size * steps
        return self.judge(facts) == (True,)

    def cost(self, point: Point) -> Fraction:
        """The effort of so many steps."""
        costs = [lever.cost * steps for lever, steps in zip(self.levers, point, strict=True)]
        return sum(costs, Fraction(0))

    def every_way(self) -> dict[Point, Fraction]:
        """All points of the box that pass, with their effort."""
        sides = [range(BOX if lever.effects else 2) for lever in self.levers]
        return {point: self.cost(point) for point in product(*sides) if self.passes(point)}
