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


def _letter(world: World) -> desk.Letter:
    return desk.Letter.objects.create(
        region=world.place,
        number=f"文{world.canary}{world.number}",
        title=f"通知{world.canary}",
        issuer=f"厅{world.canary}",
        received_on=DAY,
        due_on=date(2026, 3, 1),
        file=world.of(StoredFile),
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
    # --- cases
    desk.Case: lambda world: desk.Case.objects.create(
        region=world.place,
        party=world.of(Party),
        title=f"案例{world.canary}",
        theme="research",
        year=2025,
        practice=f"做法{world.canary}",
        effect=f"成效{world.canary}",
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    ),
    desk.CaseFigure: lambda world: desk.CaseFigure.objects.create(
        case=world.of(desk.Case),
        name=f"数{world.canary}",
        value=5,
        source=f"文{world.canary}",
        as_of=DAY,
    ),
    desk.CaseProof: lambda world: desk.CaseProof.objects.create(
        case=world.of(desk.Case),
        title=f"证{world.canary}",
        source=f"局{world.canary}",
        dated_on=DAY,
        file=world.of(StoredFile),
    ),
    desk.CaseUse: lambda world: desk.CaseUse.objects.create(
        case=world.of(desk.Case),
        where=f"会{world.canary}",
        used_on=DAY,
        by_code=world.owner.user.username,
        by_name=world.owner.user.name,
    ),
    # --- incoming
    desk.Letter: _letter,
    desk.LetterTask: lambda world: desk.LetterTask.objects.create(
        letter=world.of(desk.Letter),
        user=world.owner.user,
        what=f"报{world.canary}",
        due_on=date(2026, 3, 1),
        given_by=world.owner.user.username,
        given_name=world.owner.user.name,
    ),
    desk.LetterReply: lambda world: desk.LetterReply.objects.create(
        letter=world.of(desk.Letter),
        to=f"厅{world.canary}",
        title=f"报告{world.canary}",
        sent_on=DAY,
        way="paper",
        sent_by=world.owner.user.username,
        sent_name=world.owner.user.name,
    ),
    desk.DueItem: lambda world: desk.DueItem.objects.create(
        region=world.place,
        code=f"own-{world.code[:20]}",
        name=f"事项{world.canary}",
        repeats="yearly",
        due_month=3,
        due_day=1,
        changed_by=world.owner.user.username,
        changed_name=world.owner.user.name,
    ),
    desk.DueMark: lambda world: desk.DueMark.objects.create(
        region=world.place,
        code=world.of(desk.DueItem).code,
        day=date(2026, 3, 1),
        note=f"办{world.canary}",
        done_by=world.owner.user.username,
        done_name=world.owner.user.name,
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
    # --- incoming
    **{
        f"desk:incoming_{route}": {"pk": lambda world: world.of(desk.Letter).pk}
        for route in ("letter", "file", "change", "assign", "reply", "finish", "reopen")
    },
    "desk:incoming_task": {"pk": lambda world: world.of(desk.LetterTask).pk},
    "desk:incoming_due_change": {"code": lambda world: world.of(desk.DueItem).code},
    "desk:incoming_due_switch": {"code": lambda world: world.of(desk.DueItem).code},
    # --- cases
    "desk:case": {"pk": lambda world: world.of(desk.Case).pk},
    **{
        f"desk:case_{route}": {"pk": lambda world: world.of(desk.Case).pk}
        for route in ("word", "change", "figure", "proof", "use", "usable", "retire")
    },
    "desk:case_figure_remove": {"pk": lambda world: world.of(desk.CaseFigure).pk},
    "desk:case_proof_remove": {"pk": lambda world: world.of(desk.CaseProof).pk},
    "api:case": {"key": lambda world: world.of(desk.Case).pk},
    "api:letter": {"key": lambda world: world.of(desk.Letter).pk},
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- incoming
    "desk:incoming_due_mark": {
        "key": lambda world: f"{world.of(desk.DueItem).code}:2026-03-01",
    },
}
