"""What stands beside a value of a dossier: the way to correct it, or that a proposal is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State, data, shown
from kechuang.office.parties.models import Party
from kechuang.office.registry.choosing import NO_YEAR
from kechuang.office.registry.models import Proposal
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.proposing import Cell, proposable
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries.proposals import visible
from kechuang.office.registry.sourced import is_official

NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one dossier for one actor.

    `may_make` says whether they may propose for it; `waiting` are the keys of the open proposals
    that they may see, by the code of the cell and the year (0 where it has none).
    """

    party: str
    may_make: bool = False
    waiting: Mapping[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])

    def beside(self, code: str, year: int, row: Sourced | None) -> SafeString:
        """The mark of a cell; `row` is where its value comes from, None where it has none."""
        cell = proposable().get(code)
        if cell is None:
            return NOTHING
        if pk := self.waiting.get((code, year)):
            state = shown(State("todo", _("更正申请待受理")))
            return self._link(reverse("registry:proposal", args=[pk]), state, cell, year)
        if not self.may_make:
            return NOTHING
        asked = {"cell": code, **({"year": year} if year else {})}
        address = f"{reverse('registry:propose', args=[self.party])}?{urlencode(asked)}"
        text = _("由原部门管理，怎样更正") if is_official(row) else _("申请更正")
        return self._link(address, data(text), cell, year)

    def of_fact(self, code: str, year: int, row: Sourced | None) -> SafeString:
        """The mark of a yearly fact, or of one without a year."""
        table = "standing" if year == NO_YEAR else "yearly"
        return self.beside(f"{table}:{code}", year, row)

    def _link(self, address: str, text: SafeString, cell: Cell, year: int) -> SafeString:
        name = cell.plain_name
        of_year = _("%(year)d年%(name)s") % {"year": year, "name": name} if year else name
        return format_html(
            ' <a class="beside" href="{}">{}<span class="unseen"> {}</span></a>',
            address,
            text,
            data(of_year),
        )


def marks_of(actor: Actor, party: Party) -> Marks:
    """The marks of a party's dossier; its region must have been fetched with it."""
    place = place_of(party)
    waiting: dict[tuple[str, int], int] = {}
    if actor.reaches("proposal.view", place):
        rows = visible(actor).filter(party=party, state=Proposal.State.PROPOSED).order_by()
        waiting = {
            (f"{table}:{name}", year): pk
            for pk, table, name, year in rows.values_list("pk", "table", "field", "year")
        }
    return Marks(party.code, actor.reaches("proposal.make", place), waiting)
