"""The grammar of expressions: every construct, every mistake, and the way back to text."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.rulebook.content import expressions
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
    with_numbers,
)
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.parsing import FUNCTIONS, parse
from kechuang.rulebook.units import unit_table
from kechuang.rulebook.writing import written

A, B, C = Name("a"), Name("b"), Name("c")
ONE = Number(Fraction(1), "", "1")


def number(text: str) -> Number:
    tree = parse(text)
    assert isinstance(tree, Number)
    return tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a", A),
        ("a[-1]", Name("a", 1)),
        ("a[-2]", Name("a", 2)),
        ("1", ONE),
        ("2.5 万元", Number(Fraction(5, 2), "万元", "2.5 万元")),
        ("2.5万元", Number(Fraction(5, 2), "万元", "2.5万元")),
        ("6%", Number(Fraction(6), "%", "6%")),
        ("3 会计年度", Number(Fraction(3), "会计年度", "3 会计年度")),
        ("true", Truth(value=True)),
        ("否", Truth(value=False)),
        ("as_of", Day(None)),
        ("2026-04-01", Day(date(2026, 4, 1))),
        ('"甲"', Text("甲")),
        ("'甲'", Text("甲")),
        ("a + b - c", Arithmetic("-", Arithmetic("+", A, B), C)),
        ("a - b * c", Arithmetic("-", A, Arithmetic("*", B, C))),
        ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
        ("a / (b / c)", Arithmetic("/", A, Arithmetic("/", B, C))),
        ("-a", Arithmetic("-", Number(Fraction(0), "", "0"), A)),
        ("a <= b", Comparison("<=", A, B)),
        ("a ≤ b", Comparison("<=", A, B)),
        ("a ≠ b", Comparison("!=", A, B)),
        ("a < b <= c", Logic("and", (Comparison("<", A, B), Comparison("<=", B, C)))),
        ("a and b or c", Logic("or", (Logic("and", (A, B)), C))),
        ("a and (b or c)", Logic("and", (A, Logic("or", (B, C))))),
        ("not a and b", Logic("and", (Not(A), B))),
        ("not not a", Not(Not(A))),
        ("a in [b, C39, 65, 65A, '甲']", Membership(A, ("b", "C39", "65", "65A", "甲"))),
        ("a in codes", Membership(A, (), "codes")),
        ("a within 3 年", Within(A, Number(Fraction(3), "年", "3 年"))),
        ("valid on as_of", ValidOn()),
        ("at_least(1, a, b)", AtLeast(ONE, (A, B))),
        ("min(a, b)", Extreme("min", (A, B))),
        ("max(a, b, c)", Extreme("max", (A, B, C))),
        ("elapsed(a)", Elapsed(A)),
        ("total(a over 2 years)", Over("total", A, 2)),
        ("average(a)", Over("average", A, 3)),
        ("growth(a)", Over("growth", A, 2)),
        ("average_growth(a over 3 years)", Over("average_growth", A, 3)),
        ("compound_growth(a over 2 years)", Over("compound_growth", A, 2)),
        ("count(ip)", Aggregate("count", "ip", None, None)),
        ("count(ip where a and b)", Aggregate("count", "ip", None, Logic("and", (A, B)))),
        ("sum(a of loans where b)", Aggregate("sum", "loans", A, B)),
        ("sum(a * b of loans)", Aggregate("sum", "loans", Arithmetic("*", A, B), None)),
        ("passes(hnte)", Passes("hnte", "", "")),
        ("passes(hnte@2016.rd)", Passes("hnte", "2016", "rd")),
    ],
)
def test_a_text_has_its_tree(source: str, tree: Expression) -> None:
    assert parse(source) == tree


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_known(name: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse(f"{name}(")

    assert "没有" not in raised.value.why


@pytest.mark.parametrize("unit", sorted(unit_table()))
def test_every_unit_is_read_with_and_without_a_space(unit: str) -> None:
    assert number(f"3{unit}").unit == number(f"3 {unit}").unit == unit


@pytest.mark.parametrize(
    ("source", "place", "why", "remedy"),
    [
        ("a >", 3, "这里缺一个数、字段或条件", "补全表达式"),
        ("a => b", 3, "这里缺一个数、字段或条件", "补全表达式"),
        ("a ≧ b", 2, "“≧”不是表达式里的符号", "检查全角符号和单位；文字用引号括起"),
        ("a b", 2, "“b”是多余的", "删去，或用 and、or 连接"),
        ("(a", 2, "这里应为“)”", "补上右括号"),
        ("a[1]", 2, "这里应为“-”", "上一年写成 [-1]，再上一年写成 [-2]"),
        ("a[-3]", 3, "只保存三个年度", "写 [-1] 或 [-2]"),
        ("a[-1", 4, "这里应为“]”", "补上右方括号"),
        ("a in b, c", 6, "“,”是多余的", "删去，或用 and、or 连接"),
        ("a in [b c]", 8, "列表的各项之间要有逗号", "写成 [C39, 65] 这样的列表"),
        ("a in [3 年]", 6, "列表里只能写代码、选项或带引号的文字", "写成 [C39, 65] 这样的列表"),
        ("a in 3", 5, "这里应为“[”", "写成 in [甲, 乙]，或 in 列表名"),
        ("a within b", 9, "这里应为带单位的数", "写成 within 3 年 或 within 3 会计年度"),
        ("valid on today", 9, "这里应为“as_of”", "写成 valid on as_of"),
        ("2026-02-30", 0, "没有“2026-02-30”这一天", "改成 2026-04-01 这样的日期"),
        (
            "total(1 over 3 years)",
            6,
            "total( ) 里应为一个年度字段",
            "写成 total(revenue over 3 years)",
        ),
        ("total(a over 4 years)", 20, "年数不对", "average_growth 为 3 年，其余 2 或 3 年"),
        ("total(a over 3)", 14, "这里应为“years”", "写成 over 3 years"),
        (
            "compound_growth(a over 3 years)",
            30,
            "只保存三个年度，复合增长最多两年",
            "写成 compound_growth(x over 2 years)",
        ),
        ("sum(a)", 5, "这里应为“of”", "写成 sum(amount of financings where …)"),
        ("count(1)", 6, "这里应为表名", "写成 count(ip where …)"),
        ("at_least(a, b)", 9, "这里应为带单位的数", "写成 at_least(2, 甲, 乙, 丙)"),
        ("at_least(2)", 10, "这里应为“,”", "写成 at_least(2, 甲, 乙, 丙)"),
        ("passes(Hnte)", 7, "passes( ) 里应为规则代码", "写成 passes(hnte)、passes(hnte.rd_ratio)"),
        ("passes(hnte", 7, "passes( ) 里应为规则代码", "写成 passes(hnte)、passes(hnte.rd_ratio)"),
        ("3 人民币", 3, "“民”不是表达式里的符号", "检查全角符号和单位；文字用引号括起"),
        ("", 0, "这里缺一个数、字段或条件", "补全表达式"),
    ],
)
def test_a_mistake_is_told_with_its_place(source: str, place: int, why: str, remedy: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse(source)

    error = raised.value
    assert error.code == "syntax"
    assert error.what == f"表达式“{source[:place]}⟨此处⟩{source[place:]}”读不懂"
    assert (error.why, error.remedy) == (why, remedy)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 41 + "a" + ")" * 41,
        "not " * 41 + "a",
        "-" * 41 + "1",
        "elapsed(" * 41 + "a" + ")" * 41,
        "a" + " + a" * 150,
        "9" * 5000,
    ],
    ids=["parentheses", "not", "signs", "calls", "words", "digits"],
)
def test_what_is_too_deep_or_too_long_is_refused(source: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse(source)

    assert raised.value.code == "syntax"
    assert raised.value.remedy == "拆成几个 definitions"


def test_a_name_that_is_no_function_is_told_with_those_there_are() -> None:
    with pytest.raises(RuleError, match="没有“sqrt”这个函数") as raised:
        parse("sqrt(a)")

    assert all(name in raised.value.remedy for name in FUNCTIONS)


# --- properties

WORDS = """
a b[-1] 1 2.5 万元 % 人 年 会计年度 ( ) [ ] , + - * / < <= > >= = != and or not in within where of
over years valid on as_of count( sum( min( total( growth( passes( elapsed( at_least( 2026-01-01 '甲'
true 否 . .. → ≤ 2026-13-45 "
"""


def refusal(source: str) -> RuleError | None:
    try:
        parse(source)
    except RuleError as error:
        return error
    return None


@given(
    st.one_of(
        st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=40).map(" ".join)
    )
)
def test_any_text_gives_a_tree_or_a_rule_error(source: str) -> None:
    error = refusal(source)

    if error is None:
        assert parse(written(parse(source))) == parse(source)
    else:
        assert error.code == "syntax"
        assert all((error.what, error.why, error.remedy))


NAMES = st.sampled_from(["a", "b", "revenue", "x1"])
YEARLY = st.builds(Name, NAMES, st.integers(0, 2))
LITERALS = st.builds(
    lambda digits, unit: number(f"{digits} {unit}".strip()),
    st.decimals(0, 10**9, places=2).map(str),
    st.sampled_from(["", *sorted(unit_table())]),
)
VALUES = st.recursive(
    st.one_of(YEARLY, LITERALS, st.dates().map(Day), st.just(Day(None))),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Extreme, st.sampled_from(["min", "max"]), st.tuples(inner, inner)),
        st.builds(Elapsed, inner),
        st.builds(Over, st.sampled_from(["total", "average"]), NAMES.map(Name), st.integers(2, 3)),
    ),
    max_leaves=6,
)
CODES = st.from_regex("[A-Za-z_][a-z0-9]{0,3}|[0-9]{1,3}|[一-龥 ]{1,3}", fullmatch=True)
ATOMS = st.one_of(
    YEARLY,
    st.booleans().map(lambda value: Truth(value=value)),
    st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), VALUES, VALUES),
    st.builds(Membership, VALUES, st.lists(CODES, max_size=3).map(tuple)),
    st.builds(Membership, VALUES, st.just(()), NAMES),
    st.builds(Within, VALUES, LITERALS),
    st.just(ValidOn()),
    st.builds(Passes, NAMES, st.sampled_from(["", "2026"]), st.sampled_from(["", "age"])),
)


def flat(op: str, items: list[Expression]) -> Expression:
    """A conjunction as the parser gives it: two items or more, none of them the same again."""
    kept = [item for item in items if not isinstance(item, Logic) or item.op != op]
    return Logic(op, tuple(kept)) if len(kept) > 1 else items[0]  # pyright: ignore[reportArgumentType]


CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(flat, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
        st.builds(Not, inner),
        st.builds(AtLeast, LITERALS, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Aggregate, st.just("count"), NAMES, st.none(), inner),
        st.builds(Aggregate, st.just("sum"), NAMES, VALUES, inner),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_a_tree_that_is_written_is_read_as_the_same(tree: Expression) -> None:
    assert parse(written(tree)) == tree


def bare(tree: Expression) -> Expression:
    return with_numbers(tree, lambda each: Number(each.value, each.unit, each.written))


def test_the_expressions_of_every_shipped_rule_are_read_back() -> None:
    trees = [bare(placed.tree) for rule in load_rulebook() for placed in expressions(rule)]

    assert len(trees) > 500
    assert [tree for tree in trees if parse(written(tree)) != tree] == []
    assert {type(node) for tree in trees for node in walk(tree)} >= {Comparison, Aggregate, Over}
