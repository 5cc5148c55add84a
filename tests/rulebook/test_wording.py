"""Expressions in words, Chinese and English."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from kechuang.rulebook.expressions import Number
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.units import unit_table
from kechuang.rulebook.wording import Language, Wording, band

DAY = date(2026, 7, 1)


@cache
def words(language: Language, rule: str = "hnte") -> Wording:
    book = load_rulebook()
    return Wording(book.find(rule, DAY), book, language, DAY)


@pytest.mark.parametrize(
    ("source", "chinese", "english"),
    [
        ("revenue <= 2 亿元", "营业收入 ≤ 2 亿元", "revenue ≤ 200,000,000 yuan"),
        (
            "1000 万元 < revenue <= 2000 万元",
            "1,000 万元 < 营业收入 ≤ 2,000 万元",
            "10,000,000 yuan < revenue ≤ 20,000,000 yuan",
        ),
        ("revenue[-1] > 0 元", "营业收入（前一年） > 0 元", "revenue (one year earlier) > 0 yuan"),
        (
            "revenue[-2] != 0 元",
            "营业收入（前二年） ≠ 0 元",
            "revenue (two years earlier) ≠ 0 yuan",
        ),
        (
            "(revenue - net_profit) / revenue >= 6.5%",
            "（营业收入 − 净利润） ÷ 营业收入 ≥ 6.5%",
            "(revenue − net profit) ÷ revenue ≥ 6.5%",
        ),
        (
            "revenue - (net_profit - total_cost) >= 0 元",
            "营业收入 − （净利润 − 成本费用支出总额） ≥ 0 元",
            "revenue − (net profit − total cost and expense) ≥ 0 yuan",
        ),
        ("-net_profit > 0 元", "−净利润 > 0 元", "−net profit > 0 yuan"),
        (
            "resident_enterprise and (rd_collected or not books_assessed)",
            "居民企业 且 （能准确归集研发费用 或 “查账征收”为否）",
            "resident enterprise and (collects R&D expense exactly or not “assessed on books”)",
        ),
        (
            "not (resident_enterprise and rd_collected)",
            "并非（居民企业 且 能准确归集研发费用）",
            "not (resident enterprise and collects R&D expense exactly)",
        ),
        ("size_class = small", "企业规模 = 小型", "size class = small"),
        ("size_class in [small]", "企业规模为小型", "size class is small"),
        (
            "size_class in [micro, small]",
            "企业规模为微型、小型之一",
            "size class is one of micro, small",
        ),
        (
            "industry_code in [C, 65]",
            "国民经济行业代码属于 C、65（含下级）",
            "industry (GB/T 4754) is in C, 65 or below",
        ),
        (
            "industry_code in high_tech",
            "国民经济行业代码在“high_tech”所列之中",
            "industry (GB/T 4754) is in the list “high_tech”",
        ),
        (
            "elapsed(founded_on) >= 365 天",
            "成立日期至判断日的时间 ≥ 365 天",
            "time from founded on to the day of the verdict ≥ 365 days",
        ),
        (
            "founded_on within 3 会计年度",
            "成立日期在判断日前 3 会计年度之内",
            "founded on lies within 3 accounting years before the day of the verdict",
        ),
        ("founded_on <= as_of", "成立日期 ≤ 判断日", "founded on ≤ the day of the verdict"),
        ("founded_on >= 2020-01-01", "成立日期 ≥ 2020-01-01", "founded on ≥ 2020-01-01"),
        ("resident_enterprise = 是", "居民企业 = 是", "resident enterprise = yes"),
        (
            "count(ip where class = I and valid on as_of) >= 1 件",
            "知识产权（知识产权类别 = Ⅰ类 且 在判断日有效）件数 ≥ 1 件",
            "the number of intellectual property "
            "(class = I and valid on the day of the verdict) ≥ 1 items",
        ),
        ("count(ip) >= 1", "知识产权件数 ≥ 1", "the number of intellectual property ≥ 1"),
        (
            "sum(amount of financings where paid_on within 2 年) >= 6000 万元",
            "股权融资（实缴日期在判断日前 2 年之内）的实缴金额合计 ≥ 6,000 万元",
            "the sum of amount paid in over equity financing "
            "(paid on lies within 2 years before the day of the verdict) ≥ 60,000,000 yuan",
        ),
        (
            "total(revenue over 2 years) > 0 元",
            "近 2 年营业收入合计 > 0 元",
            "revenue in total over 2 years > 0 yuan",
        ),
        (
            "average(revenue) > 0 元",
            "近 3 年营业收入的平均值 > 0 元",
            "revenue on average over 3 years > 0 yuan",
        ),
        (
            "growth(revenue) > 0%",
            "营业收入比上年的增长率 > 0%",
            "growth of revenue over the year before > 0%",
        ),
        (
            "average_growth(revenue over 3 years) > 5%",
            "近 3 年营业收入的平均增长率 > 5%",
            "average growth of revenue over 3 years > 5%",
        ),
        (
            "compound_growth(revenue over 2 years) > 5%",
            "近两年营业收入的年均复合增长率 > 5%",
            "compound yearly growth of revenue over two years > 5%",
        ),
        (
            "min(revenue, 10 万元) * 1% > 0 元",
            "（营业收入、10 万元）中较小者 × 1% > 0 元",
            "the least of (revenue, 100,000 yuan) × 1% > 0 yuan",
        ),
        (
            "max(revenue, 1 元) > 0 元",
            "（营业收入、1 元）中较大者 > 0 元",
            "the greatest of (revenue, 1 yuan) > 0 yuan",
        ),
        (
            "at_least(2, resident_enterprise, rd_collected, books_assessed)",
            "（居民企业；能准确归集研发费用；查账征收）中至少 2 项成立",
            "at least 2 of (resident enterprise; collects R&D expense exactly; "
            "assessed on books) hold",
        ),
        (
            "passes(tech_sme_national)",
            "符合“科技型中小企业评价入库”",
            "qualifies for “National evaluation of technology-based SMEs”",
        ),
        (
            "passes(srdi_sme@2022)",
            "符合“专精特新中小企业认定（2022年标准）”（2022 版）",
            "qualifies for “SRDI SME (standard of 2022)” (2022)",
        ),
        (
            "passes(hnte.rd_domestic)",
            "符合“高新技术企业认定”的“境内研究开发费用占全部研究开发费用不低于60%”一条",
            "meets “境内研究开发费用占全部研究开发费用不低于60%” of "
            "“Recognition of high and new technology enterprises”",
        ),
        (
            "revenue <= small_revenue",
            "营业收入 ≤ 第一档销售收入上限（5,000 万元）",
            "revenue ≤ 第一档销售收入上限 (50,000,000 yuan)",
        ),
        ("score > 70 分", "创新能力评价得分 > 70 分", "创新能力评价得分 > 70 points"),
        (
            "rd_share >= 5%",
            "近三年研究开发费用占同期销售收入 ≥ 5%",
            "近三年研究开发费用占同期销售收入 ≥ 5%",
        ),
    ],
)
def test_an_expression_is_told(source: str, chinese: str, english: str) -> None:
    assert words("zh").text(parse(source)) == chinese
    assert words("en").text(parse(source)) == english


def test_a_regional_parameter_says_that_it_is_another_elsewhere() -> None:
    book = load_rulebook()
    regional = [
        (rule, parameter.code)
        for rule in book
        for parameter in rule.parameters.values()
        if len({value.region for value in parameter.values}) > 1
    ]
    for rule, code in regional:
        told = Wording(rule, book, "zh", rule.since).text(parse(code))
        assert told.endswith("，有的地区另定）")


@pytest.mark.parametrize("unit", sorted(unit_table()))
def test_every_unit_has_english(unit: str) -> None:
    number = parse(f"3 {unit}")
    assert isinstance(number, Number)

    assert not re.search("[一-龥]", words("en").number(number))


@pytest.mark.parametrize(
    ("low", "high", "low_inside", "high_inside", "told"),
    [
        ("25%", "30%", True, False, "≥ 25%，< 30%"),
        ("25%", "30%", False, True, "> 25%，≤ 30%"),
        ("", "30%", False, False, "< 30%"),
        ("25%", "", True, False, "≥ 25%"),
        ("", "", False, False, ""),
    ],
)
def test_a_band_is_told(
    low: str, high: str, low_inside: bool, high_inside: bool, told: str
) -> None:
    assert band(low, high, low_inside=low_inside, high_inside=high_inside) == told
