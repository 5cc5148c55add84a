"""Pages of comparisons: all of them, a new one, what one found group by group."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kechuang.office.desk.comparison_words import left_words
from kechuang.office.desk.comparison_workbook import workbook
from kechuang.office.desk.forms.comparisons import SendForm
from kechuang.office.desk.lists.comparisons import ABSENT, COMPARISONS, GROUPS, group_of, state_of
from kechuang.office.desk.models import ComparedRow, Comparison, ComparisonAct
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services import comparison_acts
from kechuang.office.desk.services import comparisons as services
from kechuang.office.desk.services.comparison_filings import KINDS
from kechuang.office.ground import audit, exporting, job_views
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.listings import ask
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef, Text
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.registry.pages import actor_of

PART: Final = "comparison"
MOST_LEFT: Final = 50
ACT_STATES: Final = {
    ComparisonAct.State.DOING: "soon",
    ComparisonAct.State.DONE: "done",
    ComparisonAct.State.UNDONE: "normal",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the groups of a comparison, or its first page."""

    name: Text
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class ActShown:
    """What was done with a list, in words, and whether it can be undone."""

    act: ComparisonAct
    name: Text
    state: State
    told: str
    undo: str
    left: list[tuple[Any, str]]


def every(request: HttpRequest) -> HttpResponseBase:
    """All comparisons in reach."""
    return list_page(request, COMPARISONS, "desk/comparisons.html")


def create(request: HttpRequest) -> HttpResponse:
    """Paste or upload a list."""
    actor = actor_of(request)
    form = SendForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        comparison = _sent(actor, form)
        if comparison is not None:
            _tell(request, comparison)
            return redirect("desk:comparison", pk=comparison.pk)
    return render(request, "desk/comparison_create.html", {"form": form})


def _sent(actor: Actor, form: SendForm) -> Comparison | None:
    given = form.cleaned_data
    region, file = given["region"], given["file"]
    try:
        taken = (
            services.take_in(actor, region, file.name, file)
            if file
            else services.take_text(actor, region, given["text"])
        )
    except UploadRefused as refused:
        form.add_error("file" if file else "text", refused.sentence)
        return None
    return services.send(actor, region, given["name"], taken)


