"""Reads begin from what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet

from kechuang.office.ground.actors import Actor, Reach


@dataclass(frozen=True, slots=True)
class ScopePaths:
    """How a record says where it belongs: by the path of its region, its organisation, its owner.

    Each is a look-up. An empty one means that the record has none, so that a reach of that kind
    shows nothing. `many` says that a look-up goes through several rows
    of another table, as a user's memberships.
    """

    region: str = ""
    party: str = ""
    owner: str = ""
    many: bool = False


M = TypeVar("M", bound=Model)
PATH: Final = "__path"


def limit(queryset: QuerySet[M], actor: Actor, verb: str) -> QuerySet[M]:
    """What of a queryset the actor reaches with a verb; nothing without the verb."""
    reach = actor.reach(verb)
    if reach is Reach.ALL:
        return queryset
    paths: ScopePaths = queryset.model.scope_paths  # type: ignore[attr-defined]
    condition = _condition(queryset.model, reach, actor)
    if condition is None:
        return queryset.none()
    if paths.many:
        found = queryset.model._default_manager.filter(condition).order_by().values("pk")
        return queryset.filter(pk__in=found)
    return queryset.filter(condition)


def _condition(model: type[Model], reach: Reach | None, actor: Actor) -> Q | None:
    paths: ScopePaths = model.scope_paths  # type: ignore[attr-defined]
    if reach is Reach.REGION and paths.region and actor.region:
        return _below(model, paths.region, actor.region)
    if reach is Reach.PARTY and paths.party and actor.party:
        return Q((paths.party, actor.party))
    if reach is Reach.SELF and paths.owner and actor.code:
        return Q((paths.owner, actor.code))
    return None


def _below(model: type[Model], look_up: str, path: str) -> Q:
    """The rows of a region and of all below it.

    Regions are few: they are found once and held against the key that a row has of its region. A
    join to them would be made for each of a million rows.
    """
    if not look_up.endswith(PATH):
        return Q((f"{look_up}__startswith", path))
    key = look_up.removesuffix(PATH)
    regions: Any = model
    for name in key.split("__"):
        field: Any = regions._meta.get_field(name)
        regions = field.related_model
    found = regions._default_manager.filter(path__startswith=path).order_by().values("pk")
    return Q((f"{key}__in", found))
