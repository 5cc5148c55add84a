"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    """申报台账: what was filed with whom, how far it got, and what it ended in."""

    name = "kechuang.office.filings"
    label = "filings"
    verbose_name = _("申报台账")

    def ready(self) -> None:
        """Each part says what it lists, finds, opens, does as a job and tells in the trail."""
        import_module("kechuang.office.filings.wiring").fill()
