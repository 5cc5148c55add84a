"""Where the sign-in library asks us."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import User
from kechuang.office.accounts.queries import factor_needed, memberships_in_force
from kechuang.office.accounts.services import keep_password
from kechuang.office.accounts.signals import write
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.secrets import decrypt, encrypt
from kechuang.office.regions.queries import installation

TOLD = {
    "account/messages/password_changed.txt": (
        messages.SUCCESS,
        _("口令已改，其他地方的登录已结束。下次登录请用新口令。"),
    ),
    "mfa/messages/totp_activated.txt": (
        messages.SUCCESS,
        _("第二重验证已启用，下次登录除口令外还要填验证码。请先保存下面的备用码。"),
    ),
    "mfa/messages/totp_deactivated.txt": (
        messages.SUCCESS,
        _("第二重验证已停用，下次登录只要口令。"),
    ),
    "mfa/messages/recovery_codes_generated.txt": (
        messages.SUCCESS,
        _("备用码已生成，只有这一批有效。请抄下或打印，放在手机之外的地方。"),
    ),
    "socialaccount/messages/account_connected.txt": (
        messages.SUCCESS,
        _("统一身份已关联，以后可以从“统一身份登录”进入。"),
    ),
    "socialaccount/messages/account_connected_updated.txt": (
        messages.INFO,
        _("这个统一身份早已关联本账号，不用再关联。"),
    ),
    "socialaccount/messages/account_connected_other.txt": (
        messages.ERROR,
        _("这个统一身份已关联另一个账号，没有改动。请联系系统管理员。"),
    ),
    "socialaccount/messages/account_disconnected.txt": (
        messages.SUCCESS,
        _("统一身份已解除关联，以后请用账号和口令登录。"),
    ),
    "usersessions/messages/sessions_logged_out.txt": (
        messages.SUCCESS,
        _("其他地方的登录已结束。"),
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are made by the system administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("账号或口令不对。请检查大小写和输入法后再试。"),
        "incorrect_password": _("口令不对。请检查大小写和输入法后再试。"),
        "enter_current_password": _("现在的口令不对。请检查大小写和输入法后再试。"),
        "incorrect_code": _("验证码不对或已用过。请等手机上换了新的再填。"),
        "too_many_login_attempts": _("试的次数太多，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the password by our rules, and the earlier ones with it."""
        if isinstance(user, User):
            keep_password(user, password)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """The right password or identity, but the account is stopped."""
        if isinstance(user, User):
            why = {"why": (None, "stopped")}
            write(request, user, "session.failed", why, AuditEvent.Outcome.REFUSED)
        return super().respond_user_inactive(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The first page: what one came for."""
        return reverse("portal:home")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our words; nothing where we have none."""
        if message is not None:
            messages.add_message(request, level, message, extra_tags=extra_tags)
        elif message_template in TOLD:
            own_level, text = TOLD[message_template]
            messages.add_message(request, own_level, str(text))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves this installation; the audit trail has a line."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the request came from, as the web server says."""
        return request.META.get("REMOTE_ADDR") or "127.0.0.1"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: the password was typed just now."""
        request = context.request
        if request is None or not isinstance(request.user, User):
            return True
        records = get_authentication_records(request, request.user)
        latest = max((each["at"] for each in records), default=0)
        return time.time() - latest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """In our words."""
        names = {
            "reauthenticate": _("用口令确认"),
            "mfa_reauthenticate": _("用验证码确认"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**each, "description": names[each["id"]]} for each in methods]


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A sign-in elsewhere opens an account that is here already, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes, whose secrets are kept encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对或已用过。请核对手机时间，等换了新的再填。"),
        "cannot_delete_authenticator": _("本系统要求您的角色使用第二重验证，不能停用。"),
        "cannot_generate_recovery_codes": _("还没有启用第二重验证，不用备用码。"),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not by somebody of whose roles the installation asks a second factor."""
        user: User = authenticator.user  # type: ignore[assignment]
        held = list(memberships_in_force(user, timezone.localdate()))
        return not factor_needed(held, installation())

    def encrypt(self, text: str) -> str:
        """As it is kept."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it was."""
        return decrypt(encrypted_text)
