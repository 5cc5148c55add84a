"""Keeping what the engine read: a report with all its figures and findings, or nothing."""

from __future__ import annotations

from django.utils import timezone

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.readings import Read, figure_rows, finding_rows

UNREAD = (Report.State.WAITING, Report.State.FAILED)


def keep_reading(actor: Actor, report: Report, read: Read) -> bool:
    """Keep a reading whole; False where the report has been read meanwhile."""
    with acting(actor, "report.upload", place_of(report)):
        if not _still_unread(report):
            return False
        figures = ReportFigure.objects.bulk_create(
            figure_rows(report, read.reading), batch_size=500
        )
        kept = dict(zip(read.reading.figures, figures, strict=True))
        findings = finding_rows(report, read.findings, kept)
        ReportFinding.objects.bulk_create([row for row, _ in findings], batch_size=500)
        through = ReportFinding.figures.through
        through.objects.bulk_create(
            [
                through(reportfinding_id=row.pk, reportfigure_id=figure.pk)
                for row, concerned in findings
                for figure in concerned
            ],
            batch_size=500,
        )
        report.text, report.state, report.error = read.reading.raw, Report.State.REVIEW, ""
        report.read_at = timezone.now()
        report.save(update_fields=["text", "state", "error", "read_at"])
        changes: audit.Changes = {
            "figures": (None, len(figures)),
            "findings": (None, len(findings)),
        }
        audit.record(actor, _line("report.read", report, changes))
    return True


def keep_failure(actor: Actor, report: Report, sentence: str) -> bool:
    """Write down why a report could not be read; False where it has been read meanwhile."""
    with acting(actor, "report.upload", place_of(report)):
        if not _still_unread(report):
            return False
        report.state, report.error = Report.State.FAILED, sentence[:500]
        report.save(update_fields=["state", "error"])
        audit.record(actor, _line("report.failed", report, {"error": (None, report.error)}))
    return True


def place_of(report: Report) -> Place:
    """Where a report belongs."""
    return Place(report.region.path, owner=report.owner)


def _still_unread(report: Report) -> bool:
    found = Report.objects.select_for_update(of=("self",)).only("state").get(pk=report.pk)
    return found.state in UNREAD


def _line(action: str, report: Report, changes: audit.Changes) -> audit.Line:
    subject = SourceRef("report", str(report.pk))
    return audit.Line(action, subject, report.name, place_of(report), changes)
