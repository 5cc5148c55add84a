"""Pages of runs: the list, one run, two runs side by side, what changed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.files import held
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.forms.runs import StartForm
from kechuang.office.policies.jobs import changes_between, copied
from kechuang.office.policies.lists.runs import CHANGES, RUNS, rule_name, state_of
from kechuang.office.policies.models import RuleCount, RuleRun
from kechuang.office.policies.queries import runs as queries
from kechuang.office.policies.services import runs as services
from kechuang.office.policies.telling import RUN, place_of
from kechuang.office.registry import pages

MOST_DIGITS: Final = 18


def run_list(request: HttpRequest) -> HttpResponseBase:
    """All runs."""
    actor = pages.actor_of(request)
    acts = [pages.Act(_("变化的结论"), reverse("policies:changes"))]
    if actor.reaches(RUN, queries.root_place()):
        acts.insert(0, pages.Act(_("运行全部规则"), reverse("policies:run_start")))
    return list_page(request, RUNS, "registry/records.html", acts=acts)


def changes(request: HttpRequest) -> HttpResponseBase:
    """Verdicts that are another than in the run before."""
    acts = [pages.Act(_("规则运行"), reverse("policies:runs"))]
    return list_page(request, CHANGES, "registry/records.html", acts=acts)


def start(request: HttpRequest) -> HttpResponse:
    """Have all rules judged on all enterprises."""
    actor = pages.actor_of(request)
    form = StartForm(pages.given(request), actor=actor, initial={"as_of": timezone.localdate()})

    def act(form: StartForm) -> tuple[str, str]:
        made = services.start(actor, form.cleaned_data["as_of"])
        told = _("已发起。完成后会通知您，也可以在任务里看进度。")
        return told, reverse("ground:job", args=[made.job])

    lead = _("对全部在营企业判断这一天生效的每条规则。结论存成一个文件，并与上一次比较。")
    back = reverse("policies:runs")
    return pages.task_page(request, _("运行全部规则"), form, act, back, lead=lead, button=_("发起"))


def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its counts by rule, its files, what changed."""
    actor = pages.actor_of(request)
    found = _seen(actor, pk)
    counts = queries.counts_of(found)
    subject = SourceRef("rule_run", str(found.pk))
    context = {
        "run": found,
        "state": state_of(found),
        "acts": list(_acts(actor, found)),
        "facts": _facts(actor, found),
        "rows": [_row(found, each) for each in counts],
        "others": _others(actor, found),
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "policies/run.html", context)


def _seen(actor: Actor, pk: int) -> RuleRun:
    return get_object_or_404(queries.visible(actor), pk=pk)


def _acts(actor: Actor, found: RuleRun) -> list[pages.Act]:
    acts: list[pages.Act] = []
    if found.ended_at:
        acts.append(pages.Act(_("培育阶梯"), reverse("policies:ladder")))
        if found.previous is not None:
            query = urlencode({"run": found.pk})
            acts.append(pages.Act(_("变化的结论"), f"{reverse('policies:changes')}?{query}"))
    elif found.job and actor.reach("job.view"):
        acts.append(pages.Act(_("看进度"), reverse("ground:job", args=[found.job])))
    return acts


def _facts(actor: Actor, found: RuleRun) -> list[tuple[Any, object]]:
    facts: list[tuple[Any, object]] = [
        (_("判断日"), found.as_of),
        (_("区划"), found.region.name),
        (_("企业"), _("%(count)s家") % {"count": f"{found.enterprises:,}"}),
        (_("发起"), f"{found.started_name} {timezone.localtime(found.started_at):%Y-%m-%d %H:%M}"),
    ]
    if found.verdicts is None or found.snapshot is None:
        return facts
    digest = found.verdicts.digest
    if actor.reaches("file.download", place_of(found)):
        mine = limit(held(), actor, "file.download").filter(
            pk__in=[found.verdicts.pk, found.snapshot.pk]
        )
        reached = set(mine.values_list("pk", flat=True))
        for name, file in ((_("结论文件"), found.verdicts), (_("事实快照"), found.snapshot)):
            if file.pk in reached:
                facts.append((name, pages.link(reverse("ground:file", args=[file.pk]), file.name)))
    facts.append((_("结论文件的摘要"), digest))
    return facts


def _row(found: RuleRun, count: RuleCount) -> dict[str, Any]:
    def to(**conditions: str) -> str:
        query = urlencode({"run": found.pk, "rule": count.rule, **conditions})
        return f"{reverse('policies:changes')}?{query}"

    return {
        "count": count,
        "came_url": to(after="qualified") if count.came else "",
        "went_url": to(before="qualified") if count.went else "",
    }


def _others(actor: Actor, found: RuleRun) -> list[tuple[str, str]]:
    """The other runs that this one can be put beside."""
    if found.ended_at is None:
        return []
    rows = queries.visible(actor).exclude(ended_at=None).exclude(pk=found.pk).order_by("-pk")
    return [(str(row.pk), str(row)) for row in rows[:50]]


def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two runs side by side: the counts of each rule, and the enterprises of one that moved."""
    actor = pages.actor_of(request)
    found = _seen(actor, pk)
    other = request.GET.get("with", "")
    if not other:  # nothing was chosen: the page of the run offers what there is
        return redirect("policies:run", found.pk)
    before = queries.visible(actor).exclude(ended_at=None).exclude(pk=pk)
    beside = get_object_or_404(before, pk=_key(other))
    if found.ended_at is None:
        beside = get_object_or_404(before.none())
    # Whichever was judged first stands on the left.
    if (beside.as_of, beside.pk) > (found.as_of, found.pk):
        found, beside = beside, found
    old = {each.rule: each for each in queries.counts_of(beside)}
    new = {each.rule: each for each in queries.counts_of(found)}
    shown = request.GET.get("rule", "")
    base = {"with": other}
    context = {
        "run": found,
        "beside": beside,
        "asked": pk,
        "rows": [
            {
                "rule": code,
                "name": rule_name(code),
                "before": old.get(code),
                "after": new.get(code),
                "url": f"?{urlencode({**base, 'rule': code})}#moved",
            }
            for code in dict.fromkeys([*old, *new])
        ],
        "shown": rule_name(shown) if shown in old or shown in new else "",
        "moved": _moved(actor, beside, found, shown) if shown in old or shown in new else [],
    }
    return render(request, "policies/compare.html", context)


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _moved(actor: Actor, before: RuleRun, after: RuleRun, rule: str) -> list[dict[str, Any]]:
    """The enterprises in reach whose verdict on a rule is another in the later run."""
    with TemporaryDirectory() as folder:
        files = [
            copied(each.verdicts, Path(folder) / name)
            for each, name in ((before, "before"), (after, "after"))
        ]
        changed = changes_between(files[0], files[1], rule)
    return queries.moved(actor, changed)
