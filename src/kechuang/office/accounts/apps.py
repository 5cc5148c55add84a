"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts import guards
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import register_grants


class AccountsConfig(AppConfig):
    """Users, their memberships, sign-in, and who may do what."""

    name = "kechuang.office.accounts"
    label = "accounts"
    verbose_name = _("账号")

    def ready(self) -> None:
        """Tell the ground what a role may do, write down sign-ins, guard roles in the database."""
        register_grants(lambda role: matrix().grants(role))
        import_module("kechuang.office.accounts.signals").connect()
        post_migrate.connect(guards.install, sender=self, dispatch_uid="kechuang.guards")
