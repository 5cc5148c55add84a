"""Titles: what holds on a day, what is counted, what may follow what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from office_writes import assert_audited
from registry_records import BUREAU, DAY, LIST, NEWER, firm, stamped, wrong

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries import qualifications as queries
from kechuang.office.registry.services import qualifications as services

pytestmark = pytest.mark.django_db

HNTE = {
    "title": "hnte",
    "level": "",
    "number": "GR202399000001",
    "recognition": "recognised",
    "issued_on": date(2023, 10, 16),
    "expires_on": date(2026, 10, 16),
}


def made(**values: Any) -> Qualification:
    values = {"party": firm(), "title": "hnte", "recognition": "recognised", **values}
    return Qualification.objects.create(**stamped(**values))


def test_own_level_is_filled_in_and_the_trail_tells_words(city: Region) -> None:
    party = firm()
    row = assert_audited(lambda: services.create(SYSTEM, party, HNTE, LIST))
    line = AuditEvent.objects.get(action="qualification.create")
    assert (row.level, row.source, row.rank) == ("national", "official_list", 20)
    assert (line.changes["title"], line.changes["source"], line.changes["expires_on"]) == (
        [None, "高新技术企业"],
        [None, "主管部门名单（来函）"],
        [None, "2026-10-16"],
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "star"}, "title"),
        ({"level": "galactic"}, "level"),
        ({"title": "tech_sme_provincial", "level": "national"}, "level"),
        ({"title": "tech_sme_national", "level": "provincial"}, "level"),
        ({"expires_on": date(2023, 10, 15)}, "expires_on"),
        ({"number": "GR-TAKEN"}, "number"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_is_refused(city: Region, changes: dict[str, Any], field: str) -> None:
    made(number="GR-TAKEN")
    with pytest.raises(ValidationError) as refused:
        services.create(SYSTEM, firm("乙公司"), {**HNTE, **changes}, LIST)
    assert (wrong(refused), Qualification.objects.count()) == ([field], 1)


def test_unit_level_statistics_are_no_source(city: Region) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create(SYSTEM, firm(), HNTE, Provenance("statistics_office", DAY))
    assert wrong(refused) == ["source"]


@pytest.mark.parametrize(
    ("role", "place", "reason"),
    [("leader", "990101", "role"), ("officer", "990102", "outside"), ("expert", "990101", "role")],
)
def test_who_may_not_changes_nothing(
    city: Region, actor: Callable[..., Actor], role: str, place: str, reason: str
) -> None:
    row = made()
    acting = actor(role, place)
    acts: list[Callable[[], object]] = [
        lambda: services.create(acting, row.party, HNTE, BUREAU),
        lambda: services.change(acting, row, {"note": "改"}, BUREAU),
        lambda: services.renew(acting, row, HNTE, BUREAU),
        lambda: services.await_certificate(acting, row, "公示1号"),
        lambda: services.cancel(acting, row, DAY, "改"),
        lambda: services.reinstate(acting, row, "改"),
    ]
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.why.reason == reason
    assert list(Qualification.objects.values_list("status", "note")) == [("valid", "")]


def test_official_row_is_not_edited_but_replaced_by_a_newer_list(city: Region) -> None:
    row = services.create(SYSTEM, firm(), HNTE, LIST)
    for provenance in (BUREAU, LIST, Provenance("official_list", date(2026, 1, 1), "旧1号")):
        with pytest.raises(ValidationError):
            services.change(SYSTEM, row, {"number": "GR2"}, provenance)
    services.change(SYSTEM, row, {"number": "GR2"}, NEWER)
    row.refresh_from_db()
    assert (row.number, row.document, row.as_of) == ("GR2", NEWER.document, NEWER.as_of)


def test_row_of_the_bureau_is_edited_and_nothing_changed_is_no_change(city: Region) -> None:
    row = services.create(SYSTEM, firm(), HNTE, BUREAU)
    told = services.change(SYSTEM, row, {"note": "核对过"}, BUREAU)
    again = services.change(SYSTEM, row, {"note": "核对过"}, Provenance("bureau", date(2026, 9, 1)))
    row.refresh_from_db()
    assert (told, again, row.as_of) == ({"note": ("", "核对过")}, {}, DAY)


def test_renewal_points_to_the_row_before_which_stays(city: Region) -> None:
    row = services.create(SYSTEM, firm(), HNTE, LIST)
    before = Qualification.objects.values().get(pk=row.pk)
    values = {
        **HNTE, "title": "gazelle", "number": "GR202699000002", "issued_on": date(2026, 10, 20),
        "expires_on": date(2029, 10, 20),
    }  # fmt: skip
    after = assert_audited(lambda: services.renew(SYSTEM, row, values, NEWER))
    assert (after.previous, after.title, after.party) == (row, "hnte", row.party)
    assert Qualification.objects.values().get(pk=row.pk) == before


def cancelled(row: Qualification) -> None:
    services.cancel(SYSTEM, row, date(2025, 1, 1), "弄虚作假")


def renewed(row: Qualification) -> None:
    values = {**HNTE, "number": "GR9", "issued_on": date(2026, 10, 20), "expires_on": None}
    services.renew(SYSTEM, row, values, NEWER)


def nothing(row: Qualification) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "act", "field"),
    [
        (cancelled, renewed, "issued_on"),
        (renewed, renewed, "issued_on"),
        (cancelled, cancelled, "__all__"),
        (cancelled, lambda row: services.await_certificate(SYSTEM, row, "1号"), "__all__"),
        (renewed, lambda row: services.await_certificate(SYSTEM, row, "1号"), "document"),
        (nothing, lambda row: services.await_certificate(SYSTEM, row, ""), "document"),
        (nothing, lambda row: services.cancel(SYSTEM, row, date(2020, 1, 1), "早"), "on"),
        (nothing, lambda row: services.reinstate(SYSTEM, row, "没撤"), "reason"),
        (
            nothing,
            lambda row: services.renew(SYSTEM, row, {**HNTE, "number": "GR9"}, NEWER),
            "issued_on",
        ),
    ],
)
def test_acts_out_of_turn_are_refused(
    city: Region,
    before: Callable[[Qualification], None],
    act: Callable[[Qualification], object],
    field: str,
) -> None:
    row = services.create(SYSTEM, firm(), HNTE, LIST)
    before(row)
    with pytest.raises(ValidationError) as refused:
        act(row)
    assert wrong(refused) == [field]


def test_cancelled_title_is_reinstated_as_it_was(city: Region) -> None:
    row = services.create(SYSTEM, firm(), HNTE, LIST)
    services.await_certificate(SYSTEM, row, "公示3号")
    services.cancel(SYSTEM, row, date(2026, 11, 1), "错")
    assert_audited(lambda: services.reinstate(SYSTEM, row, "登记有误"))
    row.refresh_from_db()
    line = AuditEvent.objects.get(action="qualification.reinstate")
    assert (row.status, row.cancelled_on, line.reason) == ("awaiting", None, "登记有误")


BEGIN, END = date(2023, 1, 1), date(2025, 12, 31)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "follows", "day", "found", "told"),
    [
        ({}, None, date(2024, 1, 1), {"valid"}, "有效"),
        ({}, None, BEGIN, {"valid"}, "有效"),
        ({}, None, date(2022, 12, 31), {"future"}, "未生效"),
        ({}, None, END, {"valid", "expiring"}, "临期（还有0天）"),
        ({}, None, END - timedelta(180), {"valid", "expiring"}, "临期（还有180天）"),
        ({}, None, END - timedelta(181), {"valid"}, "有效"),
        ({}, None, END + timedelta(1), {"expired"}, "已到期1天"),
        ({"expires_on": None}, None, date(2090, 1, 1), {"valid"}, "有效"),
        ({"expires_on": None, "status": "expired"}, None, DAY, {"expired"}, "已到期"),
        ({"issued_on": None}, None, date(2000, 1, 1), {"valid"}, "有效"),
        ({"status": "awaiting"}, None, END, {"valid", "expiring"}, "临期（还有0天）"),
        ({"status": "awaiting"}, None, DAY, {"awaiting"}, "到期待发证"),
        ({"status": "awaiting"}, date(2026, 3, 1), DAY, {"renewed"}, "已续"),
        ({"status": "awaiting"}, date(2026, 6, 2), DAY, {"awaiting"}, "到期待发证"),
        ({}, date(2025, 12, 1), date(2025, 12, 15), {"valid"}, "有效（已续）"),
        ({}, date(2025, 12, 1), DAY, {"renewed"}, "已续"),
        (
            {"status": "cancelled", "cancelled_on": date(2024, 6, 1)},
            None, date(2024, 5, 31), {"valid"}, "有效",
        ),
        (
            {"status": "cancelled", "cancelled_on": date(2024, 6, 1)},
            None, date(2024, 6, 1), {"cancelled"}, "已撤销",
        ),
        ({"status": "cancelled"}, None, date(2024, 1, 1), {"cancelled"}, "已撤销"),
    ],
)  # fmt: skip
def test_standing_on_a_day_is_the_same_in_the_list_and_in_words(
    city: Region,
    values: dict[str, Any],
    follows: date | None,
    day: date,
    found: set[str],
    told: str,
) -> None:
    row = made(**{"issued_on": BEGIN, "expires_on": END, **values})
    if follows:
        linked = {"previous": row} if values.get("status") == "awaiting" else {}
        made(party=row.party, issued_on=follows, **linked)
    rows = queries.on_day(Qualification.objects.filter(pk=row.pk), day)
    standings = {code for code in queries.STANDINGS if queries.standing_is(rows, code).exists()}
    assert (standings, str(queries.standing(rows.get()))) == (found, told)


@pytest.mark.both_databases
def test_stock_counts_organisations_and_keeps_titles_apart(
    city: Region, actor: Callable[..., Actor]
) -> None:
    first, second, third = firm("甲"), firm("乙"), firm("丙")
    far = firm("丁", "990102")
    running = {"issued_on": BEGIN, "expires_on": date(2027, 12, 31)}
    over = {"issued_on": BEGIN, "expires_on": END}
    before = made(party=first, **over)
    made(party=first, previous=before, **running)
    made(party=first, title="tech_sme_national", level="national", **running)
    made(party=first, title="tech_sme_provincial", level="provincial", **running)
    made(party=second, title="tech_sme_provincial", level="provincial", **running)
    made(party=second, status="awaiting", **over)
    made(party=third, **over)
    made(party=third, title="gazelle", level="provincial", status="cancelled", **running)
    made(party=far, **running)
    counted = [
        (each.title, each.valid, each.awaiting, each.held, each.expired)
        for each in queries.stock(actor("officer", "990101"), DAY)
    ]
    assert counted == [
        ("hnte", 1, 1, 2, 1),
        ("tech_sme_national", 1, 0, 1, 0),
        ("tech_sme_provincial", 2, 0, 2, 0),
    ]


def test_later_certificate_of_another_level_follows_nothing(city: Region) -> None:
    over = {"issued_on": BEGIN, "expires_on": END, "title": "ip_advantage"}
    row = made(level="provincial", **over)
    made(party=row.party, title="ip_advantage", level="national", issued_on=date(2026, 1, 1))
    made(party=firm("乙"), title="ip_advantage", level="provincial", issued_on=date(2026, 1, 1))
    assert list(queries.standing_is(queries.visible(SYSTEM, DAY), "expired")) == [row]
