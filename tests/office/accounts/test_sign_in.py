"""Signing in: passwords, locks, codes, and how long it lasts."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.accounts.services import end_sessions_of, lift_lockout
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.regions.models import Installation, Region

PASSWORD = "Lan-Tian-2026"  # noqa: S105 - the one that `account` gives
Make = Callable[..., User]
SignIn = Callable[..., int]
Later = Callable[[timedelta], None]
Lines = Callable[..., list[tuple[str, str, str]]]


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


# --- passwords and locks


def test_right_password_opens_the_first_page(client: Client, account: Make) -> None:
    user = account("officer")
    form = {"login": user.username.upper(), "password": PASSWORD}
    answer = client.post("/account/sign-in/?next=/account/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


def test_sign_in_makes_a_new_session_key(
    client: Client, account: Make, sign_in: SignIn, city: Region
) -> None:
    client.post("/language/", {"language": "zh-hans"})
    client.session.save()
    session = client.session
    session["something"] = 1
    session.save()
    before = session.session_key
    sign_in(account("officer"))
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("wrong", "last_wrong", "then_right"),
    [(3, 200, 302), (4, 200, 302), (5, 429, 429), (6, 429, 429)],
)
def test_five_wrong_passwords_lock(
    account: Make, sign_in: SignIn, wrong: int, last_wrong: int, then_right: int
) -> None:
    user = account("officer")
    answers = [sign_in(user, "Wrong-password-1") for _each in range(wrong)]
    assert (answers[-1], sign_in(user)) == (last_wrong, then_right)


def tried(name: str, address: str, password: str = "Wrong-password-1") -> Any:  # noqa: S107
    browser = Client(REMOTE_ADDR=address)
    return browser.post("/account/sign-in/", {"login": name, "password": password})


@pytest.fixture
def low_bounds(settings: Any) -> None:
    settings.LOCK_BY_NAME, settings.LOCK_BY_ADDRESS = 6, 8


def test_name_that_is_guessed_from_many_addresses_is_locked_everywhere(
    low_bounds: None, account: Make, actor: Callable[..., Actor]
) -> None:
    user, other = account("officer"), account("officer", "990101")
    answers = [tried(user.username, f"192.0.2.{number}").status_code for number in range(6)]
    page = tried(user.username, "198.51.100.1", PASSWORD)
    assert (answers, page.status_code) == ([200] * 5 + [429], 429)
    assert "在各处一共错了6次" in page.content.decode()
    assert tried(other.username, "192.0.2.1", PASSWORD).status_code == 302
    lift_lockout(actor("security_administrator"), user)
    assert tried(user.username, "198.51.100.1", PASSWORD).status_code == 302


def test_address_that_guesses_at_many_names_is_locked_for_all(
    low_bounds: None, account: Make
) -> None:
    user = account("officer")
    answers = [tried(f"guess-{number}", "192.0.2.1").status_code for number in range(8)]
    page = tried(user.username, "192.0.2.1", PASSWORD)
    assert (answers, page.status_code) == ([200] * 7 + [429], 429)
    assert "网络地址登录，口令或验证码一共错了8次" in page.content.decode()
    assert tried(user.username, "192.0.2.2", PASSWORD).status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(29, 429), (31, 302)])
def test_locks_of_names_and_addresses_end_by_themselves(
    low_bounds: None, account: Make, later: Later, minutes: int, status: int
) -> None:
    user = account("officer")
    for number in range(6):
        tried(user.username, f"192.0.2.{number}")
    for number in range(8):
        tried(f"guess-{number}", "198.51.100.1")
    later(timedelta(minutes=minutes))
    assert tried(user.username, "203.0.113.1", PASSWORD).status_code == status
    assert tried(user.username, "198.51.100.1", PASSWORD).status_code == status


def test_success_forgets_the_failures(client: Client, account: Make, sign_in: SignIn) -> None:
    user = account("officer")
    for _each in range(4):
        sign_in(user, "Wrong-password-1")
    sign_in(user)
    client.post("/account/sign-out/")
    answers = [sign_in(user, "Wrong-password-1") for _each in range(4)]
    assert (answers, sign_in(user)) == ([200] * 4, 302)


@pytest.mark.parametrize(("minutes", "status"), [(29, 429), (31, 302)])
def test_lock_ends_after_half_an_hour(
    account: Make, sign_in: SignIn, later: Later, minutes: int, status: int
) -> None:
    user = account("officer")
    for _each in range(5):
        sign_in(user, "Wrong-password-1")
    later(timedelta(minutes=minutes))
    assert sign_in(user) == status


def test_trying_while_locked_does_not_lengthen_the_lock(
    account: Make, sign_in: SignIn, later: Later
) -> None:
    user = account("officer")
    for _each in range(5):
        sign_in(user, "Wrong-password-1")
    later(timedelta(minutes=20))
    sign_in(user, "Wrong-password-1")
    later(timedelta(minutes=31))
    assert sign_in(user) == 302


def test_page_of_a_lock_says_how_long_and_who_lifts_it(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    account("security_administrator", name="李四")
    user = account("officer")
    for _each in range(4):
        sign_in(user, "Wrong-password-1")
    form = {"login": user.username, "password": "Wrong-password-1"}
    text = client.post("/account/sign-in/", form).content.decode()
    assert re.findall(r"约(\d+)分钟", text) == ["30"]
    assert "李四（示例市）" in text


def test_page_of_a_lock_is_the_same_for_nobodys_name(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    user = account("officer")
    pages = []
    for name in (user.username, "nobody-here"):
        for _each in range(4):
            sign_in(name, "Wrong-password-1")
        form = {"login": name, "password": "Wrong-password-1"}
        page = client.post("/account/sign-in/", form).content.decode()
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1]


def test_security_administrator_lifts_a_lock(
    account: Make, sign_in: SignIn, actor: Callable[..., Actor]
) -> None:
    user = account("officer")
    for _each in range(5):
        sign_in(user, "Wrong-password-1")
    assert lift_lockout(actor("security_administrator"), user) == 5
    assert sign_in(user) == 302


def test_name_that_is_nobodys_is_not_written_down(
    city: Region, sign_in: SignIn, lines: Lines
) -> None:
    sign_in("My-Secret-Password", "x")
    assert lines() == [("session.failed", "failed", "")]


def test_stopped_account_does_not_open(client: Client, account: Make, sign_in: SignIn) -> None:
    user = account("officer")
    User.objects.filter(pk=user.pk).update(is_active=False)
    form = {"login": user.username, "password": PASSWORD}
    answer = client.post("/account/sign-in/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/account/stopped/")
    assert client.get("/account/stopped/").status_code == 200
    assert client.get("/").status_code == 302


def test_every_step_leaves_a_line(
    client: Client, account: Make, sign_in: SignIn, lines: Lines
) -> None:
    user = account("officer")
    sign_in(user, "Wrong-password-1")
    sign_in(user)
    client.post("/account/sign-out/")
    name = user.username
    assert lines() == [
        ("session.failed", "failed", name),
        ("session.started", "done", name),
        ("session.signed_out", "done", name),
    ]


def test_lock_leaves_a_line(account: Make, sign_in: SignIn, lines: Lines) -> None:
    user = account("officer")
    for _each in range(5):
        sign_in(user, "Wrong-password-1")
    assert lines("session.locked") == [("session.locked", "refused", user.username)]


def test_no_line_holds_a_password(account: Make, sign_in: SignIn, city: Region) -> None:
    user = account("officer")
    sign_in(user, "Wrong-password-1")
    sign_in(user)
    whole = str(list(AuditEvent.objects.values()))
    assert ("Wrong-password-1" in whole, PASSWORD in whole) == (False, False)


# --- the first password, and its age


def test_one_time_password_leads_to_a_new_one_and_nowhere_else(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    user = account("officer")
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    sign_in(user)
    shown = {path: client.get(path).headers.get("Location") for path in ("/", "/account/")}
    assert shown == dict.fromkeys(shown, "/account/password/")
    form = {"oldpassword": PASSWORD, "password1": "Qing-Shan-77", "password2": "Qing-Shan-77"}
    assert client.post("/account/password/", form)["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("profile", "days", "status"),
    [("mlps3", 89, 200), ("mlps3", 90, 302), ("asvs2", 900, 200)],
)
def test_password_grows_old_under_one_profile(
    client: Client, account: Make, sign_in: SignIn, profile: str, days: int, status: int
) -> None:
    user = account("officer")
    Installation.objects.update(password_profile=profile)
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=days))
    sign_in(user)
    assert client.get("/").status_code == status


def test_new_password_ends_other_sign_ins_and_leaves_a_line(
    client: Client, account: Make, sign_in: SignIn, lines: Lines
) -> None:
    user, other = account("officer"), Client()
    sign_in(user, browser=other)
    sign_in(user)
    form = {"oldpassword": PASSWORD, "password1": "Qing-Shan-77", "password2": "Qing-Shan-77"}
    client.post("/account/password/", form)
    assert (client.get("/").status_code, other.get("/").status_code) == (200, 302)
    assert lines("password.changed") == [("password.changed", "done", user.username)]


def test_wrong_old_password_changes_nothing(client: Client, account: Make, sign_in: SignIn) -> None:
    user = account("officer")
    sign_in(user)
    form = {"oldpassword": "x", "password1": "Qing-Shan-77", "password2": "Qing-Shan-77"}
    assert client.post("/account/password/", form).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_no_password_here_is_told_where_it_is_kept(
    signed_in: Callable[..., Client], method: str
) -> None:
    browser = signed_in("officer", "990101")
    form = {"oldpassword": "", "password1": "Qing-Shan-77", "password2": "Qing-Shan-77"}
    answer = (
        browser.get("/account/password/")
        if method == "get"
        else browser.post("/account/password/", form)
    )
    page = answer.content.decode()
    assert (answer.status_code, "口令由那里保管" in page, "password1" in page) == (200, True, False)
    assert not User.objects.get(username__startswith="officer").has_usable_password()


# --- the second factor


@pytest.fixture
def secret(client: Client, account: Make, sign_in: SignIn) -> str:
    """The secret of an officer who has just set up an authenticator, and is signed out."""
    sign_in(account("officer", name="王五"))
    client.get("/account/factor/add/")
    found = client.session["mfa.totp.secret"]
    answer = client.post("/account/factor/add/", {"code": code_of(found)})
    assert answer["Location"] == "/account/factor/codes/"
    assert (
        len(re.findall(r"<code>(\d{8})</code>", client.get(answer["Location"]).content.decode()))
        == 10
    )
    client.post("/account/sign-out/")
    return found


def test_picture_of_the_secret_is_in_the_page_itself(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    sign_in(account("officer"))
    answer = client.get("/account/factor/add/")
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', answer.content.decode())
    assert [base64.b64decode(each)[:5] for each in pictures] == [b"<?xml"]
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]


def test_code_is_asked_after_the_password(client: Client, secret: str, sign_in: SignIn) -> None:
    user = User.objects.get(name="王五")
    sign_in(user)
    assert client.get("/").status_code == 302
    assert client.get("/account/sign-in/code/").status_code == 200
    assert client.post("/account/sign-in/code/", {"code": code_of(secret, 1)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_recovery_code_opens_once(client: Client, secret: str, sign_in: SignIn) -> None:
    user = User.objects.get(name="王五")
    kept = Authenticator.objects.get(user=user, type="recovery_codes")
    code = kept.wrap().get_unused_codes()[0]
    answers = []
    for _each in range(2):
        sign_in(user)
        answers.append(client.post("/account/sign-in/code/", {"code": code}).status_code)
        client.post("/account/sign-out/")
    assert answers == [302, 200]


def test_wrong_codes_lock_like_wrong_passwords(
    client: Client, secret: str, sign_in: SignIn
) -> None:
    user = User.objects.get(name="王五")
    sign_in(user)
    answers = [
        client.post("/account/sign-in/code/", {"code": "000000"}).status_code for _each in range(5)
    ]
    right = client.post("/account/sign-in/code/", {"code": code_of(secret, 1)}).status_code
    assert (answers, right) == ([200, 200, 200, 200, 429], 429)


def test_secret_is_kept_encrypted(client: Client, secret: str) -> None:
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept


def test_second_factor_is_taken_off(client: Client, secret: str, sign_in: SignIn) -> None:
    user = User.objects.get(name="王五")
    sign_in(user)
    client.post("/account/sign-in/code/", {"code": code_of(secret, 1)})
    assert client.get("/account/factor/remove/").status_code == 200
    client.post("/account/factor/remove/")
    assert Authenticator.objects.filter(user=user).count() == 0


def test_second_factor_stays_where_the_installation_asks_for_it(
    client: Client, secret: str, sign_in: SignIn
) -> None:
    user = User.objects.get(name="王五")
    Installation.objects.update(second_factor="bureau")
    sign_in(user)
    client.post("/account/sign-in/code/", {"code": code_of(secret, 1)})
    page = client.post("/account/factor/remove/").content.decode()
    assert "本系统要求您的角色使用第二重验证，不能停用。" in page
    assert Authenticator.objects.filter(user=user, type="totp").count() == 1


def test_changes_of_the_factor_leave_lines(
    client: Client, secret: str, sign_in: SignIn, lines: Lines
) -> None:
    user = User.objects.get(name="王五")
    sign_in(user)
    client.post("/account/sign-in/code/", {"code": "000000"})
    client.post("/account/sign-in/code/", {"code": code_of(secret, 1)})
    client.post("/account/factor/codes/new/")
    client.post("/account/factor/remove/")
    found = [action for action, _outcome, _user in lines() if action.startswith("factor.")]
    assert found == [
        "factor.added", "factor.added", "factor.changed",  # set up, its codes, these seen
        "factor.failed",
        "factor.removed", "factor.added",  # new codes for old
        "factor.removed", "factor.removed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "role", "led"),
    [
        ("administrators", "security_administrator", True),
        ("administrators", "officer", False),
        ("bureau", "officer", True),
        ("bureau", "department_liaison", False),
        ("everybody", "expert", True),
        ("nobody", "system_administrator", False),
    ],
)
def test_installation_says_who_needs_a_second_factor(
    client: Client, account: Make, sign_in: SignIn, asked: str, role: str, led: bool
) -> None:
    Installation.objects.update(second_factor=asked)
    user = account(role)
    Installation.objects.update(second_factor=asked)
    sign_in(user)
    answer = client.get("/")
    assert (answer.headers.get("Location") == "/account/factor/add/") == led
    assert client.get("/account/factor/add/").status_code == 200


def test_password_is_asked_again_for_delicate_things_after_five_minutes(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    sign_in(account("officer"))
    session = client.session
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 301} for each in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.get("/account/factor/add/")
    assert answer["Location"] == "/account/confirm/?next=%2Faccount%2Ffactor%2Fadd%2F"
    assert client.get(answer["Location"]).status_code == 200
    form = {"password": PASSWORD, "next": "/account/factor/add/"}
    assert client.post(answer["Location"], form)["Location"] == "/account/factor/add/"
    assert client.get("/account/factor/add/").status_code == 200


# --- how long it lasts


@pytest.mark.parametrize(
    ("steps", "status"),
    [([29], 200), ([31], 302), ([29, 58, 87], 200), ([25 * each for each in range(1, 30)], 302)],
)
def test_sign_in_ends_unused_or_after_a_day(
    client: Client,
    account: Make,
    sign_in: SignIn,
    later: Later,
    steps: list[int],
    status: int,
) -> None:
    sign_in(account("officer"))
    answers = []
    for minutes in steps:
        later(timedelta(minutes=minutes))
        answers.append(client.get("/account/").status_code)
    assert answers[-1] == status


def test_end_leads_back_to_the_same_page_and_leaves_a_line(
    client: Client, account: Make, sign_in: SignIn, later: Later, lines: Lines
) -> None:
    user = account("officer")
    sign_in(user)
    later(timedelta(minutes=31))
    answer = client.get("/account/roles/?x=1")
    assert answer["Location"] == "/account/sign-in/?next=%2Faccount%2Froles%2F%3Fx%3D1"
    assert lines("session.expired") == [("session.expired", "done", user.username)]
    assert "session.signed_out" not in [line[0] for line in lines()]


def test_what_a_page_fetches_by_itself_is_no_use(
    client: Client, account: Make, sign_in: SignIn, later: Later
) -> None:
    sign_in(account("officer"))
    later(timedelta(minutes=20))
    client.get("/account/", headers={"X-Polling": "1"})
    later(timedelta(minutes=40))
    assert client.get("/account/").status_code == 302


def test_page_knows_when_it_ends(client: Client, account: Make, sign_in: SignIn) -> None:
    sign_in(account("officer"))
    answer = client.get("/account/")
    ends = int(answer["X-Session-Ends"])
    assert re.findall(r'data-ends="(\d+)"', answer.content.decode()) == [str(ends)]
    assert 1795 <= ends - time.time() <= 1800


def test_own_sign_ins_are_listed_and_ended(
    client: Client, account: Make, sign_in: SignIn, lines: Lines
) -> None:
    user, other = account("officer"), Client()
    sign_in(user, browser=other)
    sign_in(user)
    elsewhere = UserSession.objects.get(session_key=other.session.session_key)
    assert client.get("/account/").content.decode().count("127.0.0.1") == 2
    client.post("/account/sessions/end/", {"session": elsewhere.pk})
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert lines("session.ended") == [("session.ended", "done", user.username)]


def test_nobody_ends_the_sign_in_of_somebody_else_as_their_own(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    victim, other = account("officer"), Client()
    sign_in(victim, browser=other)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    sign_in(account("reviewer"))
    client.post("/account/sessions/end/", {"session": theirs.pk})
    assert other.get("/account/").status_code == 200


def test_security_administrator_ends_the_sign_ins_of_others(
    account: Make, sign_in: SignIn, client: Client, actor: Callable[..., Actor]
) -> None:
    user = account("officer", "990101")
    sign_in(user)
    assert end_sessions_of(actor("security_administrator", "990101"), user) == 1
    assert client.get("/account/").status_code == 302


def test_pages_of_accounts_are_kept_by_no_cache(
    client: Client, account: Make, sign_in: SignIn
) -> None:
    sign_in(account("officer"))
    assert client.get("/account/")["Cache-Control"] == "no-store, private"
