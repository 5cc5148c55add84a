"""A made-up report whose figures are written by hand, so that these tests need no reader."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from kechuang.reading.model import About, Figure, Finding, Reading

RAW = (
    "一、创新主体\n"
    "全市高新技术企业由100家增加到150家，增长35%。科技型中小企业约1200家。\n"
    "\n"
    "二、成果转化\n"
    "技术合同成交额23.29亿元，居全省第16位。每家给予50万元至80万元补助。\n"
    "特此报告。"
)


def figure(raw: str, quote: str, value: str, unit: str, **more: object) -> Figure:
    """A figure at the first place of `quote`, in the sentence that holds it."""
    start = raw.index(quote)
    first = max(raw.rfind("\n", 0, start), raw.rfind("。", 0, start)) + 1
    last = raw.find("。", start) + 1 or len(raw)
    given: dict[str, object] = {
        "doc": "示例市总结", "quote": quote, "occurrence": 1, "start": start,
        "end": start + len(quote), "value": Decimal(value), "value_max": None, "unit": unit,
        "bound": "exact", "kind": "stock", "measure": "高新技术企业", "subject": "示例市",
        "period": "2024", "indicator": None, "confidence": 0.95, "sentence": raw[first:last],
        "sentence_start": first, "sentence_end": last, "section": None,
    }  # fmt: skip
    return Figure(**{**given, **more})  # type: ignore[arg-type] # fields by name


def sample(doc: str = "示例市总结") -> Reading:
    """A reading of the made-up report with seven figures."""
    money = {"doc": doc, "measure": "技术合同成交额", "section": "二、成果转化", "kind": "flow"}
    firms = {"doc": doc, "section": "一、创新主体"}
    figures = (
        figure(RAW, "100家", "100", "家", **{**firms, "period": "2023"}),
        figure(RAW, "150家", "150", "家", **{**firms, "indicator": "hnte"}),
        figure(RAW, "35%", "35", "%", **{**firms, "kind": "growth", "confidence": 0.6}),
        figure(
            RAW, "约1200家", "1200", "家",
            **{**firms, "bound": "about", "measure": "科技型中小企业", "subject": None},
        ),
        figure(RAW, "23.29亿元", "2329000000", "元", **{**money, "period": "2024-01/2024-07"}),
        figure(RAW, "第16位", "16", "位", **{**money, "kind": "rank", "subject": "示例市"}),
        figure(
            RAW, "50万元至80万元", "500000", "元",
            **{**money, "kind": "standard", "value_max": Decimal(800000), "period": None},
        ),
    )  # fmt: skip
    return Reading(doc, RAW, About("示例省示例市", 2024, "工作总结"), figures)


def finding(reading: Reading) -> Finding:
    """A finding over the first three figures."""
    return Finding(
        check="growth_against_levels",
        figures=reading.figures[:3],
        expected="50%",
        found="35%",
        confidence=0.9,
        message="按“100家”、“150家”推算，增幅应为50%，文中写“35%”，请核对。",
    )


@pytest.fixture
def reading() -> Reading:
    return sample()


@pytest.fixture
def growth(reading: Reading) -> Finding:
    return finding(reading)


@pytest.fixture(scope="session")
def make_reading() -> Callable[..., Reading]:
    return sample


@pytest.fixture(scope="session")
def make_figure() -> Callable[..., Figure]:
    return figure
