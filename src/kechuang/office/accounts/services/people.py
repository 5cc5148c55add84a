"""Users: made, changed, stopped, and given a new password."""

from __future__ import annotations

import re
from typing import Final

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import ApiToken, FormerPassword, User
from kechuang.office.accounts.passwords import one_time_password, profile_of
from kechuang.office.accounts.sessions import end_sessions
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import Reason, Refusal, acting
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.queries import installation

PHONE: Final = re.compile(r"[0-9+() -]{5,25}")
PROVIDER: Final = "oidc"
LONGEST_HISTORY: Final = max(
    profile_of(code).history for code in Installation.PasswordProfile.values
)


def place_of(user: User) -> Place:
    """Where the account of a user is managed."""
    return Place(user.region.path if user.region else "", "", user.username)


def _line(action: str, user: User, **more: object) -> audit.Line:
    source = SourceRef("user", user.username)
    return audit.Line(action, source, name=user.name, place=place_of(user), **more)  # type: ignore[arg-type]


def create_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    region: Region | None = None,
    phone: str = "",
    once: bool = True,
) -> tuple[User, str]:
    """Make a user who can sign in but may do nothing yet; gives the password, once.

    The password is drawn here and must be changed at the first sign-in, unless `once` is False,
    as in an example that is only looked at. The account is managed in `region`, which is the
    actor's own where none is given. Raises `ValidationError` for a user name that is taken or
    badly written.
    """
    home = region or _home(actor)
    user = User(username=username.strip().lower(), name=name.strip(), region=home)
    user.phone = checked_phone(phone)
    with acting(actor, "account.create", Place(home.path if home else "")):
        password = one_time_password()
        user.set_password(password)
        user.must_change_password = once
        user.full_clean()
        user.save()
        _remember(user)
        changes = {"username": (None, user.username), "name": (None, user.name)}
        if user.phone:
            changes["phone"] = (None, masked("phone", user.phone))
        audit.record(actor, _line("account.created", user, changes=changes))
    return user, password


def _home(actor: Actor) -> Region | None:
    found = Region.objects.filter(path=actor.region).first()
    here = installation()
    return found or (here.root if here else None)


def checked_phone(phone: str) -> str:
    """A telephone number without blanks around it; raises `ValidationError` for what is none."""
    text = phone.strip()
    if text and not PHONE.fullmatch(text):
        raise ValidationError(
            {
                "phone": _("“%(text)s”不像电话号码。请写数字，可带区号，如 0310-1234567。")
                % {"text": text}
            }
        )
    return text


def change_user(actor: Actor, user: User, *, name: str, phone: str, region: Region) -> User:
    """Change what is known of a user. A new region must be in the actor's reach too."""
    with acting(actor, "account.change", place_of(user)):
        if region != user.region and not actor.reaches("account.change", Place(region.path)):
            raise Refusal("account.change", Reason.OUTSIDE)
        before = _shown(user)
        user.name, user.phone, user.region = name.strip(), checked_phone(phone), region
        user.full_clean()
        user.save(update_fields=["name", "phone", "region"])
        changes = audit.changes_between(before, _shown(user))
        if changes:
            audit.record(actor, _line("account.changed", user, changes=changes))
    return user


def _shown(user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "phone": masked("phone", user.phone),
        "region": user.region.name if user.region else "",
    }


def deactivate_user(actor: Actor, user: User, reason: str = "") -> int:
    """Stop a user: nothing works for them any more. Gives the number of sign-ins that ended."""
    with acting(actor, "account.change", place_of(user)):
        _not_oneself(actor, user, _("不能停用自己的账号，请另一位系统管理员办理。"))
        user.is_active = False
        user.save(update_fields=["is_active"])
        now = timezone.now()
        live = ApiToken.objects.filter(membership__user=user, revoked_at=None)
        tokens = live.update(revoked_at=now)
        ended = end_sessions(user)
        changes = {"active": (True, False), "sessions": (ended, 0), "tokens": (tokens, 0)}
        audit.record(actor, _line("account.deactivated", user, changes=changes, reason=reason))
    return ended


def reactivate_user(actor: Actor, user: User) -> str:
    """Let a user in again, with a new one-time password, which is given once."""
    with acting(actor, "account.change", place_of(user)):
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record(actor, _line("account.reactivated", user, changes={"active": (False, True)}))
        return _new_password(actor, user)


def reset_password(actor: Actor, user: User) -> str:
    """Give a user a new one-time password and end their sign-ins; the second factor stays."""
    with acting(actor, "account.change", place_of(user)):
        _not_oneself(actor, user, _("自己的口令请在“我的账号”修改，不用重置。"))
        return _new_password(actor, user)


def _new_password(actor: Actor, user: User) -> str:
    password = one_time_password()
    keep_password(user, password, once=True)
    ended = end_sessions(user)
    changes = {"sessions": (ended, 0)}
    audit.record(actor, _line("password.reset", user, changes=changes))
    return password


def _not_oneself(actor: Actor, user: User, why: str) -> None:
    if actor.code == user.username:
        raise Refusal("account.change", Reason.SEPARATION, why)


def keep_password(user: User, password: str, *, once: bool = False) -> None:
    """Set a password; `once` where it must be changed at the next sign-in."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = once
        user.password_changed_at = timezone.now()
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        _remember(user)


def _remember(user: User) -> None:
    FormerPassword.objects.create(user=user, encoded=user.password)
    kept = FormerPassword.objects.filter(user=user).values("pk")[:LONGEST_HISTORY]
    FormerPassword.objects.filter(user=user).exclude(pk__in=[row["pk"] for row in kept]).delete()


def link_identity(actor: Actor, user: User, subject: str) -> None:
    """Let the person whom the identity server knows by `subject` sign in as this user."""
    text = subject.strip()
    with acting(actor, "account.change", place_of(user)):
        taken = SocialAccount.objects.filter(provider=PROVIDER, uid=text).first()
        if taken is not None and taken.user_id != user.pk:  # type: ignore[attr-defined]
            raise ValidationError(
                _("这个统一身份已关联账号“%(name)s”。请先在那边解除关联。")
                % {"name": User.objects.get(pk=taken.user_id).username}  # type: ignore[attr-defined]
            )
        if taken is None:
            SocialAccount.objects.create(user=user, provider=PROVIDER, uid=text)
            audit.record(actor, _line("identity.linked", user, changes={"subject": (None, text)}))


def unlink_identity(actor: Actor, user: User, subject: str) -> None:
    """No longer let that person sign in as this user."""
    with acting(actor, "account.change", place_of(user)):
        gone, _kinds = SocialAccount.objects.filter(
            user=user, provider=PROVIDER, uid=subject
        ).delete()
        if gone:
            audit.record(
                actor, _line("identity.unlinked", user, changes={"subject": (subject, None)})
            )
