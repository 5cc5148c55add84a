"""The verbs of this room, and where its records belong."""

from __future__ import annotations

from typing import Final

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.ladder import rungs
from kechuang.office.policies.models import PoolEntry, RuleRevision, RuleRun

DIAGNOSE: Final = "diagnosis.view"
RUN: Final = "rule_run.start"
VIEW: Final = "rule_run.view"
LADDER: Final = "ladder.view"
EXPORT: Final = "ladder.export"
GOAL: Final = "goal.ask"
POOL: Final = "pool.view"
POOL_CHANGE: Final = "pool.change"
POOL_EXPORT: Final = "pool.export"
REMIND: Final = "reminder.view"
REMIND_EXPORT: Final = "reminder.export"
NOTIFY: Final = "firm_notice.send"
NOTIFY_VIEW: Final = "firm_notice.view"
MESSAGES: Final = "firm_message.view"
VIEW_POLICY: Final = "policy.view"
MANAGE_POLICY: Final = "policy.manage"
EXPORT_POLICY: Final = "policy.export"
PUBLISH_POLICY: Final = "policy.publish"
VIEW_RULE: Final = "rule.view"
REVISE: Final = "rule.revise"
PREVIEW: Final = "rule.preview"
PUBLISH: Final = "rule.publish"
EXPORT_RULE: Final = "rule.export"


def place_of(run: RuleRun) -> Place:
    """Where a run belongs; its region must have been fetched with it."""
    return Place(run.region.path)


def tell(actor: Actor, action: str, run: RuleRun, changes: audit.Changes) -> None:
    """Write what happened to a run into the trail."""
    subject = SourceRef("rule_run", str(run.pk))
    audit.record(actor, audit.Line(action, subject, str(run), place_of(run), changes))


def place_of_entry(entry: PoolEntry) -> Place:
    """Where an entry of the pool belongs; its party must have been fetched with its region."""
    return Place(entry.party.region.path, entry.party.code)


def pool_line(
    action: str, entry: PoolEntry, changes: audit.Changes, reason: str = ""
) -> audit.Line:
    """What happened to an entry of the pool."""
    rung = rungs().get(entry.rung)
    name = f"{entry.party.name} {rung.name if rung else entry.rung}"
    subject = SourceRef("pool_entry", str(entry.pk))
    return audit.Line(action, subject, name, place_of_entry(entry), changes, reason)


def revision_line(
    action: str, row: RuleRevision, changes: audit.Changes, reason: str = ""
) -> audit.Line:
    """What happened to a revision of a rule; its region must have been fetched with it."""
    subject = SourceRef("rule_revision", str(row.pk))
    return audit.Line(action, subject, str(row), Place(row.region.path), changes, reason)
