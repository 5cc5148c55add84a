"""One record of every model of the room filings, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from kechuang.office.filings import models as filings
from kechuang.office.parties.models import Party

if TYPE_CHECKING:
    from office_world import World

DAY = date(2026, 1, 2)


def _batch(world: World) -> filings.Batch:
    return filings.Batch.objects.create(
        region=world.place,
        name=f"批{world.canary}{world.number}",
        programme="hnte",
        programme_name=f"项{world.canary}",
        title="hnte",
        level="national",
        years=3,
        year=2026,
        notice_number=f"文{world.canary}",
        county_due=date(2026, 6, 1),
        opened_by=world.owner.user.username,
        opened_name=world.owner.user.name,
    )


def _stage(world: World) -> filings.BatchStage:
    return filings.BatchStage.objects.create(
        batch=world.of(filings.Batch),
        code="submitted",
        name=f"交{world.canary}",
        order=40,
        meaning="submitted",
        by="county",
        due=date(2026, 6, 1),
    )


def _filing(world: World) -> filings.Filing:
    return filings.Filing.objects.create(
        batch=world.of(filings.Batch),
        party=world.of(Party),
        kind="first",
        stage=world.of(filings.BatchStage),
        stage_on=DAY,
        number=f"受理{world.canary}",
        officer=world.owner.user.username,
        officer_name=world.owner.user.name,
        note=f"注{world.canary}",
        added_by="x",
        added_name=f"加{world.canary}",
    )


def _entry(world: World) -> filings.StageEntry:
    # A step before it, so that this one may be taken back.
    filing = world.of(filings.Filing)
    stage = filings.BatchStage.objects.create(
        batch=filing.batch, code="surveyed", name=f"摸{world.canary}", order=10, meaning="surveyed"
    )
    filings.StageEntry.objects.create(filing=filing, stage=stage, on=DAY, by="x", by_name="x")
    return filings.StageEntry.objects.create(
        filing=filing,
        stage=world.of(filings.BatchStage),
        on=DAY,
        reason=f"因{world.canary}",
        by="x",
        by_name=f"登{world.canary}",
    )


def _document(world: World) -> filings.BatchDocument:
    return filings.BatchDocument.objects.create(
        batch=world.of(filings.Batch), code="licence", name=f"照{world.canary}", order=10
    )


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    filings.Programme: lambda world: filings.Programme.objects.create(
        code=f"x-{world.code[:20]}", name=f"自{world.canary}", region=world.place
    ),
    filings.Batch: _batch,
    filings.BatchStage: _stage,
    filings.BatchDocument: _document,
    filings.Filing: _filing,
    filings.StageEntry: _entry,
    filings.FilingDocument: lambda world: filings.FilingDocument.objects.create(
        filing=world.of(filings.Filing),
        document=world.of(filings.BatchDocument),
        state="received",
        on=DAY,
        note=f"收{world.canary}",
        by="x",
        by_name="x",
    ),
}

_OF_BATCH = (
    "filings:batch", "filings:batch_again", "filings:batch_change", "filings:batch_deadlines",
    "filings:batch_close", "filings:batch_reopen", "filings:batch_stages", "filings:stage_create",
    "filings:paper_create", "filings:firms_add", "filings:certificates", "filings:letter",
)  # fmt: skip
_OF_FILING = (
    "filings:filing", "filings:filing_advance", "filings:filing_papers",
    "filings:filing_look_after", "filings:filing_change",
)  # fmt: skip

ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    **{route: {"pk": lambda world: world.of(filings.Batch).pk} for route in _OF_BATCH},
    **{route: {"pk": lambda world: world.of(filings.Filing).pk} for route in _OF_FILING},
    **{
        f"api:filing_batch{act}": {"key": lambda world: world.of(filings.Batch).pk}
        for act in ("", "_figures", "_firms", "_advance", "_certificates")
    },
    "api:filing": {"key": lambda world: world.of(filings.Filing).pk},
    "api:filing_documents": {"key": lambda world: world.of(filings.Filing).pk},
    "api:filing_take_back": {"key": lambda world: world.of(filings.StageEntry).pk},
    "filings:stage_change": {"pk": lambda world: world.of(filings.BatchStage).pk},
    "filings:stage_drop": {"pk": lambda world: world.of(filings.BatchStage).pk},
    "filings:paper_drop": {"pk": lambda world: world.of(filings.BatchDocument).pk},
    "filings:take_back": {"pk": lambda world: world.of(filings.StageEntry).pk},
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "api:filing_batch_firms": {
        "parties": lambda world: [world.of(Party).code],
        "kind": lambda _world: "first",
    },
    "api:filing_batch_advance": {
        "parties": lambda world: [world.of(Party).code],
        "stage": lambda _world: "submitted",
        "on": lambda _world: "2026-01-03",
    },
    "api:filing_batch_certificates": {
        "document": lambda _world: "公告",
        "certificates": lambda world: [
            {"party": world.of(Party).code, "issued_on": "2026-01-03", "number": "GR1"}
        ],
    },
    "api:filing_documents": {
        "states": lambda _world: {"licence": "faulty"},
        "on": lambda _world: "2026-01-03",
    },
    "api:filing_take_back": {"reason": lambda _world: "点错了"},
    "filings:advance": {"selected": lambda world: world.of(filings.Filing).pk},
    "filings:look_after": {"selected": lambda world: world.of(filings.Filing).pk},
}
