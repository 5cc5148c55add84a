"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The first page of each role and the navigation."""

    name = "kechuang.office.portal"
    label = "portal"
    verbose_name = _("门户")
