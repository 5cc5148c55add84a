"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import register_grants


class AccountsConfig(AppConfig):
    """Users, their memberships, sign-in, and who may do what."""

    name = "kechuang.office.accounts"
    label = "accounts"
    verbose_name = _("账号")

    def ready(self) -> None:
        """Tell the ground what a role may do, so that it can restore the actor of a job."""
        register_grants(lambda role: matrix().grants(role))
