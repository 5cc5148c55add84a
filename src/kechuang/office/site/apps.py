"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Settings, addresses, the access table, the look."""

    name = "kechuang.office.site"
    label = "site"
    verbose_name = _("站点")
