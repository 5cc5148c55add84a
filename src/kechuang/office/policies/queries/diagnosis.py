"""What one enterprise is due, what it is close to, and what could not be judged and why.

Each rule in force where the enterprise is, judged on the facts that count, with every condition,
its value, where that comes from, and its article. This year and next year are two answers: this
year never asks for a change of a closed year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.eligibility.explaining import Decision, Step
from kechuang.eligibility.lowered import Column
from kechuang.eligibility.nearest import Distance
from kechuang.office.filings.models import Filing
from kechuang.office.ground.actors import SYSTEM, Actor, Reach
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Text
from kechuang.office.policies.compiled import Compiled
from kechuang.office.policies.inputs import (
    REVENUE,
    REVENUE_CLASS,
    Facts,
    facts_of,
    needed,
)
from kechuang.office.policies.ladder import is_near
from kechuang.office.policies.rules import rulebook, rules_at, shipped, told_to_all
from kechuang.office.policies.telling import DIAGNOSE
from kechuang.office.registry.choosing import NO_YEAR
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.queries import facts as fact_queries
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.office.registry.sourced import source_told
from kechuang.office.registry.standing import options
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule
from kechuang.rulebook.values import fact_text


class Group(StrEnum):
    """Where a rule stands for an enterprise."""

    QUALIFIED = "qualified"
    NEAR = "near"
    UNKNOWN = "unknown"
    FAR = "far"


GROUPS: Final[Mapping[Group, Text]] = {
    Group.QUALIFIED: gettext_lazy("现在符合"),
    Group.NEAR: gettext_lazy("差一项"),
    Group.UNKNOWN: gettext_lazy("缺数据，还不能判断"),
    Group.FAR: gettext_lazy("目前不符合"),
}
KINDS: Final[Mapping[str, Text]] = {
    "title": gettext_lazy("资格称号"),
    "screening": gettext_lazy("初步筛查"),
    "platform": gettext_lazy("创新平台"),
    "permit": gettext_lazy("许可"),
    "award": gettext_lazy("奖补政策"),
}

TABS: Final = {
    "ip": "rights", "titles": "titles", "rd_costs": "facts", "institutions": "platforms",
}  # fmt: skip
"""The tab of a dossier that shows a table."""


@dataclass(frozen=True, slots=True)
class Used:
    """A fact that a condition looked at: its value, and where that comes from."""

    name: str
    value: str
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition of a verdict with the facts behind it."""

    step: Step
    used: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one year says, in words; `near` that one change within reach is enough."""

    year: int
    text: str
    near: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule for one enterprise."""

    rule: Rule
    group: Group
    decision: Decision
    reasons: tuple[Reason, ...]
    this_year: Outlook
    next_year: Outlook
    held: str
    filing: str

    @property
    def kind(self) -> Text:
        """What the rule decides on."""
        return KINDS[self.rule.kind]

    @property
    def documents(self) -> list[str]:
        """The documents that it stands on."""
        return [f"{each.title} {each.number}".strip() for each in self.rule.documents]

    @property
    def failing(self) -> list[Step]:
        """The top conditions that are not met."""
        return [step for step in self.decision.steps if step.depth == 0 and step.verdict == NO]


