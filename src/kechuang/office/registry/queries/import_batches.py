"""Reading imports, within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Hit, Item
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.models import ImportBatch

VIEW: Final = "import.view"
RUN: Final = "import.run"
UNDO: Final = "import.undo"
LONG: Final = ("problems", "samples", "reading")


def visible(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports that an actor may see, without what only their own pages show."""
    return limit(ImportBatch.objects.select_related("region").defer(*LONG), actor, VIEW)


def changeable(actor: Actor, verb: str = RUN) -> QuerySet[ImportBatch]:
    """The imports with which an actor may go on, whole."""
    return limit(ImportBatch.objects.select_related("region"), actor, verb)


def purpose_name(code: str) -> str:
    """What an import holds, in words."""
    return str(PURPOSES[code].name) if code in PURPOSES else code


def find(actor: Actor, words: str, most: int) -> Iterable[Hit]:
    """Imports whose file is called so, for the search box."""
    for batch in visible(actor).filter(name__icontains=words)[:most]:
        state = ImportBatch.State(batch.state).label
        detail = " · ".join((purpose_name(batch.purpose), batch.region.name, str(state)))
        yield Hit(batch.name, _("导入"), reverse("registry:import", args=[batch.pk]), detail)


def morning(actor: Actor) -> Iterable[Item]:
    """The actor's own imports that wait for a decision, for the first page."""
    waiting = {
        ImportBatch.State.MAPPING: _("导入的表头待对应"),
        ImportBatch.State.CHECKED: _("导入已检查，待确认"),
    }
    rows = limit(ImportBatch.objects.filter(state__in=waiting), actor, RUN)
    states = list(rows.filter(owner=actor.code).order_by("pk").values_list("state", flat=True))
    address = reverse("registry:imports")
    for state, words in waiting.items():
        if count := states.count(state):
            yield Item(words, f"{address}?state={state}&owner={actor.code}", count)


def address(actor: Actor, key: str) -> str | None:
    """Where an import is seen; None where the actor may not see it."""
    if key.isdecimal() and visible(actor).filter(pk=int(key)).exists():
        return reverse("registry:import", args=[int(key)])
    return None
