"""Users: made, changed, stopped; passwords by the two profiles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts import services
from kechuang.office.accounts.models import ApiToken, FormerPassword, Membership, User
from kechuang.office.accounts.passwords import ProfileValidator, one_time_password
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.regions.models import Installation, Region

Act = Callable[..., Actor]
Make = Callable[..., User]


def why(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.why.reason


def test_new_user_has_a_one_time_password_and_no_role(actor: Act, city: Region) -> None:
    user, password = services.create_user(
        actor("system_administrator"), username=" Zhao.Liu ", name="赵六", phone="0310-1234567"
    )
    user.refresh_from_db()
    assert (user.username, user.must_change_password, user.region) == ("zhao.liu", True, city)
    assert (user.check_password(password), Membership.objects.count()) == (True, 1)


def test_line_of_a_new_user_hides_telephone_and_password(actor: Act) -> None:
    _user, password = services.create_user(
        actor("system_administrator"), username="zhao.liu", name="赵六", phone="13800001234"
    )
    event = AuditEvent.objects.get(action="account.created")
    assert event.changes == {
        "username": [None, "zhao.liu"], "name": [None, "赵六"], "phone": [None, "138****1234"],
    }  # fmt: skip
    assert password not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("role", ["security_administrator", "audit_administrator", "officer"])
def test_only_the_system_administrator_makes_users(actor: Act, role: str) -> None:
    who = actor(role)
    act = lambda: services.create_user(who, username="zhao.liu", name="赵六")  # noqa: E731
    assert why(act) is Reason.ROLE


def test_county_makes_no_user_of_the_city(actor: Act, city: Region) -> None:
    who = actor("system_administrator", "990101")
    act = lambda: services.create_user(who, username="zhao.liu", name="赵六", region=city)  # noqa: E731
    assert why(act) is Reason.OUTSIDE


@pytest.mark.parametrize("username", ["zh", "赵六", "zhao liu", "-zhao", "a" * 61])
def test_badly_written_user_names_are_refused(actor: Act, username: str) -> None:
    who = actor("system_administrator")
    with pytest.raises(ValidationError):
        services.create_user(who, username=username, name="赵六")
    assert AuditEvent.objects.count() == 0


def test_system_itself_makes_the_first_user(city: Region) -> None:
    user, _password = services.create_user(SYSTEM, username="first", name="赵六")
    assert user.region == city


def test_user_of_an_example_need_not_change_the_password(actor: Act) -> None:
    who = actor("system_administrator")
    user, password = services.create_user(who, username="zhao.liu", name="赵六", once=False)
    user.refresh_from_db()
    assert (user.must_change_password, user.check_password(password)) == (False, True)
    assert FormerPassword.objects.filter(user=user).count() == 1


def test_change_says_from_what_to_what(actor: Act, account: Make) -> None:
    user = account("officer", "990101", name="赵六")
    county = user.region
    assert county is not None
    who = actor("system_administrator")
    services.change_user(who, user, name="赵七", phone="", region=county)
    event = AuditEvent.objects.get(action="account.changed")
    assert (event.changes, event.subject_key) == ({"name": ["赵六", "赵七"]}, user.username)


def test_user_is_not_moved_out_of_reach(actor: Act, account: Make, city: Region) -> None:
    user = account("officer", "990101")
    who = actor("system_administrator", "990101")
    act = lambda: services.change_user(who, user, name="x", phone="", region=city)  # noqa: E731
    assert why(act) is Reason.OUTSIDE


def test_stopping_ends_sign_ins_and_tokens(
    client: Client, account: Make, actor: Act, sign_in: Callable[..., int]
) -> None:
    user = account("officer")
    membership = Membership.objects.get(user=user)
    ApiToken.objects.create(
        membership=membership, name="x", digest="0", expires_at=timezone.now() + timedelta(days=9)
    )
    sign_in(user)
    assert services.deactivate_user(actor("system_administrator"), user, "调离") == 1
    assert client.get("/").status_code == 302
    assert ApiToken.objects.filter(revoked_at=None).count() == 0
    event = AuditEvent.objects.get(action="account.deactivated")
    assert event.changes == {"active": [True, False], "sessions": [1, 0], "tokens": [1, 0]}
    assert event.reason == "调离"


def test_starting_again_gives_a_new_password(actor: Act, account: Make) -> None:
    user, who = account("officer"), actor("system_administrator")
    services.deactivate_user(who, user)
    password = services.reactivate_user(who, user)
    user.refresh_from_db()
    assert (user.is_active, user.must_change_password) == (True, True)
    assert user.check_password(password)


def test_reset_password_opens_once_and_ends_sign_ins(
    client: Client, account: Make, actor: Act, sign_in: Callable[..., int]
) -> None:
    user = account("officer")
    sign_in(user)
    password = services.reset_password(actor("system_administrator"), user)
    assert client.get("/").status_code == 302
    assert (sign_in(user), sign_in(user, password)) == (200, 302)
    assert client.get("/")["Location"] == "/account/password/"


@pytest.mark.parametrize("act", [services.deactivate_user, services.reset_password])
def test_nobody_does_it_to_themselves(actor: Act, act: Callable[[Actor, User], object]) -> None:
    who = actor("system_administrator")
    user = User.objects.get(username=who.code)
    assert why(lambda: act(who, user)) is Reason.SEPARATION


# --- passwords


def problems(profile: str, password: str, user: User | None = None) -> list[str]:
    Installation.objects.update(password_profile=profile)
    try:
        ProfileValidator().validate(password, user)
    except ValidationError as error:
        return [message[:6] for message in error.messages]
    return []


@pytest.mark.parametrize(
    ("profile", "password", "expected"),
    [
        ("mlps3", "Lan-Tian-2026", []),
        ("mlps3", "Lt-2026", ["口令只有7个"]),
        ("mlps3", "lantian-baiyun", ["口令只用了2"]),
        ("mlps3", "Lantian2026", []),
        ("mlps3", "Passw0rd", ["这是很多人都"]),
        ("mlps3", "Aa123456", ["这是很多人都"]),
        ("mlps3", "Zhao.Liu-2026", ["口令与账号或"]),
        ("mlps3", "12345", ["口令只有5个", "口令只用了1", "这是很多人都"]),
        ("asvs2", "lantianbaiyun", []),
        ("asvs2", "lantian", ["口令只有7个"]),
        ("asvs2", "password", ["这是很多人都"]),
        ("asvs2", "蓝天白云青山绿水", []),
        ("asvs2", "Zhao.Liu-2026", []),
    ],
)
def test_profiles_ask_different_things(
    city: Region, profile: str, password: str, expected: list[str]
) -> None:
    user = User.objects.create(username="zhao.liu", name="赵六")
    assert problems(profile, password, user) == expected


@pytest.mark.parametrize(("after", "refused"), [(1, True), (4, True), (5, False)])
def test_last_five_passwords_do_not_come_back(city: Region, after: int, refused: bool) -> None:
    user = User.objects.create(username="zhao.liu", name="赵六")
    services.keep_password(user, "Lan-Tian-2026")
    for number in range(after):
        services.keep_password(user, f"Qing-Shan-{number}")
    assert bool(problems("mlps3", "Lan-Tian-2026", user)) is refused
    assert problems("asvs2", "Lan-Tian-2026", user) == []
    assert FormerPassword.objects.count() <= 5


def test_one_time_passwords_pass_both_profiles_and_can_be_read_out(city: Region) -> None:
    made = [one_time_password() for _each in range(200)]
    assert len(set(made)) == 200
    assert [
        each
        for each in made
        if not re.fullmatch(r"([2-9A-HJ-NP-Za-km-z]{4}-){3}[2-9A-HJ-NP-Za-km-z]{4}", each)
    ] == []
    assert [problems("mlps3", each) for each in made] == [[]] * 200
    assert [problems("asvs2", each) for each in made] == [[]] * 200


def test_new_installation_has_no_user_and_no_password(db: None) -> None:
    assert (User.objects.count(), FormerPassword.objects.count()) == (0, 0)
