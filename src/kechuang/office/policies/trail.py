"""The words of the trail for runs, goals and policy documents."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of
from kechuang.office.policies.models import Goal, PolicyDocument, PoolEntry, RuleRevision, RuleRun

RUN_ACTIONS: Final = {
    "rule_run.start": _("发起规则运行"),
    "rule_run.end": _("规则运行完成"),
}
RUN_FIELDS: Final = {**fields_of(RuleRun), "rules": _("规则数")}
GOAL_ACTIONS: Final = {"goal.ask": _("提出达标目标"), "goal.end": _("算成达标路径")}
GOAL_FIELDS: Final = {**fields_of(Goal), "firms": _("企业数")}
POOL_ACTIONS: Final = {
    "pool.admit": _("列入培育库"),
    "pool.follow": _("登记跟进"),
    "pool.change": _("改辅导人和计划"),
    "pool.file": _("列入申报批次"),
    "pool.exit": _("登记出库"),
    "pool.moved": _("随档案合并"),
}
POOL_FIELDS: Final = {
    **fields_of(PoolEntry),
    "done": _("办了什么"),
    "batch": _("申报批次"),
}
POLICY_ACTIONS: Final = {
    "policy.register": _("登记政策文件"),
    "policy.change": _("修改政策文件"),
    "policy.supersede": _("登记被取代"),
    "policy.restore": _("撤销被取代"),
    "policy.read": _("下载政策文件"),
}
POLICY_FIELDS: Final = {
    **fields_of(PolicyDocument),
    "rules": _("关联规则"),
    "text": _("正文（SHA-256）"),
    "characters": _("正文字数"),
    "sha256": "SHA-256",
}
REVISION_ACTIONS: Final = {
    "rule.draft": _("起草规则修订"),
    "rule.change": _("改规则修订"),
    "rule.cases": _("写明算例"),
    "rule.preview": _("预览修订的影响"),
    "rule.submit": _("提交规则修订"),
    "rule.publish": _("发布规则修订"),
    "rule.return": _("退回规则修订"),
    "rule.withdraw": _("撤回规则修订"),
}
REVISION_FIELDS: Final = {**fields_of(RuleRevision), "as_of": _("判断日")}
