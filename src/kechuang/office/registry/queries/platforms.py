"""Reading platforms, their people and partners, their rooms and the firms that they raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import (
    Incubation,
    Platform,
    PlatformAssessment,
    PlatformPartner,
    Room,
)
from kechuang.office.registry.queries.searching import search
from kechuang.office.registry.services.platforms import PLATFORMS
from kechuang.office.registry.standing import options, until, with_day

Status = Platform.Status
Outcome = Incubation.Outcome

STANDINGS: Final = {
    "building": gettext_lazy("在建"),
    "valid": gettext_lazy("运行"),
    "expiring": gettext_lazy("临期"),
    "expired": gettext_lazy("已到期"),
    "correcting": gettext_lazy("限期整改"),
    "cancelled": gettext_lazy("撤销"),
}


def visible(actor: Actor, day: date | None = None) -> QuerySet[Platform]:
    """The platforms that an actor may see, as they stand on a day, with the latest assessment."""
    last = PlatformAssessment.objects.filter(platform=OuterRef("pk")).order_by("-year")
    return with_day(PLATFORMS.visible(actor), day or timezone.localdate()).annotate(
        assessed_year=Subquery(last.values("year")[:1]),
        assessed_grade=Subquery(last.values("grade")[:1]),
    )


def standing_is(rows: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Of rows of `with_day` those that stand so on their day."""
    running = Q(status=Status.VALID)
    conditions = {
        "building": Q(status=Status.BUILDING),
        "valid": running & (Q(expires_on=None) | Q(expires_on__gte=F("day"))),
        "expiring": running & Q(expires_on__gte=F("day"), expires_on__lte=F("soon")),
        "expired": running & Q(expires_on__lt=F("day")),
        "correcting": Q(status=Status.CORRECTING),
        "cancelled": Q(status=Status.CANCELLED),
    }
    return rows.filter(conditions[standing])


def standing(row: Any) -> State:
    """How a row of `with_day` stands on its day, in words."""
    if row.status == Status.CORRECTING:
        late = row.correct_until and row.correct_until < row.day
        return State("late" if late else "soon", STANDINGS["correcting"])
    if row.status != Status.VALID:
        return State("todo" if row.status == Status.BUILDING else "normal", STANDINGS[row.status])
    found = until(row.expires_on, row.day)
    return found if found.code != "done" else State("done", STANDINGS["valid"])


def kind_word(code: str) -> str:
    """A kind of platform in words."""
    return options("platforms", "platform_kind").get(code, code)


def level_word(code: str) -> str:
    """A level in words."""
    return options("platforms", "platform_level").get(code, code)


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(PLATFORMS.visible(actor), text).order_by("pk")[:most]:
        yield Hit(
            name=row.name,
            kind=kind_word(row.kind),
            url=reverse("registry:platform", args=[row.code]),
            detail=f"{row.host.name} {row.code}",
        )


def address(actor: Actor, code: str) -> str | None:
    """Where a platform is seen, None where the actor may not."""
    if PLATFORMS.visible(actor).filter(code=code).exists():
        return reverse("registry:platform", args=[code])
    return None


def stays(actor: Actor) -> QuerySet[Incubation]:
    """The stays of firms in carriers that an actor may see."""
    rows = Incubation.objects.select_related("platform__region", "platform__host", "room", "party")
    return limit(rows, actor, "platform.view")


def changeable_stays(actor: Actor) -> QuerySet[Incubation]:
    """The stays of firms in carriers that an actor may change."""
    rows = Incubation.objects.select_related(
        "platform__region", "platform__host", "platform__next_stage__region",
        "platform__next_stage__host", "room", "party",
    )  # fmt: skip
    return limit(rows, actor, "platform.change")


def months(stay: Incubation, day: date) -> int:
    """How many whole months a firm has stayed, or had when it left.

    >>> months(Incubation(entered_on=date(2024, 3, 31)), date(2024, 5, 30))
    1
    """
    last = stay.left_on or day
    first = stay.entered_on
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def outcome_state(stay: Incubation) -> State:
    """How a stay ended, as a badge."""
    outcome = Outcome(stay.outcome)
    code = {Outcome.STAYS: "todo", Outcome.GRADUATED: "done"}.get(outcome, "normal")
    return State(code, outcome.label)


@dataclass(frozen=True, slots=True)
class Let:
    """A room and the firm that is in it now, or nobody."""

    room: Room
    stay: Incubation | None


def rooms(platform: Platform) -> list[Let]:
    """The rooms of a carrier, and who is in each."""
    here = Incubation.objects.filter(platform=platform, left_on=None).exclude(room=None)
    tenants = {each.room_id: each for each in here.select_related("party")}  # type: ignore[attr-defined]
    found = Room.objects.filter(platform=platform).order_by("number")
    return [Let(room, tenants.get(room.pk)) for room in found]


def free_rooms(platform: Platform) -> QuerySet[Room]:
    """The rooms of a carrier that nobody is in."""
    taken = Incubation.objects.filter(left_on=None).exclude(room=None).values("room")
    return Room.objects.filter(platform=platform).exclude(pk__in=taken).order_by("number")


def raised(platform: Platform) -> dict[str, int]:
    """How many firms of a carrier stay and how many went which way; a firm counts once in each."""
    rows = Incubation.objects.filter(platform=platform).order_by()
    found = rows.values("outcome").annotate(count=Count("party", distinct=True))
    return {each["outcome"]: each["count"] for each in found}


def of_party(actor: Actor, code: str) -> list[Platform]:
    """The platforms that a party hosts or builds with others, as they stand today."""
    hosted = Platform.objects.filter(host__code=code).order_by().values("pk")
    partners = PlatformPartner.objects.filter(party__code=code, until=None).order_by()
    mine = hosted.union(partners.values("platform"))
    rows = with_day(PLATFORMS.visible(actor).filter(pk__in=mine), timezone.localdate())
    return list(rows.order_by("code"))
