"""Which passwords may be used, by the profile of the installation."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import FormerPassword, User
from kechuang.office.regions.models import Installation
from kechuang.office.regions.queries import installation

ADVISED: Final = 15
GROUPS: Final = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")


@dataclass(frozen=True, slots=True)
class Profile:
    """What passwords must be. Zero means: not asked."""

    length: int
    classes: int
    unlike_name: bool
    history: int
    days: int


@cache
def _file() -> dict[str, Any]:
    path = files("kechuang.office.accounts").joinpath("passwords.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def profile_of(code: str) -> Profile:
    """A profile by its code."""
    return Profile(**_file()[code])


def profile() -> Profile:
    """The profile that this installation chose."""
    here = installation()
    return profile_of(here.password_profile if here else Installation.PasswordProfile.MLPS3)


def one_time_password() -> str:
    """A password at random that is told once: four groups that can be read out, all classes."""
    everything = "".join(GROUPS)
    letters = [secrets.choice(group) for group in GROUPS]
    letters += [secrets.choice(everything) for _unused in range(16 - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    text = "".join(letters)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def expired(user: User, rules: Profile) -> bool:
    """Whether the profile asks for a new password now."""
    if not rules.days or not user.has_usable_password():
        return False
    since = user.password_changed_at or user.created_at
    return timezone.now() >= since + timedelta(days=rules.days)


class ProfileValidator:
    """Checks a new password by the rules that the installation chose."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` with every rule that the password breaks."""
        rules = profile()
        problems = [
            *_length(password, rules),
            *_classes(password, rules),
            *_common(password),
            *_like_name(password, user, rules),
            *_had_before(password, user, rules),
        ]
        if problems:
            raise ValidationError(problems)

    def get_help_text(self) -> str:
        """The rules in words, as a list."""
        rules = profile()
        lines = [_("至少%(length)d个字符，建议%(advised)d个以上，可以用一句话。") % {
            "length": rules.length, "advised": ADVISED,
        }]  # fmt: skip
        if rules.classes:
            lines.append(
                _("小写字母、大写字母、数字、其他符号中至少有%(classes)d种。")
                % {"classes": rules.classes}
            )
        if rules.unlike_name:
            lines.append(_("不能与账号、姓名相近。"))
        lines.append(_("不能是常见口令。"))
        if rules.history:
            lines.append(_("不能是最近用过的%(history)d个口令。") % {"history": rules.history})
        if rules.days:
            lines.append(_("%(days)d天后须更换。") % {"days": rules.days})
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((x,) for x in lines))
        )


def _length(password: str, rules: Profile) -> list[str]:
    if len(password) >= rules.length:
        return []
    return [
        _("口令只有%(found)d个字符，至少要%(length)d个。请加长。")
        % {"found": len(password), "length": rules.length}
    ]


def _classes(password: str, rules: Profile) -> list[str]:
    found = len({_class_of(character) for character in password})
    if found >= rules.classes:
        return []
    return [
        _("口令只用了%(found)d种字符，至少要%(classes)d种。请加上大写字母、数字或符号。")
        % {"found": found, "classes": rules.classes}
    ]


def _class_of(character: str) -> str:
    if character.islower():
        return "small"
    if character.isupper():
        return "capital"
    return "digit" if character.isdigit() else "other"


def _common(password: str) -> list[str]:
    problem = [_("这是很多人都用的口令，容易被猜中。请换一个。")]
    if password.lower() in {each.lower() for each in _file()["common"]}:
        return problem
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return problem
    return []


def _like_name(password: str, user: Any, rules: Profile) -> list[str]:
    if not rules.unlike_name or not isinstance(user, User):
        return []
    try:
        UserAttributeSimilarityValidator(("username", "name")).validate(password, user)
    except ValidationError:
        return [_("口令与账号或姓名太相近。请换一个不含它们的。")]
    return []


def _had_before(password: str, user: Any, rules: Profile) -> list[str]:
    if not rules.history or not isinstance(user, User) or user.pk is None:
        return []
    former = FormerPassword.objects.filter(user=user)[: rules.history]
    if any(check_password(password, each.encoded) for each in former):
        return [
            _("这个口令最近用过，最近%(history)d个都不能再用。请换一个。")
            % {"history": rules.history}
        ]
    return []
