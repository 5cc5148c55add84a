"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Settings, addresses, the access table, the look."""

    name = "kechuang.office.site"
    label = "site"
    verbose_name = _("站点")

    def ready(self) -> None:
        """Give the words of what commands write into the audit trail."""
        import_module("kechuang.office.site.archive.telling").fill()
