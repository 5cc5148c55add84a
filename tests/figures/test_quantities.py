"""Quantities in running text: units, bounds, ranges, places, fractions. One cause a row."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.figures.quantities import find_quantities
from kechuang.figures.units import unit_table


def read(text: str) -> list[tuple[str, str, str, str]]:
    """Each quantity as (quote, value or range, unit, bound)."""
    return [
        (text[each.start : each.end], shown(each.value, each.value_max), each.unit, each.bound)
        for each in find_quantities(text)
    ]


def shown(value: Decimal, value_max: Decimal | None) -> str:
    plain = f"{value.normalize():f}"
    return plain if value_max is None else f"{plain}~{value_max.normalize():f}"


# --- Numbers with a unit ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "value", "unit"),
    [
        # money is in 元
        ("500元", "500", "元"),
        ("12.5万元", "125000", "元"),
        ("23.29亿元", "2329000000", "元"),
        ("3万亿元", "3000000000000", "元"),
        ("百亿元", "10000000000", "元"),
        ("1,234.5元", "1234.5", "元"),
        ("3.5 亿元", "350000000", "元"),
        # other money keeps its name
        ("12亿美元", "1200000000", "美元"),
        ("3万欧元", "30000", "欧元"),
        ("5亿日元", "500000000", "日元"),
        # per cent as written
        ("44.79%", "44.79", "%"),
        ("12‰", "12", "‰"),
        ("0.59个百分点", "0.59", "百分点"),
        ("0.6百分点", "0.6", "百分点"),
        ("1.2个点", "1.2", "百分点"),
        ("1.6倍", "1.6", "倍"),
        # persons, whatever the word
        ("5位", "5", "人"),
        ("20万人口", "200000", "人"),
        ("2万人次", "20000", "人次"),
        # 家, 家次, 场次: three measures
        ("12家", "12", "家"),
        ("1.5万家次", "15000", "家次"),
        ("12场(次)", "12", "场次"),
        ("3台(套)", "3", "台套"),
        # one name for one unit
        ("3个标准箱", "3", "标准箱"),
        ("3GW", "3", "吉瓦"),
        ("5kWh", "5", "千瓦时"),
        ("20张床位", "20", "张"),
        # numerals in words
        ("两百家", "200", "家"),
        ("三十五家", "35", "家"),
        ("两家", "2", "家"),
        ("零家", "0", "家"),
        ("二十六名", "26", "名"),
    ],
)
def test_number_with_unit(quote: str, value: str, unit: str) -> None:
    assert read(f"共有{quote}。") == [(quote, value, unit, "exact")]


@pytest.mark.parametrize(
    "classifier",
    [
        *"家项件名个场次人户所座条台套篇份册本株棵头只羽尾辆艘架颗枚间处栋幢张块片支对笔宗例起部款种组队批轮期",
        *(
            "场次",
            "人次",
            "家次",
            "户次",
            "架次",
            "班次",
            "批次",
            "台套",
            "课时",
            "人年",
            "岁",
            "天",
        ),
        *("平方米", "平方公里", "公顷", "亩", "立方米", "公里", "海里", "吨", "吨标准煤", "公斤"),
        *("千瓦", "兆瓦", "吉瓦", "千瓦时", "吉瓦时", "标准箱", "小时", "年", "周年", "个月"),
    ],
)
def test_every_classifier(classifier: str) -> None:
    assert read(f"共5{classifier}，") == [(f"5{classifier}", "5", classifier, "exact")]


@pytest.mark.parametrize(
    "text",
    [
        "5人工智能",
        "5项目",
        "5家庭",
        "3名校",
        "5个性化",
        "3年度",
        "3天津",
        "5条例",
        "5起步",
        "5部门",
    ],
)
def test_a_unit_that_opens_another_word_is_none(text: str) -> None:
    assert [unit for _, _, unit, _ in read(text)] == [""]


@pytest.mark.parametrize("word", ["十分", "三方", "三类", "一度"])
def test_some_units_need_digits(word: str) -> None:
    assert read(f"是{word}。") == []


@pytest.mark.parametrize("digits", ["3分", "3方", "3类", "3度"])
def test_the_same_units_after_digits(digits: str) -> None:
    assert [quote for quote, *_ in read(f"是{digits}。")] == [digits]


# --- Bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "bound"),
    [
        ("75家", "exact"),
        ("超75家", "min"),
        ("超过75家", "min"),
        ("超过了75家", "min"),
        ("突破75家", "min"),
        ("突破了75家", "min"),
        ("跨越75家", "min"),
        ("逾75家", "min"),
        ("不低于75家", "min"),
        ("不少于75家", "min"),
        ("不小于75家", "min"),
        ("不下75家", "min"),
        ("至少75家", "min"),
        ("多于75家", "min"),
        ("大于75家", "min"),
        ("高于75家", "min"),
        ("站上75家", "min"),
        ("跃上75家", "min"),
        ("迈上75家", "min"),
        ("破75家", "min"),
        ("上百家", "min"),
        ("上千家", "min"),
        ("过百家", "min"),
        ("75家以上", "min"),
        ("75家及以上", "min"),
        ("75家之上", "min"),
        ("75家(含)以上", "min"),
        ("75余家", "min"),
        ("75多家", "min"),
        ("70来家", "min"),
        ("2万余家", "min"),
        ("2余万家", "min"),
        ("一百二十余家", "min"),
        ("十余家", "min"),
        ("几十家", "min"),
        ("数百家", "min"),
        ("十几家", "min"),
        ("不超过75家", "max"),
        ("不高于75家", "max"),
        ("不多于75家", "max"),
        ("最高75家", "max"),
        ("最多75家", "max"),
        ("至多75家", "max"),
        ("封顶75家", "max"),
        ("低于75家", "max"),
        ("少于75家", "max"),
        ("小于75家", "max"),
        ("不足75家", "max"),
        ("不到75家", "max"),
        ("75家以内", "max"),
        ("75家之内", "max"),
        ("75家以下", "max"),
        ("75家(含)以下", "max"),
        ("75家封顶", "max"),
        ("约75家", "about"),
        ("约为75家", "about"),
        ("近75家", "about"),
        ("大约75家", "about"),
        ("将近75家", "about"),
        ("接近75家", "about"),
        ("75家左右", "about"),
        ("75家上下", "about"),
    ],
)
def test_bound(quote: str, bound: str) -> None:
    assert [(found, how) for found, _, _, how in read(f"共{quote}。")] == [(quote, bound)]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        # ordinary words that end in a qualifier
        ("网上5家", "5家"),
        ("通过3项", "3项"),
        ("最近5年", "5年"),
        ("签约8项", "8项"),
        ("节约3万元", "3万元"),
        ("赶超3家", "3家"),
        ("经过2轮", "2轮"),
        ("附近3家", "3家"),
        # a gap is no threshold
        ("低于0.7个百分点", "0.7个百分点"),
    ],
)
def test_a_word_that_only_looks_like_a_qualifier(text: str, quote: str) -> None:
    assert [(found, how) for found, _, _, how in read(text)] == [(quote, "exact")]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("最高可给予50万元", "max"),
        ("补助金额上限为50万元", "max"),
        ("不超过投资额的50%", "max"),
        ("超过全省50%", "min"),
        # a level, a prize and a school are no bounds
        ("创最高水平，实现50万元", "exact"),
        ("给予50万元", "exact"),
    ],
)
def test_a_bound_may_stand_apart(text: str, bound: str) -> None:
    assert [how for *_, how in read(text)] == [bound]


# --- Ranges ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "value", "unit"),
    [
        *((f"5{mark}10项", "5~10", "项") for mark in "-–—～~─−至到"),
        ("三至五家", "3~5", "家"),
        ("5-10万元", "50000~100000", "元"),
        ("5万-10万元", "50000~100000", "元"),
        ("5万元-10万元", "50000~100000", "元"),
        ("3%-5%", "3~5", "%"),
        ("3-5个百分点", "3~5", "百分点"),
    ],
)
def test_range(quote: str, value: str, unit: str) -> None:
    assert read(f"建设{quote}。") == [(quote, value, unit, "exact")]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        # from one level to another
        ("由10.71亿元到32.09亿元", ["10.71亿元", "32.09亿元"]),
        ("从5家到8家", ["5家", "8家"]),
        # two units
        ("5家-10项", ["5家", "10项"]),
        # falling numbers are no range
        ("8家到5家", ["8家", "5家"]),
        ("3家5家", ["3家", "5家"]),
        ("23.29亿元44.79%", ["23.29亿元", "44.79%"]),
    ],
)
def test_two_numbers_that_are_no_range(text: str, quotes: list[str]) -> None:
    assert [quote for quote, *_ in read(text)] == quotes


@pytest.mark.parametrize(
    ("text", "quote", "value"),
    [
        ("同比增长-5.3%", "-5.3%", "-5.3"),
        ("增速为-5%", "-5%", "-5"),
        # a dash before a count is a mark of its own
        ("示例-5家", "5家", "5"),
        ("下降5%", "5%", "5"),
    ],
)
def test_sign(text: str, quote: str, value: str) -> None:
    assert [(found, number) for found, number, *_ in read(text)] == [(quote, value)]


# --- Places, fractions, multiples --------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "value", "unit", "bound"),
    [
        ("第16位", "16", "位", "exact"),
        ("第16", "16", "位", "exact"),
        ("第二名", "2", "位", "exact"),
        ("第十三位", "13", "位", "exact"),
        ("前40位", "40", "位", "max"),
        ("前十", "10", "位", "max"),
        ("前三名", "3", "位", "max"),
        # halves, thirds, tenths
        ("三分之一", "33.33", "%", "exact"),
        ("三分之二", "66.67", "%", "exact"),
        ("百分之二十五", "25", "%", "exact"),
        ("千分之三", "0.3", "%", "exact"),
        ("万分之五", "0.05", "%", "exact"),
        ("1/4", "25", "%", "exact"),
        ("九成", "90", "%", "exact"),
        ("9成", "90", "%", "exact"),
        ("六成半", "65", "%", "exact"),
        ("七成五", "75", "%", "exact"),
        ("超五成", "50", "%", "min"),
        ("近六成", "60", "%", "about"),
        ("近一半", "50", "%", "about"),
        ("九成以上", "90", "%", "min"),
        # a doubling grows by 100 %
        ("翻番", "100", "%", "exact"),
        ("翻一番", "100", "%", "exact"),
        ("翻了一番", "100", "%", "exact"),
        ("翻两番", "300", "%", "exact"),
        ("翻三番", "700", "%", "exact"),
        ("翻倍", "100", "%", "exact"),
        ("翻一倍", "100", "%", "exact"),
        ("倍增", "100", "%", "exact"),
        # ratios of two
        ("1.68:1", "1.68", "", "exact"),
        ("3∶7", "0.43", "", "exact"),
    ],
)
def test_place_fraction_and_multiple(quote: str, value: str, unit: str, bound: str) -> None:
    assert read(f"达到{quote}。") == [(quote, value, unit, bound)]


def test_the_terms_of_a_structure_are_shares() -> None:
    assert read("调整为8.3∶41.4∶50.3。") == [
        ("8.3", "8.3", "%", "exact"),
        ("41.4", "41.4", "%", "exact"),
        ("50.3", "50.3", "%", "exact"),
    ]


@pytest.mark.parametrize(
    "text", ["三成立", "一成功", "两成果", "三成员", "双倍增计划", "倍增行动", "2024/25"]
)
def test_what_only_looks_like_a_share(text: str) -> None:
    assert [unit for _, _, unit, _ in read(text) if unit == "%"] == []


# --- Without a unit ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("达9亿。", ("9亿", "900000000", "", "exact")),
        ("160以上。", ("160以上", "160", "", "min")),
        ("增长两位数。", ("两位数", "10", "", "exact")),
        ("达5号", ("5", "5", "", "exact")),
    ],
)
def test_number_without_unit(text: str, found: tuple[str, str, str, str]) -> None:
    assert read(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有数字",
        # codes and chains of digits
        "9" * 25 + "家",
        "1.2.3",
        "12.5.6家",
        # a zero ahead belongs to a code
        "007家",
        "几家",
    ],
)
def test_nothing_to_read(text: str) -> None:
    assert [unit for _, _, unit, _ in read(text) if unit] == []


# --- Any text ----------------------------------------------------------------------------------

_PIECES = [
    *"0123456789.,:∶/%‰零一二两三十百千万亿半几数余多来第前翻倍番成分之至到",
    *"-—~约近超过上不低于以内左右 (含)",
    *"家项人元位名年月天",
    "万元",
    "亿元",
    "百分点",
    "个百分点",
    "分之",
    "以上",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)))
def test_any_text_gives_ordered_quantities_apart(text: str) -> None:
    done = 0
    for found in find_quantities(text):
        assert done <= found.start <= found.number_start < found.end <= len(text)
        assert found.value.is_finite()
        assert found.value_max is None or found.value < found.value_max
        is_place = found.form in ("rank", "top")
        assert found.unit == ("位" if is_place else unit_table().canonical(found.unit))
        done = found.end


@pytest.mark.parametrize("ratio", ["99999999999999999999999:0.0001", "三分之亿亿亿亿亿亿亿亿亿"])
def test_a_ratio_beyond_all_measure_is_read_without_error(ratio: str) -> None:
    assert len(read(f"比为{ratio}。")) <= 1


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "一",
        "十",
        "1,",
        "1.",
        "1:",
        "|1|2",
        "5家",
        "几",
        "半",
        "第",
        "前",
        "分之",
        "三分之",
        "1-",
    ],
)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = piece * (characters // len(piece))
        start = time.process_time()
        find_quantities(text)
        return time.process_time() - start

    short = max(min(seconds(5_000) for _ in range(3)), 0.001)
    assert min(seconds(80_000) for _ in range(2)) < 40 * short
