"""The words of the trail for programmes, batches and filings."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Batch, Filing, Programme, StageEntry
from kechuang.office.ground.audit_words import fields_of

PROGRAMME_ACTIONS: Final = {"programme.create": _("新增项目")}
PROGRAMME_FIELDS: Final = fields_of(Programme)
BATCH_ACTIONS: Final = {
    "batch.open": _("开批次"),
    "batch.change": _("修改批次"),
    "batch.deadlines": _("定截止日期"),
    "batch.stage": _("改阶段"),
    "batch.document": _("改材料清单"),
    "batch.close": _("办结或重新打开"),
    "batch.letter": _("出推荐函"),
}
BATCH_FIELDS: Final = {
    **fields_of(Batch),
    "stage": _("阶段"),
    "due": _("截止"),
    "document": _("材料"),
    "rows": _("行数"),
}
FILING_ACTIONS: Final = {
    "filing.add": _("加入批次"),
    "filing.advance": _("推进阶段"),
    "filing.take_back": _("收回一步"),
    "filing.withdraw": _("撤出批次"),
    "filing.look_after": _("指定跟进人"),
    "filing.change": _("修改申报"),
    "filing.documents": _("登记收件"),
    "filing.issue": _("登记证书"),
    "filing.moved": _("随档案合并"),
}
FILING_FIELDS: Final = {
    **fields_of(Filing),
    "cause": fields_of(StageEntry)["cause"],
    "document": _("文号"),
    "number": _("编号"),
}
