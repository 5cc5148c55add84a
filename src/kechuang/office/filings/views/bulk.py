"""Pages of acts on many filings: firms into a batch, to a stage, who looks after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.filings.forms.filings import (
    AdvanceForm,
    FirmsForm,
    LookAfterForm,
    usual_next,
)
from kechuang.office.filings.models import Batch
from kechuang.office.filings.queries import batches, filings, naming
from kechuang.office.filings.queries.advancing import plan
from kechuang.office.filings.queries.entering import Caution, cautions
from kechuang.office.filings.queries.figures import list_address
from kechuang.office.filings.queries.naming import Line
from kechuang.office.filings.services import filings as services
from kechuang.office.filings.views.shared import board_of, firms, seen, told_left
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry import pages

MOST = 2_000
DESPITE = "despite"
"""The input of the firms that are put in although something speaks against them."""


def firms_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Firms into a batch: a list or a saved filter, then who was found, then confirm."""
    actor, batch = pages.actor_of(request), seen(request, pk)
    form = FirmsForm(pages.given(request), actor=actor)
    lines: list[Line] | None = None
    against: dict[str, Caution] = {}
    if request.method == "POST" and form.is_valid():
        lines = _lines(actor, form.cleaned_data)
        codes = [each.party.code for each in lines if each.party]
        data = form.cleaned_data
        against = cautions(batch, codes, data["kind"], data["on"])
        if "confirm" in request.POST and codes:
            wanted = request.POST.getlist(DESPITE)
            out = {code: each.why for code, each in against.items() if code not in wanted}
            try:
                return _added(request, actor, batch, codes, out, data)
            except ValidationError as error:
                pages.tell_errors(form, error)
                lines = None
    found = [each for each in lines or () if each.party]
    count = len({each.party.code for each in found if each.party})
    context = {
        "batch": batch,
        "form": form,
        "lines": lines,
        "found": count,
        "free": count - len(against),
        "unsure": [each for each in found if each.by],
        "against": _told_against(found, against),
        "despite": DESPITE,
        "missing": [each for each in lines or () if each.party is None],
        "back": board_of(batch),
    }
    return render(request, "filings/firms.html", context)


def _lines(actor: Actor, data: Any) -> list[Line]:
    if data["view"]:
        view = next(each for each in naming.saved_views(actor) if str(each.pk) == data["view"])
        return naming.resolve(actor, [(code, ()) for code in naming.codes_of_view(actor, view)])
    return naming.resolve(actor, naming.lines_of(data["text"]))


def _told_against(lines: list[Line], against: Mapping[str, Caution]) -> list[tuple[Party, Caution]]:
    """The firms that should not file, each once, with what speaks against it."""
    parties = {each.party.code: each.party for each in lines if each.party}
    return [(party, against[code]) for code, party in parties.items() if code in against]


def _added(
    request: HttpRequest, actor: Actor, batch: Batch, codes: list[str], out: Mapping[str, str],
    data: Any,
) -> HttpResponse:  # fmt: skip
    """Put the firms in but those that are out, with the reason."""
    wanted = [code for code in codes if code not in out]
    done = services.add_firms(actor, batch, wanted, data["kind"], data["on"])
    done = services.Done(done.done, {**out, **done.left})
    return _told(request, batch, done, _("已加入%(firms)s。"), _("%(firms)s没有加入：%(why)s。"))


def advance(request: HttpRequest) -> HttpResponse:
    """Filings of one batch to a stage: choose, see who moves and who stays, confirm."""
    actor = pages.actor_of(request)
    rows = _chosen(request, actor)
    batch = _one_batch(request, rows)
    if batch is None:
        return redirect("filings:filings")
    stages = batches.stages_of(batch)
    if batch.title:
        stages = [each for each in stages if each.meaning != "certified"]
    asked = "stage" in request.POST
    initial = {"stage": usual_next(stages, rows[0].stage)}
    given = request.POST if asked else None
    form = AdvanceForm(given, actor=actor, stages=stages, filings=rows, initial=initial)
    preview = None
    if asked and form.is_valid():
        data = form.cleaned_data
        target = next(each for each in stages if each.code == data["stage"])
        if "confirm" in request.POST:
            try:
                return _advanced(request, actor, batch, rows, data)
            except services.FilingsMoved as moved:
                messages.error(request, " ".join(moved.messages))
                preview = plan(rows, target, data["on"])
            except ValidationError as error:
                pages.tell_errors(form, error)
        else:
            preview = plan(rows, target, data["on"])
    if preview:
        form.look_again()
    names = {each.party.code: each.party.name for each in rows}
    context = {
        "batch": batch, "form": form, "keys": [each.pk for each in rows], "total": len(rows),
        "preview": preview,
        "stays": [(names[code], why) for code, why in (preview.stays if preview else {}).items()],
        "back": list_address(batch),
    }  # fmt: skip
    return render(request, "filings/advance.html", context)


def _advanced(
    request: HttpRequest, actor: Actor, batch: Batch, rows: list[Any], data: Any
) -> HttpResponse:
    done = services.advance(
        actor, batch, [each.party.code for each in rows], data["stage"], data["on"],
        data["reason"], cause=data["cause"], document=data["document"], shown=data["shown"],
    )  # fmt: skip
    return _told(request, batch, done, _("已推进%(firms)s。"), _("%(firms)s没有动：%(why)s。"))


def _told(
    request: HttpRequest, batch: Batch, done: services.Done, went: str, stayed: str
) -> HttpResponse:
    told = went % {"firms": firms(len(done.done))}
    if done.left:
        told += stayed % {"firms": firms(len(done.left)), "why": told_left(done.left)}
    messages.success(request, told)
    return redirect(list_address(batch))


def look_after(request: HttpRequest) -> HttpResponse:
    """Who follows filings up."""
    actor = pages.actor_of(request)
    rows = _chosen(request, actor)
    if not rows:
        messages.warning(request, _("没有选中申报。请在列表里勾选后再点。"))
        return redirect("filings:filings")
    asked = "officer" in request.POST
    form = LookAfterForm(
        request.POST if asked else None, actor=actor, initial={"officer": actor.code}
    )
    if asked and form.is_valid():
        count = services.look_after(actor, rows, form.cleaned_data["officer"])
        messages.success(request, _("已为%(firms)s指定跟进人。") % {"firms": firms(count)})
        return redirect(list_address(rows[0].batch))
    context = {
        "form": form, "keys": [each.pk for each in rows], "total": len(rows),
        "back": reverse("filings:filings"),
    }  # fmt: skip
    return render(request, "filings/look_after.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> list[Any]:
    keys = [int(key[:18]) for key in request.POST.getlist("selected") if key.isdecimal()][:MOST]
    return list(filings.changeable(actor).filter(pk__in=keys).order_by("pk"))


def _one_batch(request: HttpRequest, rows: list[Any]) -> Batch | None:
    """The batch of the chosen filings; None, and why, where it is not one."""
    found = {each.batch.pk for each in rows}
    if len(found) == 1:
        actor = pages.actor_of(request)
        return get_object_or_404(batches.visible(actor), pk=found.pop())
    told = (
        _("选中的申报分属几个批次。请先按批次筛选，再一起推进。")
        if found
        else _("没有选中申报。请在列表里勾选后再点。")
    )
    messages.warning(request, told)
    return None
