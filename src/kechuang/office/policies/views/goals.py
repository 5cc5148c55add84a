"""Pages of goals: the list, asking, one goal with those who get us there."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.forms.goals import GoalForm
from kechuang.office.policies.ladder import Stand, rung_name
from kechuang.office.policies.lists.goals import GOAL_FIRMS, GOALS, state_of
from kechuang.office.policies.models import Goal
from kechuang.office.policies.queries import goals as queries
from kechuang.office.policies.services import goals as services
from kechuang.office.policies.telling import DIAGNOSE
from kechuang.office.registry import pages

SHOWN: Final = 50


def goal_list(request: HttpRequest) -> HttpResponseBase:
    """All goals in reach."""
    acts = [pages.Act(_("谁能达标"), reverse("policies:goal_ask"))]
    return list_page(request, GOALS, "registry/records.html", acts=acts)


def firms(request: HttpRequest) -> HttpResponseBase:
    """The enterprises that goals propose."""
    acts = [pages.Act(_("达标路径"), reverse("policies:goals"))]
    return list_page(request, GOAL_FIRMS, "registry/records.html", acts=acts)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask who gets us to a number."""
    actor = pages.actor_of(request)
    today = timezone.localdate()
    initial = {"rung": "hnte", "kind": "new", "until": date(today.year, 12, 31)}
    form = GoalForm(pages.given(request), actor=actor, initial=initial)

    def act(form: GoalForm) -> tuple[str, str]:
        made = services.ask(actor, form.cleaned_data["region"], form.facts())
        return _("已提出。算成后会通知您。"), reverse("policies:goal", args=[made.pk])

    lead = _("给出家数和口径，列出离台阶最近的企业和每家还差什么。已持有和在申报的不在其中。")
    back = reverse("policies:goals")
    return pages.task_page(request, _("谁能达标"), form, act, back, lead=lead, button=_("算一算"))


def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal: how many are needed and why, and the nearest enterprises."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.visible(actor), pk=pk)
    mine = queries.firms(actor).filter(goal=found).order_by("order")
    subject = SourceRef("goal", str(found.pk))
    context = {
        "goal": found,
        "rung": rung_name(found.rung),
        "state": state_of(found),
        "job": reverse("ground:job", args=[found.job])
        if found.job and not found.ended_at and actor.reach("job.view")
        else "",
        "facts": _facts(found),
        "rows": list(mine[:SHOWN]),
        "total": mine.count(),
        "may_see": actor.reach(DIAGNOSE) is not None,
        "all_url": f"{reverse('policies:goal_firms')}?{urlencode({'goal': found.pk})}",
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "policies/goal.html", context)


def _facts(found: Goal) -> list[tuple[Any, object]]:
    said = {"number": f"{found.number:,}", "lapsing": f"{found.lapsing:,}"}
    facts: list[tuple[Any, object]] = [
        (_("目标"), _("%(number)s家") % said),
        (_("口径"), found.get_kind_display()),  # type: ignore[attr-defined]
        (_("到"), found.until),
        (_("区划"), found.region.name),
        (_("依据的运行"), pages.link(reverse("policies:run", args=[found.run.pk]), found.run)),
    ]
    if not found.ended_at:
        return facts
    if found.kind == Goal.Kind.NET:
        why = _("%(needed)s家 = 净增%(number)s家 + 到期未续%(lapsing)s家") % {
            **said, "needed": f"{found.needed:,}",
        }  # fmt: skip
    else:
        why = _("%(number)s家（新增，不补到期未续的%(lapsing)s家）") % said
    query = urlencode({"stand": Stand.FILING.value, "region": found.region.code})
    filing = f"{reverse('policies:rung', args=[found.rung])}?{query}"
    facts += [
        (_("需要新认定"), why),
        (_("在申报"), pages.link(filing, _("%(count)s家") % {"count": f"{found.filing:,}"})),
    ]
    if found.unsure:
        told = _("%(count)s家：可能的组合太多，没有比完，不在名单里") % {"count": found.unsure}
        facts.append((_("没有算完"), told))
    return facts
