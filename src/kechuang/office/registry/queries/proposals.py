"""Reading proposals, and what counts now of the cells that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, Found
from kechuang.office.registry.models import CellSource, Organisation, Proposal
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.proposing import Cell, proposable, told
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries.facts import chosen, standing
from kechuang.office.registry.sourced import is_official
from kechuang.office.registry.sources import FIRM, Source, load_sources


@dataclass(frozen=True, slots=True)
class Current:
    """What counts now of a cell: as people write it, the row that says so, how many others do."""

    text: str
    row: Sourced | None
    others: int = 0
    is_corrected: bool = False

    @property
    def source(self) -> Source | None:
        """Where it comes from."""
        return load_sources().get(self.row.source) if self.row is not None else None

    @property
    def is_official(self) -> bool:
        """Whether another body keeps it, so that it is not corrected here."""
        return bool(self.text) and is_official(self.row)

    @property
    def outranks_firm(self) -> bool:
        """Whether it goes on counting after the firm has stated something else."""
        if not self.text or self.row is None:
            return False
        return self.is_corrected or self.row.rank < load_sources()[FIRM].rank


NOTHING = Current("", None)


def visible(actor: Actor) -> QuerySet[Proposal]:
    """The proposals that an actor may see, with party and region."""
    rows = Proposal.objects.select_related("party__region", "evidence")
    return limit(rows, actor, "proposal.view")


def decidable(actor: Actor) -> QuerySet[Proposal]:
    """The proposals that an actor may decide on, with party and region."""
    rows = Proposal.objects.select_related("party__region", "evidence")
    return limit(rows, actor, "proposal.decide")


def proposers(actor: Actor) -> QuerySet[Organisation]:
    """The organisations for which an actor may propose."""
    rows = Organisation.objects.select_related("party__region").filter(merged_into=None)
    return limit(rows, actor, "proposal.make")


def cell_of(proposal: Proposal) -> Cell | None:
    """The cell that a proposal is about; None where the dictionary no longer has it."""
    return proposable().get(f"{proposal.table}:{proposal.field}")


def current(organisation: Organisation, cell: Cell, year: int) -> Current:
    """What counts now of one cell."""
    return currents(organisation, [cell], [year]).get((cell.code, year), NOTHING)


def currents(
    organisation: Organisation, cells: Iterable[Cell], years: Sequence[int]
) -> Mapping[tuple[str, int], Current]:
    """What counts now of many cells of one organisation, by cell and year (0 where it has none)."""
    wanted = list(cells)
    found: dict[tuple[str, int], Current] = {}
    party = organisation.party
    if own := [cell for cell in wanted if cell.table == "organisation"]:
        rows = {each.field: each for each in CellSource.objects.filter(party=party)}
        for cell in own:
            text = told(cell.field, getattr(organisation, cell.field.code))
            if text:
                row = rows.get(cell.field.code, organisation)
                found[cell.code, 0] = Current(text, row)
    if yearly := {cell.field.code: cell for cell in wanted if cell.table == "yearly"}:
        for (_party, year, code), each in chosen([party.pk], years, list(yearly)).items():
            cell = yearly[code]
            text = told(cell.field, each.value)
            found[cell.code, year] = Current(text, each.row, each.others, each.is_corrected)
    if now := {cell.field.code: cell for cell in wanted if cell.table == "standing"}:
        for (_party, code), each in standing([party.pk], list(now)).items():
            cell = now[code]
            text = told(cell.field, each.value)
            found[cell.code, 0] = Current(text, each.row, each.others, each.is_corrected)
    return found


def secret(actor: Actor, key: str, name: str) -> Found | None:
    """The telephone that a proposal would change (`before`) or put in (`after`), to be revealed."""
    rows = limit(Proposal.objects.select_related("party__region"), actor, REVEAL)
    proposal = rows.filter(pk=key).first() if key.isdecimal() else None
    cell = cell_of(proposal) if proposal else None
    value = getattr(proposal, name) if proposal else ""
    if proposal is None or cell is None or not cell.is_secret or not value:
        return None
    back = reverse("registry:proposal", args=[proposal.pk])
    return Found(place_of(proposal.party), value, proposal.party.name, back)


def current_of(proposal: Proposal) -> Current:
    """What counts now of the cell that a proposal is about."""
    cell = cell_of(proposal)
    rows = Organisation.objects.select_related("party__region", "parent")
    organisation = rows.filter(party=proposal.party).first()
    if cell is None or organisation is None:
        return NOTHING
    return current(organisation, cell, proposal.year)


def address(actor: Actor, key: str) -> str | None:
    """Where a proposal is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("registry:proposal", args=[key])
    return None
