"""The pages of proposals: of the enterprise that proposes, of the officer who decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.secrets import REVEAL
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry import trail
from kechuang.office.registry.forms.proposals import AnswerForm, WishForm
from kechuang.office.registry.lists.proposals import PROPOSALS, state_of, value_of, what
from kechuang.office.registry.models import Organisation, Proposal
from kechuang.office.registry.pages import tell_errors
from kechuang.office.registry.proposing import Cell, proposable
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import proposals as queries
from kechuang.office.registry.queries.fact_lists import years_beside
from kechuang.office.registry.services import proposals as services
from kechuang.office.registry.sourced import source_name, sourced_value

MOST_SHOWN = 100


def proposal_list(request: HttpRequest) -> HttpResponseBase:
    """The proposals in reach, oldest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own = queries.proposers(actor).first() if actor.reach("proposal.make") else None
    return list_page(request, PROPOSALS, template="registry/proposals.html", own=own)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what stood there, what is proposed, what counts now, and the answer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    proposal = get_object_or_404(queries.visible(actor), pk=pk)
    return _page(request, proposal)


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse a proposal."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    proposal = get_object_or_404(queries.decidable(actor), pk=pk)
    form = AnswerForm(request.POST)
    verdict = request.POST.get("verdict", "")
    if not form.is_valid() or verdict not in services.VERDICTS:
        return _page(request, proposal, form)
    given = form.cleaned_data
    try:
        done = services.decide(actor, proposal, verdict, given["answer"], given["seen"])  # type: ignore[arg-type]
    except ValidationError as error:
        tell_errors(form, error)
        return _page(request, proposal, form)
    except services.Late as late:
        messages.error(request, str(late))
        return redirect("registry:proposal", pk=pk)
    words = _("“%(what)s”%(state)s，已通知%(name)s。")
    said = {
        "what": what(done),
        "state": Proposal.State(done.state).label,
        "name": done.proposed_name,
    }
    messages.success(request, words % said)
    return redirect("registry:proposal", pk=pk)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = queries.visible(actor).filter(party__in=queries.proposers(actor).values("party"))
    proposal = get_object_or_404(rows, pk=pk)
    try:
        services.withdraw(actor, proposal)
    except services.Late as late:
        messages.error(request, str(late))
    else:
        messages.success(request, _("“%(what)s”已撤回，原值不变。") % {"what": what(proposal)})
    return redirect("registry:proposal", pk=pk)


def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a value: first choose the cell, then write what it should be and why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    organisation = get_object_or_404(queries.proposers(actor), party__code=code)
    cell = proposable().get(request.GET.get("cell", ""))
    year = _year(request, cell)
    if cell is None or (cell.has_years and not year):
        context = {"organisation": organisation, "groups": _groups(organisation, years_beside())}
        return render(request, "registry/propose_choose.html", context)
    now = queries.current(organisation, cell, year)
    form = WishForm(request.POST or None, request.FILES or None, cell=cell, year=year, now=now.text)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.propose(actor, code, form.wish(), form.evidence_file())
        except ValidationError as error:
            tell_errors(form, error)
        else:
            words = _("已提出更正“%(what)s”，科技局受理后会通知您。受理前可以撤回。")
            messages.success(request, words % {"what": what(done)})
            return redirect("registry:proposal", pk=done.pk)
    context = {
        "organisation": organisation,
        "cell": cell,
        "name": _named(cell, year),
        "form": form,
        "now": sourced_value(cell.shown(now.text), now.row),
        "official": services.why_official(now) if now.is_official else "",
        "back": reverse("registry:propose", args=[code]),
    }
    return render(request, "registry/propose.html", context)


