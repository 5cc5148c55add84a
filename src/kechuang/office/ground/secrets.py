"""What is kept encrypted, shown masked, and revealed to one person for a reason.

The key lies outside the database (`settings.FIELD_KEY`). A copy of the database without it tells
nothing of these fields, and a query cannot search them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import Slot, SourceRef, Text

REVEAL: Final = "secret.reveal"
ENCRYPTED: Final = "secret.encrypted"
LEAST_REASON: Final = 4
AT_A_TIME: Final = 500
MASK: Final = "*"
SHOWN: Final = {"phone": (3, 4), "id": (3, 4), "bank": (0, 4), "name": (1, 0)}
"""How many characters a mask leaves at the beginning and at the end."""


class SecretError(ValueError):
    """A secret cannot be read or revealed; says why and what to do."""


# --- at rest


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key of the right length, of a secret that serves nothing else."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kechuang field")
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))


def _keys() -> tuple[str, ...]:
    return (settings.FIELD_KEY, *settings.FIELD_KEYS_BEFORE)


def encrypt(text: str) -> str:
    """A text as it is kept: with the newest key and different each time; empty stays empty."""
    return _cipher(_keys()).encrypt(text.encode()).decode() if text else ""


def decrypt(kept: str) -> str:
    """The text of what `encrypt` made with the newest key or an older one.

    Raises `SecretError` where no key opens it.
    """
    if not kept:
        return ""
    try:
        return _cipher(_keys()).decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise SecretError(
            _(
                "加密的字段打不开：现有的密钥都不是加密时用的那一把。"
                "请把当时的密钥放回数据目录的 keys/field.key，"
                "或把它加进 KECHUANG_FIELD_KEYS_BEFORE。"
            )
        ) from error


class EncryptedTextField(models.TextField):
    """A text that the database holds encrypted. No query can compare or search it."""

    def get_prep_value(self, value: Any) -> Any:
        """The text as it is kept."""
        plain = super().get_prep_value(value)
        return None if plain is None else encrypt(plain)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The text as it was given."""
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is a value at all."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: no query can compare it ({lookup_name})")

    def get_transform(self, lookup_name: str) -> Any:
        """None: what is kept says nothing."""
        raise FieldError(f"{self.name} is encrypted: no query can look into it ({lookup_name})")


def encrypt_again(actor: Actor) -> int:
    """Encrypt every secret with the newest key, so that older keys can be thrown away.

    Gives the number of values.
    """
    require(actor, ENCRYPTED)
    count = 0
    with transaction.atomic():
        for model in apps.get_models():
            names = [
                each.attname
                for each in model._meta.concrete_fields
                if isinstance(each, EncryptedTextField)
            ]
            count += _encrypt_again(model, names) if names else 0
        line = audit.Line(ENCRYPTED, SourceRef("secrets", "all"), changes={"count": (None, count)})
        audit.record(actor, line)
    return count


def _encrypt_again(model: type[models.Model], names: list[str]) -> int:
    count = 0
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_A_TIME):
        batch = keys[start : start + AT_A_TIME]
        rows = model._default_manager.select_for_update().filter(pk__in=batch).order_by("pk")
        for row in rows.only("pk", *names):
            row.save(update_fields=names)
            count += sum(bool(getattr(row, name)) for name in names)
    return count


# --- on the page


@dataclass(frozen=True, slots=True)
class Found:
    """A secret that somebody asks for: where it belongs, its value, whose it is, the way back."""

    place: Place
    value: str
    name: str
    back: str


@dataclass(frozen=True, slots=True)
class Revealable:
    """A masked field of a room that may be revealed.

    `load` gives what belongs to a key, or None where the actor does not reach it (they have
    `secret.reveal` there or not) or there is no value.
    """

    code: str  # stands in the address
    order: int
    kind: str  # the kind of thing, as in its SourceRef
    field: str
    name: Text
    load: Callable[[Actor, str], Found | None]


revealables: Final[Slot[Revealable]] = Slot()


def masked(kind: str, text: str) -> str:
    """A text with its telling part hidden; `kind` is phone, id, bank or name.

    >>> masked("phone", "13800001234"), masked("name", "欧阳某")
    ('138****1234', '欧**')

    A short one shows nothing, because what is left would tell too much.
    """
    first, last = SHOWN[kind]
    if kind == "name":
        return text[:first] + MASK * (len(text) - first) if len(text) > first else MASK * len(text)
    if len(text) < first + last + 4:
        return MASK * len(text)
    return text[:first] + MASK * (len(text) - first - last) + text[len(text) - last :]


def reveal(
    actor: Actor, source: SourceRef, field_name: str, value: str, reason: str, *, place: Place
) -> str:
    """The value for somebody who may see it and says why; the audit line holds no value.

    Raises `SecretError` where the reason is too short.
    """
    why = " ".join(reason.split())
    with acting(actor, REVEAL, place):
        if len(why) < LEAST_REASON:
            raise SecretError(
                _("请写明查看的理由（至少%(least)s个字）：理由会记入审计。")
                % {"least": LEAST_REASON}
            )
        line = audit.Line(REVEAL, source, name=field_name, place=place, reason=why)
        audit.record(actor, line)
    return value
