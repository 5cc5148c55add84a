"""Whom each figure describes: made-up sentences, one cause a row."""

from __future__ import annotations

import pytest

from kechuang.reading.model import About
from kechuang.reading.reader import read_text
from kechuang.reading.subjects import own_name


def subjects(text: str, region: str | None = "示例市") -> list[str | None]:
    return [figure.subject for figure in read_text(text, about=About(region, 2024)).figures]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        # nobody named: the report's own region
        ("新增企业5家。", "示例市"),
        ("全市新增企业5家。", "示例市"),
        ("我市新增企业5家。", "示例市"),
        # a region that opens the clause
        ("甲县新增企业5家。", "甲县"),
        ("北京新增企业5家。", "北京市"),
        # a body that opens it
        ("示例公司实现产值5亿元。", "示例公司"),
        ("示例大学转化成果5项。", "示例大学"),
        # whom it is done with is not whom it describes
        ("与天津合作项目5个。", "示例市"),
        ("吸纳京津技术合同成交额5亿元。", "示例市"),
    ],
)
def test_subject(text: str, subject: str) -> None:
    assert subjects(text) == [subject]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲县新增企业5家，乙县新增企业3家。", ["甲县", "乙县"]),
        ("其中，甲县5家、乙县3家。", ["甲县", "乙县"]),
        # back to the whole
        ("甲县新增企业5家，全市共有企业80家。", ["甲县", "示例市"]),
        # what is said further of the same
        ("示例公司投入研发经费500万元，同比增长8%。", ["示例公司", "示例公司"]),
        # a heading speaks for its section
        ("甲县：\n新增企业5家。", ["甲县"]),
    ],
)
def test_subjects_of_a_passage(text: str, expected: list[str]) -> None:
    assert subjects(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("曲周县成交额5亿元，同比增长8%。", ["曲周县", "曲周县"]),
        # said short
        ("曲周成交额5亿元。", ["曲周县"]),
        ("曲周县、永年区产值分别增长5%、3%。", ["曲周县", "永年区"]),
        # a region before a colon speaks for its paragraph
        ("曲周县：新增企业5家。引进人才3人。\n新增平台2家。", ["曲周县", "曲周县", "邯郸市"]),
    ],
)
def test_counties_that_the_divisions_name(text: str, expected: list[str]) -> None:
    assert subjects(text, "河北省邯郸市") == expected


@pytest.mark.parametrize(
    ("region", "own"),
    [
        ("河北省邯郸市曲周县", "曲周县"),
        ("河北省邯郸市", "邯郸市"),
        ("河北省", "河北省"),
        ("宁夏海原县", "海原县"),
        ("内蒙古自治区", "内蒙古自治区"),
        # masked, or several
        ("某县（原文隐去）", None),
        ("**县", None),
        ("甲县、乙县", None),
        (None, None),
    ],
)
def test_own_name(region: str | None, own: str | None) -> None:
    assert own_name(region) == own


@pytest.mark.parametrize("region", [None, "某县（原文隐去）"])
def test_an_unnamed_region_has_no_name(region: str | None) -> None:
    assert subjects("全县新增企业5家。", region) == [None]
