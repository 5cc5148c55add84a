"""An expression in words, Chinese or English: names of fields, ≥ and ≤, 且 and 或."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook, in_force
from kechuang.rulebook.expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Comparison,
    Day,
    Elapsed,
    Expression,
    Extreme,
    Logic,
    Membership,
    Name,
    Not,
    Number,
    Over,
    Passes,
    Text,
    Truth,
    ValidOn,
    Within,
    with_numbers,
)
from kechuang.rulebook.model import Parameter, ParameterValue, Points, Rule
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import MONEY, unit_of
from kechuang.rulebook.values import decimal_text
from kechuang.rulebook.writing import AND, NOT, SINGLE, SUM, binding, is_negative

Language = Literal["zh", "en"]
EVERYWHERE: Final = "000000"
CURRENCIES: Final = {MONEY: "{n} yuan", (("dollar", 1),): "{n} US dollars"}
UPWARD: Final = frozenset({"<", "<="})
DOWNWARD: Final = frozenset({">", ">="})


@cache
def wordings() -> Mapping[str, Mapping[str, str]]:
    """The sentences of `wording.toml` by language, with the signs and the English units."""
    return tomllib.loads(files("kechuang.rulebook").joinpath("wording.toml").read_text("utf-8"))


class Wording:
    """Tells the expressions of a rule; parameters with the value that they have on a day."""

    def __init__(self, rule: Rule, book: Rulebook, language: Language, as_of: date) -> None:
        self.book, self.language, self.as_of = book, language, as_of
        self.scope = Scope.of(rule, book.dictionary)
        self._say = wordings()[language]

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of `wording.toml` with its values."""
        return self._say[key].format(**values)

    def text(self, node: Expression) -> str:
        """An expression in words."""
        return _Telling(self, self.scope).text(node)

    def number(self, number: Number) -> str:
        """A literal with its unit: as written, or in English with money in yuan."""
        if self.language == "zh":
            return f"{_digits(number)} {number.unit}" if number.unit not in "%‰" else number.written
        unit = unit_of(number.unit)
        if unit.dimension in CURRENCIES:
            amount = decimal_text(number.value * unit.factor / 100, 2)
            return CURRENCIES[unit.dimension].format(n=amount)
        if number.unit in wordings()["units"]:
            return wordings()["units"][number.unit].format(n=_digits(number))
        return f"{_digits(number)} {number.unit}".strip()

    def points(self, points: Points, given: Name | None) -> str:
        """What a line of a table gives."""
        text = self.text(points.low)
        if points.high is None:
            return text
        low, high = points.low, points.high
        if isinstance(low, Number) and isinstance(high, Number) and low.unit == high.unit:
            bare = Number(low.value, "", _digits(low))
            text = self.say("least_most", low=self.number(bare), high=self.number(high))
        if given is None:
            return text
        return self.say("expert", points=text)

    def value_on(self, parameter: Parameter) -> ParameterValue | None:
        """The value of a parameter for the whole country that holds on the day."""
        before = [each for each in parameter.values if each.since <= self.as_of]
        wide = [each for each in before if each.region == EVERYWHERE]
        return wide[-1] if wide else None


def _digits(number: Number) -> str:
    return decimal_text(number.value, 6)


