"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import SearchSource, SourceOpener, search_sources, source_openers


class PartiesConfig(AppConfig):
    """Who anybody is: code, name, kind, region; nothing more."""

    name = "kechuang.office.parties"
    label = "parties"
    verbose_name = _("主体")

    def ready(self) -> None:
        """Parties can be searched, opened from a source, and listed."""
        queries = import_module("kechuang.office.parties.queries")
        lists = import_module("kechuang.office.parties.lists")
        search_sources.fill(SearchSource("parties", 10, queries.find))
        source_openers.fill(SourceOpener("party", 10, queries.address))
        listings.fill(lists.PARTIES)
        views = import_module("kechuang.office.parties.views")
        words.fill("party", _("主体"), views.ACTIONS, views.FIELDS, queries.Party)