def _tell(request: HttpRequest, comparison: Comparison) -> None:
    if comparison.state == Comparison.State.DONE:
        total = sum(comparison.counts.values())
        told = ngettext("已比对%(count)s个名称。", "已比对%(count)s个名称。", total)
        messages.success(request, told % {"count": f"{total:,}"})
    elif comparison.state == Comparison.State.SENT:
        messages.success(request, _("名单较大，正在后台比对。比完会通知您，可以离开本页。"))


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One comparison: how many in each group, what was read, what can be done and was done."""
    actor = actor_of(request)
    comparison = found(actor, pk)
    job = comparison.job
    is_running = comparison.state == Comparison.State.SENT
    polls = is_running and job is not None and job.state not in ENDED
    context: dict[str, Any] = {
        **head(actor, comparison, "record"),
        "part": PART,
        "polls": polls,
        "path": request.path,
        "about": _about(comparison),
        "left": [left_words(each) for each in comparison.reading.get("left", ())[:MOST_LEFT]],
        "left_count": comparison.reading.get("left_count", 0),
        "acts": [_shown(actor, each) for each in _acts(comparison)],
        "history": history(_subject(comparison), *words.of(_subject(comparison))),
    }
    if is_running and job is not None and actor.reach("job.view"):
        context |= {**job_views.shown(request, job), "shows_job": True}
    htmx: Any = getattr(request, "htmx", None)
    is_part = htmx and htmx.target == PART
    template = "desk/comparison_part.html" if is_part else "desk/comparison.html"
    return render(request, template, context)


def _acts(comparison: Comparison) -> list[ComparisonAct]:
    return list(
        ComparisonAct.objects.select_related("comparison__region").filter(comparison=comparison)
    )


def _subject(comparison: Comparison) -> SourceRef:
    return SourceRef("comparison", str(comparison.pk))


def head(actor: Actor, comparison: Comparison, current: str) -> dict[str, Any]:
    """What stands above every page of a comparison: its name, its groups, what can be done."""
    is_done = comparison.state == Comparison.State.DONE
    pages: list[tuple[str, Text, int | None]] = [("record", gettext_lazy("概况"), None)]
    if is_done:
        pages += [
            (code.value, name, comparison.counts.get(code, 0)) for code, name in GROUPS.items()
        ]
        pages.append((ABSENT, gettext_lazy("名单无"), None))
    tabs = [
        Tab(name, _address(comparison, code), count, code == current) for code, name, count in pages
    ]
    place = services.place_of(comparison)
    firms = comparison.counts.get(ComparedRow.Group.SAME, 0)
    return {
        "comparison": comparison,
        "comparison_state": state_of(comparison),
        "tabs": tabs,
        "is_done": is_done,
        "may_decide": actor.reaches(queries.DECIDE, place),
        "can": _can(actor, comparison) if is_done and firms else (),
        "firms": firms,
    }


def _address(comparison: Comparison, code: str) -> str:
    route = "desk:comparison" if code == "record" else f"desk:comparison_{code}"
    return reverse(route, args=[comparison.pk])


def _can(actor: Actor, comparison: Comparison) -> list[tuple[Text, str]]:
    """What the actor may do for all firms of a list."""
    if not actor.reaches(queries.ACT, services.place_of(comparison)):
        return []
    return [
        (
            ComparisonAct.Kind(code).label,
            reverse("desk:comparison_act", args=[comparison.pk, ComparisonAct.Kind(code).value]),
        )
        for code, kind in KINDS.items()
        if actor.reach(kind.verb) is not None
    ]


def _about(comparison: Comparison) -> list[tuple[Text, object]]:
    reading = comparison.reading
    return [
        (_("比对的区划"), comparison.region.name),
        (_("名称取自"), reading.get("sources", [])),
        (_("文件"), comparison.file.name),
        (_("比对人"), comparison.owner_name),
        (_("提交时间"), comparison.created_at),
        (_("比对时间"), comparison.compared_at),
    ]


def _shown(actor: Actor, act: ComparisonAct) -> ActShown:
    counts = act.counts
    told = _("办了%(done)s家，%(left)s家没有办。") % {
        "done": f"{counts.get('done', 0):,}", "left": f"{counts.get('left', 0):,}",
    }  # fmt: skip
    if act.state == ComparisonAct.State.UNDONE:
        told += _("撤销%(undone)s家，%(kept)s家因后来有改动保留。") % {
            "undone": f"{counts.get('undone', 0):,}", "kept": f"{counts.get('kept', 0):,}",
        }  # fmt: skip
    may_undo = (
        act.state == ComparisonAct.State.DONE
        and actor.reaches(queries.ACT, services.place_of(act.comparison))
        and actor.reach(KINDS[act.kind].verb) is not None
        and timezone.localdate() <= comparison_acts.undo_until(act)
    )
    state = ComparisonAct.State(act.state)
    return ActShown(
        act,
        ComparisonAct.Kind(act.kind).label,
        State(ACT_STATES[state], state.label),
        told if act.state != ComparisonAct.State.DOING else "",
        reverse("desk:comparison_undo", args=[act.pk]) if may_undo else "",
        comparison_acts.left_of(act, MOST_LEFT),
    )


def found(actor: Actor, pk: int, verb: str = queries.RUN) -> Comparison:
    """The comparison of this key, where the actor reaches it."""
    return get_object_or_404(queries.visible(actor, verb).select_related("file", "job"), pk=pk)


def same(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The entries that are firms of ours."""
    return _group(request, pk, ComparedRow.Group.SAME.value)


def unknown(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The entries that are none of ours."""
    return _group(request, pk, ComparedRow.Group.UNKNOWN.value)


def absent(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ours that are not on the list."""
    return _group(request, pk, ABSENT)


def _group(request: HttpRequest, pk: int, group: str) -> HttpResponseBase:
    actor = actor_of(request)
    comparison = found(actor, pk)
    context = {**head(actor, comparison, group), "is_absent": group == ABSENT}
    listing = group_of(comparison, group)
    return list_page(request, listing, "desk/comparison_rows.html", **context)


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The four groups as a workbook; the query says which of ours that are not on the list."""
    actor = actor_of(request)
    comparison = found(actor, pk)
    asked = ask(group_of(comparison, ABSENT), actor, request.GET)
    with acting(actor, queries.RUN, services.place_of(comparison)):
        content = workbook(actor, comparison, asked)
        told = {"conditions": (None, asked.told())}
        audit.record(actor, services.line("comparison.download", comparison, told))
    return FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=f"{comparison.name}-{_('比对结果')}-{timezone.localdate():%Y%m%d}.xlsx",
        content_type=exporting.MEDIA_TYPES["xlsx"],
    )


def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a list anew."""
    actor = actor_of(request)
    try:
        comparison = services.again(actor, found(actor, pk))
    except services.ComparisonConflict as conflict:
        messages.error(request, str(conflict))
    else:
        _tell(request, comparison)
    return redirect("desk:comparison", pk=pk)
