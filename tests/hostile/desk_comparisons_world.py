"""One record of every model of the desk's comparisons, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils import timezone

from kechuang.office.desk.models import (
    ActChange,
    ComparedRow,
    Comparison,
    ComparisonAct,
    NameDecision,
)
from kechuang.office.ground.models import StoredFile
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Organisation, Tag

if TYPE_CHECKING:
    from office_world import World

# --- comparisons


def _comparison(world: World) -> Comparison:
    return Comparison.objects.create(
        name=f"名单{world.canary}",
        file=world.of(StoredFile),
        region=world.place,
        state=Comparison.State.DONE,
        counts={"same": 0, "doubt": 1, "unknown": 0},
        reading={"sources": [f"表{world.canary}"], "left": [], "left_count": 0},
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
        compared_at=timezone.now(),
    )


def _compared_row(world: World) -> ComparedRow:
    world.of(Organisation)
    party = world.of(Party)
    candidate = {
        "code": party.code, "name": party.name, "sure": 85, "reasons": [["sound", "甲", "乙"]],
    }  # fmt: skip
    return ComparedRow.objects.create(
        comparison=world.of(Comparison),
        position=1,
        name=f"名{world.canary}",
        key=f"名{world.canary}{world.number}",
        group="doubt",
        candidates=[candidate],
    )


def _name_decision(world: World) -> NameDecision:
    return NameDecision.objects.create(
        region=world.place,
        key=f"定{world.canary}{world.number}",
        name=f"定{world.canary}",
        party=world.of(Party),
        decided_by=world.owner.user.username,
        decided_name=world.owner.user.name,
    )


def _act(world: World) -> ComparisonAct:
    return ComparisonAct.objects.create(
        comparison=world.of(Comparison),
        kind="tag",
        state="done",
        told={"tag": world.of(Tag).pk, "name": world.of(Tag).name},
        counts={"firms": 1, "done": 1, "left": 0},
        owner=world.owner.user.username,
        owner_name=f"办{world.canary}",
    )


def _act_change(world: World) -> ActChange:
    return ActChange.objects.create(
        act=world.of(ComparisonAct), party=world.of(Party), row=world.of(Tag).pk
    )


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    Comparison: _comparison,
    NameDecision: _name_decision,
    ComparedRow: _compared_row,
    ComparisonAct: _act,
    ActChange: _act_change,
}
_COMPARISON: Mapping[str, Callable[[Any], Any]] = {"pk": lambda world: world.of(Comparison).pk}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    **{
        f"desk:comparison{part}": _COMPARISON
        for part in ("", "_same", "_doubt", "_unknown", "_absent", "_download", "_again")
    },
    "desk:comparison_act": {**_COMPARISON, "kind": lambda _world: "tag"},
    "desk:comparison_row": {"pk": lambda world: world.of(ComparedRow).pk},
    "desk:comparison_name_revoke": {"pk": lambda world: world.of(NameDecision).pk},
    "desk:comparison_undo": {"pk": lambda world: world.of(ComparisonAct).pk},
    "api:comparison": {"key": lambda world: world.of(Comparison).pk},
    "api:compared_name_decide": {"key": lambda world: world.of(ComparedRow).pk},
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "desk:comparison_doubt": {
        "row-1": lambda _world: "none",
    },
    "desk:comparison_row": {"choice": lambda _world: "none"},
    "desk:comparison_act": {"new": lambda _world: "新标签"},
    "api:compared_name_decide": {"party": lambda _world: ""},
}
