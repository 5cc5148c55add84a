"""Secrets are kept encrypted, shown masked, and revealed with a reason that is written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from kechuang.office.accounts.models import Membership, User
from kechuang.office.ground.actors import SYSTEM, Actor, Place
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.ground.secrets import (
    SecretError,
    decrypt,
    encrypt,
    encrypt_again,
    masked,
    reveal,
)
from kechuang.office.ground.slots import SourceRef

SOURCE = SourceRef("user", "zhang")
OLD, NEW = "an older secret", "the newest secret"


def kept(user: User) -> str:
    """What the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        return cursor.fetchone()[0]


@pytest.fixture
def user(person: Callable[..., Membership]) -> User:
    found = person("officer").user
    found.phone = "13800001234"
    found.save()
    return found


# --- at rest


@pytest.mark.both_databases
def test_the_database_holds_no_readable_value(user: User) -> None:
    assert ("1380" in kept(user), User.objects.get(pk=user.pk).phone) == (False, "13800001234")


def test_the_same_value_is_kept_differently_each_time() -> None:
    assert encrypt("13800001234") != encrypt("13800001234")


@pytest.mark.parametrize("text", ["", "1", "张" * 1000, "a\x00b"])
def test_what_is_encrypted_comes_back(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_an_empty_value_stays_empty(user: User) -> None:
    user.phone = ""
    user.save()
    assert kept(user) == ""


@pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__startswith", "phone__in"])
def test_no_query_searches_it(user: User, lookup: str) -> None:
    with pytest.raises(FieldError, match="phone is encrypted"):
        User.objects.filter(**{lookup: "13800001234"})


def test_a_query_may_ask_whether_there_is_a_value(user: User) -> None:
    assert User.objects.filter(phone__isnull=False).get() == user


def test_another_key_opens_nothing(user: User, settings: Settings) -> None:
    settings.FIELD_KEY = NEW
    with pytest.raises(SecretError, match="加密的字段打不开"):
        User.objects.get(pk=user.pk)


def test_what_was_changed_in_the_database_is_not_read(user: User) -> None:
    whole = kept(user)
    changed = whole[:-6] + ("A" if whole[-6] != "A" else "B") + whole[-5:]
    with pytest.raises(SecretError):
        decrypt(changed)


@pytest.mark.both_databases
def test_keys_are_changed_one_after_the_other(user: User, settings: Settings) -> None:
    settings.FIELD_KEYS_BEFORE = (settings.FIELD_KEY,)
    settings.FIELD_KEY = NEW
    assert User.objects.get(pk=user.pk).phone == "13800001234"
    assert encrypt_again(SYSTEM) == 1
    settings.FIELD_KEYS_BEFORE = ()
    assert User.objects.get(pk=user.pk).phone == "13800001234"
    assert AuditEvent.objects.get().changes == {"count": [None, 1]}


def test_only_who_may_encrypts_again(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal):
        encrypt_again(actor("officer"))


# --- on the page


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("phone", "13800001234", "138****1234"),
        ("phone", "0310-1234567", "031*****4567"),
        ("phone", "1234567", "*******"),
        ("phone", "", ""),
        ("id", "990101199001011234", "990***********1234"),
        ("id", "12345678", "********"),
        ("bank", "6222000011112222333", "***************2333"),
        ("bank", "1234567", "*******"),
        ("name", "张三", "张*"),
        ("name", "欧阳某某", "欧***"),
        ("name", "张", "*"),
    ],
)
def test_mask(kind: str, text: str, shown: str) -> None:
    assert masked(kind, text) == shown


@given(st.sampled_from(["phone", "id", "bank", "name"]), st.text("0123456789张三"))
def test_a_mask_hides_at_least_four_characters_or_all(kind: str, text: str) -> None:
    shown = masked(kind, text)
    least = min(len(text), 4 if kind != "name" else 1)
    assert (len(shown), shown.count("*") >= least) == (len(text), True)


# --- revealed


def test_who_may_and_says_why_gets_the_value(actor: Callable[..., Actor]) -> None:
    officer = actor("officer", "990101")
    place = Place("/990000/990100/990101/")
    assert (
        reveal(officer, SOURCE, "phone", "13800001234", " 核实\n付款 ", place=place)
        == "13800001234"
    )
    line = AuditEvent.objects.get()
    assert (line.action, line.subject_kind, line.subject_key, line.subject_name, line.reason) == (
        "secret.reveal", "user", "zhang", "phone", "核实 付款",
    )  # fmt: skip
    assert "13800001234" not in str(vars(line))


@pytest.mark.parametrize("reason", ["", "看看", "   看   ", "abc"])
def test_without_a_reason_nothing_is_revealed(actor: Callable[..., Actor], reason: str) -> None:
    with pytest.raises(SecretError, match="请写明查看的理由"):
        reveal(actor("officer"), SOURCE, "phone", "1", reason, place=Place("/990000/990100/"))
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "region", "why"),
    [("leader", "/990000/990100/", Reason.ROLE), ("officer", "/990000/", Reason.OUTSIDE)],
)
def test_who_may_not_gets_nothing(
    actor: Callable[..., Actor], role: str, region: str, why: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        reveal(actor(role), SOURCE, "phone", "1", "核实付款", place=Place(region))
    assert refused.value.why.reason is why
