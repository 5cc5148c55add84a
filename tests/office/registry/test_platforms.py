"""Platforms: recognition, assessment, correction, partners; firms that enter, go on and leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from office_writes import assert_audited
from registry_records import BUREAU, DAY, LIST, NEWER, firm, wrong

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Incubation, Platform, Room
from kechuang.office.registry.queries import platforms as queries
from kechuang.office.registry.services import carriers, people
from kechuang.office.registry.services import platforms as services

pytestmark = pytest.mark.django_db


def platform(code: str = "pt-1", kind: str = "incubator", **values: Any) -> Platform:
    region = Region.objects.get(code=values.pop("place", "990101"))
    given = {
        "code": code, "name": f"示例{code}", "kind": kind, "level": "municipal", "region": region,
        "recognition": "recognised", "recognised_on": date(2022, 1, 1), **values,
    }  # fmt: skip
    host = given.pop("host", None) or firm(f"依托{code}", region.code)
    return services.create(SYSTEM, {**given, "host": host}, BUREAU)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "平台1"}, "code"),
        ({"code": "pt-0"}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"level": "galactic"}, "level"),
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
        ({"founded_on": date(2999, 1, 1)}, "founded_on"),
    ],
)
def test_what_cannot_be_is_refused(city: Region, values: dict[str, Any], field: str) -> None:
    platform("pt-0")
    with pytest.raises(ValidationError) as refused:
        platform(**values)
    assert (wrong(refused), Platform.objects.count()) == ([field], 1)


@pytest.mark.parametrize(
    ("kind", "following", "passes"),
    [
        ("makerspace", "incubator", True),
        ("makerspace", "accelerator", True),
        ("incubator", "accelerator", True),
        ("incubator", "makerspace", False),
        ("incubator", "incubator", False),
        ("accelerator", "incubator", False),
        ("key_laboratory", "incubator", False),
        ("makerspace", "key_laboratory", False),
    ],
)
def test_chain_leads_from_makerspace_to_incubator_to_accelerator(
    city: Region, kind: str, following: str, passes: bool
) -> None:
    after = platform("pt-2", following)
    if passes:
        assert platform(kind=kind, next_stage=after).next_stage == after
        return
    with pytest.raises(ValidationError) as refused:
        platform(kind=kind, next_stage=after)
    assert wrong(refused) == ["next_stage"]


def test_year_is_assessed_once_and_an_official_grade_stays(city: Region) -> None:
    row = platform()
    services.assess(SYSTEM, row, 2025, "合格", None, "", BUREAU)
    said = assert_audited(
        lambda: services.assess(SYSTEM, row, 2025, "优秀", Decimal("91.50"), "奖补", LIST)
    )
    with pytest.raises(ValidationError):
        services.assess(SYSTEM, row, 2025, "不合格", None, "", BUREAU)
    services.assess(SYSTEM, row, 2025, "良好", None, "", NEWER)
    said.refresh_from_db()
    assert (said.grade, row.platformassessment_set.count()) == ("良好", 1)  # type: ignore[attr-defined]
    assert queries.visible(SYSTEM).get().assessed_grade == "良好"  # type: ignore[attr-defined]


def test_year_before_the_recognition_is_not_assessed(city: Region) -> None:
    with pytest.raises(ValidationError) as refused:
        services.assess(SYSTEM, platform(), 2021, "合格", None, "", BUREAU)
    assert wrong(refused) == ["year"]


def test_platform_is_corrected_cancelled_and_restored(city: Region) -> None:
    row = platform()
    services.order_correction(SYSTEM, row, date(2027, 1, 1), "考核不合格")
    services.cancel(SYSTEM, row, date(2026, 12, 1), "整改无效")
    row.refresh_from_db()
    assert (row.status, row.correct_until, row.cancelled_on) == (
        "cancelled", None, date(2026, 12, 1),
    )  # fmt: skip
    with pytest.raises(ValidationError):
        services.order_correction(SYSTEM, row, date(2027, 1, 1), "再次")
    services.restore(SYSTEM, row, "复议")
    row.refresh_from_db()
    assert (row.status, row.cancelled_on, row.cancelled_reason) == ("valid", None, "")
    with pytest.raises(ValidationError):
        services.restore(SYSTEM, row, "再次")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "found", "colour"),
    [
        ({}, {"valid"}, "done"),
        ({"expires_on": DAY}, {"valid", "expiring"}, "soon"),
        ({"expires_on": date(2026, 5, 31)}, {"expired"}, "late"),
        ({"status": "building"}, {"building"}, "todo"),
        ({"status": "correcting", "correct_until": DAY}, {"correcting"}, "soon"),
        ({"status": "correcting", "correct_until": date(2026, 5, 1)}, {"correcting"}, "late"),
        ({"status": "cancelled"}, {"cancelled"}, "normal"),
    ],
)
def test_standing_is_the_same_in_the_list_and_in_words(
    city: Region, values: dict[str, Any], found: set[str], colour: str
) -> None:
    row = platform()
    Platform.objects.filter(pk=row.pk).update(**values)
    rows = queries.visible(SYSTEM, DAY)
    standings = {code for code in queries.STANDINGS if queries.standing_is(rows, code).exists()}
    assert (standings, queries.standing(rows.get()).code) == (found, colour)


def test_partner_and_member_come_and_go(city: Region) -> None:
    row, party = platform(), firm("共建公司")
    with pytest.raises(ValidationError) as host:
        services.add_partner(SYSTEM, row, row.host, "", None)
    partner = services.add_partner(SYSTEM, row, party, "中试", date(2024, 1, 1))
    with pytest.raises(ValidationError) as twice:
        services.add_partner(SYSTEM, row, party, "", None)
    services.end_partner(SYSTEM, partner, date(2025, 1, 1))
    again = services.add_partner(SYSTEM, row, party, "测试", None)
    who = PartyFacts("ren-1", "王某", "person", "990101")
    person = people.create(SYSTEM, who, {"is_academician": True, "full_time": False}, [], BUREAU)
    values = {"duty": "首席", "full_time": False, "days_a_year": 30, "since": date(2025, 1, 1)}
    member = services.add_member(SYSTEM, row, person, values)
    with pytest.raises(ValidationError) as early:
        services.end_member(SYSTEM, member, date(2024, 1, 1))
    services.end_member(SYSTEM, member, date(2026, 1, 1))
    assert (wrong(host), wrong(twice), wrong(early)) == (["party"], ["party"], ["until"])
    assert (again.pk, again.until, member.until) == (partner.pk, None, date(2026, 1, 1))


# --- carriers


def room(row: Platform, number: str = "301") -> Room:
    return carriers.add_room(SYSTEM, row, number, 5000, "")


def test_room_is_let_to_one_firm_and_free_again(city: Region) -> None:
    row = platform()
    one = room(row)
    stay = carriers.enter(SYSTEM, row, firm("甲"), DAY, one)
    with pytest.raises(ValidationError) as taken:
        carriers.enter(SYSTEM, row, firm("乙"), DAY, one)
    let = [each.stay for each in queries.rooms(row)]
    free_before = list(queries.free_rooms(row))
    carriers.leave(SYSTEM, stay, date(2026, 8, 1), "搬走")
    assert (wrong(taken), let, free_before) == (["room"], [stay], [])
    assert list(queries.free_rooms(row)) == [one]


def test_room_of_another_carrier_is_refused(city: Region) -> None:
    row, other = platform(), platform("pt-2")
    with pytest.raises(ValidationError) as refused:
        carriers.enter(SYSTEM, row, firm(), DAY, room(other))
    assert wrong(refused) == ["room"]


def test_room_number_stands_once_and_its_area_is_corrected(city: Region) -> None:
    row = platform()
    one = room(row)
    with pytest.raises(ValidationError):
        room(row)
    assert_audited(lambda: carriers.change_room(SYSTEM, one, 6000, "朝南"))
    one.refresh_from_db()
    assert (one.area, one.note) == (6000, "朝南")


@pytest.mark.parametrize("act", ["room", "enter"])
def test_laboratory_raises_no_firms(city: Region, act: str) -> None:
    row = platform(kind="key_laboratory")
    with pytest.raises(ValidationError):
        room(row) if act == "room" else carriers.enter(SYSTEM, row, firm(), DAY, None)


def test_firm_stays_once_at_a_time(city: Region) -> None:
    row, party = platform(), firm("甲")
    stay = carriers.enter(SYSTEM, row, party, date(2024, 1, 1), None)
    with pytest.raises(ValidationError) as twice:
        carriers.enter(SYSTEM, row, party, DAY, None)
    with pytest.raises(ValidationError) as early:
        carriers.leave(SYSTEM, stay, date(2023, 1, 1), "早")
    carriers.leave(SYSTEM, stay, date(2025, 1, 1), "搬走")
    with pytest.raises(ValidationError) as within:
        carriers.enter(SYSTEM, row, party, date(2024, 6, 1), None)
    carriers.enter(SYSTEM, row, party, date(2025, 1, 1), None)
    assert (wrong(twice), wrong(early), wrong(within)) == (["party"], ["on"], ["on"])


@pytest.mark.parametrize(
    ("condition", "basis", "reason"),
    [
        ("hnte", "", "有效期内高新技术企业"),
        ("hnte", "GR1", "有效期内高新技术企业：GR1"),
        ("other", "省级认定", "省级认定"),
        ("other", "", None),
    ],
)
def test_firm_graduates_by_a_condition(
    city: Region, condition: str, basis: str, reason: str | None
) -> None:
    stay = carriers.enter(SYSTEM, platform(), firm("甲"), date(2024, 1, 1), None)
    if reason is None:
        with pytest.raises(ValidationError) as refused:
            carriers.graduate(SYSTEM, stay, DAY, condition, basis)
        assert wrong(refused) == ["basis"]
        return
    assert_audited(lambda: carriers.graduate(SYSTEM, stay, DAY, condition, basis))
    stay.refresh_from_db()
    line = AuditEvent.objects.get(action="platform.graduated")
    assert (stay.outcome, stay.left_on, stay.reason, line.reason) == (
        "graduated", DAY, reason, reason,
    )  # fmt: skip
    with pytest.raises(ValidationError):
        carriers.leave(SYSTEM, stay, DAY, "又走")


def test_firm_is_handed_on_along_the_chain(city: Region) -> None:
    after = platform("pt-2", "accelerator")
    row = platform(next_stage=after)
    stay = carriers.enter(SYSTEM, row, firm("甲"), date(2024, 1, 1), room(row))
    there = assert_audited(lambda: carriers.hand_on(SYSTEM, stay, DAY, room(after), "做大"))
    stay.refresh_from_db()
    assert (stay.outcome, stay.reason) == ("handed_on", "示例pt-2：做大")
    assert (there.platform, there.entered_on, there.outcome) == (after, DAY, "stays")
    assert queries.raised(row) == {"handed_on": 1}


def test_firm_is_not_handed_on_where_nothing_follows(city: Region) -> None:
    stay = carriers.enter(SYSTEM, platform(), firm("甲"), DAY, None)
    with pytest.raises(ValidationError):
        carriers.hand_on(SYSTEM, stay, DAY, None, "")


def test_firm_is_not_handed_on_out_of_reach_and_stays_where_it_is(
    city: Region, actor: Callable[..., Actor]
) -> None:
    after = platform("pt-2", "accelerator", place="990102")
    stay = carriers.enter(SYSTEM, platform(next_stage=after), firm("甲"), DAY, None)
    with pytest.raises(Refusal):
        carriers.hand_on(actor("officer", "990101"), stay, DAY, None, "")
    assert list(Incubation.objects.values_list("outcome", flat=True)) == ["stays"]


def test_firm_moves_to_another_room_and_gives_it_back(city: Region) -> None:
    row = platform()
    one, two = room(row), room(row, "302")
    stay = carriers.enter(SYSTEM, row, firm("甲"), DAY, one)
    carriers.move(SYSTEM, stay, two)
    assert [each.stay for each in queries.rooms(row)] == [None, stay]
    carriers.move(SYSTEM, stay, None)
    assert [each.stay for each in queries.rooms(row)] == [None, None]


def test_carrier_with_firms_is_not_cancelled(city: Region) -> None:
    row = platform()
    stay = carriers.enter(SYSTEM, row, firm("甲"), DAY, None)
    with pytest.raises(ValidationError) as refused:
        services.cancel(SYSTEM, row, DAY, "不合格")
    carriers.leave(SYSTEM, stay, DAY, "撤销")
    services.cancel(SYSTEM, row, DAY, "不合格")
    with pytest.raises(ValidationError) as closed:
        carriers.enter(SYSTEM, row, firm("乙"), DAY, None)
    assert (wrong(refused), wrong(closed)) == (["on"], ["party"])


@pytest.mark.parametrize(
    ("entered", "left", "months"),
    [
        (date(2024, 3, 31), date(2024, 4, 30), 0),
        (date(2024, 3, 31), date(2024, 5, 31), 2),
        (date(2024, 1, 15), None, 28),
    ],
)
def test_months_of_a_stay_are_whole(entered: date, left: date | None, months: int) -> None:
    stay = Incubation(entered_on=entered, left_on=left)
    assert queries.months(stay, DAY) == months