def tab(request: HttpRequest, code: str) -> str:
    """The proposals of one firm, newest first, in its dossier."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = queries.visible(actor).filter(party__code=code).order_by("-pk")[:MOST_SHOWN]
    may_propose = queries.proposers(actor).filter(party__code=code).exists()
    shown = [
        {
            "row": row,
            "what": what(row),
            "before": value_of(row, row.before),
            "after": value_of(row, row.after),
            "state": state_of(row),
        }
        for row in rows
    ]
    context = {"proposals": shown, "code": code, "may_propose": may_propose}
    return render_to_string("registry/tab_proposals.html", context, request)


# --- parts of the pages


def _page(request: HttpRequest, proposal: Proposal, form: AnswerForm | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = place_of(proposal.party)
    is_open = proposal.state == Proposal.State.PROPOSED
    cell = queries.cell_of(proposal)
    now = queries.current_of(proposal)
    may_decide = is_open and cell is not None and actor.reaches("proposal.decide", place)
    if may_decide and form is None:
        form = AnswerForm(initial={"seen": value_of(proposal, now.text)})
    stored = proposal.evidence
    file_place = Place(stored.region, stored.party, stored.owner) if stored else None
    context = {
        "proposal": proposal,
        "what": what(proposal),
        "state": state_of(proposal),
        "before": value_of(proposal, proposal.before),
        "after": value_of(proposal, proposal.after),
        "now": sourced_value(cell.shown(now.text) if cell else now.text, now.row),
        "others": now.others,
        "reveals": _reveals(actor, proposal, cell),
        "changed": is_open and now.text != proposal.before,
        "official": services.why_official(now) if is_open and now.is_official else "",
        "outranked": now.outranks_firm and cell is not None and cell.table != "organisation",
        "outranking": source_name(now.row.source) if now.row else "",
        "form": form if may_decide else None,
        "may_decide": may_decide,
        "may_withdraw": is_open and actor.reaches("proposal.make", place),
        "may_download": file_place is not None and actor.reaches("file.download", file_place),
        "history": history(
            SourceRef("proposal", str(proposal.pk)),
            trail.PROPOSAL_ACTIONS,
            trail.PROPOSAL_FIELDS,
            (Proposal,),
        ),
    }
    return render(request, "registry/proposal.html", context)


def _reveals(actor: Actor, proposal: Proposal, cell: Cell | None) -> dict[str, str]:
    """Where the telephones of a proposal are revealed, those that there are."""
    may = actor.reaches(REVEAL, place_of(proposal.party))
    if not may or cell is None or not cell.is_secret:
        return {}
    return {
        name: reverse("ground:reveal", args=[f"proposal-{name}", proposal.pk])
        for name in ("before", "after")
        if getattr(proposal, name)
    }


def _year(request: HttpRequest, cell: Cell | None) -> int:
    text = request.GET.get("year", "")
    plain = text.isascii() and text.isdecimal() and len(text) == 4
    if cell is None or not cell.has_years or not plain:
        return 0
    year = int(text)
    return year if services.FIRST_YEAR <= year <= timezone.localdate().year else 0


def _named(cell: Cell, year: int) -> str:
    return _("%(year)d年%(name)s") % {"year": year, "name": cell.name} if year else cell.name


def _groups(organisation: Organisation, years: list[int]) -> list[dict[str, Any]]:
    """What can be corrected, with the values that count now, in three groups."""
    cells = proposable().values()
    found = queries.currents(organisation, cells, years)

    def rows(table: str, columns: Iterable[int]) -> list[dict[str, Any]]:
        return [
            {
                "name": cell.name,
                "cells": [_cell(organisation, cell, year, found) for year in columns],
            }
            for cell in cells
            if cell.table == table
        ]

    return [
        {"code": "own", "name": _("企业基本情况"), "years": [], "rows": rows("organisation", [0])},
        {"code": "yearly", "name": _("年度数据"), "years": years, "rows": rows("yearly", years)},
        {"code": "standing", "name": _("现状"), "years": [], "rows": rows("standing", [0])},
    ]


def _cell(organisation: Organisation, cell: Cell, year: int, found: Any) -> dict[str, Any]:
    now = found.get((cell.code, year), queries.NOTHING)
    address = f"{reverse('registry:propose', args=[organisation.party.code])}?cell={cell.code}"
    return {
        "value": sourced_value(cell.shown(now.text), now.row),
        "url": f"{address}&year={year}" if year else address,
        "label": _named(cell, year),
        "official": now.is_official,
    }
