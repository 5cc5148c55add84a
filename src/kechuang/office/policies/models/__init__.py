"""Tables of this room."""

from __future__ import annotations

from kechuang.office.policies.models.documents import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.models.editor import PreviewChange, RulePreview, RuleRevision
from kechuang.office.policies.models.goals import Goal, GoalFirm
from kechuang.office.policies.models.ladder import Climber, Prospect
from kechuang.office.policies.models.notifying import FirmMessage, FirmSending
from kechuang.office.policies.models.pool import PoolEntry
from kechuang.office.policies.models.reminders import (
    ReminderChoice,
    ReminderDigest,
    ReminderEvent,
    ReminderKind,
    ReminderMark,
)
from kechuang.office.policies.models.runs import RuleCount, RulePart, RuleRun, VerdictChange

__all__ = [
    "Climber",
    "FirmMessage",
    "FirmSending",
    "Goal",
    "GoalFirm",
    "PolicyClause",
    "PolicyDocument",
    "PolicyRule",
    "PoolEntry",
    "PreviewChange",
    "Prospect",
    "ReminderChoice",
    "ReminderDigest",
    "ReminderEvent",
    "ReminderKind",
    "ReminderMark",
    "RuleCount",
    "RulePart",
    "RulePreview",
    "RuleRevision",
    "RuleRun",
    "VerdictChange",
]
