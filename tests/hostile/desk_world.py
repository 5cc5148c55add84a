"""One record of every model of the room desk, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from collections_world import ARGUMENTS as COLLECTIONS_ARGUMENTS
from collections_world import BODIES as COLLECTIONS_BODIES
from collections_world import FACTORIES as COLLECTIONS_FACTORIES
from django.db.models import Model

from kechuang.office.desk import models as desk
from kechuang.office.ground.models import StoredFile

if TYPE_CHECKING:
    from office_world import World


def _filling(world: World) -> desk.Filling:
    return desk.Filling.objects.create(
        name=f"来表{world.canary}.xlsx",
        file=world.of(StoredFile),
        sheet="汇总",
        sheets=["汇总", f"表{world.canary}"],
        shape="0" * 64,
        form={
            "kind": "table",
            "names": ["企业名称", "地址"],
            "letters": ["A", "B"],
            "takes": [True, True],
            "hidden": [False, False],
            "room": 3,
            "unit": "",
        },
        year=2025,
        title=f"表{world.canary}",
        state="choosing",
        columns={"0": {"code": "enterprise_name", "back": 0, "unit": ""}},
        region=world.place,
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    )


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    # --- collections
    **COLLECTIONS_FACTORIES,
    # --- fillings
    desk.Filling: _filling,
    desk.FilledRow: lambda world: desk.FilledRow.objects.create(
        filling=world.of(desk.Filling),
        position=world.number,
        code=world.code[:20],
        name=f"填{world.canary}",
        values={"0": {"said": f"填{world.canary}"}},
    ),
    desk.FormMapping: lambda world: desk.FormMapping.objects.create(
        region=world.place,
        shape=f"{world.number:064d}",
        heading={"number": f"号{world.canary}"},
        chosen_by=world.owner.user.username,
    ),
}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- collections
    **COLLECTIONS_ARGUMENTS,
    # --- fillings
    **{
        f"{room}:{route}": {key: lambda world: world.of(desk.Filling).pk}
        for room, key, routes in (
            ("desk", "pk", ("", "_sheet", "_columns", "_firms", "_fill", "_again")),
            ("api", "key", ("", "_columns", "_firms", "_fill", "_again", "_rows")),
        )
        for route in (f"filling{each}" for each in routes)
    },
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- collections
    **COLLECTIONS_BODIES,
    # --- fillings
    "desk:filling_columns": {"column-0": lambda _world: "企业名称"},
    "desk:filling_firms": {"how": lambda _world: "lines", "lines": lambda _world: "甲"},
    "api:filling_columns": {"columns": lambda _world: {"0": "enterprise_name"}},
    "api:filling_firms": {"lines": lambda _world: ["甲"]},
}
