"""Each check on its own: what it finds, and what it must leave alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from marked import reading_of

from kechuang.reading.checks import CHECKS, check


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    text: str
    found: str = ""
    expected: str = ""
    region: str = "示例省示例市甲县"


GROWTH, POINTS, PARTS, SHARE, REPEAT, RANK, SLIP, GOAL = (
    "growth_against_levels",
    "points_against_shares",
    "parts_against_total",
    "share_against_part_and_whole",
    "one_fact_two_values",
    "rank_beyond_units",
    "slip_of_ten_thousand",
    "goal_called_reached",
)

RENT = "技术合同成交额"
FIRMS = "高新技术企业"

FOUND = [
    Case(
        "growth: from and to",
        f"{RENT}由{{10.71亿元|flow|{RENT}|2022}}增长到{{32.09亿元|flow|{RENT}}}，增长{{96.6%|growth|{RENT}}}。",
        GROWTH,
        "199.44%至199.81%",
    ),
    Case(
        "growth: in times",
        f"{FIRMS}由{{40家|stock|{FIRMS}|2022}}增加到{{100家|stock|{FIRMS}}}，增长{{2.5倍|growth|{FIRMS}}}。",
        GROWTH,
        "1.5倍",
    ),
    Case(
        "growth: a yearly average over five years",
        f"{FIRMS}由{{100家|stock|{FIRMS}|2018}}增加到{{200家|stock|{FIRMS}|2023}}，"
        f"年均增长{{20%|growth|{FIRMS}|2018/2023}}。",
        GROWTH,
        "14.87%",
    ),
    Case(
        "growth: the fall is named",
        "经费{1.93亿元|flow|研发经费}，同比减少{2700万元|change-|研发经费|2022/2023}、"
        "降幅{22.3%|growth|研发经费}。",
        GROWTH,
        "11.84%至12.7%",
    ),
    Case(
        "growth: traditional characters and noise",
        f"{RENT}由{{10億元|flow|{RENT}|2022}}增長(zhǎng)到{{15億元|flow|{RENT}}}，增長(zhǎng){{80%|growth|{RENT}}}。",
        GROWTH,
    ),
    Case(
        "change: shares",
        "强度由{1.45%|share|强度|2022}提高到{1.62%|share|强度}，提高{0.27个百分点|change|强度}。",
        POINTS,
        "0.16百分点至0.18百分点",
    ),
    Case(
        "change: in a plan",
        "强度由{1.45%|share|强度|2022}提高到{1.62%|target|强度|2025}，提高{0.27个百分点|target|强度|2025}。",
        POINTS,
    ),
    Case(
        "parts: the sum comes last",
        "甲县{5家|stock|众创空间||甲县}、乙县{7家|stock|众创空间||乙县}，合计{13家|stock|众创空间}。",
        PARTS,
        "12家",
    ),
    Case(
        "parts: one part above its whole, told in the next sentence",
        "专利申请{1492件|flow|专利申请量}。其中，发明专利申请{4530件|flow|发明专利申请量}。",
        PARTS,
        "不少于4530件",
    ),
    Case(
        "share: brackets, the whole known from another share of the list",
        "累计{200家|stock|科技型企业}。其中电子{50家|stock|甲}（{25%|share|甲占比}）、装备{80家|stock|乙}"
        "（{40%|share|乙占比}）、其他{70家|stock|丙}（{53%|share|丙占比}）。",
        SHARE,
        "35%",
    ),
    Case(
        "average: firms and money",
        "为{112家|flow|企业}企业减税{2.24亿元|flow|减税额}，户均{300万元|share|户均减税额}。",
        SHARE,
        "199.55万元至200.45万元",
    ),
    Case(
        "two values: growth in per cent and in times",
        f"今年{RENT}增长{{45%|growth|{RENT}}}。上述{RENT}增长{{1.5倍|growth|{RENT}}}。",
        REPEAT,
        "45%",
    ),
    Case(
        "rank: more than the counties of the province",
        "县域科技创新能力居全省{第216位|rank|县域科技创新能力}。",
        RANK,
        region="河北省邯郸市曲周县",
    ),
    Case(
        "rank: the ranking city is named",
        "县域科技创新能力居邯郸市{第三十二|rank|县域科技创新能力}。",
        RANK,
        region="河北省邯郸市曲周县",
    ),
    Case(
        "slip: the year before was ten thousand times as much",
        f"2022年{RENT}{{21.02亿元|flow|{RENT}|2022}}。2023年{RENT}{{23.29万元|flow|{RENT}}}。",
        SLIP,
        "23.29亿元",
    ),
    Case(
        "slip: a part in 亿 of a whole in 亿",
        "投入{1.2亿元|flow|科技投入}，其中企业{6800亿元|flow|企业科技投入}。",
        SLIP,
        "6800万元",
    ),
    Case(
        "goal: the share of completion",
        "指标{280件|target|专利申请}。全年申请{310件|flow|专利申请}，为全年任务的{117%|share|专利申请任务完成率}。",
        GOAL,
        "110.71%",
    ),
    Case(
        "goal: a short name in the second sentence",
        "指标{280件|target|专利申请}。申请{260件|flow|申请}，超额完成任务。",
        GOAL,
        "不低于280件",
    ),
    Case(
        "goal: success claimed at 86 per cent",
        "完成目标任务的{86%|share|任务完成率}，圆满完成全年任务。",
        GOAL,
        "不低于100%",
    ),
]

LEFT_ALONE = [
    Case(
        "growth: rounding explains it",
        f"{RENT}由{{1.9亿元|flow|{RENT}|2022}}增长到{{2.1亿元|flow|{RENT}}}，增长{{13.8%|growth|{RENT}}}。",
    ),
    Case(
        "growth: the level is only a lower bound",
        f"{FIRMS}由{{40家|stock|{FIRMS}|2022}}增加到{{超过60家|stock|{FIRMS}}}，增长{{80%|growth|{FIRMS}}}。",
    ),
    Case(
        "growth: constant prices",
        "生产总值由{100亿元|flow|地区生产总值|2022}增长到{110亿元|flow|地区生产总值}，"
        "按可比价增长{6.1%|growth|地区生产总值}。",
    ),
    Case(
        "growth: a doubling that is not exact",
        f"{FIRMS}由{{40家|stock|{FIRMS}|2022}}增加到{{86家|stock|{FIRMS}}}，实现{{翻一番|growth|{FIRMS}}}。",
    ),
    Case(
        "growth: the quote is cut off, not rounded",
        f"{FIRMS}由{{30家|stock|{FIRMS}|2022}}增加到{{50家|stock|{FIRMS}}}，增长{{66.6%|growth|{FIRMS}}}。",
    ),
    Case(
        "change: the difference is to the country, not to the year before",
        "强度达{1.62%|share|强度}，比全国平均的{2.5%|share|强度||全国}低{0.5个百分点|change-|强度}。",
    ),
    Case(
        "parts: 其中 need not be complete",
        "平台{20家|stock|平台}，其中国家级{2家|stock|国家级平台}、省级{5家|stock|省级平台}。",
    ),
    Case(
        "parts: 合计 counts another thing",
        "新增{22家|flow|示范企业}，合计{66家|stock|示范企业}。",
    ),
    Case(
        "parts: a range is no whole",
        "项目资助{10万元—30万元|standard|资助}，其中重大项目不低于{80万元|standard|资助}。",
    ),
    Case(
        "parts: what follows 其中 in the next clause is no part",
        "引进人才{120人|flow|高层次人才}，其中博士{30人|flow|博士}，新增技能人才{900人|flow|技能人才}。",
    ),
    Case(
        "share: of a whole that the text does not tell",
        f"{FIRMS}{{50家|stock|{FIRMS}}}，占全市规上企业的{{12%|share|{FIRMS}占规上企业比重}}。",
    ),
    Case(
        "two values: at two dates",
        f"2022年{FIRMS}{{50家|stock|{FIRMS}|2022}}。2023年{FIRMS}{{60家|stock|{FIRMS}}}。",
    ),
    Case(
        "two values: one is rounded",
        f"全年{RENT}{{23.29亿元|flow|{RENT}}}。全年{RENT}达到{{23.3亿元|flow|{RENT}}}。",
    ),
    Case(
        "two values: a passed mark and the exact level",
        f"全年{RENT}{{突破20亿元|flow|{RENT}}}。全年{RENT}达到{{23.3亿元|flow|{RENT}}}。",
    ),
    Case(
        "two values: a lost word tells them apart",
        f"国家级{FIRMS}{{5家|stock|{FIRMS}}}。省级{FIRMS}{{16家|stock|{FIRMS}}}。",
    ),
    Case(
        "rank: development zones are ranked beside districts",
        "县域科技创新能力居全省{第170位|rank|县域科技创新能力}。",
        region="河北省邯郸市曲周县",
    ),
    Case(
        "rank: a firm among firms",
        "示例公司居全省民营企业{第216位|rank|民营企业百强}。",
        region="河北省邯郸市曲周县",
    ),
    Case(
        "slip: a firm's project beside the county's sum",
        f"全县{RENT}{{21.02亿元|flow|{RENT}}}。示例公司{RENT}{{23.29万元|flow|{RENT}||示例公司}}。",
    ),
    Case(
        "goal: of a later year",
        f"到2025年{FIRMS}达到{{90家|target|{FIRMS}|2025}}。现有{FIRMS}{{60家|stock|{FIRMS}}}，超额完成年度任务。",
    ),
    Case(
        "goal: not claimed",
        f"目标{{90家|target|{FIRMS}}}。{FIRMS}{{60家|flow|{FIRMS}}}，尚未完成任务。",
    ),
    Case(
        "goal: for the stock, not for what was added",
        f"目标是总数达到{{90家|target|{FIRMS}}}。新增{FIRMS}{{20家|flow|{FIRMS}}}，超额完成年度任务。",
    ),
    Case(
        "goal: less is better",
        "能耗目标{50吨|target|单位能耗}。实际能耗{45吨|flow|单位能耗}，超额完成年度任务。",
    ),
]


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_error_is_found_by_the_check_for_it(case: Case) -> None:
    found = check([reading_of(case.text, case.region)])

    assert [finding.check for finding in found] == [case.found]
    assert case.expected in found[0].expected
    assert 0.5 <= found[0].confidence <= 1
    assert found[0].message.endswith("。")
    assert all(figure.quote in found[0].message for figure in found[0].figures[-1:])


@pytest.mark.parametrize("case", LEFT_ALONE, ids=lambda case: case.name)
def test_what_is_no_error_is_left_alone(case: Case) -> None:
    assert check([reading_of(case.text, case.region)]) == []


def test_a_doubtful_figure_makes_a_doubtful_finding() -> None:
    text = "经费由{10亿元|flow|经费|2022}增到{15亿元|flow|经费}，增长{80%|growth|经费}。"
    sure = check([reading_of(text)])
    doubtful = check([reading_of(text, confidence=0.5)])

    assert doubtful[0].confidence < sure[0].confidence


def test_two_reports_are_held_against_one_another() -> None:
    reports = [
        reading_of(f"2023年底全县{FIRMS}{{{count}家|stock|{FIRMS}}}。", doc=doc)
        for doc, count in (("甲县总结", 33), ("示例市通报", 43))
    ]
    found = check(reports)

    assert [finding.check for finding in found] == [REPEAT]
    assert "甲县总结" in found[0].message
    assert "示例市通报" in found[0].message


def test_districts_of_one_name_in_two_cities_are_two() -> None:
    reports = [
        reading_of(f"2023年底全区{FIRMS}{{{count}家|stock|{FIRMS}}}。", region, doc=region)
        for region, count in (("江苏省南京市鼓楼区", 33), ("福建省福州市鼓楼区", 43))
    ]

    assert check(reports) == []


def test_every_check_is_in_the_tables() -> None:
    assert {case.found for case in FOUND} == {one_check.__name__ for one_check in CHECKS}
