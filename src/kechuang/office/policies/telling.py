"""The verbs of this room, and where its records belong."""

from __future__ import annotations

from typing import Final

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.models import RuleRun

DIAGNOSE: Final = "diagnosis.view"
RUN: Final = "rule_run.start"
VIEW: Final = "rule_run.view"
LADDER: Final = "ladder.view"
EXPORT: Final = "ladder.export"
GOAL: Final = "goal.ask"
VIEW_POLICY: Final = "policy.view"
MANAGE_POLICY: Final = "policy.manage"
EXPORT_POLICY: Final = "policy.export"


def place_of(run: RuleRun) -> Place:
    """Where a run belongs; its region must have been fetched with it."""
    return Place(run.region.path)


def tell(actor: Actor, action: str, run: RuleRun, changes: audit.Changes) -> None:
    """Write what happened to a run into the trail."""
    subject = SourceRef("rule_run", str(run.pk))
    audit.record(actor, audit.Line(action, subject, str(run), place_of(run), changes))