class _Telling:
    """Tells expressions about the rows of one frame."""

    def __init__(self, words: Wording, scope: Scope) -> None:
        self.words, self.scope = words, scope
        self.say = words.say

    def text(self, node: Expression) -> str:
        match node:
            case Number():
                return self.words.number(node)
            case Day():
                return self.say("as_of") if node.value is None else node.value.isoformat()
            case Truth():
                return self.say("yes" if node.value else "no")
            case Text():
                return f"“{node.value}”"
            case Name():
                return self._name(node)
            case Passes():
                return self._passes(node)
            case Extreme() | Over() | Elapsed() | AtLeast() | Aggregate():
                return self._call(node)
            case _:
                return self._joined(node)

    def _part(self, node: Expression, least: int) -> str:
        text = self.text(node)
        return text if binding(node) >= least else self._enclosed(text)

    def _enclosed(self, text: str) -> str:
        return f"{self.say('open').lstrip()}{text}{self.say('close')}"

    def _in_brackets(self, items: Iterable[Expression], between: str) -> str:
        inside = self.say(between).join(self.text(item) for item in items)
        return f"{self.say('open')}{inside}{self.say('close')}"

    # --- names

    def field_name(self, field: Field) -> str:
        return field.name if self.words.language == "zh" else field.name_en

    def _name(self, node: Name) -> str:
        found = self.scope.find(node.code)
        if found is None:
            return node.code
        if isinstance(found, Field):
            name = self.field_name(found)
            return self.say(f"back_{node.back}", name=name) if node.back else name
        if not isinstance(found, Parameter):
            return found.name
        value = self.words.value_on(found)
        if value is None:
            return found.name
        regional = any(each.region != EVERYWHERE for each in found.values)
        key = "named_regional" if regional else "named_value"
        return self.say(key, name=found.name, value=self.words.number(value.value))

    def _option(self, field: Field | None, code: str) -> str:
        if field is None or self.words.language == "en":
            return self.say("choice", code=code)
        return field.options.get(code, code)

    def _field_of(self, node: Expression) -> Field | None:
        found = self.scope.find(node.code) if isinstance(node, Name) else None
        return found if isinstance(found, Field) else None

    def _passes(self, node: Passes) -> str:
        versions = [
            rule
            for rule in self.words.book.versions(node.rule)
            if not node.version or rule.version == node.version
        ]
        if not versions:
            return self.say("passes", rule=node.rule)
        current = [rule for rule in versions if in_force(rule, self.words.as_of)]
        rule = (current or versions)[-1]
        condition = rule.condition(node.condition) if node.condition else None
        key = "passes" + ("_version" if node.version else "")
        key += "_condition" if condition is not None else ""
        name = rule.name if self.words.language == "zh" else rule.name_en
        told = condition.name if condition is not None else ""
        return self.say(key, rule=name, version=node.version, condition=told)

    # --- calls

    def _call(self, node: Extreme | Over | Elapsed | AtLeast | Aggregate) -> str:
        match node:
            case Extreme():
                return self.say(node.op, items=self._in_brackets(node.items, "comma"))
            case Over():
                return self.say(node.op, name=self._name(node.item), years=node.years)
            case Elapsed():
                return self.say("elapsed", item=self.text(node.item))
            case AtLeast():
                items = self._in_brackets(node.items, "semicolon")
                return self.say("at_least", items=items, least=self.words.number(node.least))
            case Aggregate():
                return self._aggregate(node)

    def _aggregate(self, node: Aggregate) -> str:
        frame = self.scope.dictionary.frames[node.frame]
        inner = _Telling(self.words, self.scope.inside(node.frame))
        where = inner._in_brackets([node.where], "comma") if node.where is not None else ""
        column = "" if node.column is None else inner.text(node.column)
        name = frame.name if self.words.language == "zh" else frame.name_en
        return self.say(node.op, frame=name, where=where, unit=frame.unit, column=column)

    # --- conditions and arithmetic

    def _joined(
        self, node: Arithmetic | Comparison | Membership | Within | ValidOn | Logic | Not
    ) -> str:
        match node:
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return f"{self._part(node.left, SUM)}{self._rest(node)}"
            case Membership():
                return self._membership(node)
            case Within():
                window = self.words.number(node.window)
                return self.say("within", value=self.text(node.value), window=window)
            case ValidOn():
                return self.say("valid")
            case Logic():
                least = AND if node.op == "or" else NOT
                return self.say(node.op).join(self._chained(node.items, least))
            case Not():
                return self._not(node)

    def _not(self, node: Not) -> str:
        if isinstance(node.item, Name):
            return self.say("not", item=self.text(node.item))
        return self.say("not_all", item=self._in_brackets([node.item], "comma"))

    def _arithmetic(self, node: Arithmetic) -> str:
        sign = wordings()["signs"][node.op]
        if is_negative(node):
            return f"{sign}{self._part(node.right, SINGLE)}"
        own = binding(node)
        return f"{self._part(node.left, own)} {sign} {self._part(node.right, own + 1)}"

    def _rest(self, node: Comparison) -> str:
        """The sign and the right side; beside a choice that is one of its options."""
        field = self._field_of(node.left)
        right = node.right
        if field is not None and field.type == "choice" and isinstance(right, Name):
            told = self._option(field, right.code)
        else:
            told = self._part(right, SUM)
        return f" {wordings()['signs'][node.op]} {told}"

    def _chained(self, items: Iterable[Expression], least: int) -> Iterator[str]:
        """The parts of a conjunction; `a < x and x <= b` is told as one: a < x ≤ b."""
        text, before = "", None
        for item in items:
            if isinstance(item, Comparison) and before is not None and _follows(before, item):
                text += self._rest(item)
            else:
                if text:
                    yield text
                text = self._part(item, least)
            before = item if isinstance(item, Comparison) else None
        yield text

    def _membership(self, node: Membership) -> str:
        value = self.text(node.value)
        if node.named:
            return self.say("member_list", value=value, list=node.named)
        field = self._field_of(node.value)
        members = self.say("comma").join(self._option(field, each) for each in node.members)
        key = "member" if len(node.members) == 1 else "member_any"
        if field is not None and field.type == "code":
            key = "member_code"
        return self.say(key, value=value, members=members)


def _follows(before: Comparison, item: Comparison) -> bool:
    one_way = any(before.op in way and item.op in way for way in (UPWARD, DOWNWARD))
    return one_way and _bare(before.right) == _bare(item.left)


def _bare(node: Expression) -> Expression:
    return with_numbers(node, lambda number: replace(number, parameter=""))


def band(low: str, high: str, *, low_inside: bool, high_inside: bool) -> str:
    """A band of a table between two edges; an empty edge is none.

    >>> band("25%", "30%", low_inside=True, high_inside=False)
    '≥ 25%，< 30%'
    """
    edges = (("≥" if low_inside else ">", low), ("≤" if high_inside else "<", high))
    return "，".join(f"{sign} {edge}" for sign, edge in edges if edge)
