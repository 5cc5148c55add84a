"""When two organisations turn out to be one, the filings of the one belong to the other."""

from __future__ import annotations

from typing import Final

from kechuang.office.filings.models import Filing
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import MergeRule, SourceRef
from kechuang.office.parties.models import Party


def move(actor: Actor, goes: str, stays: str) -> None:
    """Let the filings of `goes` be those of `stays`, by the codes of the parties.

    Where both are in a batch, the one that got further counts; the other one stays with all its
    stages and says so. The caller has asked for permission.
    """
    survivor = Party.objects.select_related("region").get(code=stays)
    rows = list(
        Filing.objects.select_for_update(of=("self",))
        .select_related("batch", "stage")
        .filter(party__code=goes)
        .order_by("pk")
    )
    theirs = {
        each.batch_id: each  # type: ignore[attr-defined]
        for each in Filing.objects.select_for_update(of=("self",))
        .select_related("stage")
        .filter(party=survivor, duplicate_of=None)
    }
    lines: list[audit.Line] = []
    for row in rows:
        changes: dict[str, tuple[audit.Plain, audit.Plain]] = {"party": (goes, stays)}
        other = theirs.get(row.batch_id) if row.duplicate_of is None else None  # type: ignore[attr-defined]
        if other is not None:
            first, second = (other, row) if _rank(other) >= _rank(row) else (row, other)
            changes["duplicate_of"] = (None, first.pk)
            second.duplicate_of = first
            second.save(update_fields=["duplicate_of"])
            Filing.objects.filter(duplicate_of=second).update(duplicate_of=first)
        row.party = survivor
        row.save(update_fields=["party"])
        lines.append(
            audit.Line(
                "filing.moved",
                SourceRef("filing", str(row.pk)),
                f"{survivor.name} {row.batch.name}",
                Place(survivor.region.path, stays),
                changes,
            )
        )
    if lines:
        audit.record_all(actor, lines)


def _rank(row: Filing) -> tuple[bool, int]:
    """How far a filing got; one that has its title goes before all."""
    return (row.qualification_id is not None, row.stage.order)  # type: ignore[attr-defined]


RULE: Final = MergeRule("filings", 40, ("filings.Filing.party",), move)
