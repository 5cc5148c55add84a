"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """一企一档: organisations, their facts, titles, rights, platforms, people, agreements."""

    name = "kechuang.office.registry"
    label = "registry"
    verbose_name = _("一企一档")

    def ready(self) -> None:
        """Each part says what it lists, finds, opens, does as a job and tells in the trail."""
        import_module("kechuang.office.registry.wiring").fill()
