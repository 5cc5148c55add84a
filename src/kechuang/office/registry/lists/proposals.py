"""The list of proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.models import Proposal
from kechuang.office.registry.queries.proposals import cell_of, visible

VIEW: Final = "proposal.view"
STATES: Final = {"proposed": "todo", "accepted": "done", "refused": "late", "withdrawn": "normal"}


def state_of(proposal: Proposal) -> State:
    """Where a proposal stands, as a badge."""
    return State(STATES[proposal.state], Proposal.State(proposal.state).label)


def what(proposal: Proposal) -> str:
    """The cell that a proposal is about, in words."""
    cell = cell_of(proposal)
    name = cell.name if cell else proposal.field
    if not proposal.year:
        return name
    return gettext("%(year)d年%(name)s") % {"year": proposal.year, "name": name}


def value_of(proposal: Proposal, value: str) -> str:
    """A value of a proposal; a telephone number is masked."""
    cell = cell_of(proposal)
    return cell.shown(value) if cell else value


def _states(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in Proposal.State]


def _by_state(rows: QuerySet[Proposal], state: str) -> QuerySet[Proposal]:
    return rows.filter(state=state)


def _search(rows: QuerySet[Proposal], text: str) -> QuerySet[Proposal]:
    return rows.filter(party__name__icontains=text)


PROPOSALS: Final = Listing(
    code="proposals",
    name=_("更正申请"),
    verb=VIEW,
    queryset=visible,
    columns=(
        Column(
            "what",
            _("更正什么"),
            what,
            link=lambda row: reverse("registry:proposal", args=[row.pk]),
        ),
        Column("party", _("企业"), lambda row: row.party.name, sort="party__name"),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column("before", _("原值"), lambda row: value_of(row, row.before)),
        Column("after", _("拟改为"), lambda row: value_of(row, row.after)),
        Column("state", _("状态"), state_of, sort="state"),
        Column(
            "proposed_at",
            _("提出时间"),
            lambda row: row.proposed_at,
            sort="proposed_at",
            align="date",
        ),
        Column("proposed_name", _("提出人"), lambda row: row.proposed_name, default=False),
        Column("reason", _("理由"), lambda row: row.reason, default=False),
        Column("answer", _("答复"), lambda row: row.answer, default=False),
        Column("decided_name", _("受理人"), lambda row: row.decided_name, default=False),
    ),
    filters=(
        Filter("state", _("状态"), "choice", _by_state, _states),
        by_region("party__region", VIEW),
    ),
    search=_search,
    sort="pk",
    empty=_("没有更正申请。企业在自己的档案里点“提出更正”后，会出现在这里。"),
    searched=_("企业名称"),
)
