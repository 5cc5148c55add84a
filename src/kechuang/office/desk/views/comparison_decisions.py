"""Pages on which an officer says what a name means, and of what is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk.comparison_words import sureness, whys
from kechuang.office.desk.forms.comparisons import FIRM, NONE, RowForm
from kechuang.office.desk.lists.comparisons import why_of
from kechuang.office.desk.models import ComparedRow, Comparison
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services import comparison_decisions as services
from kechuang.office.desk.services.comparisons import ComparisonConflict
from kechuang.office.desk.views.comparisons import found, head
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State
from kechuang.office.registry.pages import actor_of, given, link

PAGE_SIZE: Final = 25
ROW: Final = "row-"
SHOWN: Final = "shown"


@dataclass(frozen=True, slots=True)
class Choice:
    """One firm that a name may mean."""

    value: str
    name: SafeString
    code: str
    sure: State
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """One name and the firms that it may mean."""

    row: ComparedRow
    field: str
    choices: list[Choice]
    url: str


def doubts(request: HttpRequest, pk: int) -> HttpResponse:
    """The names that somebody must decide, page by page; what is left open stays open."""
    actor = actor_of(request)
    comparison = found(actor, pk)
    if request.method == "POST":
        return _decided(request, actor, pk)
    shown = services.newest_decision(comparison)
    words = request.GET.get("q", "").strip()[:100]
    rows = queries.rows(actor).filter(comparison=comparison, group=ComparedRow.Group.DOUBT)
    if words:
        rows = rows.filter(name__icontains=words)
    page = Paginator(rows.order_by("position"), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        **head(actor, comparison, ComparedRow.Group.DOUBT.value),
        "page": page,
        "words": words,
        "questions": [_question(row) for row in page.object_list],
        "none": NONE,
        "shown": shown,
    }
    return render(request, "desk/comparison_doubts.html", context)


def _question(row: ComparedRow) -> Question:
    return Question(
        row, f"{ROW}{row.pk}", choices_of(row), reverse("desk:comparison_row", args=[row.pk])
    )


def choices_of(row: ComparedRow) -> list[Choice]:
    """The firms that a name may mean, the surest first."""
    return [
        Choice(
            f"{FIRM}{each['code']}",
            link(reverse("registry:organisation", args=[each["code"]]), each["name"]),
            each["code"],
            sureness(each["sure"]),
            whys(each["reasons"]),
        )
        for each in row.candidates
    ]


def _decided(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    comparison = found(actor, pk, queries.DECIDE)
    choices = {
        int(name.removeprefix(ROW)): "" if value == NONE else value.removeprefix(FIRM)
        for name, value in request.POST.items()
        if name.startswith(ROW)
        and name.removeprefix(ROW).isdecimal()
        and isinstance(value, str)
        and (value == NONE or value.startswith(FIRM))
    }
    if not choices:
        messages.warning(request, _("还没有选。每个名称选一家企业，或选“都不是”。"))
        return redirect("desk:comparison_doubt", pk=pk)
    shown = request.POST.get(SHOWN, "")
    _decide(request, actor, comparison, choices, int(shown[:18]) if shown.isdecimal() else 0)
    return redirect("desk:comparison_doubt", pk=pk)


def _decide(
    request: HttpRequest, actor: Actor, comparison: Comparison, choices: dict[int, str], shown: int
) -> bool:
    try:
        count = services.decide(actor, comparison, choices, shown)
    except ComparisonConflict as conflict:
        messages.error(request, str(conflict))
        return False
    told = ngettext(
        "已认定%(count)s个名称，下次同样的名称不再问。",
        "已认定%(count)s个名称，下次同样的名称不再问。",
        count,
    )
    messages.success(request, told % {"count": f"{count:,}"})
    return True


def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One name: say which firm it means, also one that was not found."""
    actor = actor_of(request)
    key = get_object_or_404(queries.rows(actor, queries.DECIDE), pk=pk).comparison.pk
    comparison = found(actor, key)
    shown = services.newest_decision(comparison)
    kept = get_object_or_404(queries.rows(actor, queries.DECIDE), pk=pk)
    form = RowForm(given(request), actor=actor, row=kept, shown=shown)
    back = reverse(f"desk:comparison_{kept.group}", args=[comparison.pk])
    is_own = kept.group == ComparedRow.Group.SAME and kept.decision is None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data[SHOWN] or 0
        if _decide(request, actor, comparison, {kept.pk: form.code()}, seen):
            return redirect(back)
        form.look_again()
    context = {
        **head(actor, comparison, kept.group),
        "row": kept,
        "form": form,
        "choices": choices_of(kept),
        "facts": [
            (_("序号"), kept.position),
            (_("位置"), kept.place),
            (_("名单上的代码"), kept.credit_code),
            (_("现在的结果"), ComparedRow.Group(kept.group).label),
            (_("库内企业"), kept.party.name if kept.party else ""),
            (_("为什么"), why_of(kept)),
        ],
        "back": back,
        "is_own": is_own,
    }
    return render(request, "desk/comparison_row.html", context)


def every(request: HttpRequest) -> HttpResponse:
    """What is remembered of names, newest first."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()[:100]
    rows = queries.decisions(actor)
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(party__name__icontains=words)
    page = Paginator(rows.order_by("-pk"), PAGE_SIZE * 2).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "rows": page.object_list}
    return render(request, "desk/comparison_names.html", context)


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    actor = actor_of(request)
    decision = get_object_or_404(queries.decisions(actor), pk=pk)
    try:
        services.revoke(actor, decision)
    except ComparisonConflict as conflict:
        messages.error(request, str(conflict))
    else:
        told = _("已撤销对“%(name)s”的认定，下次会再问。")
        messages.success(request, told % {"name": decision.name})
    return redirect("desk:comparison_names")
