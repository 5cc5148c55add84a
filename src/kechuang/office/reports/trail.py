"""The words of this room in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import Words, fields_of
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding


def fill(words: Words) -> None:
    """Give the words for reports, their figures and findings, and files that were refused."""
    words.fill(
        "report",
        _("报告"),
        {
            "report.upload": _("上传"),
            "report.read": _("识读"),
            "report.failed": _("未能识读"),
            "report.confirm": _("确认"),
            "report.reopen": _("重开"),
            "report_figure.accept_sure": _("一并采纳有把握的数字"),
        },
        {
            **fields_of(Report),
            "figures": _("数字"),
            "findings": _("疑点"),
            "accepted": _("采纳"),
            "positions": _("次序"),
        },
    )
    words.fill(
        "report_figure",
        _("报告中的数字"),
        {
            "report_figure.accept": _("采纳"),
            "report_figure.correct": _("更正"),
            "report_figure.reject": _("剔除"),
            "report_figure.reopen": _("撤回"),
        },
        fields_of(ReportFigure),
    )
    words.fill(
        "report_finding",
        _("报告中的疑点"),
        {"report_finding.decide": _("处理疑点")},
        fields_of(ReportFinding),
    )
    words.fill("upload", _("上传的文件"), {"upload.refused": _("拒收文件")}, {})
