"""The tabs of a dossier that this part shows: 研发与财务, and the doubts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import enumerated
from kechuang.office.parties.models import Party
from kechuang.office.registry.choosing import NO_YEAR, in_order
from kechuang.office.registry.fact_pages import FactCell, cells_of, told
from kechuang.office.registry.fact_words import FactGroup, fact_words, field_name
from kechuang.office.registry.lists import facts as lists
from kechuang.office.registry.models import Doubt, ResearchCost
from kechuang.office.registry.models.facts import STANDING_FIELDS
from kechuang.office.registry.proposal_marks import marks_of
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import fact_lists
from kechuang.office.registry.queries.facts import YEARLY
from kechuang.reference import load_dictionary


def facts_tab(request: HttpRequest, code: str) -> str:
    """The years side by side, then what has no year, then R&D by category."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = _party(actor, code)
    if party is None:
        return ""
    last, years = fact_lists.year_due(), fact_lists.years_beside()
    cells = cells_of(party.pk, [*years, NO_YEAR])
    needed = [
        field_name(YEARLY[each]) for each in fact_words().needed if not _is_known(cells[last, each])
    ]
    context = {
        "code": code,
        "marks": marks_of(actor, party),
        "last": last,
        "years": [
            (_("%(year)d年") % {"year": year}, reverse("registry:fact", args=[code, year]), False)
            for year in years
        ],
        "groups": [(group, _rows(group, years, cells)) for group in fact_words().groups],
        "standing": [
            cells[NO_YEAR, field.code]
            for field in STANDING_FIELDS
            if cells[NO_YEAR, field.code].chosen
        ],
        "costs": _costs(party, years),
        "missing": enumerated(needed),
        "may_change": actor.reaches("fact.change", place_of(party)),
    }
    return render_to_string("registry/facts_tab.html", context, request)


def _is_known(cell: FactCell) -> bool:
    return cell.chosen is not None and cell.chosen.value is not None


def _rows(
    group: FactGroup, years: list[int], cells: dict[tuple[int, str], FactCell]
) -> list[tuple[FactCell, list[FactCell]]]:
    """The fields of a group of which anything is known in these years."""
    rows: list[tuple[FactCell, list[FactCell]]] = []
    for field in group.fields:
        row = [cells[year, field.code] for year in years]
        if any(cell.chosen for cell in row):
            rows.append((row[0], row))
    return rows


def _costs(party: Party, years: list[int]) -> list[tuple[Any, ...]]:
    """R&D by category, of several sources the one that counts."""
    of = load_dictionary().field
    caliber, category = of("rd_costs", "caliber"), of("rd_costs", "category")
    amount = of("rd_costs", "amount")
    place = {code: number for number, code in enumerate(category.options)}
    rows = ResearchCost.objects.filter(party=party, year__in=years).order_by()
    first: dict[tuple[int, str, int, str], ResearchCost] = {}
    for row in in_order(rows):
        where = place.get(row.category, len(place))
        first.setdefault((-row.year, row.caliber, where, row.category), row)
    return [
        (
            row.year,
            caliber.options.get(row.caliber, row.caliber),
            category.options.get(row.category, row.category),
            told(amount, row.amount),
            row,
        )
        for _key, row in sorted(first.items())
    ]


def doubts_tab(request: HttpRequest, code: str) -> str:
    """What was doubted of this party, what waits in front."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(fact_lists.doubts(actor).filter(party__code=code).exclude(state=Doubt.State.GONE))
    if not rows:
        return ""
    order = {Doubt.State.OPEN: 0, Doubt.State.EXPLAINED: 1}
    shown = [
        {
            "pk": row.pk,
            "rule": lists.rule_name(row.rule),
            "year": row.year,
            "field": lists.field_of(row),
            "value": lists.shown_of(row),
            "other": lists.shown_other_of(row),
            "state": lists.state_of(row),
            "explanation": row.explained,
        }
        for row in sorted(rows, key=lambda row: (order[Doubt.State(row.state)], -row.year, row.pk))
    ]
    return render_to_string("registry/doubts_tab.html", {"rows": shown}, request)


def _party(actor: Actor, code: str) -> Party | None:
    rows = limit(Party.objects.select_related("region"), actor, "fact.view")
    return rows.filter(code=code).first()
