"""Asking who gets us to a goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.ladder import rungs
from kechuang.office.policies.models import Goal
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.policies.telling import GOAL
from kechuang.office.regions.models import Region

KIND = "rules.goal"
MOST = 2_000
"""The largest number that is asked for at once."""


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """What is asked: so many (`number`) of a kind on a rung until a day."""

    rung: str
    kind: str
    number: int
    until: date


def ask(actor: Actor, region: Region, facts: GoalFacts) -> Goal:
    """Have the nearest enterprises of a region looked for, as a job.

    Raises `ValidationError` for a rung that is not there, a number or a day that makes no sense,
    and where no run has been made yet.
    """
    with acting(actor, GOAL, Place(region.path)):
        _check(facts)
        run = ladder_run()
        if run is None:
            raise ValidationError(_("还没有算成的规则运行。请先运行全部规则。"))
        goal = Goal.objects.create(
            region=region, run=run, rung=facts.rung, kind=facts.kind, number=facts.number,
            until=facts.until, asked_by=actor.code, asked_name=actor.name,
        )  # fmt: skip
        tell(actor, "goal.ask", goal, {"number": (None, facts.number), "rung": (None, facts.rung)})
        name = _("达标路径：%(rung)s %(number)s家") % {
            "rung": rungs()[facts.rung].name, "number": facts.number,
        }  # fmt: skip
        place = Place(region.path, "", actor.code)
        goal.job = jobs.submit(actor, KIND, name, {"goal": goal.pk}, place).pk
        goal.save(update_fields=["job"])
    return goal


def _check(facts: GoalFacts) -> None:
    wrong: dict[str, str] = {}
    if facts.rung not in rungs():
        wrong["rung"] = _("没有这个台阶。请从列表中选择。")
    if facts.kind not in Goal.Kind.values:
        wrong["kind"] = _("口径是新增或净增。")
    if not 1 <= facts.number <= MOST:
        wrong["number"] = _("家数在1到%(most)s之间。") % {"most": f"{MOST:,}"}
    if facts.until < timezone.localdate():
        wrong["until"] = _("这一天已过。请填今天或以后的日期。")
    if wrong:
        raise ValidationError(wrong)


def tell(actor: Actor, action: str, goal: Goal, changes: audit.Changes) -> None:
    """Write what happened to a goal into the trail."""
    subject = SourceRef("goal", str(goal.pk))
    place = Place(goal.region.path)
    audit.record(actor, audit.Line(action, subject, str(goal), place, changes))
