"""Users, the roles they hold, and the tokens of programs that act for them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region


class UserManager(BaseUserManager["User"]):
    """Finds users by their user name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of this name; capital letters do not matter."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their memberships alone."""

    username = models.CharField(
        _("账号"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]{2,59}$",
                _("账号用3至60个小写字母、数字、点、横线。"),
            )
        ],
    )
    name = models.CharField(_("姓名"), max_length=60)
    region = models.ForeignKey(
        Region,
        verbose_name=_("管理区划"),
        help_text=_("由哪一级管理这个账号；能办什么看角色。"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    phone = EncryptedTextField(_("电话"), blank=True, default="")
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须改口令"), default=True)
    password_changed_at = models.DateTimeField(_("口令修改时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    scope_paths: ClassVar = ScopePaths(
        region="region__path", party="memberships__party__code", owner="username", many=True
    )

    class Meta:
        """By user name."""

        ordering = ("username",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that a user holds in a region and, where it speaks for one, in an organisation."""

    user = models.ForeignKey(
        User, verbose_name=_("用户"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=50)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    party = models.ForeignKey(
        Party, verbose_name=_("单位"), on_delete=models.PROTECT, null=True, blank=True
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    granted_by = models.CharField(_("授予人"), max_length=150)
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    revoked_by = models.CharField(_("收回人"), max_length=150, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="region__path", party="party__code", owner="user__username"
    )

    class Meta:
        """Oldest first; the same role in the same place is held once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["user", "role", "region", "party", "since"],
                condition=models.Q(revoked_at=None),
                name="membership_is_given_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region", "since"],
                condition=models.Q(party=None, revoked_at=None),
                name="membership_without_party_is_given_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"  # type: ignore[attr-defined]


class FormerPassword(models.Model):
    """A password that a user had, as it was kept, so that it does not come back too soon."""

    user = models.ForeignKey(
        User, verbose_name=_("用户"), on_delete=models.CASCADE, related_name="former_passwords"
    )
    encoded = models.CharField(_("口令摘要"), max_length=256)
    set_at = models.DateTimeField(_("设定时间"), default=timezone.now)

    scope_paths: ClassVar = ScopePaths(owner="user__username")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"  # type: ignore[attr-defined]


class ApiToken(models.Model):
    """A token with which a program acts in one membership, for some verbs, until a day.

    Only the digest of the token is kept.
    """

    membership = models.ForeignKey(
        Membership, verbose_name=_("角色"), on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(_("用途"), max_length=100)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    verbs = models.JSONField(_("权限"), default=list)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("到期"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="membership__region__path",
        party="membership__party__code",
        owner="membership__user__username",
    )

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
