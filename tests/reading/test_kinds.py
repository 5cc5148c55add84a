"""What sort of statement a figure makes: made-up sentences, one cause a row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kechuang.reading.model import About
from kechuang.reading.reader import read_text

BULLETIN = About("示例市", 2024)


def kinds(text: str, about: About = BULLETIN) -> list[tuple[str, str]]:
    return [(figure.quote, figure.kind) for figure in read_text(text, about=about).figures]


@pytest.mark.parametrize(
    ("text", "quote", "kind"),
    [
        # a level at a moment
        ("全市拥有高新技术企业320家。", "320家", "stock"),
        ("截至2024年底，高新技术企业总数达320家。", "320家", "stock"),
        ("累计建成技术创新中心12家。", "12家", "stock"),
        ("孵化基金规模达5亿元。", "5亿元", "stock"),
        ("贷款余额3.2亿元。", "3.2亿元", "stock"),
        ("年产5万吨碳纤维项目投产。", "5万吨", "stock"),
        ("连续9年居全省首位。", "9年", "stock"),
        # what happened in a period
        ("新增高新技术企业32家。", "32家", "flow"),
        ("举办培训班14场。", "14场", "flow"),
        ("兑现奖补资金850万元。", "850万元", "flow"),
        ("引进博士19人。", "19人", "flow"),
        ("登记技术合同217项。", "217项", "flow"),
        ("解决技术难题51条。", "51条", "flow"),
        ("日均处理3吨。", "3吨", "flow"),
        # an absolute difference
        ("净增高新技术企业9家。", "9家", "change"),
        ("比重较上年提高0.59个百分点。", "0.59个百分点", "change"),
        ("较上年增加31家。", "31家", "change"),
        ("位次较上年提升5位。", "5位", "change"),
        ("增速比全省高2.1个百分点。", "2.1个百分点", "change"),
        # a relative change
        ("成交额同比增长44.79%。", "44.79%", "growth"),
        ("成交额翻一番。", "翻一番", "growth"),
        ("产值增长1.6倍。", "1.6倍", "growth"),
        ("能耗降幅超过3%。", "超过3%", "growth"),
        # a proportion, an intensity, a mean
        ("研发投入强度1.87%。", "1.87%", "share"),
        ("研发经费占地区生产总值的2.1%。", "2.1%", "share"),
        ("万人发明专利拥有量5件。", "5件", "share"),
        ("人均研发经费3000元。", "3000元", "share"),
        ("产能利用率95%。", "95%", "share"),
        ("完成任务的110.7%。", "110.7%", "share"),
        ("产值是2020年的3倍。", "3倍", "share"),
        ("投入产出之比为1.68∶1。", "1.68∶1", "share"),
        ("超五成企业有研发活动。", "超五成", "share"),
        # a place
        ("居全省第16位。", "第16位", "rank"),
        ("进入全省前十。", "前十", "rank"),
        # a goal
        ("力争高新技术企业达到85家。", "85家", "target"),
        ("到2025年技术合同成交额达到12亿元。", "12亿元", "target"),
        ("2025年目标：新增高新技术企业10家。", "10家", "target"),
        # a rule
        ("对首次认定的高新技术企业给予10万元奖励。", "10万元", "standard"),
        ("最高给予500万元补助。", "500万元", "standard"),
        ("按研发投入的8%给予补助。", "8%", "standard"),
    ],
)
def test_kind(text: str, quote: str, kind: str) -> None:
    assert kinds(text) == [(quote, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a total and what is new in it
        ("全市现有特派员80名，新增12名。", ["stock", "flow"]),
        # a level and its growth
        ("完成成交额5亿元，同比增长8%。", ["flow", "growth"]),
        ("由10.71亿元增长到32.09亿元，增长199.6%。", ["flow", "flow", "growth"]),
        # what was solved and the rate of it
        ("解决技术难题51条，解决率61.4%。", ["flow", "share"]),
        # the terms of a structure
        ("三次产业结构调整为8.3∶41.4∶50.3。", ["share", "share", "share"]),
        # amounts shared out by a rule
        ("对省级、市级研发机构分别给予50万元、20万元。", ["standard", "standard"]),
    ],
)
def test_kinds_of_a_sentence(text: str, expected: list[str]) -> None:
    assert [kind for _, kind in kinds(text)] == expected


@pytest.mark.parametrize(
    ("text", "genre", "kind"),
    [
        # the same words report, plan or rule by what the text is
        ("新增高新技术企业10家。", "新闻", "flow"),
        ("新增高新技术企业10家。", "工作计划", "target"),
        ("新增高新技术企业10家。", "政府工作报告", "flow"),
        ("企业研发费用达到500万元。", "扶持政策", "standard"),
        # a plan says where it starts from
        ("2024年已有高新技术企业73家。", "工作计划", "stock"),
    ],
)
def test_kind_by_genre(text: str, genre: str, kind: str) -> None:
    assert [said for _, said in kinds(text, About("示例市", 2025, genre))] == [kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("成交额同比增长8%。", "8"),
        ("成交额同比下降24.2%。", "-24.2"),
        ("成交额同比增长-5.3%。", "-5.3"),
        ("比重下降0.5个百分点。", "-0.5"),
        ("增速比全省低2.67个百分点。", "-2.67"),
        # where the words name the fall, its size is positive
        ("能耗降幅超过3%。", "3"),
        # a level that was fallen to is no fall
        ("能耗下降到3%。", "3"),
    ],
)
def test_a_fall_is_negative(text: str, value: str) -> None:
    assert [figure.value for figure in read_text(text).figures] == [Decimal(value)]
