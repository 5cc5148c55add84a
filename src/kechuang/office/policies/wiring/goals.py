"""What goals put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import SourceOpener, source_openers
from kechuang.office.policies import trail
from kechuang.office.policies.goal_work import AIMING
from kechuang.office.policies.lists.goals import GOAL_FIRMS, GOALS
from kechuang.office.policies.models import Goal
from kechuang.office.policies.queries import goals


def fill() -> None:
    """Goals are listed, opened, done as jobs and told in the trail."""
    listings.fill(GOALS)
    listings.fill(GOAL_FIRMS)
    kinds.fill(AIMING)
    words.fill("goal", _("达标目标"), trail.GOAL_ACTIONS, trail.GOAL_FIELDS, Goal)
    source_openers.fill(SourceOpener("goal", 61, goals.address))
