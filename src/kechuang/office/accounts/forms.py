"""Forms of sign-in and of the pages about people and roles."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as FactorReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.lockout import is_locked, lock_answer
from kechuang.office.accounts.models import User
from kechuang.office.accounts.passwords import ProfileValidator
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.tokens import verbs_for_tokens
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import choices

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


def _plain(form: forms.Form, labels: dict[str, Any]) -> None:
    """Our labels, and no words inside the boxes."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """User name and password; capital letters in the user name do not matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"login": _("账号"), "password": _("口令")})
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autofocus"] = True

    def clean_login(self) -> Any:
        """The user name in small letters."""
        return super().clean_login().strip().lower()


class OwnPasswordForm(ChangePasswordForm):
    """The password of now, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            {
                "oldpassword": _("现在的口令"),
                "password1": _("新口令"),
                "password2": _("再填一次新口令"),
            },
        )
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = lazy(ProfileValidator().get_help_text, str)()

    def clean(self) -> dict[str, Any] | None:
        """The two new ones are the same, and differ from the old one."""
        cleaned = forms.Form.clean(self) or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("两次填的新口令不一样。请再填一次。"))
        if first and first == cleaned.get("oldpassword"):
            self.add_error("password1", gettext("新口令与现在的一样。请换一个。"))
        return cleaned


class PasswordAgainForm(ReauthenticateForm):
    """The own password, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"password": _("口令")})
        self.fields["password"].help_text = ""


class _LockedCodes(BaseAuthenticateForm):
    """A code; wrong ones count as wrong passwords do, so that codes cannot be tried at length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"code": _("验证码")})
        self.fields["code"].widget.attrs |= CODE
        self.fields["code"].help_text = _("手机验证器上的六位数，或一个备用码。")

    def clean_code(self) -> str:
        """A right code of a user who is not locked."""
        request = context.request
        if request is not None and is_locked(request, self.user.username):
            lock_answer(request, self.user.username)
            raise ValidationError(gettext("账号已锁定。"))
        return super().clean_code()


class CodeForm(_LockedCodes, AuthenticateForm):
    """The second step of sign-in."""


class CodeAgainForm(_LockedCodes, FactorReauthenticateForm):
    """A code, before something delicate."""


class FactorForm(ActivateTOTPForm):
    """The first code of a new authenticator, which proves that it works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"code": _("验证码")})
        self.fields["code"].widget.attrs |= CODE
        self.fields["code"].help_text = _("扫码后，填手机上显示的六位数。")


class NewUserForm(forms.Form):
    """Who the new user is."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_(
            "登录时填的名字：3至60个小写字母、数字、点、横线，如 zhang.san。一人一个，不共用。"
        ),
    )
    phone = forms.CharField(
        label=_("电话"),
        max_length=25,
        required=False,
        help_text=_("加密保存，页面上遮盖；查看要写理由。"),
    )
    region = forms.ModelChoiceField(
        label=_("管理区划"),
        queryset=Region.objects.none(),
        help_text=_("由哪一级管理这个账号。能办什么，另由安全管理员授予角色。"),
    )

    def __init__(self, actor: Actor, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        field.queryset = choices(actor, verb)  # type: ignore[attr-defined]
        field.empty_label = gettext("请选择")  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        """In small letters and not taken."""
        username = self.cleaned_data["username"].strip().lower()
        if User.objects.filter(username=username).exists():
            raise ValidationError(
                gettext("账号“%(username)s”已有人用。请换一个，例如加上科室或数字。")
                % {"username": username}
            )
        return username


class UserForm(NewUserForm):
    """What can be changed of a user."""

    username = None  # type: ignore[assignment]

    def clean_username(self) -> str:
        """A user name stays."""
        return ""


class GrantForm(forms.Form):
    """A role, where, for whom, and from when to when."""

    role = forms.ChoiceField(label=_("角色"))
    region = forms.ModelChoiceField(
        label=_("区划"),
        queryset=Region.objects.none(),
        help_text=_("角色在这个区划和它以下有效。"),
    )
    party = forms.ModelChoiceField(
        label=_("单位"),
        queryset=Party.objects.none(),
        required=False,
        help_text=_("部门、乡镇、园区、企业的角色必须选；本局、专家、科技特派员的角色可以不选。"),
    )
    since = forms.DateField(
        label=_("起"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_("不填就从今天起。"),
    )  # fmt: skip
    until = forms.DateField(
        label=_("止"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_("不填就一直有效，直到收回。"),
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, region, party = self.fields["role"], self.fields["region"], self.fields["party"]
        role.choices = [  # type: ignore[attr-defined]
            ("", gettext("请选择")),
            *((each.code, gettext(each.name)) for each in matrix().roles.values()),
        ]
        region.queryset = choices(actor, "membership.grant")  # type: ignore[attr-defined]
        speaking = {kind for each in matrix().roles.values() for kind in each.speaks_for}
        region.empty_label = gettext("请选择")  # type: ignore[attr-defined]
        party.empty_label = gettext("不选")  # type: ignore[attr-defined]
        within = choices(actor, "membership.grant")
        party.queryset = Party.objects.filter(  # type: ignore[attr-defined]
            region__in=within, kind__in=speaking
        )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, min_length=4, help_text=_("会记入审计。")
    )


class IdentityForm(forms.Form):
    """Who a user is at the identity server."""

    subject = forms.CharField(
        label=_("统一身份编号（sub）"), max_length=190,
        help_text=_("由统一身份认证平台给出，一人一个，不随姓名变化。"),
    )  # fmt: skip


class TokenForm(forms.Form):
    """What a token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("用途"), max_length=100, help_text=_("写明哪个程序用，例如“每晚导出到数据仓库”。")
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=((30, _("30天")), (90, _("90天")), (180, _("180天")), (365, _("一年"))),
    )
    verbs = forms.MultipleChoiceField(
        label=_("权限"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只选用得着的；令牌永远不超过您现在这个角色的权限。"),
    )

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs = matrix().verbs
        self.fields["verbs"].choices = [  # type: ignore[attr-defined]
            (code, gettext(verbs[code].name)) for code in verbs_for_tokens(role)
        ]
