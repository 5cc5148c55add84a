"""What policies as files put into the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.jobs import kinds
from kechuang.office.policies.services.publishing import PUBLISHING

ACTIONS = {"policy.publish": _("生成政策公开包")}
FIELDS = {
    "day": _("日期"), "files": _("文件数"), "rules": _("规则数"), "documents": _("政策文件数"),
}  # fmt: skip
DIAGNOSIS_ACTIONS = {"diagnosis.export": _("导出政策诊断")}
DIAGNOSIS_FIELDS = {"as_of": _("判断日"), "form": _("格式")}


def fill() -> None:
    """The package is made as a job; it and exported diagnoses are told in the trail."""
    kinds.fill(PUBLISHING)
    words.fill("policy_package", _("政策公开包"), ACTIONS, FIELDS)
    words.fill("diagnosis", _("政策诊断"), DIAGNOSIS_ACTIONS, DIAGNOSIS_FIELDS)
