"""Reading goals, and whom a goal may choose among."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import Job
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.ladder import HELD, Stand, rungs
from kechuang.office.policies.models import Goal, GoalFirm
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.telling import GOAL
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.queries import qualifications


def visible(actor: Actor) -> QuerySet[Goal]:
    """The goals that an actor sees, with region and run."""
    return limit(Goal.objects.select_related("region", "run"), actor, GOAL)


def firms(actor: Actor) -> QuerySet[GoalFirm]:
    """The proposed enterprises in reach, of all goals."""
    rows = GoalFirm.objects.select_related("goal", "party__region")
    return limit(rows, actor, GOAL)


def standing_in(goal: Goal) -> QuerySet[Any]:
    """How the enterprises of a goal's region stand to its rung today."""
    rows = ladder.enterprises(SYSTEM).filter(party__region__path__startswith=goal.region.path)
    return ladder.standing(rows, rungs()[goal.rung], run=goal.run.pk).order_by()


def taken(goal: Goal) -> set[str]:
    """The codes of those that are not proposed: they hold the title or have applied."""
    held = [*(each.value for each in HELD), Stand.FILING.value]
    rows = standing_in(goal).filter(stand__in=held)
    return set(rows.values_list("party__code", flat=True))


def filing(goal: Goal) -> int:
    """How many have applied."""
    return standing_in(goal).filter(stand=Stand.FILING.value).count()


def lapsing(goal: Goal, today: date) -> int:
    """How many hold the title by a certificate that ends until the day, without a next one."""
    titles = Qualification.objects.filter(title__in=rungs()[goal.rung].titles).order_by()
    valid = qualifications.standing_is(qualifications.on_day(titles, today), "valid")
    lasting = valid.exclude(expires_on__lte=goal.until)
    holders = standing_in(goal).filter(stand__in=[Stand.CERTIFIED.value, Stand.EXPIRING.value])
    return holders.exclude(pk__in=lasting.values("party_id")).count()


def address_of_job(job: Job) -> str | None:
    """Where what a job made is seen."""
    key: Any = job.arguments.get("goal")
    return reverse("policies:goal", args=[key]) if key else None


def address(actor: Actor, key: str) -> str | None:
    """Where a goal is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("policies:goal", args=[key])
    return None
