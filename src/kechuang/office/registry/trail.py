"""The words of the trail for organisations, their tags, documents, proposals and merges."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of
from kechuang.office.registry.models import Document, Organisation, Proposal

MERGE_FIELDS: Final = {
    "merged_into": _("已并入"),
    "merged_from": _("并入的档案"),
    "moved_rows": _("移过来的记录"),
    "kept_rows": _("让位的记录"),
}
ORGANISATION_ACTIONS: Final = {
    "organisation.rename": _("更名"),
    "organisation.move": _("迁移"),
    "organisation.status": _("变更状态"),
    "organisation.tag": _("改标签"),
    "organisation.merge": _("合并重复档案"),
}
ORGANISATION_FIELDS: Final = {
    **fields_of(Organisation),
    "name": _("名称"),
    "region": _("区划"),
    "registered_capital": _("注册资本（万元）"),
    "until": _("原名称用至"),
    "on": _("迁移日期"),
    "tags": _("标签"),
    **MERGE_FIELDS,
}
DOCUMENT_ACTIONS: Final = {
    "document.add": _("加入文件"),
    "document.withdraw": _("作废文件"),
}
DOCUMENT_FIELDS: Final = {**fields_of(Document), "sha256": "SHA-256"}
TAG_ACTIONS: Final = {"tag.create": _("新建标签")}
PROPOSAL_ACTIONS: Final = {
    "proposal.make": _("提出更正"),
    "proposal.accept": _("采纳"),
    "proposal.refuse": _("不采纳"),
    "proposal.withdraw": _("撤回"),
}
PROPOSAL_FIELDS: Final = {
    **fields_of(Proposal),
    "value": _("值"),
    "verdict": _("处理方式"),
}
