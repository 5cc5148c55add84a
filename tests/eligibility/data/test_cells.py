"""What a cell means, one cause a row; whole columns give the same as single cells."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.eligibility import lowering
from kechuang.eligibility.data.cells import Fault, value_of
from kechuang.eligibility.data.columns import TYPES, converted
from kechuang.eligibility.data.headers import HeaderReader, Meaning
from kechuang.eligibility.data.words import words
from kechuang.reference import Field, load_dictionary
from kechuang.reference.fields import MOST_COUNT, MOST_MONEY

DICTIONARY = load_dictionary()


def meaning(header: str, frame: str = "enterprises") -> Meaning:
    found = HeaderReader(DICTIONARY, frame, 2024).read(header)
    assert isinstance(found, Meaning)
    return found


IN_WAN = meaning("营业收入（万元）")
IN_FEN = meaning("营业收入（分）")
STAFF = meaning("职工总数（季度平均）")
COUNT = meaning("研发人员数")
FOUNDED = meaning("成立日期")
YES_NO = meaning("居民企业")
SIZE = meaning("企业规模")
IP_CLASS = meaning("知识产权类别", "ip")
KEY = meaning("统一社会信用代码")
NAME = meaning("企业名称")
SHARE_FIELD = Field(
    "local_share", "enterprises", "占比", "", (), "number", "%", 2, "now", "", "fixed", "", 1
)
SHARE = Meaning(SHARE_FIELD, 0, "%", Fraction(100))


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (IN_WAN, "236.4", 236_4000_00),
        (IN_WAN, "0.000001", 1),
        (IN_WAN, "-12.5", -12_5000_00),
        (IN_WAN, "+3", 3_0000_00),
        (IN_WAN, "1,234.50", 1234_5000_00),
        (IN_WAN, "1，234", 1234_0000_00),
        (IN_WAN, "１２．５", 12_5000_00),
        (IN_WAN, " 5 ", 5_0000_00),
        (IN_WAN, "\u200b5\ufeff", 5_0000_00),
        (IN_WAN, "5.", 5_0000_00),
        (IN_WAN, ".5", 5000_00),
        (IN_WAN, "5.0000000000", 5_0000_00),
        (IN_WAN, "1.5E3", 1500_0000_00),
        (IN_WAN, "1000000000", 10**15),
        (IN_WAN, "0", 0),
        (IN_WAN, "-0", 0),
        (IN_FEN, "100", 100),
        (STAFF, "47.5", 475_000),
        (STAFF, "47.1234", 471_234),
        (COUNT, "12.0", 12),
        (COUNT, "1000000000", 10**9),
        (SHARE, "28.5", 2850),
        (SHARE, "28.5%", 2850),
        (SHARE, "285‰", 2850),
        (FOUNDED, "2023-01-05", date(2023, 1, 5)),
        (FOUNDED, "2023/1/5", date(2023, 1, 5)),
        (FOUNDED, "2023.1.5", date(2023, 1, 5)),
        (FOUNDED, "2023年1月5日", date(2023, 1, 5)),
        (FOUNDED, "20230105", date(2023, 1, 5)),
        (FOUNDED, "2023-01-05 00:00:00", date(2023, 1, 5)),
        (FOUNDED, "2023-01-05T12:30:00.123", date(2023, 1, 5)),
        (FOUNDED, "2024-02-29", date(2024, 2, 29)),
        (FOUNDED, "9999-12-31", date(9999, 12, 31)),
        (YES_NO, "是", True),
        (YES_NO, "TRUE", True),
        (YES_NO, "有", True),
        (YES_NO, "1", True),
        (YES_NO, "√", True),
        (YES_NO, "否", False),
        (YES_NO, "False", False),
        (YES_NO, "无", False),
        (YES_NO, "0", False),
        (SIZE, "small", "small"),
        (SIZE, "小型", "small"),
        (SIZE, " 小 型 ", "small"),
        (IP_CLASS, "Ⅰ类", "I"),
        (IP_CLASS, "I类", "I"),
        (IP_CLASS, "ii", "II"),
        (KEY, " 91130400 MA0ABCDE1X ", "91130400MA0ABCDE1X"),
        (KEY, "９１１３０４００", "91130400"),
        (KEY, "91990101MA00XXX01M", "91990101MA00XXX01M"),  # its check character is right
        (NAME, " 示例 公司 ", "示例 公司"),
        (NAME, "张*三工作室", "张*三工作室"),
        (NAME, "#1 公司", "#1 公司"),
    ],
)
def test_a_cell_has_this_value(of: Meaning, text: str, value: object) -> None:
    column = converted(pl.Series("c", [text]), of)

    assert column.faults == {}
    assert column.values.to_list() == [value]
    assert column.values.dtype == TYPES[of.field.type]


@pytest.mark.parametrize("of", [IN_WAN, STAFF, COUNT, FOUNDED, YES_NO, SIZE, KEY, NAME])
@pytest.mark.parametrize(
    "text", ["", " ", "缺", "未填", "-", "—", "/", "N/A", "n/a", "－", "／", "--", "——", "\u3000"]
)
def test_a_missing_value_is_null_and_never_zero(of: Meaning, text: str) -> None:
    column = converted(pl.Series("c", [text, None]), of)

    assert column.faults == {}
    assert column.values.to_list() == [None, None]


@pytest.mark.parametrize(
    ("of", "text", "code"),
    [
        (IN_WAN, "约50", "not_number"),
        (IN_WAN, "50万", "not_number"),
        (IN_WAN, "5 000", "not_number"),
        (IN_WAN, "1,23", "not_number"),
        (IN_WAN, "1.2.3", "not_number"),
        (IN_WAN, "无", "not_number"),
        (IN_WAN, "NaN", "not_number"),
        (IN_WAN, "inf", "not_number"),
        (IN_WAN, "1_000", "not_number"),
        (IN_WAN, "(5)", "not_number"),
        (IN_WAN, "5%", "not_number"),
        (IN_WAN, "٣", "not_number"),
        (IN_WAN, "***", "masked"),
        (IN_WAN, "1**.5", "masked"),
        (IN_WAN, "1＊＊", "masked"),
        (IN_WAN, "#REF!", "spreadsheet_error"),
        (IN_WAN, "#DIV/0!", "spreadsheet_error"),
        (NAME, "#VALUE!", "spreadsheet_error"),
        (IN_WAN, "0.0000001", "decimals"),
        (IN_WAN, "0.30000000000000004", "decimals"),
        (IN_WAN, "1e-999", "decimals"),
        (IN_FEN, "0.5", "decimals"),
        (STAFF, "47.12345", "decimals"),
        (COUNT, "1.5", "decimals"),
        (IN_WAN, "1000000000.000001", "magnitude"),
        (IN_WAN, "-1000000001", "magnitude"),
        (IN_WAN, "9" * 30, "magnitude"),
        (IN_WAN, "9" * 400, "magnitude"),
        (IN_WAN, "1e999", "magnitude"),
        (COUNT, "1000000001", "magnitude"),
        (STAFF, "1000000000.0001", "magnitude"),
        (COUNT, "-1", "negative"),
        (FOUNDED, "2023-02-30", "not_date"),
        (FOUNDED, "2023-13-01", "not_date"),
        (FOUNDED, "0000-01-01", "not_date"),
        (FOUNDED, "1899-12-31", "not_date"),
        (FOUNDED, "2023-05", "not_date"),
        (FOUNDED, "2023年", "not_date"),
        (FOUNDED, "44927", "not_date"),
        (FOUNDED, "长期", "not_date"),
        (FOUNDED, "5/1/2023", "not_date"),
        (YES_NO, "是的", "not_boolean"),
        (YES_NO, "2", "not_boolean"),
        (SIZE, "小", "not_option"),
        (SIZE, "small,large", "not_option"),
        (KEY, "9113****0X", "masked"),
        (KEY, "91XXX1", "masked"),
        (KEY, "9.1130E+17", "lost_digits"),
        (KEY, "合计", "totals"),
    ],
)
def test_a_cell_has_this_fault(of: Meaning, text: str, code: str) -> None:
    column = converted(pl.Series("c", [text]), of)

    assert [fault.code for fault in column.faults.values()] == [code]
    assert column.values.to_list() == [None]


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (IN_WAN, "0.30000000000000004", 3000_00),
        (IN_WAN, "1234.5678999999998", 1234_5679_00),
        (SHARE, "28.500000000000004%", 2850),
        (IN_FEN, "123456789012345.00000001", 123456789012345),
    ],
)
def test_noise_of_a_computed_number_is_not_taken_for_decimals(
    of: Meaning, text: str, value: int
) -> None:
    assert value_of(text, of, computed=True) == value
    assert isinstance(value_of(text, of), Fault)


@pytest.mark.parametrize("text", ["0.0000005", "0.33333333333333331", "123456789.0000005"])
def test_real_decimals_are_no_noise(text: str) -> None:
    fault = value_of(text, IN_WAN, computed=True)

    assert isinstance(fault, Fault)
    assert fault.code == "decimals"


def test_a_fault_says_what_to_do() -> None:
    fault = value_of("0.0000001", IN_WAN)

    assert isinstance(fault, Fault)
    assert fault.why == "“营业收入”只保留到分，以万元计最多 6 位小数"


def test_what_a_fact_can_hold_is_what_rules_reckon_with() -> None:
    assert (MOST_MONEY, MOST_COUNT) == (lowering.MOST_MONEY, lowering.MOST_COUNT)


NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=6).map(str),
    st.decimals(min_value=-(10**12), max_value=10**12, places=3).map(lambda each: f"{each:,}"),
    st.integers(-(10**16), 10**16).map(str),
    st.floats().map(repr),
    st.from_regex(r"[-+]?[0-9,]{0,12}\.?[0-9]{0,9}([eE][-+]?[0-9]{1,3})?", fullmatch=True),
)
OTHERS = st.one_of(
    st.text(max_size=8),
    st.dates().map(str),
    st.sampled_from(words().spelled_missing),
    st.sampled_from(["是", "小型", "I", "***", "#N/A", "2023年1月5日"]),
    st.text("0123456789-/.年月日 ", max_size=12),
)
KINDS = [IN_WAN, IN_FEN, STAFF, COUNT, SHARE, FOUNDED, YES_NO, SIZE, KEY, NAME]


@given(st.sampled_from(KINDS), st.lists(NUMBERS | OTHERS, max_size=8), st.booleans())
def test_a_column_holds_what_its_cells_hold(of: Meaning, texts: list[str], computed: bool) -> None:
    column = converted(pl.Series("c", texts, dtype=pl.String), of, computed=computed)
    alone = [value_of(_visible(text), of, computed=computed) for text in texts]

    expected: list[Any] = [None if isinstance(each, Fault) else each for each in alone]
    assert column.values.to_list() == expected
    assert set(column.faults.values()) == {each for each in alone if isinstance(each, Fault)}


def _visible(text: str) -> str:
    return converted(pl.Series("c", [text]), NAME).texts.to_list()[0] or ""


@given(st.integers(-MOST_MONEY, MOST_MONEY), st.sampled_from(sorted(words().money_units)))
def test_money_is_exact_in_any_unit(fen: int, unit: str) -> None:
    of = meaning(f"营业收入（{unit}）")
    exact = Fraction(fen) / of.factor
    places = len(str(of.factor)) - 1
    text = f"{'-' if fen < 0 else ''}{abs(fen) // of.factor.numerator}"
    text += f".{abs(fen) % of.factor.numerator:0{places}d}" if places else ""

    assert Fraction(text) == exact
    assert converted(pl.Series("c", [text]), of).values.to_list() == [fen]
