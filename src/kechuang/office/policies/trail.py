"""The words of the trail for runs and goals."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of
from kechuang.office.policies.models import Goal, PoolEntry, RuleRun

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
