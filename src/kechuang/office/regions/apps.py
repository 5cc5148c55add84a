"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """The tree of administrative divisions, and where this installation is rooted in it."""

    name = "kechuang.office.regions"
    label = "regions"
    verbose_name = _("行政区划")
