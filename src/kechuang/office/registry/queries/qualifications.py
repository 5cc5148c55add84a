"""Reading titles: which hold on a day, which wait for their certificate, which were lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.showing import State, enumerated
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.services.qualifications import QUALIFICATIONS
from kechuang.office.registry.standing import options, until, with_day

Status = Qualification.Status

STANDINGS: Final = {
    "valid": gettext_lazy("有效"),
    "expiring": gettext_lazy("临期"),
    "awaiting": gettext_lazy("到期待发证"),
    "expired": gettext_lazy("已到期"),
    "renewed": gettext_lazy("已续"),
    "cancelled": gettext_lazy("已撤销"),
    "future": gettext_lazy("未生效"),
}
_CANCELLED: Final = Q(status=Status.CANCELLED) & (
    Q(cancelled_on=None) | Q(cancelled_on__lte=F("day"))
)
_BEGUN: Final = Q(issued_on=None) | Q(issued_on__lte=F("day"))
_RUNNING: Final = (Q(expires_on=None) & ~Q(status=Status.EXPIRED)) | Q(expires_on__gte=F("day"))
_HOLDS: Final = _BEGUN & _RUNNING & ~_CANCELLED
_OVER: Final = _BEGUN & ~_RUNNING & ~_CANCELLED


def visible(actor: Actor, day: date | None = None) -> QuerySet[Qualification]:
    """The titles that an actor may see, as they stand on a day: today where none is said."""
    return on_day(QUALIFICATIONS.visible(actor), day or timezone.localdate())


def on_day(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """The rows with `day` and whether another certificate has followed by then (`renewed`).

    What follows is the row that points to this one, or, since lists from above link nothing, a
    later one of the same organisation, title and level.
    """
    begun = Q(issued_on=None) | Q(issued_on__lte=day)
    linked = Exists(Qualification.objects.filter(begun, previous=OuterRef("pk")))
    later = Exists(
        Qualification.objects.filter(
            begun,
            party=OuterRef("party"),
            title=OuterRef("title"),
            level=OuterRef("level"),
            issued_on__gt=OuterRef("issued_on"),
        )
    )
    follows = ExpressionWrapper(linked | later, output_field=BooleanField())
    return with_day(rows, day).annotate(renewed=follows)


_CONDITIONS: Final = {
    "valid": _HOLDS,
    "expiring": _HOLDS & Q(expires_on__lte=F("soon"), renewed=False),
    "awaiting": _OVER & Q(status=Status.AWAITING, renewed=False),
    "expired": _OVER & ~Q(status=Status.AWAITING) & Q(renewed=False),
    "renewed": _OVER & Q(renewed=True),
    "cancelled": _CANCELLED,
    "future": ~_BEGUN & ~_CANCELLED,
}


def standing_is(rows: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Of rows of `on_day` those that stand so on their day."""
    return rows.filter(_CONDITIONS[standing])


def with_stand(rows: QuerySet[Any], *standings: str) -> QuerySet[Any]:
    """Of rows of `on_day` those in any of these standings, with the first that holds as `stand`."""
    whens = [When(_CONDITIONS[each], then=Value(each)) for each in standings]
    any_of = reduce(or_, (_CONDITIONS[each] for each in standings))
    return rows.filter(any_of).annotate(stand=Case(*whens, output_field=CharField()))


def standing(row: Any) -> State:
    """How a row of `on_day` stands on its day, in words: what `standing_is` finds."""
    cancelled = row.status == Status.CANCELLED
    if cancelled and (row.cancelled_on is None or row.cancelled_on <= row.day):
        return State("normal", STANDINGS["cancelled"])
    if row.issued_on and row.issued_on > row.day:
        return State("normal", STANDINGS["future"])
    undated = row.expires_on is None and row.status == Status.EXPIRED
    if undated or (row.expires_on and row.expires_on < row.day):
        return _over(row, undated=undated)
    if row.renewed and row.expires_on:
        return State("done", _("有效（已续）"))
    return until(row.expires_on, row.day)


def _over(row: Any, *, undated: bool) -> State:
    if row.renewed:
        return State("normal", STANDINGS["renewed"])
    if row.status == Status.AWAITING:
        return State("todo", STANDINGS["awaiting"])
    return State("late", STANDINGS["expired"]) if undated else until(row.expires_on, row.day)


@dataclass(frozen=True, slots=True)
class Stock:
    """How many organisations hold a title of a level on a day."""

    title: str
    level: str
    valid: int
    awaiting: int
    expiring: int
    expired: int

    @property
    def held(self) -> int:
        """What is not lost; who awaits a certificate has no valid one."""
        return self.valid + self.awaiting


def stock(actor: Actor, day: date) -> list[Stock]:
    """The stock by title and level in the order of the dictionary; organisations, not papers.

    Levels of a title are never added, nor are the national and the provincial technology SME.
    """
    rows = visible(actor, day).order_by().values("title", "level")
    counts = {
        name: Count("party", distinct=True, filter=_CONDITIONS[name])
        for name in ("valid", "awaiting", "expiring", "expired")
    }
    found = [Stock(**each) for each in rows.annotate(**counts)]
    titles, levels = list(options("titles", "title")), list(options("titles", "level"))

    def place(each: Stock) -> tuple[int, int]:
        return _index(titles, each.title), _index(levels, each.level)

    return sorted((each for each in found if each.held or each.expired), key=place)


def ladder(actor: Actor, code: str) -> list[Qualification]:
    """The titles of a party as they stand today, in the order in which it got them."""
    return list(visible(actor).filter(party__code=code).order_by("issued_on", "pk"))


def line_of(row: Qualification, actor: Actor) -> list[Qualification]:
    """All certificates of the same title and party, newest first: the history of a title."""
    rows = visible(actor).filter(party=row.party, title=row.title)
    return list(rows.order_by("-issued_on", "-pk"))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here: certificate numbers."""
    rows = visible(actor).filter(number__istartswith=normalise_code(text))
    for row in rows.order_by("-pk")[:most]:
        yield Hit(
            name=title_word(row.title),
            kind=gettext_lazy("资格称号"),
            url=reverse("registry:qualification", args=[row.pk]),
            detail=enumerated([row.party.name, row.number]),
        )


def address(actor: Actor, key: str) -> str | None:
    """Where a title is seen, None where the actor may not."""
    if key.isdecimal() and QUALIFICATIONS.visible(actor).filter(pk=key).exists():
        return reverse("registry:qualification", args=[key])
    return None


def title_word(code: str) -> str:
    """A title in words."""
    return options("titles", "title").get(code, code)


def level_word(code: str) -> str:
    """A level in words."""
    return options("titles", "level").get(code, code)


def choices_of(words: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Codes and words for a box to choose from."""
    return list(words.items())


def _index(codes: list[str], code: str) -> int:
    return codes.index(code) if code in codes else len(codes)
