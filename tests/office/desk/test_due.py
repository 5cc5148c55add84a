"""What falls due when, and deadlines that letters state: pure rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.office.desk.due.calendar import DueRule, load_due, occurrences
from kechuang.office.desk.due.deadlines import LAIN, chosen, deadlines
from kechuang.reference.working_days import is_working_day, next_working_day

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("hnte_annual_report", ["05-29"]),  # 31 May 2026 is a Sunday: do it before
        ("income_tax_settlement", ["06-01"]),  # tax moves on to the next working day
        ("technology_sme_window", ["08-31"]),
        ("super_deduction_october", ["10-15"]),
        ("performance_self_evaluation", ["03-31"]),
        ("county_results", ["12-31"]),
        (
            "contract_statistics",
            ["01-05", "02-05", "03-05", "04-07", "05-06", "06-05", "07-06", "08-05", "09-07",
             "10-08", "11-05", "12-07"],
        ),
    ],
)  # fmt: skip
def test_what_ships_falls_due_on_working_days(code: str, days: list[str]) -> None:
    found = occurrences([load_due().rules[code]], *YEAR)
    assert [f"{each.due:%m-%d}" for each in found] == days


def test_what_is_for_one_year_comes_once() -> None:
    rule = load_due().rules["technology_sme_window"]
    found = occurrences([rule], date(2025, 1, 1), date(2030, 1, 1))
    assert [(each.opens, each.nominal) for each in found] == [(date(2026, 6, 1), date(2026, 8, 31))]


def test_every_shipped_item_says_where_its_day_is_from() -> None:
    assert all(rule.basis for rule in load_due().rules.values())
    sure = {code for code, rule in load_due().rules.items() if not rule.is_unverified}
    assert sure == {"income_tax_settlement", "hnte_annual_report"}


def test_a_window_may_begin_in_the_year_before() -> None:
    rule = DueRule("x", "跨年", "", "yearly", (1, 15), (12, 1))
    assert occurrences([rule], *YEAR)[0].opens == date(2025, 12, 1)


def test_a_last_day_that_moves_over_the_turn_of_the_year_is_found() -> None:
    rule = DueRule("x", "年末", "", "yearly", (12, 31), moves="next")
    found = occurrences([rule], date(2028, 1, 1), date(2028, 1, 10))
    assert found == []
    assert next_working_day(date(2022, 12, 31)) == date(2023, 1, 2)
    moved = occurrences([rule], date(2023, 1, 1), date(2023, 1, 10))
    assert [(each.nominal, each.due) for each in moved] == [(date(2022, 12, 31), date(2023, 1, 2))]


@settings(max_examples=40)
@given(
    month=st.integers(1, 12), day=st.integers(1, 31), moves=st.sampled_from(["next", "previous"]),
    since=st.dates(date(2025, 1, 1), date(2027, 12, 31)), span=st.integers(0, 500),
)  # fmt: skip
def test_what_moves_is_always_worked_and_inside(
    month: int, day: int, moves: str, since: date, span: int
) -> None:
    rule = DueRule("x", "事项", "", "yearly", (month, day), moves=moves)
    until = since + timedelta(days=span)
    for each in occurrences([rule], since, until):
        assert is_working_day(each.due)
        assert since <= each.due <= until
        assert abs((each.due - each.nominal).days) <= 10


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("请各县区于2026年7月15日前将汇总表报送我局。", ["2026-07-15"]),
        ("请于7月15日（周三）下班前报送。", ["2026-07-15"]),
        ("报名截至8月1日止；材料9月30日17:00前送达。", ["2026-08-01", "2026-09-30"]),
        ("请于 7 月 15 日 之前反馈。", ["2026-07-15"]),
        ("会议定于7月15日召开。", []),
        ("去年请于2025年3月1日前报送的不再报。", []),
        ("请于1月9日前报送。", ["2027-01-09"]),
        ("请于2月30日前报送。", []),
        ("申报截止时间：2026年12月20日24时。", ["2026-12-20"]),
        ("截止日期为12月20日。", ["2026-12-20"]),
        ("截至2026年6月30日全市有高企120家。", []),
        ("请于二〇二六年十二月十五日前报送。", ["2026-12-15"]),
        ("请于二○二七年一月三十一日前报送。", ["2027-01-31"]),
        ("请于12月底前报送。", ["2026-12-31"]),
        ("请于2028年2月末前报送。", ["2028-02-29"]),
        ("请于2026年5月5日前报送。", ["2026-05-05"]),
        ("2026年5月5日前成立的企业可以参加。", []),
        ("自收到之日起10个工作日内反馈。", ["2026-07-03"]),
        ("收到本通知之日起十五日内反馈。", ["2026-07-05"]),
        ("证书有效期至2026年12月31日止。", []),
        ("有效期三年，自2026年7月1日起至2029年6月30日止。", []),
        ("有效期至2026年12月31日止，请于7月15日前报送。", ["2026-07-15"]),
        ("有效期内的证书7月15日前报送。", ["2026-07-15"]),
    ],
)
def test_deadlines_are_read_as_a_letter_states_them(text: str, days: list[str]) -> None:
    found = deadlines(text, date(2026, 6, 20))
    assert [each.day.isoformat() for each in found] == days


def test_no_deadline_lies_before_the_day_of_the_letter() -> None:
    text = "请于2026年5月5日前报送。"
    assert not deadlines(text, date(2026, 6, 20), date(2026, 5, 10))
    assert deadlines(text, date(2026, 6, 20), date(2026, 5, 1))[0].day == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7月1日前成立的企业，请于7月15日前报送。", "2026-07-15"),
        ("7月1日前培训结束。材料7月15日前提交。", "2026-07-15"),
        ("请于7月15日前反馈，8月1日前报送。", "2026-07-15"),
        ("请于7月15日前，将汇总表报我局；7月1日前培训结束。", "2026-07-15"),
        ("培训7月1日前结束。", "2026-07-01"),
        ("证书有效期至7月1日止的企业，请于7月15日前申报。", "2026-07-15"),
    ],
)
def test_the_deadline_that_asks_for_something_is_chosen(text: str, day: str) -> None:
    found = chosen(deadlines(text, date(2026, 6, 20)))
    assert found is not None
    assert found.day.isoformat() == day


def test_a_deadline_shows_its_sentence() -> None:
    found = deadlines("一、范围。请于7月15日前报送；逾期不候。", date(2026, 6, 20))
    assert found[0].words == "请于7月15日前报送"


@settings(max_examples=30)
@given(st.text("请于年月日前底0123456789（）周一二十〇○。 \n报止收到之起内有效期", max_size=60))
def test_any_text_is_read_without_a_mistake(text: str) -> None:
    found = deadlines(text, date(2026, 6, 20))
    assert all(each.day >= date(2026, 6, 20) - LAIN for each in found)
