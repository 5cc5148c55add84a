"""The list of books of evidence."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import Binding
from kechuang.office.desk.queries.bindings import VIEW, visible
from kechuang.office.ground.lists import Column, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_party, choice, party_column

COLOURS: Final = {
    Binding.State.OPEN: "todo",
    Binding.State.MAKING: "soon",
    Binding.State.DONE: "done",
}


def state_of(row: Binding) -> State:
    """How far a book is, as a badge."""
    if row.is_stale:
        return State("soon", _("成册后有改动"))
    state = Binding.State(row.state)
    return State(COLOURS[state], state.label)


def _address(row: Any) -> str:
    return reverse("desk:binding", args=[row.pk])


BINDINGS: Final = Listing(
    code="bindings",
    name=_("佐证成册"),
    verb=VIEW,
    queryset=visible,
    columns=(
        Column("title", _("标题"), lambda row: row.title, sort="title", link=_address),
        party_column(_("单位")),
        Column("state", _("状态"), state_of, sort="state"),
        Column("pages", _("页数"), lambda row: row.pages, sort="pages", align="number"),
        Column("dated_on", _("日期"), lambda row: row.dated_on, sort="dated_on", align="date"),
        Column("owner", _("编制人"), lambda row: row.owner_name),
        Column("made_at", _("成册时间"), lambda row: row.made_at, sort="made_at", align="date"),
    ),
    filters=(
        by_party(_("单位")),
        choice("state", _("状态"), lambda: dict(Binding.State.choices)),
        by_region("party__region", VIEW),
    ),
    search=lambda rows, text: rows.filter(title__icontains=text),
    searched=_("标题"),
    empty=_("还没有成册的佐证。请在企业档案里点“佐证成册”，或点“新建一册”。"),
)
