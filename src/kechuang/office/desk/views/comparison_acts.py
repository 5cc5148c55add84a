"""Pages on which one thing is done for all firms of a list: fill in, look, confirm; undo."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk.forms.comparison_filings import EnterForm, StageForm
from kechuang.office.desk.forms.comparisons import TagForm, TitleForm
from kechuang.office.desk.models import Comparison, ComparisonAct
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services import comparison_acts as services
from kechuang.office.desk.services.comparison_filings import KINDS
from kechuang.office.desk.services.comparison_kinds import Work
from kechuang.office.desk.services.comparisons import ComparisonConflict
from kechuang.office.desk.views.comparisons import found, head
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import require
from kechuang.office.registry.pages import actor_of, given, tell_errors

Kind = ComparisonAct.Kind
CONFIRM: Final = "confirm"
SEEN: Final = "seen"
SHOWN: Final = 200
FORMS: Final[dict[Kind, Any]] = {
    Kind.TITLE: TitleForm,
    Kind.TAG: TagForm,
    Kind.ENTER: EnterForm,
    Kind.STAGE: StageForm,
}


def act(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Fill in what is to be done, see what it changes, confirm."""
    actor = actor_of(request)
    comparison = found(actor, pk, queries.ACT)
    if kind not in KINDS:
        raise Http404
    require(actor, KINDS[kind].verb)
    form = FORMS[Kind(kind)](given(request), actor=actor)
    preview = None
    if request.method == "POST" and form.is_valid():
        work = form.work()
        if CONFIRM in request.POST:
            try:
                done = _done(request, actor, comparison, work, form)
            except services.PreviewOutdated as outdated:
                messages.error(request, str(outdated))
                preview = _preview(actor, comparison, work, form)
            else:
                if done:
                    return redirect("desk:comparison", pk=pk)
        else:
            preview = _preview(actor, comparison, work, form)
    context = {
        **head(actor, comparison, ""),
        "title": Kind(kind).label,
        "form": form,
        "preview": preview,
        "confirm": CONFIRM,
        "seen": SEEN,
    }
    return render(request, "desk/comparison_act.html", context)


def _preview(
    actor: Actor, comparison: Comparison, work: Work, form: forms.Form
) -> dict[str, Any] | None:
    """Who would be changed and who would be left, and why."""
    try:
        outcomes = services.planned(actor, comparison, work)
        if outcomes and not (work.kind == Kind.TAG and work.values.get("tag") is None):
            KINDS[work.kind].check(actor, [each.party for each in outcomes], work)
    except ValidationError as error:
        tell_errors(form, error)
        return None
    does = [each for each in outcomes if not each.why]
    left = [each for each in outcomes if each.why]
    told = ngettext(
        "确认后为%(count)s家办理；%(left)s家不用办，列在下面。",
        "确认后为%(count)s家办理；%(left)s家不用办，列在下面。",
        len(does),
    )
    return {
        "told": told % {"count": f"{len(does):,}", "left": f"{len(left):,}"},
        "rows": [*left, *does][:SHOWN],
        "more": max(0, len(outcomes) - SHOWN),
        "count": len(does),
        "seal": services.seal(outcomes),
    }


def _done(
    request: HttpRequest, actor: Actor, comparison: Comparison, work: Work, form: forms.Form
) -> bool:
    """Do what was previewed. Raises `PreviewOutdated` where that has changed."""
    try:
        made = services.act(actor, comparison, work, request.POST.get(SEEN, ""))
    except ComparisonConflict as conflict:
        messages.error(request, str(conflict))
        return False
    except ValidationError as error:
        tell_errors(form, error)
        return False
    if made.state == ComparisonAct.State.DOING:
        messages.success(request, _("企业较多，正在后台办理。办完会通知您，可以离开本页。"))
    else:
        told = _("%(kind)s：办了%(done)s家，%(left)s家没有办。30天内可以撤销。")
        counts = {name: f"{made.counts.get(name, 0):,}" for name in ("done", "left")}
        messages.success(request, told % {"kind": Kind(made.kind).label, **counts})
    return True


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was done."""
    actor = actor_of(request)
    made = get_object_or_404(queries.acts(actor, queries.ACT), pk=pk)
    try:
        undone = services.undo(actor, made)
    except ComparisonConflict as conflict:
        messages.error(request, str(conflict))
    else:
        if undone.state == ComparisonAct.State.DOING:
            messages.success(request, _("正在后台撤销。做完会通知您，可以离开本页。"))
        else:
            told = _("已撤销%(undone)s家，%(kept)s家因后来有改动保留。")
            counts = {name: f"{undone.counts.get(name, 0):,}" for name in ("undone", "kept")}
            messages.success(request, told % counts)
    return redirect("desk:comparison", pk=made.comparison.pk)
