"""Tables of this room."""

from __future__ import annotations

from kechuang.office.policies.models.documents import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.models.goals import Goal, GoalFirm
from kechuang.office.policies.models.ladder import Climber, Prospect
from kechuang.office.policies.models.pool import PoolEntry
from kechuang.office.policies.models.runs import RuleCount, RulePart, RuleRun, VerdictChange

__all__ = [
    "Climber",
    "Goal",
    "GoalFirm",
    "PolicyClause",
    "PolicyDocument",
    "PolicyRule",
    "PoolEntry",
    "Prospect",
    "RuleCount",
    "RulePart",
    "RuleRun",
    "VerdictChange",
]
