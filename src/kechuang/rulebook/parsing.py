"""From the text of an expression to its tree. Nothing is ever run: the grammar is all there is."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Final, NoReturn, cast

from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    CompareOp,
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
    OverOp,
    Passes,
    Text,
    Truth,
    ValidOn,
    Within,
)
from kechuang.rulebook.units import unit_table

OVER: Final = {"total", "average", "growth", "average_growth", "compound_growth"}
COMPARISONS: Final = {"<", "<=", ">", ">=", "=", "!="}
DEEPEST: Final = 40
"""Parentheses, calls and `not` inside one another; far beyond any document, well below Python's
own limit."""
LONGEST: Final = 2000
"""Characters of one expression."""
MOST_WORDS: Final = 300
"""Words and signs of one expression."""
_PASSES: Final = re.compile(r"([a-z][a-z0-9_]*)(?:@([0-9A-Za-z_-]+))?(?:\.([a-z][a-z0-9_]*))?")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression: its kind, its text and where it begins."""

    kind: str
    text: str
    start: int
    unit: str = ""


@cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, unit_table()), key=len, reverse=True))
    return re.compile(
        r"(?P<blank>\s+)"
        r"|(?P<date>\d{4}-\d{2}-\d{2})"
        rf"|(?P<number>\d+(?:\.\d+)?)(?:[ \t]*(?P<unit>{units}))?(?![A-Za-z0-9_])"
        r"|(?P<code>[0-9]+[A-Za-z][A-Za-z0-9]*)"
        r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*|是|否)"
        r"|(?P<text>\"[^\"]*\"|'[^']*')"
        r"|(?P<sign>\.\.|<=|>=|!=|≤|≥|≠|→|->|[-+*/()\[\],=<>@.])"
    )


SAME_SIGN: Final = {"≤": "<=", "≥": ">=", "≠": "!=", "->": "→"}


def tokens(source: str) -> list[Token]:
    """The words of an expression."""
    if len(source) > LONGEST:
        why = f"表达式超过 {LONGEST} 个字符"
        raise RuleError("syntax", f"表达式“{source[:20]}…”太长", why, "拆成几个 definitions")
    found: list[Token] = []
    place = 0
    while place < len(source):
        match = _pattern().match(source, place)
        if match is None:
            _fail(
                source,
                place,
                f"“{source[place]}”不是表达式里的符号",
                "检查全角符号和单位；文字用引号括起",
            )
        kind = match.lastgroup or ""
        if kind == "unit":
            kind = "number"
        text = match.group(kind)
        if kind != "blank":
            text = SAME_SIGN.get(text, text)
            found.append(Token(kind, text, place, match.group("unit") or ""))
        place = match.end()
    return found


def _fail(source: str, place: int, why: str, remedy: str) -> NoReturn:
    marked = f"{source[:place]}⟨此处⟩{source[place:]}"
    raise RuleError("syntax", f"表达式“{marked}”读不懂", why, remedy)


def parse(source: str) -> Expression:
    """The tree of an expression.

    >>> parse("revenue > 0").op
    '>'

    Raises:
        RuleError: with code `syntax`, the place, the reason and what to write instead.
    """
    parser = Parser(source)
    tree = parser.condition()
    parser.end()
    return tree