NO: Final = "不符合"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All rules for one enterprise on a day."""

    organisation: Organisation
    as_of: date
    entries: tuple[Entry, ...]

    def of(self, group: Group) -> list[Entry]:
        """The rules that stand so."""
        return [each for each in self.entries if each.group is group]


def visible(actor: Actor) -> Any:
    """The enterprises at work that an actor may have diagnosed, with party and region."""
    rows = Organisation.objects.select_related("party__region")
    at_work = rows.filter(AT_WORK)
    return limit(at_work, actor, DIAGNOSE)


def diagnosis(organisation: Organisation, day: date, actor: Actor = SYSTEM) -> Diagnosis:
    """The diagnosis of an enterprise that the actor may see. Not more than twenty queries.

    Whom a bureau calls by a first look is its own affair: an enterprise is not told of it.
    """
    book = rulebook()
    rules = rules_at(organisation.party.region.path, day, book)
    if actor.reach(DIAGNOSE) is Reach.PARTY:
        rules = told_to_all(rules)
    found = facts_of(organisation.pk, day, _needed(book, tuple(each.key for each in rules), day))
    if found is None:
        return Diagnosis(organisation, day, ())
    sources = _Sources(organisation, found, day)
    filings = _filings(organisation)
    entries = [_entry(_compiled(book, rule.key, day), found, sources, filings) for rule in rules]
    return Diagnosis(organisation, day, tuple(entries))


# --- compiled rules


@lru_cache(maxsize=512)
def _compiled(book: Rulebook, key: str, day: date) -> Compiled:
    """Compiled once a day and rulebook: a rule of many conditions takes tens of milliseconds."""
    return Compiled.of(book.find(key, day), book, day)


@lru_cache(maxsize=64)
def _needed(book: Rulebook, keys: tuple[str, ...], day: date) -> frozenset[tuple[str, str]]:
    return needed([book.find(key, day) for key in keys], book, day) | {
        ("titles", "title"), ("titles", "status"), ("titles", "issued_on"), ("titles", "expires_on")
    }  # fmt: skip


# --- one rule


def _entry(compiled: Compiled, of: Facts, sources: _Sources, filings: Mapping[str, str]) -> Entry:
    rule, explainer = compiled.rule, compiled.explainer
    decision = explainer.decide(sources.code, of.facts, of.rows)
    this_year = _this_year(compiled, decision, of)
    next_year = _next_year(compiled, of)
    group = {"符合": Group.QUALIFIED, "缺数据": Group.UNKNOWN}.get(decision.verdict, Group.FAR)
    if group is Group.FAR and (this_year.near or next_year.near):
        group = Group.NEAR
    uses = explainer.lowered.uses
    columns = {column.name: column for column in explainer.lowered.columns}
    reasons = tuple(
        Reason(step, tuple(sources.used(uses.get(step.id, frozenset()), columns)))
        for step in decision.steps
    )
    title = rule.outcome.get("gives", "")
    return Entry(
        rule, group, decision, reasons, this_year, next_year,
        _held(title, of, decision.as_of), filings.get(title, ""),
    )  # fmt: skip


def _this_year(compiled: Compiled, decision: Decision, of: Facts) -> Outlook:
    year = decision.as_of.year
    if decision.verdict == "符合":
        return Outlook(year, _("按现有情况已符合"), near=True)
    if decision.verdict == "缺数据":
        return Outlook(year, _("先补齐缺的数据，再判断"), near=False)
    found = compiled.now.by_one_change(of.facts, of.rows)
    if found is None:
        told = _("本年度不能：相关年度已关账，或不止差一项")
        return Outlook(year, told, near=False)
    return Outlook(year, _told(found, compiled, of), near=is_near(found))


def _next_year(compiled: Compiled, of: Facts) -> Outlook:
    if compiled.later is None:
        year = compiled.now.as_of.year + 1
        return Outlook(year, _("说不准：还没有下一年度仍生效的版本"), near=False)
    year = compiled.later.as_of.year
    found = compiled.later.by_one_change(of.facts, of.rows)
    if found is None:
        return Outlook(year, _("照现有水平不止差一项"), near=False)
    return Outlook(year, _told(found, compiled, of), near=is_near(found))


def _told(found: Distance, compiled: Compiled, of: Facts) -> str:
    """A distance in words: the change, and whether facts are still to be collected."""
    missing = len(compiled.open_behind(found, of))
    if found.way.changes:
        told = found.way.sentence
        if missing:
            return _("%(change)s；另有%(count)s项事实待如实归集") % {
                "change": told, "count": missing,
            }  # fmt: skip
        return told
    if missing:
        return _("没有不符合的条件；有%(count)s项事实待如实归集") % {"count": missing}
    if found.verdict is None:
        return _("没有不符合的条件，只等专家评分")
    return _("照现有水平即符合")


def _held(title: str, of: Facts, day: date) -> str:
    """The title that a rule gives, where the enterprise holds it on the day."""
    for row in of.rows.get("titles", ()):
        begins: Any = row.get("issued_on")
        ends: Any = row.get("expires_on")
        runs = (begins is None or begins <= day) and (ends is None or ends >= day)
        if title and row.get("title") == title and row.get("status") == "valid" and runs:
            name = options("titles", "title").get(title, title)
            return _("已持有“%(name)s”") % {"name": name}
    return ""


def _filings(organisation: Organisation) -> dict[str, str]:
    """The stage of each filing that is open, by the title that it is to end in. One query."""
    rows = Filing.objects.filter(
        party=organisation.pk, duplicate_of=None, stage__is_end=False, batch__closed_on=None
    ).order_by("stage_on", "pk")
    return {
        title: _("在申报：%(stage)s") % {"stage": stage}
        for title, stage in rows.values_list("batch__title", "stage__name")
        if title
    }


# --- where facts come from


class _Sources:
    """Where the facts of one enterprise come from, asked once for all rules. Four queries."""

    def __init__(self, organisation: Organisation, of: Facts, day: date) -> None:
        self.code = organisation.party.code
        self._facts, self._rows, self._day = of.facts, of.rows, day
        self._organisation = organisation
        codes = {name.partition("__y")[0] for name in of.facts}
        yearly = [code for code in fact_queries.YEARLY if code in codes]
        standing = [code for code in fact_queries.STANDING if code in codes]
        years = [day.year - 1 - back for back in range(3)]
        self._chosen = {
            (year, code): each
            for (_party, year, code), each in fact_queries.chosen(
                [organisation.pk], years, yearly
            ).items()
        } | {
            (NO_YEAR, code): each
            for (_party, code), each in fact_queries.standing([organisation.pk], standing).items()
        }

    def used(self, names: frozenset[str], columns: Mapping[str, Column]) -> Iterator[Used]:
        """The facts behind a condition."""
        for name in sorted(names, key=lambda each: (each not in columns, each)):
            column = columns.get(name)
            if column is not None:
                yield self._fact(name, column)
            elif name in shipped().dictionary.frames:
                yield self._table(name)

    def _fact(self, name: str, column: Column) -> Used:
        year = self._day.year - 1 - column.back if column.field.period == "year" else NO_YEAR
        label = column.field.name
        if year:
            label = _("%(name)s（%(year)s年）") % {"name": label, "year": year}
        value = self._facts.get(name)
        text = fact_text(column.field, value)
        chosen = self._chosen.get((year, column.field.code))
        if chosen is not None and chosen.value is not None:
            return Used(label, text, source_told(chosen.row))
        if value is None:
            return Used(label, "", "")
        if name == REVENUE_CLASS:
            revenue = self._chosen.get((self._day.year - 1, REVENUE.partition("__y")[0]))
            told = source_told(revenue.row) if revenue else ""
            return Used(label, text, _("按上年营业收入推算 · %(source)s") % {"source": told})
        own: Sourced = self._organisation
        return Used(label, text, source_told(own))

    def _table(self, frame: str) -> Used:
        name = shipped().dictionary.frames[frame].name
        if frame not in self._rows:
            return Used(name, "", "")
        told = _("%(count)s条") % {"count": len(self._rows[frame])}
        url = reverse("registry:organisation", args=[self.code])
        return Used(name, told, _("见档案"), f"{url}?tab={TABS.get(frame, 'basic')}")
