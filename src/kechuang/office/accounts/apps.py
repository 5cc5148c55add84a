"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts import guards
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import register_grants
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    MorningItems,
    SearchSource,
    SourceOpener,
    merge_rules,
    morning_items,
    search_sources,
    source_openers,
)


class AccountsConfig(AppConfig):
    """Users, their memberships, sign-in, and who may do what."""

    name = "kechuang.office.accounts"
    label = "accounts"
    verbose_name = _("账号")

    def ready(self) -> None:
        """Tell the ground what a role may do, write down sign-ins, guard roles in the database."""
        register_grants(lambda role: matrix().grants(role))
        import_module("kechuang.office.accounts.signals").connect()
        queries = import_module("kechuang.office.accounts.queries")
        search_sources.fill(SearchSource("users", 30, queries.find))
        source_openers.fill(SourceOpener("user", 30, queries.address))
        morning_items.fill(MorningItems("accounts", _("账号"), 30, queries.morning))
        listings.fill(import_module("kechuang.office.accounts.lists").USERS)
        import_module("kechuang.office.accounts.trail").fill()
        merge_rules.fill(import_module("kechuang.office.accounts.merging").RULE)
        register(guards.check, Tags.database)
        post_migrate.connect(guards.install, sender=self, dispatch_uid="kechuang.guards")
