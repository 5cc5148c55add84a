"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    """Who anybody is: code, name, kind, region; nothing more."""

    name = "kechuang.office.parties"
    label = "parties"
    verbose_name = _("主体")
