"""Pages of the diagnosis: whose it is to be, and what it says."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Reach
from kechuang.office.ground.normalise import normalise
from kechuang.office.ground.showing import State
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries import diagnosis as queries
from kechuang.office.policies.queries import documents as document_queries
from kechuang.office.policies.queries.diagnosis import GROUPS, Entry, Group
from kechuang.office.policies.telling import DIAGNOSE
from kechuang.office.registry import pages
from kechuang.office.registry.queries.organisations import search

FOUND: Final = 20
STATES: Final = {"符合": "done", "不符合": "late", "缺数据": "soon"}


def choose(request: HttpRequest) -> HttpResponse:
    """An enterprise goes to its own diagnosis; everybody else looks for one."""
    actor = pages.actor_of(request)
    rows = queries.visible(actor)
    if actor.reach(DIAGNOSE) is Reach.PARTY:
        mine = rows.first()
        if mine is not None:
            return redirect("policies:diagnosis", mine.party.code)
    words = normalise(request.GET.get("q", ""))[:100]
    found = list(search(rows, words).order_by("initials", "pk")[:FOUND]) if words else []
    context = {"searched": words, "found": found, "most": FOUND}
    return render(request, "policies/choose.html", context)


def diagnosis(request: HttpRequest, code: str) -> HttpResponse:
    """What an enterprise is due, is close to, and could not be judged for."""
    actor = pages.actor_of(request)
    organisation = get_object_or_404(queries.visible(actor), party__code=code)
    today = timezone.localdate()
    found = queries.diagnosis(organisation, _day(request.GET.get("on", ""), today), actor)
    ids = [each.rule.id for each in found.entries]
    behind = document_queries.of_rules(ids, organisation.party.region.path)
    context = {
        "party": organisation.party,
        "as_of": found.as_of,
        "today": today,
        "dossier": reverse("registry:organisation", args=[code])
        if actor.reach("organisation.view")
        else "",
        "counts": [(name, len(found.of(group)), f"#{group}") for group, name in GROUPS.items()],
        "forms": (("html", _("网页")), ("xlsx", "Excel"), ("json", "JSON")),
        "groups": [
            (
                group,
                name,
                LEADS[group](),
                [_shown(each, behind.get(each.rule.id, [])) for each in found.of(group)],
            )
            for group, name in GROUPS.items()
        ],
    }
    return render(request, "policies/diagnosis.html", context)


LEADS: Final[dict[Group, Any]] = {
    Group.QUALIFIED: lambda: _("按现有事实，每项条件都满足。是否申报由企业决定。"),
    Group.NEAR: lambda: _("只有一项改变就没有不符合的条件。本年度和下一年度是两个答案。"),
    Group.UNKNOWN: lambda: _("没有不符合的条件，但还有事实不知道。请如实归集后再判断。"),
    Group.FAR: lambda: _("不止差一项，或所看的年度已关账、不能改变。"),
}


def _shown(entry: Entry, behind: list[PolicyDocument]) -> dict[str, Any]:
    decision = entry.decision
    scores = [
        (each.name, decision.scores[each.id])
        for each in entry.rule.scores
        if each.id in decision.scores
    ]
    return {
        "entry": entry,
        "state": State(STATES[decision.verdict], decision.verdict),
        "scores": scores,
        "documents": [(each, document_queries.state_of(each)) for each in behind],
        "reasons": [
            (reason, State(STATES[reason.step.verdict], reason.step.verdict))
            for reason in entry.reasons
        ],
    }


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
