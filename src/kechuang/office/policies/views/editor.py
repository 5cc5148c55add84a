"""Pages of the rules in use and of their revisions: draft, cases, effect, publication."""

from __future__ import annotations

import difflib
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.permissions import require
from kechuang.office.ground.showing import data
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies import revising
from kechuang.office.policies.forms.editor import (
    CasesForm,
    PlainForm,
    PublishForm,
    RevisionForm,
    initial_of,
)
from kechuang.office.policies.lists.editor import PREVIEW_CHANGES, REVISIONS, state_of
from kechuang.office.policies.lists.runs import rule_name
from kechuang.office.policies.models import PreviewChange, RulePreview, RuleRevision
from kechuang.office.policies.queries import editor as queries
from kechuang.office.policies.queries.runs import root_place
from kechuang.office.policies.rules import WHOLE_COUNTRY, rulebook, sentences
from kechuang.office.policies.services import editor as services
from kechuang.office.policies.services import previews
from kechuang.office.policies.telling import PREVIEW, PUBLISH, REVISE
from kechuang.office.policies.views.editor_rules import version_of
from kechuang.office.registry import pages
from kechuang.office.registry.forms.records import ReasonForm
from kechuang.rulebook.book import Rulebook, span
from kechuang.rulebook.differing import changes as differences
from kechuang.rulebook.errors import RulebookError, RuleError
from kechuang.rulebook.wording import wordings

OPEN: Final = (*services.OPEN, RuleRevision.State.SUBMITTED)


# --- drafting


def revision_list(request: HttpRequest) -> HttpResponseBase:
    """All revisions."""
    acts = [pages.Act(_("规则"), reverse("policies:rules"))]
    return list_page(request, REVISIONS, "registry/records.html", acts=acts)


