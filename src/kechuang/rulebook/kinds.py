"""What kind of value an expression gives, and whether its units agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from kechuang.reference.fields import Field
from kechuang.rulebook.errors import RuleError
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
    walk,
)
from kechuang.rulebook.model import Banded, Chosen, Combined, Definition, Parameter, Score, Valued
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.scope import Meaning, Scope
from kechuang.rulebook.units import (
    PLAIN,
    TIME_BASES,
    Dimension,
    is_count,
    name_of,
    times,
    unit_of,
)

WORDS: Final = {
    "number": "数",
    "truth": "是否",
    "date": "日期",
    "text": "代码或选项",
    "elapsed": "时长",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value: a number with its dimension, a truth, a date, a text, a time elapsed.

    `bare` marks a literal without a unit; `field` is the choice or code that a text comes from.
    """

    of: Literal["number", "truth", "date", "text", "elapsed"]
    dimension: Dimension = PLAIN
    bare: bool = False
    field: Field | None = None


TRUTH: Final = Kind("truth")


def _wrong(code: str, what: str, why: str, remedy: str) -> NoReturn:
    raise RuleError(code, what, why, remedy)


class Kinds:
    """Finds the kind of each expression of a rule; `trail` holds the names being looked up."""

    def __init__(self, scope: Scope, trail: tuple[str, ...] = ()) -> None:
        self.scope, self.trail = scope, trail

    def of(self, node: Expression) -> Kind:
        """The kind of an expression.

        Raises:
            RuleError: a name means nothing, units do not agree, or a kind does not fit.
        """
        match node:
            case Number():
                return Kind("number", unit_of(node.unit).dimension, bare=not node.unit)
            case Day():
                return Kind("date")
            case Truth() | Passes():
                return TRUTH
            case Text():
                return Kind("text")
            case Name():
                return self._name(node)
            case Arithmetic() | Extreme() | Over() | Elapsed() | Aggregate():
                return self._value(node)
            case _:
                return self._truth(node)

    # --- names

    def _name(self, node: Name) -> Kind:
        found = self.scope.meaning(node.code)
        if isinstance(found, Field):
            if node.back and found.period != "year":
                why = "它不是年度字段"
                _wrong("type", f"“{node.code}[-{node.back}]”没有往年", why, "去掉方括号")
            return kind_of_field(found)
        if node.back:
            _wrong("type", f"“{node.code}[-{node.back}]”没有往年", "只有字段有", "去掉方括号")
        return self._own(node.code, found)

    def _own(self, code: str, found: Meaning) -> Kind:
        if isinstance(found, Parameter):
            return Kind("number", unit_of(found.values[0].value.unit).dimension)
        if code in self.trail:
            way = " → ".join((*self.trail, code))
            _wrong("cycle", f"“{code}”绕回了自己", way, "去掉其中一处引用")
        inner = Kinds(self.scope, (*self.trail, code))
        if isinstance(found, Definition):
            return inner.of(found.value)
        if isinstance(found, Score):
            return inner.of_score(found)
        return kind_of_field(found)

    def of_score(self, score: Score) -> Kind:
        """The kind of a score: points, or money; all its lines agree."""
        body = score.body
        if isinstance(body, Combined):
            kinds = [
                self._own(item, self._score(item)) if isinstance(item, str) else self.of_score(item)
                for item in body.items
            ]
        elif isinstance(body, Valued):
            kinds = [self.of(body.value)]
        else:
            kinds = self._table(body)
        first = kinds[0]
        for kind in [*kinds, *([self.of(score.cap)] if score.cap else [])]:
            self._same(first, kind, f"得分“{score.id}”各行")
        return first

    def _score(self, code: str) -> Score:
        found = self.scope.rule.score(code)
        if found is None:
            _wrong("unknown_name", f"没有得分“{code}”", "scores 里没有它", "检查拼写")
        return found

    def _table(self, body: Banded | Chosen) -> list[Kind]:
        lines = body.points if isinstance(body, Banded) else tuple(each for _, each in body.lines)
        if isinstance(body, Banded):
            value = self.of(body.of)
            for cut in body.cuts:
                self._comparable(value, self.of(cut.value), "表格界限")
        else:
            for condition, _ in body.lines:
                if condition is not None:
                    self.need_truth(condition)
        kinds = [self.of(each) for line in lines for each in (line.low, line.high) if each]
        if body.given is not None:
            kinds.append(self.of(body.given))
        return kinds

    # --- values

    def _value(self, node: Arithmetic | Extreme | Over | Elapsed | Aggregate) -> Kind:
        match node:
            case Arithmetic():
                return self._arithmetic(node)
            case Extreme():
                kinds = [self._number(item) for item in node.items]
                for kind in kinds[1:]:
                    self._same(kinds[0], kind, f"{node.op}( ) 的各项")
                return next((kind for kind in kinds if not kind.bare), kinds[0])
            case Over():
                kind = self._over(node)
                return kind if node.op in {"total", "average"} else Kind("number", PLAIN)
            case Elapsed():
                if self.of(node.item).of != "date":
                    _wrong("type", "elapsed( ) 里应为日期", "时长从日期算起", "换成日期字段")
                return Kind("elapsed")
            case Aggregate():
                return self._aggregate(node)

    def _over(self, node: Over) -> Kind:
        found = self.scope.meaning(node.item.code)
        if not isinstance(found, Field) or found.period != "year":
            why = "只有年度字段有往年"
            _wrong("type", f"“{node.item.code}”不能跨年计算", why, "换成年度字段")
        return self._number(node.item)

    def _aggregate(self, node: Aggregate) -> Kind:
        frame = self.scope.related(node.frame)
        inner = Kinds(self.scope.inside(node.frame), self.trail)
        if node.where is not None:
            inner.need_truth(node.where)
        if node.column is None:
            return Kind("number", unit_of(frame.unit).dimension)
        return inner._number(node.column)

    def _arithmetic(self, node: Arithmetic) -> Kind:
        left, right = self._number(node.left), self._number(node.right)
        if node.op in {"+", "-"}:
            if isinstance(node.left, Number) and left.bare and not node.left.value:
                return right  # a minus sign: nothing is of any unit
            self._same(left, right, f"“{node.op}”两边")
            return right if left.bare else left
        sign = 1 if node.op == "*" else -1
        return Kind("number", times(left.dimension, right.dimension, sign))

    def _number(self, node: Expression) -> Kind:
        kind = self.of(node)
        if kind.of != "number":
            why = f"这里是{WORDS[kind.of]}"
            _wrong("type", "这里应为数", why, "只有数能加减乘除")
        return kind

    def _same(self, one: Kind, other: Kind, where: str) -> None:
        if one.of != other.of or (one.dimension != other.dimension and not _bare_fits(one, other)):
            why = f"一边是{_told(one)}，一边是{_told(other)}"
            _wrong("unit", f"{where}单位不同", why, "换算成同一种单位")

    # --- truths

    def need_truth(self, node: Expression) -> None:
        """Refuse what is no condition."""
        kind = self.of(node)
        if kind.of != "truth":
            why = f"它是{_told(kind)}，不是条件"
            _wrong("type", "这里应为条件", why, "写成比较，如 revenue <= 2 亿元")

    def _truth(self, node: Expression) -> Kind:
        match node:
            case Comparison():
                self._comparison(node)
            case Membership():
                self._membership(node)
            case Within():
                self._within(node)
            case Logic() | AtLeast():
                for item in node.items:
                    self.need_truth(item)
            case Not():
                self.need_truth(node.item)
                if any(isinstance(each, Comparison) for each in walk(node.item)):
                    why = "值不存在（如分母为零）时，两个相反的比较都不成立"
                    _wrong("type", "not 不能用在比较上", why, "改写成相反的比较，如 < 改成 >=")
            case ValidOn():
                if not self.scope.dictionary.frames[self.scope.frame].valid:
                    why = "字段表没有写这张表怎样算有效"
                    _wrong("type", f"“{self.scope.frame}”没有 valid on", why, "改写成具体条件")
            case _:
                raise AssertionError(node)
        return TRUTH

    def _comparison(self, node: Comparison) -> None:
        left = self.of(node.left)
        right = self._beside(left, node.right)
        self._comparable(left, right, f"“{node.op}”两边")
        if left.of == "elapsed" or right.of == "elapsed":
            self._whole_time(node.right if left.of == "elapsed" else node.left)
        if left.of in {"text", "truth"} and node.op not in {"=", "!="}:
            _wrong("type", f"{WORDS[left.of]}不能比大小", "没有大小次序", "用 = 或 in")

    def _beside(self, left: Kind, right: Expression) -> Kind:
        """The kind of the right side; a bare word beside a choice is one of its options."""
        if left.field is not None and left.field.type == "choice" and isinstance(right, Name):
            check_option(left.field, right.code)
            return left
        return self.of(right)

    def _comparable(self, left: Kind, right: Kind, where: str) -> None:
        if left.of == "elapsed" or right.of == "elapsed":
            other = right if left.of == "elapsed" else left
            bases = {base for base, _ in other.dimension}
            if other.of == "number" and bases and bases <= TIME_BASES:
                return
            _wrong("unit", f"{where}单位不同", "时长要同天、月、年、岁比", "写成 365 天、3 年")
        if left.of != right.of:
            why = f"一边是{_told(left)}，一边是{_told(right)}"
            _wrong("type", f"{where}不是一类", why, "检查字段和值")
        if left.of != "number" or left.dimension == right.dimension or _bare_fits(left, right):
            return
        why = f"一边是{_told(left)}，一边是{_told(right)}"
        if left.bare or right.bare:
            unit = name_of(right.dimension if left.bare else left.dimension)
            _wrong("unit", f"{where}的数没有写单位", why, f"补上单位，如 {unit}")
        _wrong("unit", f"{where}单位不同", why, "换成同一种单位的字段或数")

    def _membership(self, node: Membership) -> None:
        kind = self.of(node.value)
        members = self.scope.list_of(node.named).members if node.named else node.members
        if kind.field is None or kind.of != "text":
            _wrong("type", "in 前面应为选项或代码字段", f"这里是{_told(kind)}", "换成这样的字段")
        if not members:
            _wrong("type", "in 后面的列表是空的", "没有一个成员", "写上成员")
        for member in members:
            if kind.field.type == "choice":
                check_option(kind.field, member)

    def _within(self, node: Within) -> None:
        if self.of(node.value).of != "date":
            _wrong("type", "within 前面应为日期", "窗口对日期而言", "换成日期字段")
        if node.window.unit not in {"天", "月", "个月", "年", "会计年度"}:
            why = f"“{node.window.written}”不是一段时间"
            _wrong("unit", "within 后面应为一段时间", why, "写成 3 年 或 3 会计年度")
        self._whole_time(node.window)

    def _whole_time(self, node: Expression) -> None:
        """Refuse a part of a calendar unit: how long half a month is nobody can say."""
        found = self.scope.find(node.code) if isinstance(node, Name) else None
        literals = [each.value for each in found.values] if isinstance(found, Parameter) else [node]
        for each in literals:
            if isinstance(each, Number) and each.value.denominator != 1:
                _wrong("unit", "时间要是整数", f"“{each.written}”带小数", "改写成更小的单位")


def _bare_fits(one: Kind, other: Kind) -> bool:
    """A literal without unit stands for a count."""
    return (one.bare and is_count(other.dimension)) or (other.bare and is_count(one.dimension))


def _told(kind: Kind) -> str:
    if kind.of != "number":
        return WORDS[kind.of]
    return "没有单位的数" if kind.bare else f"以{name_of(kind.dimension)}计的数"


def kind_of_field(field: Field) -> Kind:
    """The kind of a field's values."""
    if field.type == "boolean":
        return TRUTH
    if field.type == "date":
        return Kind("date")
    if field.type in {"code", "choice", "text"}:
        return Kind("text", field=field)
    return Kind("number", unit_of(field.unit).dimension)


def check_option(field: Field, word: str) -> None:
    """Refuse a word that is no option of a choice."""
    if word not in field.options:
        why = f"“{field.name}”的选项有 {'、'.join(field.options)}"
        _wrong("unknown_name", f"“{word}”不是它的选项", why, "改成其中一个")


def validity_of(scope: Scope) -> Expression:
    """The condition under which a row of the scope's frame is valid on the day of the verdict."""
    return parse(scope.dictionary.frames[scope.frame].valid)
