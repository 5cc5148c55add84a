"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    MorningItems,
    SearchSource,
    SourceOpener,
    morning_items,
    search_sources,
    source_openers,
)


class ReportsConfig(AppConfig):
    """Narrative reports read in: documents, their figures, and what was decided on each."""

    name = "kechuang.office.reports"
    label = "reports"
    verbose_name = _("报告")

    def ready(self) -> None:
        """Reports are read by a job, listed, found, told in the trail, and on the first page."""
        queries = import_module("kechuang.office.reports.queries")
        lists = import_module("kechuang.office.reports.lists")
        tasks = import_module("kechuang.office.reports.tasks")
        import_module("kechuang.office.ground.jobs").kinds.fill(tasks.READ_REPORTS)
        listings.fill(lists.REPORTS)
        listings.fill(lists.FIGURES)
        import_module("kechuang.office.reports.trail").fill(words)
        morning_items.fill(MorningItems("report_morning", _("报告"), 20, queries.morning))
        search_sources.fill(SearchSource("reports", 20, queries.find))
        source_openers.fill(SourceOpener("report_figure", 20, queries.source_url))
