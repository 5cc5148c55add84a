"""Reading comparisons: within reach, the register they are held against, what is not on a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.matching.names import Firm
from kechuang.office.desk.models import ComparedRow, Comparison, ComparisonAct, NameDecision
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Hit, Item
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import FormerName, Organisation
from kechuang.office.registry.queries import organisations

RUN: Final = "comparison.run"
DECIDE: Final = "comparison.decide"
ACT: Final = "comparison.act"
Group = ComparedRow.Group


def visible(actor: Actor, verb: str = RUN) -> QuerySet[Comparison]:
    """The comparisons that an actor reaches, with region."""
    return limit(Comparison.objects.select_related("region"), actor, verb)


def rows(actor: Actor, verb: str = RUN) -> QuerySet[ComparedRow]:
    """The entries of comparisons that an actor reaches."""
    return limit(
        ComparedRow.objects.select_related("comparison__region", "party__region", "decision"),
        actor,
        verb,
    )


def acts(actor: Actor, verb: str = RUN) -> QuerySet[ComparisonAct]:
    """What was done with comparisons that an actor reaches."""
    return limit(ComparisonAct.objects.select_related("comparison__region", "job"), actor, verb)


def decisions(actor: Actor, verb: str = DECIDE) -> QuerySet[NameDecision]:
    """The decisions on names that an actor reaches and that still count."""
    every = NameDecision.objects.select_related("region", "party").filter(revoked_at=None)
    return limit(every, actor, verb)


def register_of(region: Region) -> list[Firm]:
    """The organisations of a region and all below it, with the names that they had.

    Names of records that were merged count as former names of the one that goes on.
    """
    here = {"party__region__path__startswith": region.path}
    former: dict[int, list[str]] = {}
    old = FormerName.objects.filter(**here).order_by("pk")
    for party, name in old.values_list("party_id", "name"):
        former.setdefault(party, []).append(name)
    merged = Organisation.objects.exclude(merged_into=None).order_by("pk")
    for party, name in merged.values_list("merged_into_id", "party__name"):
        former.setdefault(party, []).append(name)
    lines = dict(_lines(region))
    found = Organisation.objects.filter(merged_into=None, **here).order_by("pk")
    columns = ("pk", "party__code", "party__name", "credit_code", "party__region_id")
    return [
        Firm(code, name, tuple(former.get(key, ())), credit_code or "", lines[at])
        for key, code, name, credit_code, at in found.values_list(*columns).iterator()
    ]


def _lines(region: Region) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The names from the top down of a region and each below it, by key."""
    codes = region.path.strip("/").split("/")
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    below = Region.objects.filter(path__startswith=region.path).order_by("path")
    for key, code, name, path in below.values_list("pk", "code", "name", "path"):
        names[code] = name
        yield key, tuple(names[each] for each in path.strip("/").split("/"))


def remembered(region: Region) -> dict[str, NameDecision]:
    """The decisions that count in a region, by name; the nearest region's goes first."""
    codes = region.path.strip("/").split("/")
    found = NameDecision.objects.select_related("party").filter(
        region__code__in=codes, revoked_at=None
    )
    return {each.key: each for each in found.order_by("region__path")}


def firms(comparison: Comparison) -> QuerySet[Party]:
    """The firms on a list: those of 一致 and those decided, each once, in the order of the list."""
    meant = ComparedRow.objects.filter(comparison=comparison, group=Group.SAME)
    keys = meant.order_by().values("party_id")
    return Party.objects.select_related("region").filter(pk__in=keys).order_by("code")


def absent(actor: Actor, comparison: Comparison) -> QuerySet[Organisation]:
    """Our organisations of the region that are not on the list."""
    found = organisations.visible(actor).filter(
        party__region__path__startswith=comparison.region.path
    )
    return found.exclude(pk__in=firms(comparison).order_by().values("pk"))


def counted(comparison: Comparison) -> dict[str, int]:
    """How many entries stand in each group."""
    found = ComparedRow.objects.filter(comparison=comparison).order_by().values("group")
    counts = dict(found.annotate(count=Count("pk")).values_list("group", "count"))
    return {each.value: counts.get(each.value, 0) for each in Group}


def find(actor: Actor, words: str, most: int) -> Iterable[Hit]:
    """Comparisons of this name, for the search box."""
    for each in visible(actor).filter(name__icontains=words)[:most]:
        yield Hit(
            each.name, _("名单比对"), reverse("desk:comparison", args=[each.pk]), each.region.name
        )


def morning(actor: Actor) -> Iterable[Item]:
    """The actor's own lists with names that wait for a decision."""
    waiting = limit(
        ComparedRow.objects.filter(group=Group.DOUBT, comparison__owner=actor.code), actor, DECIDE
    )
    if count := waiting.count():
        yield Item(_("名单上待认定的名称"), reverse("desk:comparisons"), count)


def address(actor: Actor, key: str) -> str | None:
    """Where a comparison is seen; None where the actor may not see it."""
    if key.isdecimal() and visible(actor).filter(pk=int(key)).exists():
        return reverse("desk:comparison", args=[int(key)])
    return None
