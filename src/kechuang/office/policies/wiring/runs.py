"""What runs put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import SourceOpener, merge_rules, source_openers
from kechuang.office.policies import trail
from kechuang.office.policies.jobs import CLIMBING, RUNNING
from kechuang.office.policies.lists.runs import CHANGES, RUNS
from kechuang.office.policies.merging import RULE
from kechuang.office.policies.models import RuleRun
from kechuang.office.policies.queries import runs


def fill() -> None:
    """Runs are listed, opened, done as jobs and told in the trail."""
    listings.fill(RUNS)
    listings.fill(CHANGES)
    kinds.fill(RUNNING)
    kinds.fill(CLIMBING)
    words.fill("rule_run", _("规则运行"), trail.RUN_ACTIONS, trail.RUN_FIELDS, RuleRun)
    source_openers.fill(SourceOpener("rule_run", 60, runs.address))
    merge_rules.fill(RULE)
