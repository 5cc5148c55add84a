"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    """What every room stands on: audit trail, jobs, files, notices, secrets, slots."""

    name = "kechuang.office.ground"
    label = "ground"
    verbose_name = _("底座")
