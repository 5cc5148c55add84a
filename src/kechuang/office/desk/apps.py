"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """案头: lists compared, forms filled and collected, briefs, letters and what is due."""

    name = "kechuang.office.desk"
    label = "desk"
    verbose_name = _("案头")

    def ready(self) -> None:
        """Each part says what it lists, finds, opens, does as a job and tells in the trail."""
        import_module("kechuang.office.desk.wiring").fill()
