"""One record of every model of the room desk, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from kechuang.office.desk import models as desk
from kechuang.office.ground.models import StoredFile
from kechuang.office.parties.models import Party
from kechuang.office.registry import models as registry

if TYPE_CHECKING:
    from office_world import World

DAY = date(2026, 1, 2)


def _binding(world: World) -> desk.Binding:
    return desk.Binding.objects.create(
        party=world.of(Party),
        title=f"佐证{world.canary}",
        unit=f"局{world.canary}",
        dated_on=DAY,
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    )


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    # --- briefs
    desk.Binding: _binding,
    desk.BoundPiece: lambda world: desk.BoundPiece.objects.create(
        binding=world.of(desk.Binding),
        place=1,
        title=f"证{world.canary}",
        file=world.of(StoredFile),
    ),
}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- briefs
    **{
        route: {"code": lambda world: world.of(registry.Organisation).party.code}
        for route in ("desk:brief", "api:brief")
    },
    **{
        route: {"pk": lambda world: world.of(desk.Binding).pk}
        for route in (
            "desk:binding",
            "desk:binding_change",
            "desk:binding_add",
            "desk:binding_upload",
            "desk:binding_make",
        )
    },
    "desk:binding_piece": {"pk": lambda world: world.of(desk.BoundPiece).pk},
    "api:binding": {"key": lambda world: world.of(desk.Binding).pk},
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {}
