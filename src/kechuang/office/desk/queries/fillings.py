"""Reading fillings, and finding the firms that a form is filled for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.desk.models import FilledRow, Filling, FormMapping
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Asked, ask
from kechuang.office.ground.models import SavedView
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Hit, Item
from kechuang.office.registry.lists.organisations import ORGANISATIONS
from kechuang.office.registry.models import FormerName
from kechuang.office.registry.names import name_key
from kechuang.office.registry.queries.organisations import visible as organisations

RUN: Final = "filling.run"
AT_A_TIME: Final = 2_000
"""Pasted lines that are looked up at a time."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The firms that a form is filled for, in order, and the pasted lines that name nobody."""

    keys: Sequence[int]
    unknown: Sequence[str] = ()


def visible(actor: Actor) -> QuerySet[Filling]:
    """The fillings that an actor may see and go on with."""
    return limit(Filling.objects.select_related("region", "job"), actor, RUN)


def rows_of(actor: Actor, filling: Filling) -> QuerySet[FilledRow]:
    """What went out in a filling, firm by firm."""
    return limit(FilledRow.objects.filter(filling=filling), actor, RUN)


def remembered(actor: Actor, shape: str, path: str) -> FormMapping | None:
    """What was said of a form of this shape in the region of `path`, or else above it."""
    rows = FormMapping.objects.filter(shape=shape).select_related("region")
    above = [each for each in rows if path.startswith(each.region.path)]
    return max(above, key=lambda each: len(each.region.path), default=None)


def saved_views(actor: Actor) -> QuerySet[SavedView]:
    """The actor's own views of the list of firms."""
    return limit(SavedView.objects.filter(listing=ORGANISATIONS.code), actor, "view.save")


def asked(actor: Actor, query: str) -> Asked:
    """A query of the list of firms as this actor asks it."""
    return ask(ORGANISATIONS, actor, QueryDict(query))


def chosen(actor: Actor, filling: Filling) -> Chosen:
    """The firms of a filling that the actor may see, in the order of the list or the lines."""
    lines = filling.firms.get("lines")
    if lines is not None:
        return named(actor, lines)
    rows = asked(actor, filling.firms.get("query", "")).rows()
    return Chosen(list(rows.values_list("pk", flat=True)))


def named(actor: Actor, lines: Sequence[str]) -> Chosen:
    """The firms that lines name: by code, by name, by a name that only one firm is like.

    A firm stands once, at the first line that names it.
    """
    found: dict[int, None] = {}
    unknown: list[str] = []
    said = [line for each in lines if (line := normalise(each))]
    for at in range(0, len(said), AT_A_TIME):
        some = said[at : at + AT_A_TIME]
        for each, fits in zip(some, _fitting(actor, some), strict=True):
            if len(fits) == 1:
                found[fits.pop()] = None
            else:
                unknown.append(each)
    return Chosen(list(found), unknown)


def _fitting(actor: Actor, lines: Sequence[str]) -> list[set[int]]:
    """The firms that each line may mean; those that its surest reading finds."""
    rows = organisations(actor).order_by()
    codes = {normalise_code(each) for each in lines}
    coded: dict[str, set[int]] = {}
    for field, wanted in (("credit_code", codes), ("party__code", {*codes, *lines})):
        for key, code in rows.filter(**{f"{field}__in": wanted}).values_list("pk", field):
            coded.setdefault(code.upper(), set()).add(key)
    keys = {name_key(each) for each in lines}
    called: dict[str, set[int]] = {}
    alike: dict[str, set[int]] = {}
    names = rows.filter(name_key__in=keys).values_list("pk", "party__name", "name_key")
    for key, name, like in names:
        called.setdefault(normalise(name), set()).add(key)
        alike.setdefault(like, set()).add(key)
    former = FormerName.objects.filter(name_key__in=keys, party__in=rows.values("party_id"))
    for key, like in former.order_by().values_list("party_id", "name_key"):
        alike.setdefault(like, set()).add(key)
    return [
        set(coded.get(normalise_code(each)) or called.get(each) or alike.get(name_key(each)) or ())
        for each in lines
    ]


def find(actor: Actor, words: str, most: int) -> Iterable[Hit]:
    """Fillings whose form is called so, for the search box."""
    for filling in visible(actor).filter(name__icontains=words)[:most]:
        state = Filling.State(filling.state).label
        detail = " · ".join((str(filling.year), filling.region.name, str(state)))
        yield Hit(filling.name, _("来表套填"), reverse("desk:filling", args=[filling.pk]), detail)


def morning(actor: Actor) -> Iterable[Item]:
    """The actor's own forms that are not filled in yet, for the first page."""
    waiting = (Filling.State.MAPPING, Filling.State.CHOOSING, Filling.State.READY)
    own = limit(Filling.objects.filter(state__in=waiting), actor, RUN).filter(owner=actor.code)
    if count := own.count():
        yield Item(_("来表还没有填好"), f"{reverse('desk:fillings')}?owner={actor.code}", count)


def address(actor: Actor, key: str) -> str | None:
    """Where a filling is seen; None where the actor may not see it."""
    if key.isdecimal() and visible(actor).filter(pk=int(key)).exists():
        return reverse("desk:filling", args=[int(key)])
    return None
