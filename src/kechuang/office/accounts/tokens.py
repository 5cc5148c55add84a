"""Tokens of programs: made, revoked, and turned into the actor for whom a program calls."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import ApiToken, Membership
from kechuang.office.accounts.permissions import actor_of, matrix
from kechuang.office.accounts.queries import switched_off
from kechuang.office.ground import audit
from kechuang.office.ground.actors import NOBODY, Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import SourceRef

MANAGE: Final = "token.manage"
LIFE_MAX: Final = timedelta(days=366)
USE_NOTED_EVERY: Final = timedelta(minutes=1)
PREFIX: Final = "kc_"
FORM: Final = re.compile(r"kc_[A-Za-z0-9_-]{43}")

# A program makes no tokens, changes no accounts, so neither that of its own person, and uncovers no
# hidden fields: these are for a person at a page.
FOR_PERSONS_ONLY: Final = frozenset({MANAGE, "account.change", "secret.reveal"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with a token, or the code of what is wrong with it; `token` is one that is
    known but out of force."""

    actor: Actor
    problem: str = ""
    token: ApiToken | None = None


def verbs_for_tokens(role: str) -> tuple[str, ...]:
    """What a token of this role can be given, in the order of the matrix."""
    return tuple(verb for verb in matrix().grants(role) if verb not in FOR_PERSONS_ONLY)


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens."""
    shown = ApiToken.objects.select_related("membership__user", "membership__region")
    return limit(shown, actor, MANAGE)


def create_token(
    actor: Actor, membership: Membership, name: str, verbs: Iterable[str], expires_at: datetime
) -> tuple[ApiToken, str]:
    """Make a token for one of the actor's own memberships; its text is given this once.

    Raises `ValidationError` where the verbs go beyond the role, or the time is past or longer
    than a year away.
    """
    place = place_of_token(membership)
    with acting(actor, MANAGE, place):
        chosen = sorted(set(verbs))
        _check(membership, chosen, expires_at)
        text = PREFIX + secrets.token_urlsafe(32)
        token = ApiToken.objects.create(
            membership=membership,
            name=name,
            digest=digest_of(text),
            verbs=chosen,
            expires_at=expires_at,
        )
        changes = {
            "verbs": (None, ", ".join(chosen)),
            "role": (None, membership.role),
            "expires_at": (None, expires_at.isoformat()),
        }
        audit.record(actor, audit.Line("token.create", _source(token), name, place, changes))
    return token, text


def _check(membership: Membership, verbs: list[str], expires_at: datetime) -> None:
    now = timezone.now()
    problems = {}
    if not verbs:
        problems["verbs"] = _("至少选一项权限。")
    if beyond := [verb for verb in verbs if verb not in verbs_for_tokens(membership.role)]:
        problems["verbs"] = _("这个角色没有这些权限：%(verbs)s。") % {"verbs": "、".join(beyond)}
    if not now < expires_at <= now + LIFE_MAX:
        problems["expires_at"] = _("到期日须在今天之后、一年之内。")
    if problems:
        raise ValidationError(problems)


def revoke_token(actor: Actor, token: ApiToken) -> None:
    """End a token at once; what it did stays in the audit trail."""
    place = place_of_token(token.membership)
    with acting(actor, MANAGE, place):
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            changes = {"revoked_at": (None, token.revoked_at.isoformat())}
            line = audit.Line("token.revoke", _source(token), token.name, place, changes)
            audit.record(actor, line)


def place_of_token(membership: Membership) -> Place:
    """Where a token belongs: where its role does."""
    party = membership.party.code if membership.party else ""
    return Place(membership.region.path, party, membership.user.username)


def _source(token: ApiToken) -> SourceRef:
    return SourceRef("token", str(token.pk))


def digest_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def actor_of_token(header: str, address: str) -> Caller:
    """Who calls, by the header `Authorization`.

    The caller may do what both the role and the token allow today; the token's number stands
    beside the address in the audit trail.
    """
    nobody = Actor(NOBODY.code, NOBODY.name, address=address)
    if not header:
        return Caller(nobody, "token_missing")
    scheme, _space, text = header.partition(" ")
    if scheme.lower() != "bearer" or not FORM.fullmatch(text):
        return Caller(nobody, "token_malformed")
    joined = ApiToken.objects.select_related(
        "membership__user", "membership__region", "membership__party"
    )
    token = joined.filter(digest=digest_of(text)).first()
    if token is None:
        return Caller(nobody, "token_unknown")
    if problem := _problem(token):
        return Caller(nobody, problem, token)
    _note_use(token)
    return Caller(_actor(token, address))


def _problem(token: ApiToken) -> str:
    """Why a token is no longer in force, or nothing."""
    held, today = token.membership, timezone.localdate()
    if token.revoked_at is not None:
        return "token_revoked"
    if token.expires_at <= timezone.now():
        return "token_expired"
    over = held.revoked_at is not None or (held.until is not None and held.until < today)
    in_force = held.since <= today and not over and not switched_off(held)
    return "" if in_force and held.user.is_active else "token_inactive"


def _note_use(token: ApiToken) -> None:
    """Keep when a token was last used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _actor(token: ApiToken, address: str) -> Actor:
    person = actor_of(token.membership)
    allowed = {
        verb: reach
        for verb, reach in person.grants.items()
        if verb in token.verbs and verb not in FOR_PERSONS_ONLY
    }
    return Actor(
        code=person.code,
        name=person.name,
        role=person.role,
        region=person.region,
        party=person.party,
        grants=MappingProxyType(allowed),
        address=f"{address} token:{token.pk}",
    )
