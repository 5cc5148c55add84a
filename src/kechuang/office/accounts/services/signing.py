"""Signing in: the role in use, sessions ended, locks lifted, lost second factors taken away."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.services.people import place_of
from kechuang.office.accounts.sessions import end, end_sessions
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef

CHOSEN = "membership"


def _line(action: str, user: User, **more: object) -> audit.Line:
    source = SourceRef("user", user.username)
    return audit.Line(action, source, name=user.name, place=place_of(user), **more)  # type: ignore[arg-type]


def switch_role(
    actor: Actor, session: SessionBase, membership: Membership, before: Membership | None
) -> None:
    """Use another of the own roles from now on in this session."""
    roles = matrix().roles
    with transaction.atomic():
        session[CHOSEN] = membership.pk
        was = roles[before.role].name if before else None
        changes = {"role": (was, roles[membership.role].name)}
        audit.record(actor, _line("role.switched", membership.user, changes=changes))


def end_session(actor: Actor, session: UserSession) -> None:
    """End the sign-in of somebody else."""
    user: User = session.user  # type: ignore[assignment]
    with acting(actor, "session.end", place_of(user)):
        audit.record(actor, _line("session.ended", user, changes={"address": (session.ip, None)}))
        end(session)


def end_sessions_of(actor: Actor, user: User) -> int:
    """End all sign-ins of somebody; gives how many there were."""
    with acting(actor, "session.end", place_of(user)):
        ended = end_sessions(user)
        audit.record(actor, _line("session.ended", user, changes={"sessions": (ended, 0)}))
    return ended


def end_own_session(actor: Actor, user: User, key: str, but: str) -> int:
    """End one of the own sign-ins, or all others where the key is empty."""
    with transaction.atomic():
        found = UserSession.objects.filter(user=user).exclude(session_key=but)
        rows = list(found.filter(pk=key)) if key else list(found)
        for row in rows:
            end(row)
        if rows:
            changes = {"sessions": (len(rows), 0)}
            audit.record(actor, _line("session.ended", user, changes=changes))
    return len(rows)


def lift_lockout(actor: Actor, user: User) -> int:
    """Let a user try again at once after too many wrong passwords; gives how many were counted."""
    with acting(actor, "lockout.lift", place_of(user)):
        rows = AccessAttempt.objects.filter(username=user.username)
        failures = sum(row.failures_since_start for row in rows)
        rows.delete()
        audit.record(actor, _line("lockout.lifted", user, changes={"failures": (failures, 0)}))
    return failures


def reset_factor(actor: Actor, user: User, reason: str) -> None:
    """Take away the second factor of somebody who lost it, and end their sign-ins."""
    with acting(actor, "factor.reset", place_of(user)):
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        line = _line("factor.reset", user, changes={"factor": (True, False)}, reason=reason)
        audit.record(actor, line)
