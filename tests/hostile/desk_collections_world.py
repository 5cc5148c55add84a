"""One record of every model of collections, and what the arguments of their routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from collected_forms import form, layout
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from kechuang.office.desk.models import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import StoredFile
from kechuang.office.parties.models import Party
from kechuang.sheets.plain import plain_layout

if TYPE_CHECKING:
    from office_world import World


def _collection(world: World) -> Collection:
    place = Place(world.place.path, owner=world.owner.user.username)
    sheet = store(SYSTEM, f"表样{world.canary}.xlsx", BytesIO(form()), "application/x", place)
    return Collection.objects.create(
        name=f"下发{world.canary}",
        form=sheet,
        layout=plain_layout(layout()),
        issued_by=f"制{world.canary}",
        period="2026年",
        deadline=date(2026, 1, 31),
        state=Collection.State.SENT,
        version=1,
        region=world.place,
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    )


def _part(world: World) -> CollectionPart:
    return CollectionPart.objects.create(
        collection=world.of(Collection),
        name=f"单位{world.canary}",
        rows=[4],
        region=world.place,
        party=world.of(Party),
        contact_name=f"联{world.canary}",
        contact_phone="13800001234",
        file=world.of(StoredFile),
    )


def _return(world: World) -> CollectionReturn:
    return CollectionReturn.objects.create(
        part=world.of(CollectionPart),
        name=f"回表{world.canary}.xlsx",
        file=world.of(StoredFile),
        content={"values": {"4": {"4": ["1"]}}, "added": [], "gone": [], "signers": {}},
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    )


def _conflict(world: World) -> CollectionConflict:
    return CollectionConflict.objects.create(
        part=world.of(CollectionPart),
        row=4,
        column=4,
        label=f"行{world.canary}",
        values=[[world.of(CollectionReturn).pk, f"值{world.canary}"]],
    )


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    Collection: _collection,
    CollectionPart: _part,
    CollectionReturn: _return,
    CollectionConflict: _conflict,
}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    **{
        f"{room}:collection{route}": {key: lambda world: world.of(Collection).pk}
        for room, key, routes in (
            ("desk", "pk", ("", "_change", "_layout", "_send", "_receive", "_missing", "_remind",
                            "_merge", "_conflicts", "_close", "_reopen")),
            ("api", "key", ("", "_send", "_returns", "_merge")),
        )
        for route in routes
    },
    **{
        f"desk:collection_{route}": {"pk": lambda world: world.of(CollectionPart).pk}
        for route in ("part", "contact", "own_part", "own_file")
    },
    **{
        f"desk:collection_{route}": {"pk": lambda world: world.of(CollectionReturn).pk}
        for route in ("scan", "withdraw")
    },
}  # fmt: skip
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "api:collection_returns": {"workbook": lambda _world: SimpleUploadedFile("一.xlsx", b"x")},
}
