"""Reading runs: which there are, what changed, which one the ladder stands on."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Place, Reach
from kechuang.office.ground.models import Job
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.models import RuleCount, RuleRun, VerdictChange
from kechuang.office.policies.rules import holds_at
from kechuang.office.policies.telling import VIEW
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import installation
from kechuang.office.registry.models import Organisation
from kechuang.rulebook.model import Rule

AT_A_TIME: Final = 2_000


def root() -> Region:
    """The region of the installation. Raises `ValidationError` before it has been founded."""
    here = installation()
    if here is None:
        raise ValidationError(_("还没有建立本单位。请先用 kechuang found 建立。"))
    return here.root


def root_place() -> Place:
    """Where a run of the whole installation belongs; nowhere before it has been founded."""
    here = installation()
    return Place(here.root.path if here else "")


def visible(actor: Actor) -> QuerySet[RuleRun]:
    """The runs that an actor sees, with their region and files.

    A run is of the whole installation; whoever works in a part of it sees its counts, and the
    changes of its own enterprises.
    """
    rows = RuleRun.objects.select_related("region", "verdicts", "snapshot", "previous")
    if actor.reach(VIEW) is not Reach.REGION or not actor.region:
        return limit(rows, actor, VIEW)
    codes = actor.region.strip("/").split("/")
    return rows.filter(Q(region__path__startswith=actor.region) | Q(region__code__in=codes[:-1]))


def counts_of(run: RuleRun) -> list[RuleCount]:
    """The counts of a run by rule, in the order of the rulebook."""
    return list(RuleCount.objects.filter(run=run).order_by("order"))


def changes(actor: Actor) -> QuerySet[VerdictChange]:
    """The changed verdicts of enterprises in reach, of all runs."""
    rows = VerdictChange.objects.select_related("party__region", "run")
    return limit(rows, actor, VIEW)


def run_before(run: RuleRun) -> RuleRun | None:
    """The newest finished run of the same region before this one."""
    rows = RuleRun.objects.select_related("verdicts").exclude(ended_at=None)
    return rows.filter(region=run.region, pk__lt=run.pk).order_by("-pk").first()


def ladder_run() -> RuleRun | None:
    """The run that the ladder stands on."""
    return RuleRun.objects.exclude(ladder_at=None).order_by("-pk").first()


def regions_of(rule: Rule, region: Region) -> frozenset[str] | None:
    """The codes of the regions below one whose enterprises a rule is for; None: all of them."""
    if holds_at(rule, region.path):
        return None
    below = Region.objects.filter(
        path__startswith=region.path, path__contains=f"/{rule.region}/"
    ).order_by()
    return frozenset(below.values_list("code", flat=True))


def address(actor: Actor, key: str) -> str | None:
    """Where a run is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("policies:run", args=[key])
    return None


def address_of_job(job: Job) -> str | None:
    """Where what a job made is seen."""
    key: Any = job.arguments.get("run")
    return reverse("policies:run", args=[key]) if key else None


def moved(actor: Actor, changed: pl.DataFrame) -> list[dict[str, Any]]:
    """The enterprises in reach of a table of changes, with both verdicts."""
    rows = {code: (before, after) for code, before, after in changed.iter_rows()}
    parties = limit(Organisation.objects.select_related("party__region"), actor, VIEW)
    found: list[dict[str, Any]] = []
    codes = list(rows)
    for start in range(0, len(codes), AT_A_TIME):
        some = parties.filter(party__code__in=codes[start : start + AT_A_TIME])
        for each in some.order_by("party__name"):
            before, after = rows[each.party.code]
            found.append({"party": each.party, "before": before, "after": after})
    return found
