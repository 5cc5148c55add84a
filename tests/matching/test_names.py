"""One name against a small register: the verdict and the reasons."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.matching.names import Firm, Listed, Match, Register, Verdict, Why, match, name_key
from kechuang.reference.credit_codes import check_character

LINE = ("河北省", "邯郸市", "曲周县")
BESIDE = ("河北省", "邯郸市", "鸡泽县")
CODE = "91990101MA0000001Y"
OTHER_CODE = "91990101MA0000002" + check_character("91990101MA0000002")
FIRMS = [
    Firm("bearing", "曲周县宏达轴承有限公司", ("曲周县红星轴承厂",), CODE, LINE),
    Firm("twin", "鸡泽县宏达轴承有限公司", (), "", BESIDE),
    Firm("group", "河北示例（集团）科技股份有限公司", (), "", LINE),
    Firm("works", "曲周轴承一厂", (), "", LINE),
    Firm("branch", "曲周县三友电子有限公司鸡泽分公司", (), "", BESIDE),
    Firm("plain", "恒通实业有限公司", (), "", LINE),
    Firm("partners", "曲周众诚中心（有限合伙）", (), "", LINE),
    Firm("same_one", "曲周县凌云食品厂", (), "", LINE),
    Firm("same_two", "曲周县凌云食品厂", (), "", LINE),
]
REGISTER = Register(FIRMS)


def found(name: str, code: str = "") -> Match:
    return match([Listed(name, code)], REGISTER)[0]


@pytest.mark.parametrize(
    ("name", "firm", "whys"),
    [
        ("曲周县宏达轴承有限公司", "bearing", {Why.SAME_NAME}),
        (" 曲周县 宏达轴承有限公司\u3000", "bearing", {Why.WRITTEN}),
        ("曲周縣宏達軸承有限公司", "bearing", {Why.TRADITIONAL}),
        ("河北示例(集团)科技股份有限公司", "group", {Why.WRITTEN}),
        ("河北示例集团科技股份有限公司", "group", {Why.BRACKETS}),
        ("曲周县宏达轴承有限责任公司", "bearing", {Why.FORM_WRITTEN}),
        ("河北省邯郸市曲周县宏达轴承有限公司", "bearing", {Why.REGION_MORE}),
        ("曲周宏达轴承有限公司", "bearing", {Why.REGION_WRITTEN}),
        ("曲周县红星轴承厂", "bearing", {Why.FORMER}),
        ("1. 曲周县宏达轴承有限公司", "bearing", {Why.NUMBER}),
        ("（一）曲周县宏达轴承有限公司", "bearing", {Why.NUMBER}),
        ("12曲周县宏达轴承有限公司", "bearing", {Why.NUMBER}),
        ("曲周县宏达轴承有限公司（高企）", "bearing", {Why.NOTE}),
        ("曲周县宏达轴承有限公司，张三", "bearing", {Why.NOTE}),
        ("曲周众诚中心(有限合伙)", "partners", {Why.WRITTEN}),
    ],
)
def test_one_firm_is_meant(name: str, firm: str, whys: set[Why]) -> None:
    answer = found(name)

    assert answer.verdict is Verdict.SAME
    assert [each.code for each in answer.candidates] == [firm]
    assert {each.why for each in answer.candidates[0].reasons} == whys


@pytest.mark.parametrize(
    ("name", "firm", "why"),
    [
        ("宏达轴承有限公司", "bearing", Why.REGION_MISSING),
        ("曲周县恒通实业有限公司", "plain", Why.REGION_ADDED),
        ("邯郸市宏达轴承有限公司", "bearing", Why.REGION_LEVEL),
        ("曲州县宏达轴承有限公司", "bearing", Why.REGION_TYPO),
        ("曲周县洪达轴承有限公司", "bearing", Why.SOUND),
        ("曲周县宏达铀承有限公司", "bearing", Why.LETTER),
        ("曲周众域中心（有限合伙）", "partners", Why.SHAPE),
        ("曲周县宏达轴轴承有限公司", "bearing", Why.MORE),
        ("曲周县宏达承有限公司", "bearing", Why.LESS),
        ("曲周县达宏轴承有限公司", "bearing", Why.ORDER),
        ("曲周县宏达轴承有线公司", "bearing", Why.FORM_TYPO),
        ("曲周县宏达轴承有限公司司", "bearing", Why.FORM_TYPO),
        ("曲周县宏达轴承股份有限公司", "bearing", Why.FORM_CHANGED),
        ("曲周县宏达轴承", "bearing", Why.FORM_MISSING),
        ("曲周县宏达轴承有限公司鸡泽分公司", "bearing", Why.BRANCH),
        ("曲周县三友电子有限公司", "branch", Why.BRANCH_HERE),
        ("曲周县宏达轴承有限公司（鸡泽县）", "bearing", Why.NOTE_REGION),
        ("曲周县新名轴承有限公司（原曲周县红星轴承厂）", "bearing", Why.FORMER_NOTED),
        ("曲周县凌云食品厂", "same_one", Why.SEVERAL),
    ],
)
def test_somebody_must_look(name: str, firm: str, why: Why) -> None:
    answer = found(name)

    assert answer.verdict is Verdict.DOUBT
    chosen = next(each for each in answer.candidates if each.code == firm)
    assert why in {each.why for each in chosen.reasons}
    assert 0 < chosen.sure < 100


@pytest.mark.parametrize(
    "name",
    [
        "曲周轴承二厂", "鸡泽轴承一厂", "大名县宏达轴承有限公司", "河北示例集团科贸股份有限公司",
        "曲周县宏达商贸有限公司", "甲", "", "附件1",
    ],
)  # fmt: skip
def test_another_firm_is_none_of_ours(name: str) -> None:
    assert found(name) == Match(Verdict.UNKNOWN)


def test_a_code_decides_where_the_name_fits_or_is_left_out() -> None:
    for name in ("", "曲周县洪达轴承有限公司"):
        answer = found(name, CODE)
        assert (answer.verdict, answer.candidates[0].code) == (Verdict.SAME, "bearing")
        assert answer.candidates[0].reasons[0].why is Why.CODE


def test_a_code_of_another_firm_puts_both_in_doubt() -> None:
    answer = found("鸡泽县宏达轴承有限公司", CODE)

    assert answer.verdict is Verdict.DOUBT
    assert [each.code for each in answer.candidates] == ["bearing", "twin"]
    assert answer.candidates[0].reasons[-1].why is Why.CODE_NAME


def test_a_code_that_is_not_the_firms_puts_the_name_in_doubt() -> None:
    answer = found("曲周县宏达轴承有限公司", OTHER_CODE)

    assert answer.verdict is Verdict.DOUBT
    assert answer.candidates[0].reasons[-1].why is Why.NAME_CODE


def test_a_decision_is_remembered_whatever_stands_around_the_name() -> None:
    names = ["宏达轴承 有限公司", "3、宏達轴承有限公司（高企）", "宏达轴承有限公司★"]

    assert {name_key(name) for name in names} == {"宏达轴承有限公司"}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_text_has_an_answer(name: str) -> None:
    answer = found(name)

    assert (answer.verdict is Verdict.UNKNOWN) == (not answer.candidates)
    assert isinstance(name_key(name), str)


def test_an_empty_register_knows_nobody() -> None:
    assert match([Listed("曲周县宏达轴承有限公司")], Register([])) == [Match(Verdict.UNKNOWN)]
