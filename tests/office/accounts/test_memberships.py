"""Roles: who gives them to whom, where, and which are kept apart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts import guards, services
from kechuang.office.accounts.models import ApiToken, Membership
from kechuang.office.accounts.permissions import actor_of, matrix
from kechuang.office.accounts.separation import Held, conflict, pairs
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Installation, Region

Act = Callable[..., Actor]
Person = Callable[..., Membership]
JANUARY, MARCH, MAY, JULY = (date(2026, month, 1) for month in (1, 3, 5, 7))


def refusal(act: Callable[[], object]) -> tuple[Reason, str]:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.why.reason, refused.value.why.detail


# --- the rules alone


@pytest.mark.parametrize(
    ("held", "new", "small", "stands"),
    [
        ("system_administrator", "security_administrator", False, True),
        ("system_administrator", "security_administrator", True, False),
        ("security_administrator", "audit_administrator", False, True),
        ("audit_administrator", "officer", False, True),
        ("audit_administrator", "officer", True, False),
        ("finance_officer", "officer", False, True),
        ("finance_officer", "officer", True, True),
        ("finance_officer", "reviewer", True, True),
        ("officer", "reviewer", False, False),
        ("officer", "officer", False, False),
        ("officer", "leader", False, False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_roles_are_apart(held: str, new: str, small: bool, stands: bool, turned: bool) -> None:
    first, second = (new, held) if turned else (held, new)
    found = conflict(Held(second, JANUARY), [Held(first, JANUARY)], small=small)
    assert (found is not None) is stands


@pytest.mark.parametrize(
    ("since", "until", "stands"),
    [
        (JANUARY, date(2026, 2, 28), False),
        (JANUARY, MARCH, True),
        (date(2026, 3, 31), None, True),
        (MAY, JULY, True),
        (date(2026, 5, 2), JULY, False),
        (JANUARY, None, True),
        (date(2026, 4, 1), date(2026, 4, 2), True),
    ],
)
def test_only_the_same_days_count(since: date, until: date | None, stands: bool) -> None:
    held = Held("finance_officer", MARCH, MAY)
    assert (conflict(Held("officer", since, until), [held], small=False) is not None) is stands


# --- granting


def test_granted_role_is_in_force_and_leaves_a_line(actor: Act, person: Person) -> None:
    user = person("leader").user
    who, region = actor("security_administrator"), Region.objects.get(code="990101")
    membership = services.grant_membership(who, user, "officer", region)
    assert (membership.granted_by, membership.since) == (who.code, timezone.localdate())
    event = AuditEvent.objects.get(action="membership.granted")
    assert event.changes == {
        "role": [None, "经办"], "region": [None, "甲县"],
        "since": [None, timezone.localdate().isoformat()],
    }  # fmt: skip
    assert (event.subject_key, event.region) == (user.username, region.path)


@pytest.mark.parametrize(
    ("role", "place", "to", "where", "reason"),
    [
        ("system_administrator", "990100", "990101", "990101", Reason.ROLE),
        ("officer", "990100", "990101", "990101", Reason.ROLE),
        ("security_administrator", "990101", "990101", "990102", Reason.OUTSIDE),
        ("security_administrator", "990101", "990101", "990100", Reason.OUTSIDE),
        ("security_administrator", "990101", "990102", "990101", Reason.OUTSIDE),
    ],
)
def test_nobody_grants_beyond_their_reach(
    actor: Act, person: Person, role: str, place: str, to: str, where: str, reason: Reason
) -> None:
    user, who = person("leader", to).user, actor(role, place)
    region = Region.objects.get(code=where)
    act = lambda: services.grant_membership(who, user, "expert", region)  # noqa: E731
    assert refusal(act)[0] is reason
    assert user.memberships.count() == 1


def test_nobody_grants_to_themselves(person: Person, city: Region) -> None:
    own = person("security_administrator")
    act = lambda: services.grant_membership(actor_of(own), own.user, "leader", city)  # noqa: E731
    assert refusal(act) == (
        Reason.SEPARATION, "任何人不能给自己授予角色，请另一位安全管理员办理。",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("size", "role", "stands"),
    [
        ("standard", "system_administrator", True),
        ("small", "system_administrator", False),
        ("standard", "officer", True),
        ("small", "officer", False),
    ],
)
def test_small_bureaus_may_hold_more(
    actor: Act, person: Person, city: Region, size: str, role: str, stands: bool
) -> None:
    user, who = person("audit_administrator", name="赵六").user, actor("security_administrator")
    Installation.objects.update(size=size)
    act = lambda: services.grant_membership(who, user, role, city)  # noqa: E731
    if stands:
        assert refusal(act)[1].startswith("赵六已是“审计管理员”，同一时期不能再任")
    else:
        act()
    assert user.memberships.count() == (1 if stands else 2)


def test_money_is_kept_apart_in_small_bureaus_too(actor: Act, person: Person, city: Region) -> None:
    user, who = person("finance_officer", name="赵六").user, actor("security_administrator")
    Installation.objects.update(size="small")
    act = lambda: services.grant_membership(who, user, "reviewer", city)  # noqa: E731
    assert refusal(act) == (
        Reason.SEPARATION,
        "赵六已是“财务”，同一时期不能再任“复核”：复核资金与支付资金的人分开。"
        "这一条在小型局也不放宽。请授予另一个人。",
    )


@pytest.mark.parametrize(
    ("role", "party", "problem"),
    [
        ("officer", "", ""),
        ("officer", "bureau-990101", ""),
        ("officer", "firm", "“经办”代表科技主管部门，“示例公司”是企业。请另选单位。"),
        ("enterprise_user", "firm", ""),
        ("enterprise_user", "", "“企业”代表一个单位，请选择企业。"),
        ("expert", "", ""),
        ("expert", "firm", "“专家”不代表单位，请把单位留空。"),
        ("area_liaison", "", "“乡镇园区联络员”代表一个单位，请选择乡镇街道、园区或孵化器。"),
        ("officer", "bureau-990102", "“乙区科技局”不在甲县内。请另选单位或区划。"),
    ],
)
def test_party_fits_the_role(
    actor: Act, person: Person, role: str, party: str, problem: str
) -> None:
    user, who = person("leader", "990101").user, actor("security_administrator")
    region = Region.objects.get(code="990101")
    Party.objects.create(code="firm", name="示例公司", kind="enterprise", region=region)
    found = Party.objects.filter(code=party).first()
    try:
        services.grant_membership(who, user, role, region, party=found)
        said = ""
    except ValidationError as error:
        said = error.messages[0]
    assert said == problem


def test_same_role_is_not_given_twice(actor: Act, person: Person, city: Region) -> None:
    own, who = person("leader"), actor("security_administrator")
    with pytest.raises(ValidationError, match="已有这个角色"):
        services.grant_membership(who, own.user, "leader", city)


# --- revoking


def test_revoked_role_is_gone_at_once_with_its_tokens(
    actor: Act, person: Person, client: Client
) -> None:
    own = person("officer")
    client.force_login(own.user, backend="django.contrib.auth.backends.ModelBackend")
    ApiToken.objects.create(
        membership=own, name="x", digest="0", expires_at=timezone.now() + timedelta(days=9)
    )
    services.revoke_membership(actor("security_administrator"), own, "调离")
    assert client.get("/account/").context["held"] == []
    assert ApiToken.objects.filter(revoked_at=None).count() == 0
    event = AuditEvent.objects.get(action="membership.revoked")
    assert (event.changes["role"], event.reason) == (["经办", None], "调离")


def test_role_can_be_given_again_on_the_same_day(actor: Act, person: Person, city: Region) -> None:
    user, who = person("leader").user, actor("security_administrator")
    for _each in range(2):
        services.revoke_membership(who, services.grant_membership(who, user, "officer", city))
    services.grant_membership(who, user, "finance_officer", city)
    assert user.memberships.filter(revoked_at=None).count() == 2


def test_nobody_revokes_their_own_role(person: Person) -> None:
    own = person("security_administrator")
    assert refusal(lambda: services.revoke_membership(actor_of(own), own))[0] is Reason.SEPARATION


# --- the database itself


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("first", "second", "size", "refused"),
    [
        (first, second, size, always or size == "standard")
        for (first, second), always in sorted(pairs().items())
        for size in ("standard", "small")
    ]
    + [("officer", "reviewer", "standard", False)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_database_keeps_roles_apart(
    person: Person, first: str, second: str, size: str, refused: bool, turned: bool
) -> None:
    Installation.objects.update(size=size)
    own = person(second if turned else first)
    new = Membership(
        user=own.user,
        role=first if turned else second,
        region=own.region,
        since=own.since,
        granted_by="somebody",
    )
    if refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            new.save()
    else:
        new.save()
    assert own.user.memberships.count() == (1 if refused else 2)


@pytest.mark.both_databases
def test_database_keeps_roles_apart_when_a_row_is_changed(person: Person) -> None:
    own = person("officer")
    other = Membership.objects.create(
        user=own.user, role="leader", region=own.region, since=own.since, granted_by="x"
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.filter(pk=other.pk).update(role="finance_officer")
    Membership.objects.filter(pk=own.pk).update(revoked_at=timezone.now())
    Membership.objects.filter(pk=other.pk).update(role="finance_officer")
    with pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.filter(pk=own.pk).update(revoked_at=None)


@pytest.mark.both_databases
def test_guards_are_there_after_migrations(db: None) -> None:
    assert guards.missing() == []
    with connection.cursor() as cursor:
        for name in guards.NAMES:
            table = " ON accounts_membership" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{table}")
    assert guards.missing() == list(guards.NAMES)
    assert [each.id for each in guards.check(["default"])] == ["kechuang.accounts.E001"] * 2
    guards.install()
    assert guards.missing() == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("checked", [True, False])
def test_two_grants_at_once_give_one_role(
    actor: Act, person: Person, city: Region, checked: bool
) -> None:
    """Also where nobody checks but the database."""
    user, who = person("leader").user, actor("security_administrator")
    roles = ["officer", "finance_officer"]
    gate, said = threading.Barrier(2), []

    def grant(role: str) -> None:
        gate.wait()
        try:
            if checked:
                services.grant_membership(who, user, role, city)
            else:
                with transaction.atomic():
                    Membership.objects.create(
                        user=user, role=role, region=city, since=JANUARY, granted_by="x"
                    )
        except (Refusal, DatabaseError) as error:
            said.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=grant, args=[role]) for role in roles]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert user.memberships.filter(role__in=roles).count() == 1
    assert len(said) == 1


def test_every_role_of_a_separation_is_a_role() -> None:
    assert {role for pair in pairs() for role in pair} <= set(matrix().roles)