class Parser:
    """Reads one expression from left to right; each method reads one level of binding."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.position = 0
        self.depth = 0
        if len(self.tokens) > MOST_WORDS:
            why = f"表达式超过 {MOST_WORDS} 个词"
            raise RuleError("syntax", f"表达式“{source[:20]}…”太长", why, "拆成几个 definitions")

    # --- moving along

    def peek(self, ahead: int = 0) -> Token:
        """The next word, or one of kind `end`."""
        place = self.position + ahead
        if place < len(self.tokens):
            return self.tokens[place]
        return Token("end", "", len(self.source))

    def take(self) -> Token:
        """Step over the next word and give it."""
        token = self.peek()
        self.position += 1
        return token

    def met(self, *texts: str) -> bool:
        """Step over the next word where it is one of these signs or words."""
        token = self.peek()
        if token.kind in {"sign", "name"} and token.text in texts:
            self.position += 1
            return True
        return False

    def need(self, text: str, remedy: str) -> None:
        """Step over this sign; anything else is an error."""
        if not self.met(text):
            self.fail(f"这里应为“{text}”", remedy)

    def fail(self, why: str, remedy: str) -> NoReturn:
        """Refuse what stands here."""
        _fail(self.source, self.peek().start, why, remedy)

    def end(self) -> None:
        """Refuse whatever follows."""
        if self.peek().kind != "end":
            self.fail(f"“{self.peek().text}”是多余的", "删去，或用 and、or 连接")

    # --- conditions

    def condition(self) -> Expression:
        """`a or b`."""
        items = [self.conjunction()]
        while self.met("or"):
            items.append(self.conjunction())
        return items[0] if len(items) == 1 else Logic("or", tuple(items))

    def conjunction(self) -> Expression:
        """`a and b`."""
        items = [self.negation()]
        while self.met("and"):
            items.append(self.negation())
        return items[0] if len(items) == 1 else Logic("and", tuple(items))

    def negation(self) -> Expression:
        """`not a`."""
        if not self.met("not"):
            return self.comparison()
        with self.deeper():
            return Not(self.negation())

    def comparison(self) -> Expression:
        """`a < b`, chains, membership, windows and validity."""
        if self.peek().text == "valid" and self.peek(1).text == "on":
            self.position += 2
            self.need("as_of", "写成 valid on as_of")
            return ValidOn()
        left = self.sum()
        if self.met("in"):
            return self.membership(left)
        if self.met("within"):
            return Within(left, self.literal("写成 within 3 年 或 within 3 会计年度"))
        parts: list[Expression] = []
        while self.peek().kind == "sign" and self.peek().text in COMPARISONS:
            op = cast("CompareOp", self.take().text)
            right = self.sum()
            parts.append(Comparison(op, left, right))
            left = right
        if not parts:
            return left
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def membership(self, value: Expression) -> Expression:
        """`in [a, b]` or `in a_named_list`."""
        if self.peek().kind == "name":
            return Membership(value, (), self.take().text)
        self.need("[", "写成 in [甲, 乙]，或 in 列表名")
        members: list[str] = []
        while not self.met("]"):
            token = self.take()
            if token.kind not in {"name", "number", "text", "code"} or token.unit:
                self.position -= 1
                self.fail("列表里只能写代码、选项或带引号的文字", "写成 [C39, 65] 这样的列表")
            members.append(token.text.strip("\"'"))
            if not self.met(",") and self.peek().text != "]":
                self.fail("列表的各项之间要有逗号", "写成 [C39, 65] 这样的列表")
        return Membership(value, tuple(members))

    # --- values

    def sum(self) -> Expression:
        """`a + b - c`."""
        left = self.product()
        while self.peek().kind == "sign" and self.peek().text in {"+", "-"}:
            op = self.take().text
            left = Arithmetic("+" if op == "+" else "-", left, self.product())
        return left

    def product(self) -> Expression:
        """`a * b / c`."""
        left = self.value()
        while self.peek().kind == "sign" and self.peek().text in {"*", "/"}:
            op = self.take().text
            left = Arithmetic("*" if op == "*" else "/", left, self.value())
        return left

    def value(self) -> Expression:
        """A literal, a name, a call or something in parentheses."""
        with self.deeper():
            return self.single_value()

    @contextmanager
    def deeper(self) -> Generator[None]:
        """Refuse what lies too deep inside other things."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"括号、函数和 not 套了超过 {DEEPEST} 层", "拆成几个 definitions")
        yield
        self.depth -= 1

    def single_value(self) -> Expression:
        """What `value` gives."""
        token = self.peek()
        if token.kind == "number":
            return self.literal("写一个数")
        if token.kind == "date":
            self.take()
            try:
                return Day(date.fromisoformat(token.text))
            except ValueError:
                self.position -= 1
                self.fail(f"没有“{token.text}”这一天", "改成 2026-04-01 这样的日期")
        if token.kind == "text":
            return Text(self.take().text[1:-1])
        if self.met("-"):
            return Arithmetic("-", Number(Fraction(0), "", "0"), self.value())
        if self.met("("):
            inner = self.condition()
            self.need(")", "补上右括号")
            return inner
        if token.kind == "name":
            return self.named()
        return self.fail("这里缺一个数、字段或条件", "补全表达式")

    def literal(self, remedy: str) -> Number:
        """A number with its unit."""
        token = self.take()
        if token.kind != "number":
            self.position -= 1
            self.fail("这里应为带单位的数", remedy)
        following = self.peek()
        end = following.start if following.kind != "end" else len(self.source)
        written = self.source[token.start : end].strip()
        if token.unit:
            written = written[: written.index(token.unit, len(token.text)) + len(token.unit)]
        return Number(Fraction(token.text), token.unit, written)

    def named(self) -> Expression:
        """A name with its year, a constant or a call."""
        name = self.take().text
        if name in {"true", "是"}:
            return Truth(value=True)
        if name in {"false", "否"}:
            return Truth(value=False)
        if name == "as_of":
            return Day(None)
        if self.peek().text == "(":
            return self.call(name)
        if self.met("["):
            return Name(name, self.years_back())
        return Name(name)

    def years_back(self) -> int:
        """`-1]` or `-2]`."""
        self.need("-", "上一年写成 [-1]，再上一年写成 [-2]")
        token = self.take()
        if token.text not in {"1", "2"} or token.unit:
            self.position -= 1
            self.fail("只保存三个年度", "写 [-1] 或 [-2]")
        self.need("]", "补上右方括号")
        return int(token.text)

    # --- calls

    def call(self, name: str) -> Expression:
        """`name(…)`."""
        self.take()
        if name == "passes":
            return self.passes()
        if name in OVER:
            result = self.over(name)
        elif name in {"count", "sum"}:
            result = self.aggregate(name)
        elif name in {"min", "max"}:
            result = Extreme("min" if name == "min" else "max", tuple(self.arguments()))
        elif name == "elapsed":
            result = Elapsed(self.sum())
        elif name == "at_least":
            least = self.literal("写成 at_least(2, 甲, 乙, 丙)")
            self.need(",", "写成 at_least(2, 甲, 乙, 丙)")
            result = AtLeast(least, tuple(self.arguments()))
        else:
            self.position -= 2
            self.fail(f"没有“{name}”这个函数", f"可用：{'、'.join(sorted(FUNCTIONS))}")
        self.need(")", "补上右括号")
        return result

    def arguments(self) -> list[Expression]:
        """Conditions or values between commas."""
        items = [self.condition()]
        while self.met(","):
            items.append(self.condition())
        return items

    def over(self, op: str) -> Expression:
        """`total(x over 3 years)`, `growth(x)`."""
        item = self.named() if self.peek().kind == "name" else None
        if not isinstance(item, Name) or item.back:
            self.fail(f"{op}( ) 里应为一个年度字段", f"写成 {op}(revenue over 3 years)")
        if op == "growth":
            return Over("growth", item, 2)
        years = {"average_growth": 3, "compound_growth": 2}.get(op, 3)
        if self.met("over"):
            token = self.take()
            self.need("years", "写成 over 3 years")
            if token.text not in {"2", "3"} or (op == "average_growth" and token.text != "3"):
                self.fail("年数不对", "average_growth 为 3 年，其余 2 或 3 年")
            years = int(token.text)
        if op == "compound_growth" and years != 2:
            self.fail("只保存三个年度，复合增长最多两年", "写成 compound_growth(x over 2 years)")
        return Over(cast("OverOp", op), item, years)

    def aggregate(self, op: str) -> Expression:
        """`count(frame where …)`, `sum(column of frame where …)`."""
        column: Expression | None = None
        if op == "sum":
            column = self.sum()
            self.need("of", "写成 sum(amount of financings where …)")
        token = self.take()
        if token.kind != "name":
            self.position -= 1
            self.fail("这里应为表名", "写成 count(ip where …)")
        where = self.condition() if self.met("where") else None
        return Aggregate("sum" if op == "sum" else "count", token.text, column, where)

    def passes(self) -> Expression:
        """`passes(rule@version.condition)`."""
        start = self.peek().start
        end = self.source.find(")", start)
        match = _PASSES.fullmatch(self.source[start:end].strip()) if end >= 0 else None
        if match is None:
            self.fail("passes( ) 里应为规则代码", "写成 passes(hnte)、passes(hnte.rd_ratio)")
        while self.peek().start < end:
            self.position += 1
        self.take()
        return Passes(match.group(1), match.group(2) or "", match.group(3) or "")


FUNCTIONS: Final = OVER | {"passes", "count", "sum", "min", "max", "elapsed", "at_least"}
