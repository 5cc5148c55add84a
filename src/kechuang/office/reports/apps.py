"""The wiring of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Narrative reports read in: documents, their figures, and what was decided on each."""

    name = "kechuang.office.reports"
    label = "reports"
    verbose_name = _("报告")
