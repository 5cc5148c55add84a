"""Pages of the rules in use: what holds here, with parameters, days and sources."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State, in_chinese
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.lists.editor import state_of
from kechuang.office.policies.queries import editor as queries
from kechuang.office.policies.queries.diagnosis import KINDS
from kechuang.office.policies.queries.runs import root_place
from kechuang.office.policies.rules import SAMPLES, WHOLE_COUNTRY, in_use, rulebook
from kechuang.office.policies.telling import REVISE
from kechuang.office.registry import pages
from kechuang.rulebook.book import Rulebook, span
from kechuang.rulebook.model import Rule
from kechuang.rulebook.thresholds import thresholds, unverified


def rules(request: HttpRequest) -> HttpResponse:
    """The rules that hold here, now or later."""
    today = timezone.localdate()
    found = in_use()
    here = [
        rule for rule in queries.rules_here(found.book) if queries.is_now(rule, today) != "over"
    ]
    rows = [
        {
            "rule": rule, "url": reverse("policies:rule", args=[rule.id, rule.version]),
            "state": rule_state(rule), "kind": KINDS[rule.kind], "span": span(rule),
            "parameters": len(list(thresholds(rule))), "unverified": unverified(rule),
            "own": not rule.path.is_file(),
        }
        for rule in here
    ]  # fmt: skip
    aside = [
        (row, found.aside[row.pk])
        for row in queries.visible(pages.actor_of(request)).filter(pk__in=list(found.aside))
    ]
    return render(request, "policies/editor_rules.html", {"rows": rows, "aside": aside})


def rule_state(rule: Rule) -> State:
    """Whether a version is in force today."""
    told = {"now": _("现行"), "later": _("将生效"), "over": _("已失效")}
    standing = queries.is_now(rule, timezone.localdate())
    return State({"now": "done", "later": "soon", "over": "normal"}[standing], told[standing])


def rule(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version of a rule: its parameters with days and sources, its versions and revisions."""
    actor = pages.actor_of(request)
    book = rulebook()
    found = version_of(book, code, version)
    acts = []
    if actor.reaches(REVISE, root_place()):
        url = reverse("policies:revision_start", args=[found.id, found.version])
        acts.append(pages.Act(_("修订参数和日期"), url))
    head = pages.Head(_named(found), rule_state(found), acts)
    facts = [
        (_("规则"), found.key),
        (_("生效期间"), span(found)),
        (_("种类"), KINDS[found.kind]),
        (_("适用"), _reach(found)),
        (_("最后核对"), found.last_checked),
        (_("来自"), _("随程序") if found.path.is_file() else _("本单位修订")),
        (_("文件摘要"), found.digest),
    ]
    sections = [
        _parameters(found),
        _documents(found),
        _versions(book, found),
        _revised(actor, code),
    ]
    return pages.record_page(request, head, facts, sections, SourceRef("rule", found.key))


def version_of(book: Rulebook, code: str, version: str) -> Rule:
    """The version of a rule that holds here; `Http404` where there is none."""
    for each in book.versions(code):
        if each.version == version and queries.holds(each):
            return each
    raise Http404


def _reach(rule: Rule) -> str:
    if rule.region == WHOLE_COUNTRY:
        return _("全国")
    return (
        _("区划%(code)s（别处的样例）") % {"code": rule.region}
        if (rule.path.parent.name == SAMPLES)
        else _("区划%(code)s") % {"code": rule.region}
    )


def _parameters(found: Rule) -> pages.Section:
    rows = [
        (
            each.name, each.number.written, each.since or found.since,
            each.region or _("不分"),
            each.grounds.article, each.grounds.last_checked,
            State("soon", _("未核实")) if each.grounds.status == "unverified" else _("已核实"),
        )
        for each in thresholds(found)
    ]  # fmt: skip
    headers = (
        _("参数"), _("值"), _("起始日期"), _("区划"), _("依据"), _("核对日期"), _("状态"),
    )  # fmt: skip
    return pages.Section("parameters", _("参数"), headers, rows, empty=_("这条规则没有数值参数。"))


def _documents(found: Rule) -> pages.Section:
    rows = [(each.title, each.number) for each in found.documents]
    return pages.Section("documents", _("依据文件"), (_("标题"), _("文号")), rows)


def _versions(book: Rulebook, found: Rule) -> pages.Section:
    rows = [
        (
            pages.link(reverse("policies:rule", args=[each.id, each.version]), each.version),
            span(each), rule_state(each),
            _("随程序") if each.path.is_file() else _("本单位修订"),
        )
        for each in book.versions(found.id)
    ]  # fmt: skip
    headers = (_("版本"), _("生效期间"), _("状态"), _("来自"))
    return pages.Section("versions", _("版本"), headers, rows)


def _revised(actor: Actor, code: str) -> pages.Section:
    rows = [
        (
            pages.link(queries.address_of(row), row.version),
            row.since,
            state_of(row),
            row.author_name,
        )
        for row in queries.revisions_of(actor, code)[:20]
    ]
    headers = (_("新版本号"), _("生效日期"), _("状态"), _("起草人"))
    return pages.Section("revisions", _("修订"), headers, rows, empty=_("没有修订过。"))


def _named(rule: Rule) -> str:
    """What a rule is called in the language of the page."""
    return rule.name if in_chinese() else rule.name_en
