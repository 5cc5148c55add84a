"""When each figure holds: made-up sentences, one cause a row."""

from __future__ import annotations

import pytest

from kechuang.reading.model import About
from kechuang.reading.reader import read_text


def periods(text: str, year: int | None = 2024, genre: str | None = None) -> list[str | None]:
    about = About("示例市", year, genre)
    return [figure.period for figure in read_text(text, about=about).figures]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        # as said
        ("2023年新增企业10家。", "2023"),
        ("2023年12月新增企业5家。", "2023-12"),
        ("2024年1-7月登记技术合同217项。", "2024-01/2024-07"),
        # a part of the report's year
        ("上半年登记技术合同217项。", "2024-01/2024-06"),
        ("第三季度新增企业5家。", "2024-07/2024-09"),
        ("10月，新增企业5家。", "2024-10"),
        # counted from the report's year
        ("去年新增企业5家。", "2023"),
        ("今年以来新增企业5家。", "2024"),
        ("近三年新增企业5家。", "2022/2024"),
        ("“十四五”期间新增企业5家。", "2021/2025"),
        # a level holds at the end, an amount over the time
        ("截至2024年6月底，有效期内高新技术企业73家。", "2024-06"),
        ("截至10月底，技术合同成交额9亿元。", "2024-01/2024-10"),
        ("2021年以来累计培育企业5家。", "2024"),
        # a change leads from one year to the other
        ("2023年比重较2020年提高5个百分点。", "2020/2023"),
        # a goal holds when it is due
        ("到2030年企业达到20家。", "2030"),
        # nothing to tell it by
        ("新增企业5家。", None),
    ],
)
def test_period(text: str, period: str | None) -> None:
    assert periods(text) == [period]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # growth carries the period that it is measured in
        ("前三季度成交额9亿元，同比增长5%。", ["2024-01/2024-09"] * 2),
        ("2024年，成交额5亿元，同比增长8%，占全省的3%。", ["2024"] * 3),
        # each clause its own time
        ("2023年新增企业3家，2024年新增企业5家。", ["2023", "2024"]),
        ("一季度新增企业5家，二季度新增企业6家。", ["2024-01/2024-03", "2024-04/2024-06"]),
        # a time goes on to the next sentence, not to the next paragraph
        ("2023年新增企业3家。其中省级1家。", ["2023", "2023"]),
        ("2023年新增企业3家。\n新增平台5家。", ["2023", None]),
        # from one year to another
        ("企业由2020年的5家增加到2024年的9家。", ["2020", "2024"]),
    ],
)
def test_periods_of_a_passage(text: str, expected: list[str | None]) -> None:
    assert periods(text) == expected


@pytest.mark.parametrize(
    ("text", "period"),
    [
        # it reviews the year before its own
        ("全年新增企业5家。", "2025"),
        ("去年新增企业5家。", "2025"),
        ("过去五年新增企业50家。", "2021/2025"),
        ("五年来，高新技术企业增长2倍。", "2021/2025"),
        # and sets the goals of its own
        ("2026年目标：新增企业10家。", "2026"),
    ],
)
def test_period_in_a_government_report(text: str, period: str) -> None:
    assert periods(text, 2026, "政府工作报告") == [period]


@pytest.mark.parametrize(
    ("text", "period"),
    [("新增企业5家。", None), ("2023年新增企业5家。", "2023"), ("去年新增企业5家。", None)],
)
def test_period_where_the_reports_year_is_not_known(text: str, period: str | None) -> None:
    assert periods(text, None) == [period]
