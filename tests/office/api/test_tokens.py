"""Tokens: what they allow, until when, and what of them is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import ApiToken, Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.accounts.tokens import create_token, digest_of, revoke_token, tokens
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal

Person = Callable[..., Membership]


def asked(text: str, address: str = "/api/v1/me", **headers: str) -> Any:
    return Client().get(address, headers={"Authorization": f"Bearer {text}", **headers})


def made(held: Membership, *verbs: str, days: int = 30) -> tuple[ApiToken, str]:
    expires = timezone.now() + timedelta(days=days)
    return create_token(actor_of(held), held, "同步", verbs or ("region.view",), expires)


def test_token_speaks_for_its_membership_and_allows_only_its_verbs(person: Person) -> None:
    _token, text = made(person("officer", "990101"), "region.view", "party.view")
    assert asked(text).json() == {
        "username": "officer-990101-0",
        "name": "张三",
        "role": "officer",
        "region": "/990000/990100/990101/",
        "party": "",
        "grants": [
            {"verb": "party.view", "reach": "region"},
            {"verb": "region.view", "reach": "all"},
        ],
    }


def test_only_the_digest_of_a_token_is_kept(person: Person) -> None:
    token, text = made(person("officer", "990101"))
    token.refresh_from_db()
    kept = " ".join(str(getattr(token, field.attname)) for field in ApiToken._meta.concrete_fields)
    assert (token.digest, text in kept, text[:3], len(text)) == (digest_of(text), False, "kc_", 46)


def test_audit_trail_names_the_token_by_its_number_and_never_by_its_text(person: Person) -> None:
    held = person("officer", "990101")
    token, text = made(held)
    asked(text, "/api/v1/users")
    first, second = AuditEvent.objects.order_by("sequence")
    assert (first.action, first.subject_key, second.action, second.address) == (
        "token.create",
        str(token.pk),
        "account.view",
        f"127.0.0.1 token:{token.pk}",
    )
    assert text not in str(list(AuditEvent.objects.order_by("sequence").values()))


@pytest.mark.parametrize(
    ("column", "code"), [("revoked_at", "token_revoked"), ("expires_at", "token_expired")]
)
def test_token_out_of_force_is_told_why(person: Person, column: str, code: str) -> None:
    token, text = made(person("officer", "990101"))
    ApiToken.objects.filter(pk=token.pk).update(**{column: timezone.now()})
    response = asked(text)
    assert (response.status_code, response.json()["code"]) == (401, code)


@pytest.mark.parametrize(
    "end",
    [
        lambda held: Membership.objects.filter(pk=held.pk).update(until=date(2026, 1, 2)),
        lambda held: Membership.objects.filter(pk=held.pk).update(since=date(2999, 1, 1)),
        lambda held: Membership.objects.filter(pk=held.pk).update(revoked_at=timezone.now()),
        lambda held: type(held.user).objects.filter(pk=held.user.pk).update(is_active=False),
    ],
    ids=["membership over", "membership not begun", "role taken back", "user switched off"],
)
def test_token_ends_with_its_person(person: Person, end: Callable[[Membership], Any]) -> None:
    held = person("officer", "990101")
    _token, text = made(held)
    end(held)
    response = asked(text)
    assert (response.status_code, response.json()["code"]) == (401, "token_inactive")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("", "token_missing"),
        ("Bearer", "token_malformed"),
        ("Bearer kc_short", "token_malformed"),
        ("Basic " + "kc_" + "a" * 43, "token_malformed"),
        ("Bearer kc_" + "a" * 44, "token_malformed"),
        ("Bearer  kc_" + "a" * 43, "token_malformed"),
        ("Bearer kc_" + "a" * 43, "token_unknown"),
    ],
)
def test_what_is_no_token_is_told_why(city: object, header: str | None, code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = Client().get("/api/v1/me", headers=headers)
    assert (response.status_code, response.json()["code"], response["WWW-Authenticate"]) == (
        401,
        code,
        'Bearer realm="kechuang"',
    )


def test_cookie_never_authenticates_a_program(signed_in: Callable[..., Client]) -> None:
    assert signed_in("officer", "990101").get("/api/v1/me").json()["code"] == "token_missing"


def test_permission_taken_from_the_role_is_taken_from_its_tokens(person: Person) -> None:
    token, text = made(person("officer", "990101"), "region.view")
    ApiToken.objects.filter(pk=token.pk).update(verbs=["region.view", "account.view"])
    assert [each["verb"] for each in asked(text).json()["grants"]] == ["region.view"]


# --- what is left of a token that was refused


@pytest.fixture
def refusals() -> Callable[[], list[tuple[str, str, dict[str, Any]]]]:
    """What the trail says of refused tokens; nothing was refused before."""
    cache.clear()
    rows = AuditEvent.objects.filter(action="token.refused", outcome="failed")
    return lambda: list(rows.order_by("sequence").values_list("subject_key", "reason", "changes"))


def test_token_out_of_force_leaves_one_line_a_minute_with_its_number(
    person: Person, refusals: Callable[[], Any]
) -> None:
    token, text = made(person("officer", "990101"))
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    for _each in range(4):
        asked(text)
    (event,) = AuditEvent.objects.filter(action="token.refused")
    assert refusals() == [(str(token.pk), "token_revoked", {})]
    assert (event.subject_name, event.region, event.address) == (
        "同步",
        "/990000/990100/990101/",
        "127.0.0.1",
    )
    cache.delete(f"token-failure:127.0.0.1:token_revoked:{token.pk}:told")  # a minute later
    asked(text)
    assert refusals()[1:] == [(str(token.pk), "token_revoked", {"untold": [None, 3]})]


def test_guessed_tokens_leave_one_line_and_never_their_text(
    city: object, refusals: Callable[[], Any]
) -> None:
    guesses = ["kc_" + letter * 43 for letter in "abcdef"]
    for guess in guesses:
        asked(guess)
    assert refusals() == [("", "token_unknown", {})]
    whole = str(list(AuditEvent.objects.values()))
    assert not [guess for guess in guesses if guess in whole]


def test_flood_from_many_addresses_is_bounded(
    city: object, refusals: Callable[[], Any], settings: Any
) -> None:
    settings.TOKEN_FAILURES_TOLD = 3
    for number in range(9):
        Client(REMOTE_ADDR=f"192.0.2.{number}").get(
            "/api/v1/me", headers={"Authorization": "Bearer kc_short"}
        )
    assert refusals() == [("", "token_malformed", {})] * 3


@pytest.mark.parametrize("header", [None, ""])
def test_whoever_shows_no_token_leaves_no_line(
    city: object, refusals: Callable[[], Any], header: str | None
) -> None:
    Client().get("/api/v1/me", headers={} if header is None else {"Authorization": header})
    assert refusals() == []


def test_no_token_may_change_accounts(person: Person) -> None:
    held = person("system_administrator")
    with pytest.raises(ValidationError, match=r"account\.change"):
        made(held, "account.change")
    token, text = made(held, "account.view")
    ApiToken.objects.filter(pk=token.pk).update(verbs=["account.view", "account.change"])
    assert [each["verb"] for each in asked(text).json()["grants"]] == ["account.view"]


@pytest.mark.parametrize(
    ("verbs", "days", "field"),
    [
        ((), 30, "verbs"),
        (("account.view",), 30, "verbs"),
        (("token.manage",), 30, "verbs"),
        (("secret.reveal",), 30, "verbs"),
        (("no.such",), 30, "verbs"),
        (("region.view",), 0, "expires_at"),
        (("region.view",), 367, "expires_at"),
    ],
)
def test_token_beyond_the_role_or_a_year_is_not_made(
    person: Person, verbs: tuple[str, ...], days: int, field: str
) -> None:
    held = person("officer", "990101")
    expires = timezone.now() + timedelta(days=days)
    with pytest.raises(ValidationError) as raised:
        create_token(actor_of(held), held, "同步", verbs, expires)
    assert (list(raised.value.message_dict), ApiToken.objects.count()) == ([field], 0)


def test_nobody_makes_or_revokes_a_token_of_another(person: Person) -> None:
    held, other = person("officer", "990101"), person("officer", "990101")
    token, _text = made(held)
    expires = timezone.now() + timedelta(days=1)
    for act in (
        lambda: create_token(actor_of(other), held, "同步", ["region.view"], expires),
        lambda: revoke_token(actor_of(other), token),
    ):
        with pytest.raises(Refusal):
            act()
    assert list(tokens(actor_of(other))) == []


def test_revoking_twice_leaves_one_line(person: Person) -> None:
    held = person("officer", "990101")
    token, _text = made(held)
    revoke_token(actor_of(held), token)
    revoke_token(actor_of(held), token)
    actions = AuditEvent.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["token.create", "token.revoke"]


def test_use_is_noted_at_most_once_a_minute(person: Person) -> None:
    token, text = made(person("officer", "990101"))
    asked(text)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    asked(text)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    assert first is not None
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(seconds=61))
    asked(text)
    assert ApiToken.objects.get(pk=token.pk).last_used_at > first


def test_messages_come_in_the_language_that_is_asked_for(city: object) -> None:
    chinese = Client().get("/api/v1/me", headers={"Accept-Language": "zh-CN"})
    english = Client().get("/api/v1/me", headers={"Accept-Language": "en"})
    assert (chinese["Content-Language"], english["Content-Language"]) == ("zh-hans", "en")
