"""Values of fields as rule files write them, and how values are written for people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kechuang.reference.fields import Field
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Arithmetic, Expression, Number
from kechuang.rulebook.model import Fact
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.units import PLAIN, is_count, unit_of

MISSING: Final = frozenset({"缺", ""})
TRUTH: Final = {"是": True, "true": True, "否": False, "false": False}


def fact_of(field: Field, text: str) -> Fact:
    """The value of a field as an engine takes it, from `100 人`, `是`, `2026-04-01` or a choice.

    Raises:
        RuleError: the text is no value of that field, with the mend.
    """
    text = text.strip()
    if text in MISSING:
        return None
    if field.type == "boolean":
        if text not in TRUTH:
            raise _wrong(field, text, "应为是或否", "写成 是、否 或 缺")
        return TRUTH[text]
    if field.type == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _wrong(field, text, "应为日期", "写成 2026-04-01") from None
    if field.type == "choice":
        codes = {label: code for code, label in field.options.items()}
        if text in field.options:
            return text
        if text in codes:
            return codes[text]
        raise _wrong(field, text, "不在选项之中", f"从 {'、'.join(field.options)} 中选")
    if field.type in {"code", "text"}:
        return text.strip("\"'")
    return _integer(field, text)


def _integer(field: Field, text: str) -> int:
    number = _number(parse(text))
    if number is None:
        raise _wrong(field, text, "应为带单位的数", f"写成 100 {field.unit}")
    unit, own = unit_of(number.unit), unit_of(field.unit)
    bare = not number.unit and (own.dimension == PLAIN or is_count(own.dimension))
    if unit.dimension != own.dimension and not bare:
        why = f"这个字段的单位是{field.unit or '无'}"
        raise _wrong(field, text, why, f"写成 {number.value} {field.unit}")
    factor = own.factor if bare else unit.factor
    value = number.value * (factor if field.type == "money" else factor / own.factor)
    scaled = value * 10**field.places
    if scaled.denominator != 1:
        why = "小数位数多于这个字段保留的位数"
        raise _wrong(field, text, why, f"最多 {field.places} 位小数")
    return int(scaled)


def _number(tree: Expression) -> Number | None:
    if isinstance(tree, Number):
        return tree
    if isinstance(tree, Arithmetic) and tree.op == "-" and isinstance(tree.right, Number):
        zero = isinstance(tree.left, Number) and tree.left.value == 0
        return Number(-tree.right.value, tree.right.unit, tree.right.written) if zero else None
    return None


def _wrong(field: Field, text: str, why: str, remedy: str) -> RuleError:
    return RuleError("example", f"“{field.name}”不能是“{text}”", why, remedy)


def exact_value(field: Field, fact: int) -> Fraction:
    """A number of a frame in canonical units (分, 人): what the integer stands for."""
    if field.type == "money":
        return Fraction(fact)
    return Fraction(fact, 10**field.places) * unit_of(field.unit).factor


def decimal_text(value: Fraction, most_places: int = 4) -> str:
    """A number for people: exact where it ends, else rounded half up, with thousands separators.

    >>> decimal_text(Fraction(2364, 10)), decimal_text(Fraction(1, 3), 2)
    ('236.4', '0.33')
    """
    scaled = value * 10**most_places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    number = Decimal(whole).scaleb(-most_places)
    text = f"{number:,.{most_places}f}"
    return sign + (text.rstrip("0").rstrip(".") if "." in text else text)


def fact_text(field: Field, fact: Fact) -> str:
    """A fact for people: `236.4 万元`, 是, Ⅰ类; a missing one is 缺."""
    if fact is None:
        return "缺"
    if isinstance(fact, bool):
        return "是" if fact else "否"
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, str):
        return field.options.get(fact, fact)
    factor = unit_of(field.unit).factor
    shown = exact_value(field, fact) / factor
    return f"{decimal_text(shown, 6)} {field.unit}".strip()