def start(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Draft a new version of a rule."""
    actor = pages.actor_of(request)
    require(actor, REVISE, root_place())
    book = rulebook()
    found = version_of(book, code, version)
    initial = {"version": revising.next_version(found, book), "until": found.until}
    form = RevisionForm(pages.given(request), actor=actor, rule=found, initial=initial)

    def act(form: RevisionForm) -> tuple[str, str]:
        row = services.begin(actor, code, version, form.drafted())
        told = _("已起草，规则文件通过了检查。下一步：看“算例”，预览影响，再提交。")
        return told, queries.address_of(row)

    back = reverse("policies:rule", args=[code, version])
    return _form_page(request, form, act, back, _("修订参数和日期"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    base = revising.base_of(rulebook(), row)
    if base is None:
        raise Http404
    form = RevisionForm(
        pages.given(request), actor=actor, rule=base, changed=row.values,
        initial=initial_of(row, base),
    )  # fmt: skip

    def act(form: RevisionForm) -> tuple[str, str]:
        changes = services.change(actor, row, form.drafted())
        return pages.changed(changes), queries.address_of(row)

    return _form_page(request, form, act, queries.address_of(row), _("修改修订"))


def _form_page(
    request: HttpRequest, form: RevisionForm, act: Any, back: str, title: str
) -> HttpResponse:
    more = {"form": form, "rule": form.rule, "span": span(form.rule),
            "national": form.rule.region == WHOLE_COUNTRY}  # fmt: skip
    return pages.task_page(
        request, title, form, act, back, template="policies/editor_form.html", more=more
    )


def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """State what the cases must give by the new version."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    book = rulebook()
    base = revising.base_of(book, row)
    if base is None:
        raise Http404
    found = revising.restating(book, row, base)
    stated = {f"{each['case']}.{each['item']}": each["expected"] for each in row.restated}
    added = row.added or revising.proposals(base, book, row)
    form = CasesForm(
        pages.given(request), actor=actor, rule=base, facts=revising.varied(base, book),
        changed=found, restated=stated, added=added,
    )  # fmt: skip

    def act(form: CasesForm) -> tuple[str, str]:
        services.state_cases(actor, row, form.restated(), form.added())
        return _("算例已保存。"), queries.address_of(row)

    more = {"row": row, "uncaught": _standing(row, book)[1], "proposed": not row.added}
    return pages.task_page(
        request, _("算例"), form, act, queries.address_of(row),
        template="policies/editor_cases.html", more=more,
    )  # fmt: skip


# --- one revision


def _seen(request: HttpRequest, pk: int) -> RuleRevision:
    return get_object_or_404(queries.visible(pages.actor_of(request)), pk=pk)


def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision: what it changes, its cases, its effect, what is next."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    book = rulebook()
    failing, uncaught, problem = [], [], ""
    if row.state in OPEN:
        failing, uncaught, problem = _standing(row, book)
    made = queries.preview_of(row)
    sound = not (failing or uncaught or problem)
    waiting = None if made else queries.open_preview(row)
    context = {
        "row": row,
        "head": pages.Head(
            f"{row.name} {row.version}", state_of(row), _acts(actor, row, made, sound=sound)
        ),
        "facts": _facts(row, book),
        "differences": _differences(row, book),
        "failing": failing,
        "uncaught": uncaught,
        "problem": problem,
        "open": row.state in OPEN,
        "restated": row.restated,
        "added": row.added,
        "made": made,
        "effect": _effect(made) if made else [],
        "job": reverse("ground:job", args=[waiting.job])
        if waiting and actor.reach("job.view") else "",
        "waiting": waiting,
        "lines": _file_lines(row),
        "history": history(
            SourceRef("rule_revision", str(row.pk)),
            *words.of(SourceRef("rule_revision", str(row.pk))),
        ),
    }  # fmt: skip
    return render(request, "policies/editor_revision.html", context)


def _standing(row: RuleRevision, book: Rulebook) -> tuple[list[Any], list[str], str]:
    """The cases that fail, the numbers that none notices, and what else stands against the file."""
    base = revising.base_of(book, row)
    if base is None or base.digest != row.base_digest:
        return [], [], _("所改的版本在起草之后已经变了，不能再发布。请撤回，从现在的版本重新起草。")
    try:
        found = revising.standing(book, row, base)
    except RuleError as error:
        return [], [], str(error)
    except RulebookError as error:
        return [], [], sentences(error)
    return list(found.failures), list(found.uncaught), ""


def _facts(row: RuleRevision, book: Rulebook) -> list[tuple[Any, object]]:
    base = revising.base_of(book, row)
    url = reverse("policies:rule", args=[row.rule, row.base]) if base else None
    document: object = f"{row.document_title} {row.document_number}".strip()
    if row.document is not None:
        document = pages.link(reverse("policies:document", args=[row.document.pk]), document)
    facts: list[tuple[Any, object]] = [
        (_("所改的版本"), pages.link(url, f"{row.rule}@{row.base}")),
        (_("新版本号"), row.version),
        (_("生效日期"), row.since),
        (_("失效日期"), row.until),
        (_("依据文件"), document),
        (_("条款"), row.article),
        (_("修订原因"), row.reason),
        (_("起草"), f"{row.author_name} {timezone.localtime(row.created_at):%Y-%m-%d %H:%M}"),
    ]
    if row.decided_at:
        told = f"{row.decided_name} {timezone.localtime(row.decided_at):%Y-%m-%d %H:%M}"
        decided = _("退回") if row.state != RuleRevision.State.PUBLISHED else _("发布")
        facts.append((decided, told))
    if row.note:
        facts.append((_("退回或撤回原因"), row.note))
    return [*facts, (_("文件摘要"), row.digest)]


def _acts(
    actor: Actor, row: RuleRevision, made: RulePreview | None, *, sound: bool
) -> list[pages.Act]:
    """What can be done to a revision, what is next first."""

    def act(route: str, name: str, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"policies:revision_{route}", args=[row.pk]), danger)

    place, state = Place(row.region.path), RuleRevision.State
    mine = row.author == actor.code and actor.reaches(REVISE, place)
    acts: list[pages.Act] = []
    preview = [act("preview", _("预览影响"))] if actor.reaches(PREVIEW, place) else []
    if row.state in services.OPEN and mine:
        cases, submit = act("cases", _("算例")), act("submit", _("提交"))
        order = [cases, *preview] if not sound else [*preview, cases]
        acts += [submit, *order[::-1]] if made and sound else order
        acts.append(act("change", _("改参数和日期")))
    if row.state == state.SUBMITTED and not mine and actor.reaches(PUBLISH, place):
        acts += [act("publish", _("发布")), act("return", _("退回")), *preview]
    if row.state in OPEN and mine:
        acts.append(act("withdraw", _("撤回"), danger=True))
    return acts


def _differences(row: RuleRevision, book: Rulebook) -> list[tuple[Any, str, str, str]]:
    """What differs from the version that is changed, in words: part, place, old, new."""
    language = "en" if get_language() == "en" else "zh"
    labels: Any = wordings()["differences"]
    try:
        old, new = revising.both(row, book)
        found = differences(old, new, book, language)
    except (RuleError, RulebookError):
        return []
    return [(labels[language][each.part], each.code, each.old, each.new) for each in found]


def _file_lines(row: RuleRevision) -> list[tuple[str, str]]:
    """The lines of the file that differ, with what they are: `old`, `new` or `same`."""
    told = difflib.unified_diff(row.base_text.splitlines(), row.text.splitlines(), lineterm="", n=0)
    kinds = {"-": "old", "+": "new"}
    lines = list(told)[2:]
    return [(kinds.get(line[:1], "same"), line) for line in lines if not line.startswith("@@")]


