"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings


class RegionsConfig(AppConfig):
    """The tree of administrative divisions, and where this installation is rooted in it."""

    name = "kechuang.office.regions"
    label = "regions"
    verbose_name = _("行政区划")

    def ready(self) -> None:
        """Regions can be listed; the trail has words for them."""
        views = import_module("kechuang.office.regions.views")
        models = import_module("kechuang.office.regions.models")
        words.fill("region", _("区划"), views.ACTIONS, views.FIELDS, models.Region)
        settings = fields_of(models.Installation)
        words.fill(
            "installation", _("系统设置"), views.SETTING_ACTIONS, settings, models.Installation
        )
        listings.fill(import_module("kechuang.office.regions.lists").REGIONS)
