"""Expressions of time: one row a form, and properties over generated and hostile text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.figures.periods import (
    contains,
    find_periods,
    join_period,
    length_in_months,
    shift_year,
)

YEAR = 2023


def read(text: str, year: int | None = YEAR) -> list[tuple[str, str | None, str]]:
    return [(text[m.start : m.end], m.period, m.role) for m in find_periods(text, year=year)]


IN = [
    ("2021年", "2021"),
    ("2018年度", "2018"),
    ("2018学年", "2018"),
    ("2020年全年", "2020"),
    ("二〇二四年", "2024"),
    ("二零二一年", "2021"),
    ("'21年", "2021"),
    ("今年", "2023"),
    ("去年", "2022"),
    ("上年", "2022"),
    ("上年度", "2022"),
    ("前年", "2021"),
    ("明年", "2024"),
    ("下一年度", "2024"),
    ("本年度", "2023"),
    ("当年", "2023"),
    ("同年", "2023"),
    ("全年", "2023"),
    ("年初", "2023"),
    ("今年年初", "2023"),
    ("今年5月", "2023-05"),
    ("2021年6月", "2021-06"),
    ("2021 年 6 月", "2021-06"),
    ("10月份", "2023-10"),
    ("十月", "2023-10"),
    ("五月份", "2023-05"),
    ("11月初", "2023-11"),
    ("6月中旬", "2023-06"),
    ("2023年5月12日", "2023-05"),
    ("2023年5月12日至15日", "2023-05"),
    ("5月12-15日", "2023-05"),
    ("2023-05-12", "2023-05"),
    ("1-7月", "2023-01/2023-07"),
    ("1至10月份", "2023-01/2023-10"),
    ("1—9月", "2023-01/2023-09"),
    ("9月至12月", "2023-09/2023-12"),
    ("2022年1-10月份", "2022-01/2022-10"),
    ("2022年1月1日至12月31日", "2022-01/2022-12"),
    ("去年1-7月", "2022-01/2022-07"),
    ("前三季度", "2023-01/2023-09"),
    ("前10个月", "2023-01/2023-10"),
    ("头三个月", "2023-01/2023-03"),
    ("上半年", "2023-01/2023-06"),
    ("下半年", "2023-07/2023-12"),
    ("一季度", "2023-01/2023-03"),
    ("第一季度", "2023-01/2023-03"),
    ("四季度", "2023-10/2023-12"),
    ("首季度", "2023-01/2023-03"),
    ("一、二季度", "2023-01/2023-06"),
    ("一至三季度", "2023-01/2023-09"),
    ("2021年第四季度", "2021-10/2021-12"),
    ("“十四五”开局之年", "2021"),
    ("“十四五”收官之年", "2025"),
]
UNTIL = [
    ("到2025年", "2025"),
    ("至2025年底", "2025"),
    ("力争到2030年", "2030"),
    ("截至7月底", "2023-07"),
    ("截止2020年末", "2020"),
    ("到11月初", "2023-11"),
    ("截至2022年10月31日", "2022-10"),
    ("截至去年底", "2022"),
    ("2020年底", "2020"),
    ("2025年年底", "2025"),
    ("年末", "2023"),
    ("6月末", "2023-06"),
    ("上半年末", "2023-06"),
    ("三季度末", "2023-09"),
    ("2026年底前", "2026"),
    ("2025年之前", "2025"),
    ("“十二五”末", "2015"),
    ("到“十四五”末", "2025"),
]
SINCE = [
    ("今年以来", "2023"),
    ("年初以来", "2023"),
    ("2016年以来", "2016/2023"),
    ("去年以来", "2022/2023"),
    ("去年10月以来", "2022-10/2023-12"),
    ("“十四五”以来", "2021/2023"),
    ("“十三五”规划实施以来", "2016/2023"),
    ("自2019年起", "2019/2023"),
    ("2019年至今", "2019/2023"),
    ("2024年1月1日起", "2024-01/2024-12"),
]
SPAN = [
    ("“十四五”期间", "2021/2025"),
    ("“十四五”时期", "2021/2025"),
    ("“十三五”", "2016/2020"),
    ("十五五", "2026/2030"),
    ("“十五”期间", "2001/2005"),
    ("“九五”期间", "1996/2000"),
    ("“十四五”前三年", "2021/2023"),
    ("“十四五”后两年", "2024/2025"),
    ("五年来", "2019/2023"),
    ("过去五年", "2019/2023"),
    ("过去的五年", "2019/2023"),
    ("这五年", "2019/2023"),
    ("近三年", "2021/2023"),
    ("近3年来", "2021/2023"),
    ("2018年至2020年", "2018/2020"),
    ("2023-2027年", "2023/2027"),
    ("2021—2025年", "2021/2025"),
    ("2021-25年", "2021/2025"),
    ("18年至20年", "2018/2020"),
    ("2021年至2022年6月", "2021-01/2022-06"),
    ("2022年10月至2023年3月", "2022-10/2023-03"),
    ("2022年10月至次年3月", "2022-10/2023-03"),
    ("未来五年", "2024/2028"),
    ("今后三年", "2024/2026"),
    ("三年内", None),
    ("两年间", None),
    ("三个半月内", None),
    ("近年来", None),
    ("未来3-5年", None),
]
BASE = [
    ("比2020年", "2020"),
    ("较2021年", "2021"),
    ("较2020年末", "2020"),
    ("相较于2020年", "2020"),
    ("较上年", "2022"),
    ("比上年末", "2022"),
    ("较年初", "2023"),
    ("与2006年相比", "2006"),
    ("和上年比", "2022"),
    ("比“十三五”末", "2020"),
    ("以2022年为基数", "2022"),
    ("在2020年基础上", "2020"),
    ("较2018—2020年", "2018/2020"),
    ("比去年同期", "2022"),
    ("与去年同期相比", "2022"),
    ("较同期", "2022"),
    ("同比", "2022"),
    ("环比", None),
]
OTHERS = [
    ("目前", "2023", "now"),
    ("截至目前", "2023", "now"),
    ("现在", "2023", "now"),
    ("当前", "2023", "now"),
    ("眼下", "2023", "now"),
    ("同期", "2022", "last"),
    ("上年同期", "2022", "last"),
    ("2020年同期", "2020", "last"),
    ("2020年1-7月同期", "2020-01/2020-07", "last"),
    ("每年", None, "every"),
    ("每季度", None, "every"),
    ("每月", None, "every"),
    ("每半年", None, "every"),
    ("每两年", None, "every"),
    ("每年5月", None, "every"),
    ("年均", None, "every"),
    ("日均", None, "every"),
    ("月均", None, "every"),
]
FORMS = [
    *((written, period, "in") for written, period in IN),
    *((written, period, "until") for written, period in UNTIL),
    *((written, period, "since") for written, period in SINCE),
    *((written, period, "span") for written, period in SPAN),
    *((written, period, "base") for written, period in BASE),
    *OTHERS,
]


@pytest.mark.parametrize(("written", "period", "role"), FORMS)
def test_form_is_read_whole(written: str, period: str | None, role: str) -> None:
    assert read(f"全县{written}，") == [(written, period, role)]


@pytest.mark.parametrize(("written", "role"), [(form[0], form[2]) for form in FORMS])
def test_form_is_found_without_a_known_year(written: str, role: str) -> None:
    roles = [role for _, _, role in read(f"全县{written}，", year=None)]
    assert roles == ([] if written == "18年至20年" else [role])


@pytest.mark.parametrize(
    "text",
    [
        "连续16年蝉联",
        "16年蝉联",
        "连续三年来",
        "历时3年",
        "与示例大学近50年合作",
        "成立30周年",
        "3年期贷款",
        "三年行动计划",
        "〔2022〕12号",
        "国发[2021]4号",
        "2023年第12号公告",
        "2025年版目录",
        "2030启航计划",
        "2030年前碳达峰行动",
        "“十四五”规划纲要",
        "“十四五”科技创新规划",
        "十四五家企业",
        "T1000碳纤维",
        "12021年",
        "20世纪90年代",
        "全年龄段",
        "3月龄",
        "提前3个月",
        "10年至15年",
        "成本年报",
        "60岁以上年龄",
        "体现在基层",
        "如今年轻人",
        "青年初创企业",
        "不同年龄",
        "合同期满",
        "共同期待",
        "同期GDP增速",
        "同期举办",
        "说明年度",
        "多家研发机构和13个平台",
    ],
)
def test_no_time(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a bare month continues the year just named, also over the end of a sentence
        ("2021年6月启动，10月份建成", ["2021-06", "2021-10"]),
        ("2019年成立。8月投产。", ["2019", "2019-08"]),
        # a bare half year continues it only within the sentence
        ("2021年建成，上半年投产", ["2021", "2021-01/2021-06"]),
        ("2019年成立。上半年投产。", ["2019", "2023-01/2023-06"]),
        # a goal's year is not continued, nor is what is compared with
        ("到2030年达到5家。10月份完成2家。", ["2030", "2023-10"]),
        ("比2020年高5位，10月份完成2家", ["2020", "2023-10"]),
        # a new paragraph begins anew
        ("2019年成立。\n8月投产。", ["2019", "2023-08"]),
        ("2019年成立，同年10月投产，次年达产", ["2019", "2019-10", "2020"]),
        ("1-10月完成5项，其中当月2项", ["2023-01/2023-10", "2023-10"]),
        ("1-6月完成5项，其中本季度2项", ["2023-01/2023-06", "2023-04/2023-06"]),
        # the same months a year before
        ("1-7月10家，去年同期8家", ["2023-01/2023-07", "2022-01/2022-07"]),
        ("1-7月10家，2020年同期8家", ["2023-01/2023-07", "2020-01/2020-07"]),
        ("1-10月96亿元，同比增长2%", ["2023-01/2023-10", "2022-01/2022-10"]),
        ("2016年以来增长，去年同期8家", ["2016/2023", "2022"]),
        # 上年 in a comparison is the year before the one spoken of
        ("2021年5000万元，较上年增加3%", ["2021", "2020"]),
        ("2021年5000万元。较上年增加3%", ["2021", "2022"]),
        ("9月至2023年3月", ["2022-09/2023-03"]),
    ],
)
def test_relative_words_are_counted_from_their_place(text: str, expected: list[str]) -> None:
    assert [m.period for m in find_periods(text, year=YEAR)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2025年、2030年分别达到", [("到2025年", "until"), ("2030年", "until")]),
        ("比2019年和2020年都高", [("比2019年", "base"), ("2020年", "base")]),
        ("对照2006年与2018年", [("2006年", "in"), ("2018年", "in")]),
        ("2021、2022年分别", [("2021", "in"), ("2022年", "in")]),
        ("是2020年的3倍", [("2020年", "base")]),
        ("由2020年的1.2倍", [("2020年", "in")]),
        ("由2018年的10家增加到2021年的20家", [("2018年", "in"), ("到2021年", "until")]),
        ("自2021年开展试点以来", [("自2021年", "since")]),
        ("自2021年开展试点", [("2021年", "in")]),
        ("为全年任务的110.7%", [("全年", "base")]),
        ("全年任务:新增5家", [("全年", "in")]),
        ("收到2020年资金", [("2020年", "in")]),
        ("占比2020年", [("2020年", "in")]),
        ("3年翻一番", [("3年", "span")]),
        ("2025年前5名", [("2025年", "in")]),
        ("2025年前三季度", [("2025年前三季度", "in")]),
        ("2023年初步统计", [("2023年", "in")]),
        ("2023年起步", [("2023年", "in")]),
        ("至今年底", [("至今年底", "until")]),
        ("目前年产5万吨", [("目前", "now")]),
        ("三年行动计划(2023-2025年)", [("2023-2025年", "span")]),
        ("三年行动计划（2023—2025）", [("2023—2025", "span")]),
        ("十三五、十四五期间", [("十三五", "span"), ("十四五期间", "span")]),
        ("同比去年增长", [("同比", "base"), ("去年", "base")]),
    ],
)
def test_role_by_what_stands_around(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(written, role) for written, _, role in read(text)] == expected


def test_unknown_year_leaves_what_the_text_says() -> None:
    mentions = find_periods("2019年以来。去年。2021年6月，10月份。", year=None)
    assert [(m.first, m.last) for m in mentions] == [
        ("2019", None),
        (None, None),
        ("2021-06", "2021-06"),
        ("2021-10", "2021-10"),
    ]
    assert mentions[0].period is None


# ---- properties -------------------------------------------------------------------------------

_PIECES = (
    [form[0] for form in FORMS] + list("年月日至到-—、，。\n “”前后底末初比较的5一十") + ["2021"]
)


@given(
    text=st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)),
    year=st.none() | st.integers(1990, 2040),
)
def test_any_text_gives_ordered_well_formed_mentions(text: str, year: int | None) -> None:
    done = 0
    for found in find_periods(text, year=year):
        assert done <= found.start < found.end <= len(text)
        done = found.end
        if found.period is not None:
            assert length_in_months(found.period) >= 1


_MONTHS = st.integers(1, 12)
_YEARS = st.integers(1950, 2060)


@given(year=_YEARS, first=_MONTHS, last=_MONTHS, mark=st.sampled_from(["-", "—", "至", "到", "~"]))
def test_written_months_are_read_back(year: int, first: int, last: int, mark: str) -> None:
    first, last = min(first, last), max(first, last)
    text = f"{year}年{first}月" if first == last else f"{year}年{first}{mark}{last}月份"
    expected = join_period(f"{year}-{first:02d}", f"{year}-{last:02d}")
    assert read(text, None) == [
        (text, expected if length_in_months(expected) < 12 else str(year), "in")
    ]


@given(first=_YEARS, years=st.integers(1, 20), mark=st.sampled_from(["-", "—", "年至", "年到"]))
def test_written_years_are_read_back(first: int, years: int, mark: str) -> None:
    text = f"{first}{mark}{first + years}年"
    assert read(text, None) == [(text, f"{first}/{first + years}", "span")]


@pytest.mark.parametrize(
    "piece",
    ["1", "年", "一", "2021-", "2021、", "1-", "近", "到", "“十四五", "年初", "当年", "\n年底"],
)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = piece * (characters // len(piece))
        start = time.process_time()
        find_periods(text, year=YEAR)
        return time.process_time() - start

    short = max(min(seconds(10_000) for _ in range(3)), 0.001)
    assert min(seconds(100_000) for _ in range(3)) < 25 * short


# ---- arithmetic on written periods --------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "years", "expected"),
    [
        ("2021", -1, "2020"),
        ("2024-07", 2, "2026-07"),
        ("2024-01/2024-07", -1, "2023-01/2023-07"),
        ("2021/2025", 5, "2026/2030"),
    ],
)
def test_shift_year(period: str, years: int, expected: str) -> None:
    assert shift_year(period, years) == expected


@pytest.mark.parametrize(
    ("period", "months"),
    [("2021", 12), ("2024-07", 1), ("2024-01/2024-07", 7), ("2021/2025", 60), ("2021/2022-06", 18)],
)
def test_length_in_months(period: str, months: int) -> None:
    assert length_in_months(period) == months


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("2024", "2024-01/2024-07", True),
        ("2024-01/2024-07", "2024-07", True),
        ("2021/2025", "2025", True),
        ("2024", "2024", True),
        ("2024-07", "2024", False),
        ("2024", "2023-12/2024-01", False),
    ],
)
def test_contains(outer: str, inner: str, expected: bool) -> None:
    assert contains(outer, inner) is expected


@pytest.mark.parametrize("period", ["", "今年", "2021/2022/2023", "2021-13", "2022/2021", "2021/"])
def test_what_is_no_period_is_refused_by_name(period: str) -> None:
    with pytest.raises(ValueError, match=f"时期“{period}”"):
        length_in_months(period)
