"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, their memberships, sign-in, and who may do what."""

    name = "kechuang.office.accounts"
    label = "accounts"
    verbose_name = _("账号")