def _effect(made: RulePreview) -> list[dict[str, Any]]:
    """A row for each rule that is touched: counts before and after, who comes and who goes."""
    moved: dict[tuple[str, str], int] = {}
    rows = PreviewChange.objects.filter(preview=made).values_list("rule", "before", "after")
    for rule, before, after, count in rows.annotate(count=Count("pk")).order_by():
        for code, there in (("came", after), ("went", before)):
            if there == "qualified":
                moved[rule, code] = moved.get((rule, code), 0) + count

    def to(rule: str, **conditions: str) -> str:
        query = urlencode({"preview": made.pk, "rule": rule, **conditions})
        return f"{reverse('policies:revision_firms')}?{query}"

    return [
        {
            "name": rule_name(rule),
            "counts": [
                (both["before"].get(verdict, 0), both["after"].get(verdict, 0))
                for verdict in ("qualified", "not_qualified", "unknown")
            ],
            "came": moved.get((rule, "came"), 0), "came_url": to(rule, after="qualified"),
            "went": moved.get((rule, "went"), 0), "went_url": to(rule, before="qualified"),
        }
        for rule, both in made.counts.items()
    ]  # fmt: skip


def firms(request: HttpRequest) -> HttpResponseBase:
    """The enterprises whose verdict a revision would change."""
    acts = [pages.Act(_("规则修订"), reverse("policies:revisions"))]
    return list_page(request, PREVIEW_CHANGES, "registry/records.html", acts=acts)


# --- acts


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out who comes in and who drops out."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    form = PlainForm(pages.given(request), actor=actor)

    def act(_form: PlainForm) -> tuple[str, str]:
        made = previews.preview(actor, row)
        if made.job:
            return _("企业较多，已作为任务计算。完成后会通知您。"), queries.address_of(row)
        return _("已算出影响，见下。"), queries.address_of(row)

    lead = _(
        "用同一批事实、同一个判断日，按现行版本和新版本各判断一次，列出进来的和出去的企业。"
        "事实取自最近一次规则运行的快照；没有运行过的，取自档案。"
    )
    back = queries.address_of(row)
    return pages.task_page(request, _("预览影响"), form, act, back, lead=lead, button=_("计算影响"))


def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a revision to somebody else."""
    lead = _("提交后由另一人核对、发布。起草人不能发布自己的修订。")
    told = _("已提交，等待另一人发布。")
    return _plain_act(request, pk, services.submit, _("提交修订"), lead, told)


def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a revision count."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    form = PublishForm(pages.given(request), actor=actor)

    def act(_form: PublishForm) -> tuple[str, str]:
        services.publish(actor, row)
        told = _("已发布。%(day)s起按新版本判断；以前的运行保持原来的版本。")
        return told % {"day": row.since}, queries.address_of(row)

    lead = format_html(
        "{} {} {}",
        _("发布“%(name)s”，从%(day)s起在本单位全部范围生效。") % {"name": row, "day": row.since},
        _moved_told(row),
        _("所改的版本到前一天为止。以前的结论不变；发布后不能删除，只能再作一次修订。"),
    )
    return pages.task_page(
        request, _("发布修订"), form, act, queries.address_of(row), lead=lead, button=_("确认发布")
    )


def _moved_told(row: RuleRevision) -> str:
    """How many firms come in and go out by the rule itself, in a sentence."""
    made = queries.preview_of(row)
    if made is None:
        return _("还没有按现在的文本预览过影响，不能发布。")
    rows = PreviewChange.objects.filter(preview=made, rule=row.rule)
    words = {
        "count": made.enterprises,
        "came": rows.filter(after="qualified").count(),
        "went": rows.filter(before="qualified").count(),
    }
    return _("预览的%(count)s家中，新符合%(came)s家，不再符合%(went)s家。") % words


def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a revision to its author."""
    told = _("已退回起草人。")
    return _reasoned(request, pk, services.give_back, _("退回修订"), told)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a revision back."""
    return _reasoned(request, pk, services.withdraw, _("撤回修订"), _("已撤回，记录保留。"))


def _plain_act(
    request: HttpRequest, pk: int, service: Any, title: str, lead: str, told: str
) -> HttpResponse:
    actor, row = pages.actor_of(request), _seen(request, pk)
    form = PlainForm(pages.given(request), actor=actor)

    def act(_form: PlainForm) -> tuple[str, str]:
        service(actor, row)
        return told, queries.address_of(row)

    return pages.task_page(request, title, form, act, queries.address_of(row), lead=lead)


def _reasoned(request: HttpRequest, pk: int, service: Any, title: str, told: str) -> HttpResponse:
    actor, row = pages.actor_of(request), _seen(request, pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        service(actor, row, form.cleaned_data["reason"])
        return told, queries.address_of(row)

    return pages.task_page(
        request, title, form, act, queries.address_of(row), lead=data(str(row)), danger=True
    )
