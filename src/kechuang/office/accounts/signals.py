"""Each sign-in, failure, lock, sign-out and change of a factor leaves a line; never a secret."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.signals import password_changed, user_logged_in
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.socialaccount.signals import social_account_added, social_account_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from kechuang.office.accounts import sessions
from kechuang.office.accounts.lockout import count_failure
from kechuang.office.accounts.models import User
from kechuang.office.accounts.permissions import actor_without_role
from kechuang.office.accounts.services import place_of
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef

METHODS = {"password": "口令", "mfa": "验证码", "socialaccount": "统一身份"}


def address_of(request: HttpRequest | None) -> str:
    """Where a request came from."""
    return request.META.get("REMOTE_ADDR", "") if request else ""


def write(
    request: HttpRequest | None,
    user: User,
    action: str,
    changes: audit.Changes | None = None,
    outcome: str = AuditEvent.Outcome.DONE,
) -> None:
    """A line of what somebody did to their own sign-in."""
    audit.record(
        actor_without_role(user, address=address_of(request)),
        audit.Line(
            action,
            SourceRef("user", user.username),
            name=user.name,
            place=place_of(user),
            changes=changes or {},
            outcome=outcome,
        ),
    )


def on_signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Start the clocks of the session and say by what means it was opened."""
    sessions.begin(request.session)
    records = request.session.get("account_authentication_methods", [])
    used = dict.fromkeys(METHODS.get(str(each["method"]), "") for each in records)
    write(request, user, "session.started", {"method": (None, "、".join(used))})


def on_signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """The own sign-out."""
    if isinstance(user, User) and not getattr(request, "session_is_over", ""):
        write(request, user, "session.signed_out")


def on_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """A wrong password. A name that is nobody's is not written: it may be a password."""
    username = str(credentials.get("username") or "").lower()
    user = User.objects.select_related("region").filter(username=username).first()
    if user is not None:
        write(request, user, "session.failed", outcome=AuditEvent.Outcome.FAILED)
        return
    audit.record(
        Actor(code="", name="", address=address_of(request)),
        audit.Line("session.failed", SourceRef("user", ""), outcome=AuditEvent.Outcome.FAILED),
    )


def on_locked(sender: Any, request: HttpRequest, username: str | None, **kwargs: Any) -> None:
    """Too many failures, or a try while locked."""
    user = User.objects.select_related("region").filter(username=username or "").first()
    if user is not None:
        write(request, user, "session.locked", outcome=AuditEvent.Outcome.REFUSED)


def on_wrong_code(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong code counts towards the lock."""
    write(request, user, "factor.failed", outcome=AuditEvent.Outcome.FAILED)
    count_failure(request, user.username)


def _own(authenticator: Authenticator) -> HttpRequest | None:
    """The request in which somebody handles the own factor; what others do, services tell."""
    request = context.request
    own = request is not None and request.user == authenticator.user
    return request if own else None


def on_factor_saved(
    sender: Any,
    instance: Authenticator,
    created: bool,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """An authenticator or recovery codes are new, or recovery codes were seen or used.

    This hears the database and not the sign-in library, which speaks only after the transaction:
    a line stays or goes with what it tells of.
    """
    request = _own(instance)
    if request is None or update_fields == {"last_used_at"}:
        return
    action = "factor.added" if created else "factor.changed"
    write(request, cast(User, instance.user), action, {"factor": (None, instance.type)})


def on_factor_deleted(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """An authenticator or recovery codes are gone."""
    request = _own(instance)
    if request is not None:
        write(
            request, cast(User, instance.user), "factor.removed", {"factor": (instance.type, None)}
        )


def on_password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The other sign-ins end; this one goes on under a new key."""
    ended = sessions.end_sessions(user, but=request.session.session_key or "")
    write(request, user, "password.changed", {"sessions": (ended, 0)})


def on_identity_added(sender: Any, request: HttpRequest, sociallogin: Any, **kwargs: Any) -> None:
    """A user linked an identity to the own account."""
    write(
        request, sociallogin.user, "identity.linked", {"subject": (None, sociallogin.account.uid)}
    )


def on_identity_removed(
    sender: Any, request: HttpRequest, socialaccount: Any, **kwargs: Any
) -> None:
    """A user unlinked an identity."""
    write(request, socialaccount.user, "identity.unlinked", {"subject": (socialaccount.uid, None)})


def connect() -> None:
    """Listen; called once, when the room starts."""
    pairs = (
        (user_logged_in, on_signed_in),
        (user_logged_out, on_signed_out),
        (user_login_failed, on_failed),
        (user_locked_out, on_locked),
        (authentication_failed, on_wrong_code),
        (password_changed, on_password_changed),
        (social_account_added, on_identity_added),
        (social_account_removed, on_identity_removed),
    )
    for signal, receiver in pairs:
        signal.connect(receiver, dispatch_uid=f"kechuang.{receiver.__name__}")
    post_save.connect(on_factor_saved, sender=Authenticator, dispatch_uid="kechuang.factor_saved")
    post_delete.connect(
        on_factor_deleted, sender=Authenticator, dispatch_uid="kechuang.factor_gone"
    )
