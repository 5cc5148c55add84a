"""Measures are given their indicator, and none when that is not sure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.indicators import IndicatorMatcher
from kechuang.reference import load_catalogue

KINDS = ("stock", "flow", "change", "growth", "share", "rank", "target", "standard")


@pytest.fixture(scope="module")
def matcher() -> IndicatorMatcher:
    return IndicatorMatcher(load_catalogue())


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("measure", "unit", "kind", "code"),
    [
        # spelling, counting words, introducing words
        ("高新技术企业", "家", "stock", "hnte"),
        ("高企总数", "家", "stock", "hnte"),
        ("全县有效期内高新技术企业数量", "家", "stock", "hnte"),
        ("R&D经费投入强度", "%", "share", "rd_intensity"),
        ("全社会研发投入占地区生产总值的比例", "%", "share", "rd_intensity"),
        ("累计技术合同成交总额", "元", "flow", "contract_value"),
        ("登记科技成果数", "项", "flow", "st_achievement_registered"),
        # titles and levels
        ("国家级科技型中小企业", "家", "stock", "tech_sme_national"),
        ("省级科技型中小企业", "家", "stock", "tech_sme_provincial"),
        ("科技型中小企业", "家", "stock", None),
        ("国家级众创空间", "家", "stock", "makerspace_national"),
        ("省级众创空间", "家", "stock", "makerspace_provincial"),
        ("县级众创空间", "家", "stock", None),
        ("自治区级重点实验室", "家", "stock", "key_laboratory_provincial"),
        ("小巨人企业", "家", "stock", None),
        # what is new, applied for, gained
        ("高新技术企业", "家", "flow", "hnte_new"),
        ("高新技术企业总数", "家", "flow", "hnte"),
        ("高新技术企业", "家", "change", "hnte_net_gain"),
        ("高新技术企业", "家", "target", "hnte"),
        ("申报高新技术企业", "家", "flow", "hnte_applied"),
        ("省级众创空间", "家", "flow", "makerspace_provincial"),
        ("申报省级众创空间", "家", "flow", None),
        # growth, change and rank belong to the base
        ("高新技术企业", "%", "growth", "hnte"),
        ("高新技术企业数", "倍", "growth", "hnte"),
        ("技术合同成交额增速", "%", "growth", "contract_value"),
        ("技术合同成交额", "%", "target", "contract_value"),
        ("全社会研发投入强度", "百分点", "change", "rd_intensity"),
        ("高新技术企业数量排名", "位", "rank", "hnte"),
        ("县域科技创新能力", "位", "rank", "county_evaluation_rank"),
        ("县域科技创新能力位次", "位", "change", "county_evaluation_rank"),
        ("技术合同成交额增幅", "位", "rank", None),
        # a share is no level, a unit must fit, a rule sets no level
        ("高新技术企业", "%", "share", None),
        ("万人发明专利拥有量", "件", "share", "invention_patent_per_10k"),
        ("技术合同成交额", "家", "flow", None),
        ("高新技术企业", "元", "stock", None),
        ("技术合同成交额", "项", "flow", None),
        ("技术合同", "项", "flow", "technology_contract"),
        ("奖补资金", "元", "standard", None),
        # a firm counted once and counted each time
        ("走访企业", "家", "flow", "visit_firm"),
        ("走访企业", "家次", "flow", "visit_firm_times"),
        # several at once, and things of which there is no indicator
        ("高新技术企业和科技型中小企业", "家", "stock", None),
        ("专利申请任务完成率", "%", "share", None),
        ("苹果产量", "吨", "flow", None),
        ("", "", "stock", None),
        (None, "家", "stock", None),
    ],
)
def test_measure_alone(
    matcher: IndicatorMatcher, measure: str | None, unit: str, kind: str, code: str | None
) -> None:
    found, confidence = matcher.match(measure, unit, kind)

    assert found == code
    assert (confidence == 0) == (code is None)


@pytest.mark.parametrize(
    ("measure", "kind", "context", "code"),
    [
        ("科技型中小企业", "flow", "评价入库科技型中小企业30家", "tech_sme_national"),
        ("科技型中小企业", "stock", "省级认定的科技型中小企业30家", "tech_sme_provincial"),
        ("科技型中小企业", "stock", "评价入库和省级认定的科技型中小企业30家", None),
        ("高新技术企业", "target", "新增高新技术企业30家", "hnte_new"),
        ("高新技术企业", "target", "净增高新技术企业30家", "hnte_net_gain"),
        ("高新技术企业", "target", "高新技术企业达到30家", "hnte"),
        ("企业难题", "flow", "解决企业难题30家", "case_solved"),
        ("企业难题", "flow", "收集企业难题30家", "case_raised"),
    ],
)
def test_words_near_the_figure_decide_between_two(
    matcher: IndicatorMatcher, measure: str, kind: str, context: str, code: str | None
) -> None:
    unit = "项" if measure == "企业难题" else "家"

    assert matcher.match(measure, unit, kind, context=context)[0] == code


def test_own_indicator_of_a_bureau_is_matched(project_root: Path) -> None:
    own = load_catalogue(project_root / "examples/indicators-example.csv")

    assert IndicatorMatcher(own).match("轴承产业产值", "元", "flow")[0] == "local_bearing_output"


@given(st.text(max_size=70), st.sampled_from(("", "家", "元", "%", "位", "倍", "百分点")))
def test_any_measure_gives_a_code_of_the_catalogue_or_none(measure: str, unit: str) -> None:
    matcher = IndicatorMatcher(load_catalogue())
    for kind in KINDS:
        code, confidence = matcher.match(measure, unit, kind, context=measure)
        assert code is None or code in load_catalogue()
        assert 0 <= confidence <= 1


def test_figures_of_the_example_reports(matcher: IndicatorMatcher, project_root: Path) -> None:
    rows = rows_of(project_root / "examples/gold.jsonl")
    right = sum(
        matcher.match(row["measure"], row["unit"], row["kind"])[0] == row["indicator"]
        for row in rows
    )

    assert right / len(rows) >= 0.90


@pytest.mark.requires_shared
def test_figures_of_real_reports(
    matcher: IndicatorMatcher, project_root: Path, shared: Path
) -> None:
    gold = {
        (row["doc"], row["start"], row["end"]): row
        for path in sorted((shared / "gold").glob("*.jsonl"))
        for row in rows_of(path)
    }
    labels = rows_of(project_root / "examples/gold_indicators_real.jsonl")
    wrong = [
        (figure["measure"], label["indicator"])
        for label in labels
        for figure in [gold[label["doc"], label["start"], label["end"]]]
        if matcher.match(figure["measure"], figure["unit"], figure["kind"])[0] != label["indicator"]
    ]

    assert len(labels) == 100
    assert len(wrong) <= 10, wrong
