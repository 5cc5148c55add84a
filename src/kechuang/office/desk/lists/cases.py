"""The list of typical cases."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import Case
from kechuang.office.desk.queries.cases import VIEW, search, visible, with_uses
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_party, choice, dossier, region_column

COLOURS: Final = {
    Case.State.DRAFT: "todo",
    Case.State.USABLE: "done",
    Case.State.RETIRED: "normal",
}


def state_of(row: Case) -> State:
    """Whether a case may be used, as a badge."""
    state = Case.State(row.state)
    return State(COLOURS[state], state.label)


def _address(row: Any) -> str:
    return reverse("desk:case", args=[row.pk])


CASES: Final = Listing(
    code="cases",
    name=_("典型案例"),
    verb=VIEW,
    queryset=lambda actor: with_uses(visible(actor)),
    columns=(
        Column("title", _("标题"), lambda row: row.title, sort="title", link=_address),
        Column("theme", _("主题"), lambda row: row.get_theme_display(), sort="theme"),
        Column("year", _("年度"), lambda row: str(row.year), sort="year"),
        region_column("region"),
        Column(
            "party",
            _("单位"),
            lambda row: row.party.name if row.party else "",
            sort="party__name",
            link=lambda row: dossier(row.party.code) if row.party else None,
        ),
        Column("state", _("状态"), state_of, sort="state"),
        Column("uses", _("使用次数"), lambda row: row.uses, sort="uses", align="number"),
        Column("owner", _("编写人"), lambda row: row.owner_name, default=False),
        Column("checked", _("核定人"), lambda row: row.checked_name, default=False),
    ),
    filters=(
        choice("state", _("状态"), lambda: dict(Case.State.choices)),
        choice("theme", _("主题"), lambda: dict(Case.Theme.choices)),
        by_region("region", VIEW),
        by_party(_("单位")),
        Filter("year", _("年度"), "number", lambda rows, year: rows.filter(year=int(float(year)))),
    ),
    search=search,
    searched=_("标题、做法、成效、单位"),
    sort="-year",
    empty=_("还没有案例。请点“编写案例”。"),
    export_verb="case.export",
)
