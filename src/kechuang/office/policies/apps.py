"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    """政策找企业: rules at work on the registry, for the firm, the officer and the leader."""

    name = "kechuang.office.policies"
    label = "policies"
    verbose_name = _("政策")

    def ready(self) -> None:
        """Each part says what it lists, opens, does as a job and tells in the trail."""
        import_module("kechuang.office.policies.wiring").fill()
