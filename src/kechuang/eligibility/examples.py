"""Running the worked cases of rule files: they are the rules' own tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kechuang.eligibility.explaining import blamed_leaves
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.single import Outcome, Single, Span
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.content import expressions
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Number, numbers
from kechuang.rulebook.model import VERDICTS, Case, Rule
from kechuang.rulebook.tables import parse_points
from kechuang.rulebook.units import unit_of
from kechuang.rulebook.values import decimal_text

WORDS = {verdict: word for word, verdict in VERDICTS.items()}


NEVER_NEGATIVE = frozenset({"分", "元", "万元", "亿元"})
"""Units of what a table gives: below nothing there is nothing more to take away."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that came out otherwise: what it shows, what its file says, what came out."""

    rule: Rule
    case: Case
    item: str
    expected: str
    actual: str

    def __str__(self) -> str:
        place = f"{self.rule.path}:{self.case.line}"
        what = f"{place}：例“{self.case.name}”的“{self.item}”应为“{self.expected}”"
        return f"{what}，算出“{self.actual}”。处理：核对文件条款，改例或改规则。"


class Cases:
    """Runs the cases of a rule, with some parameters set otherwise where wanted."""

    def __init__(
        self, rule: Rule, book: Rulebook, overrides: Mapping[str, Fraction] | None = None
    ) -> None:
        self.rule, self.book, self.overrides = rule, book, overrides
        self._compiled: dict[date, Single] = {}

    def failures(self) -> Iterator[Failure]:
        """Every case that does not come out as its file says."""
        for case in self.rule.cases:
            yield from self.of(case)

    def of(self, case: Case) -> Iterator[Failure]:
        """Where one case does not come out as its file says."""
        if case.as_of not in self._compiled:
            single = Single(self.rule, self.book, case.as_of, self.overrides)
            self._compiled[case.as_of] = single
        single = self._compiled[case.as_of]
        outcome = single.outcome(case.given, case.rows)
        for item, expected in case.expect.items():
            actual = _actual(outcome, item)
            if actual is not _UNKNOWN_ITEM and actual != _wanted(expected):
                yield Failure(self.rule, case, item, expected, _told(actual, expected))
            elif actual is _UNKNOWN_ITEM:
                yield Failure(self.rule, case, item, expected, "没有这个条件或得分")
        if case.missing is not None:
            lacking = "、".join(sorted(_missing(single.lowered, outcome, case)))
            expected = "、".join(sorted(case.missing))
            if lacking != expected:
                yield Failure(self.rule, case, "missing", expected, lacking)


def _missing(lowered: Lowered, outcome: Outcome, case: Case) -> set[str]:
    """The codes of the facts and tables without which the verdict is unknown."""
    columns = {column.name: column.field.code for column in lowered.columns}
    found: set[str] = set()
    for leaf, way in blamed_leaves(lowered):
        if outcome.verdict is None and all(outcome.conditions[code] is None for code in way):
            for name in lowered.uses[leaf]:
                if name in columns and case.given.get(name) is None:
                    found.add(columns[name])
                elif name in lowered.row_columns and name not in case.rows:
                    found.add(name)
    return found


_UNKNOWN_ITEM = object()


def _wanted(text: str) -> object:
    if text in VERDICTS:
        return VERDICTS[text]
    points = parse_points(text)
    ends = [_value(points.low), _value(points.high or points.low)]
    return tuple(ends)


def _value(tree: object) -> Fraction:
    if not isinstance(tree, Number):
        raise RuleError("example", "期望值读不懂", "应是数或 符合、不符合、缺数据", "改写")
    return tree.value * unit_of(tree.unit).factor


def _actual(outcome: Outcome, item: str) -> object:
    if item == "verdict":
        return outcome.verdict
    if item == "amount":
        return None if outcome.amount is None else (Fraction(outcome.amount),) * 2
    if item in outcome.conditions:
        return outcome.conditions[item]
    return outcome.scores.get(item, _UNKNOWN_ITEM)


def _told(actual: object, expected: str) -> str:
    """What came out, in the unit in which the file says what should."""
    if actual is None or isinstance(actual, bool):
        return WORDS[actual]
    span: Span = actual  # type: ignore[assignment]
    assert span is not None  # noqa: S101 - told above
    wanted = None if expected in VERDICTS else parse_points(expected).low
    unit = wanted.unit if isinstance(wanted, Number) else ""
    low, high = (f"{decimal_text(end / unit_of(unit).factor)} {unit}".strip() for end in span)
    return low if low == high else f"{low}..{high}"


def literals(rule: Rule) -> dict[str, Number]:
    """Every parameter of a rule by name: what can be set otherwise."""
    found: dict[str, Number] = {}
    for placed in expressions(rule):
        found.update({each.parameter: each for each in numbers(placed.tree)})
    for condition in rule.all_conditions():
        if condition.least is not None:
            found[condition.least.parameter] = condition.least
    for parameter in rule.parameters.values():
        found.update({value.value.parameter: value.value for value in parameter.values})
    found.pop("", None)
    return found


def step_of(number: Number) -> Fraction:
    """One step of the last digit that a literal is written with, in canonical units."""
    digits = number.written.split(" ")[0]
    digits = "".join(each for each in digits if each.isdecimal() or each == ".")
    places = len(digits.partition(".")[2])
    return unit_of(number.unit).factor / 10**places


def uncaught(rule: Rule, book: Rulebook) -> Iterator[str]:
    """The parameters that could be moved by a step without any case noticing, in words."""
    for name, number, way in unnoticed(rule, book):
        yield f"{rule.path}：“{name}”（{number.written}）改{way}一步，没有一个例发觉"


def unnoticed(
    rule: Rule, book: Rulebook, only: frozenset[str] | None = None
) -> Iterator[tuple[str, Number, str]]:
    """The parameters, or those of some names, that no case notices to be moved up or down.

    Totals of points go in steps of two or five where all points do, so those are tried as well.
    """
    for name, number in literals(rule).items():
        if only is not None and name not in only:
            continue
        for sign in (1, -1) if number.value or number.unit not in NEVER_NEGATIVE else (1,):
            steps = (1, 2, 5) if number.unit == "分" else (1,)
            if not any(_notices(rule, book, name, number, sign * each) for each in steps):
                yield name, number, "大" if sign > 0 else "小"


def _notices(rule: Rule, book: Rulebook, name: str, number: Number, steps: int) -> bool:
    moved = number.value * unit_of(number.unit).factor + steps * step_of(number)
    try:
        return next(Cases(rule, book, {name: moved}).failures(), None) is not None
    except RuleError:
        return True
