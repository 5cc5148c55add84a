"""What the navigation of each role offers: only what the actor may open, in rooms that exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.urls import NoReverseMatch
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.showing import icon
from kechuang.office.ground.slots import Text
from kechuang.office.portal.greeting import greeting


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: the route, the permission that opens it (empty: being signed in).

    `around` are beginnings of the names of routes that belong to it.
    """

    route: str
    verb: str
    name: Text
    icon: str
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Places under one title."""

    name: Text
    places: tuple[Place, ...]


HOME: Final = "portal:home"
SECTIONS: Final = (
    Section("", (Place(HOME, "", _("今日"), "home"),)),
    Section(
        _("一企一档"),
        (
            Place(
                "registry:organisations",
                "organisation.view",
                _("企业"),
                "building",
                (
                    "registry:organisation",
                    "registry:duplicate",
                    "registry:merge",
                    "registry:unlike",
                ),
            ),
            Place(
                "registry:qualifications",
                "qualification.view",
                _("资格称号"),
                "shield",
                ("registry:qualification",),
            ),
            Place(
                "registry:facts",
                "fact.view",
                _("年度数据"),
                "chart",
                ("registry:fact", "registry:doubt"),
            ),
            Place(
                "registry:properties",
                "property.view",
                _("知识产权"),
                "document",
                ("registry:propert",),
            ),
            Place(
                "registry:platforms", "platform.view", _("平台"), "region", ("registry:platform",)
            ),
            Place("registry:people", "person.view", _("人才"), "people", ("registry:person",)),
            Place(
                "registry:instruments",
                "instrument.view",
                _("仪器"),
                "gear",
                ("registry:instrument",),
            ),
            Place(
                "registry:agreements",
                "agreement.view",
                _("协议"),
                "document",
                ("registry:agreement",),
            ),
            Place(
                "registry:proposals",
                "proposal.view",
                _("更正申请"),
                "task",
                ("registry:propos",),
            ),
            Place("registry:imports", "import.view", _("导入"), "upload", ("registry:import",)),
        ),
    ),
    Section(
        _("案头"),
        (
            Place("filings:batches", "filing.view", _("申报台账"), "columns", ("filings:",)),
            Place(
                "desk:comparisons", "comparison.run", _("名单比对"), "check", ("desk:comparison",)
            ),
            Place("desk:fillings", "filling.run", _("来表套填"), "document", ("desk:filling",)),
            Place(
                "desk:collections", "collection.view", _("下发汇总"), "upload", ("desk:collection",)
            ),
            Place(
                "desk:collection_own",
                "collection.answer",
                _("待填报的表"),
                "task",
                ("desk:collection_own",),
            ),
            Place(
                "desk:briefs",
                "brief.make",
                _("企业简介与佐证"),
                "document",
                ("desk:brief", "desk:binding"),
            ),
            Place("desk:cases", "case.view", _("典型案例"), "shield", ("desk:case",)),
            Place("desk:incoming", "incoming.view", _("来文与日历"), "task", ("desk:incoming",)),
        ),
    ),
    Section(
        _("政策找企业"),
        (
            Place("policies:ladder", "ladder.view", _("培育阶梯"), "chart", ("policies:rung",)),
            Place("policies:pool", "pool.view", _("培育库"), "star", ("policies:pool",)),
            Place("policies:goals", "goal.ask", _("达标路径"), "task", ("policies:goal",)),
            Place("policies:reminders", "reminder.view", _("提醒"), "bell", ("policies:reminder",)),
            Place(
                "policies:messages",
                "firm_message.view",
                _("科技局的通知"),
                "document",
                ("policies:message",),
            ),
            Place(
                "policies:sendings",
                "firm_notice.view",
                _("通知企业"),
                "people",
                ("policies:sending", "policies:firm_messages"),
            ),
            Place(
                "policies:diagnose",
                "diagnosis.view",
                _("政策诊断"),
                "check",
                ("policies:diagnosis",),
            ),
            Place(
                "policies:documents",
                "policy.view",
                _("政策文件"),
                "document",
                ("policies:document",),
            ),
            Place(
                "policies:runs",
                "rule_run.view",
                _("规则运行"),
                "gear",
                ("policies:run", "policies:changes"),
            ),
            Place(
                "policies:rules",
                "rule.view",
                _("规则"),
                "columns",
                ("policies:rule", "policies:revision"),
            ),
        ),
    ),
    Section(
        _("业务"),
        (
            Place("reports:list", "report.view", _("报告"), "document", ("reports:",)),
            Place("reports:figures", "report.view", _("报告中的数字"), "chart"),
            Place("parties:list", "party.view", _("主体"), "building", ("parties:",)),
            Place(
                "ground:jobs", "job.view", pgettext_lazy("many", "任务"), "task", ("ground:job",)
            ),
        ),
    ),
    Section(
        _("管理"),
        (
            Place("accounts:list", "account.view", _("账号"), "people", ("accounts:",)),
            Place(
                "regions:list",
                "region.view",
                pgettext_lazy("many", "区划"),
                "region",
                ("regions:",),
            ),
            Place("ground:audit", "audit.view", _("审计记录"), "shield", ("ground:audit",)),
            Place("regions:installation", "installation.change", _("系统设置"), "gear"),
        ),
    ),
)


ACTS: Final = (
    Place("policies:diagnose", "diagnosis.view", _("政策诊断"), "check"),
    Place("reports:upload", "report.upload", _("上传报告"), "upload"),
    Place("reports:matrix", "report.view", _("按地区和期间汇总"), "columns"),
    Place("registry:import_create", "import.run", _("导入表格"), "upload"),
    Place("registry:organisation_create", "organisation.create", _("新增企业档案"), "building"),
    Place("parties:create", "party.create", _("新增主体"), "building"),
    Place("accounts:create", "account.create", _("新增账号"), "person"),
    Place("regions:add", "region.add", _("新增区划"), "region"),
    Place("ground:audit_verify", "audit.verify", _("核对审计记录"), "shield"),
    Place("accounts:tokens", "token.manage", _("接口令牌"), "key"),
    Place("accounts:matrix", "", _("谁能做什么"), "info"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation; `current` where the page belongs to it, `exact` where it is it."""

    name: Text
    url: str
    icon: str
    current: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one title."""

    name: Text
    entries: list[Entry] = field(default_factory=list)


def address_of(route: str) -> str | None:
    """The address of a route without arguments; None in an installation without that room."""
    try:
        return address(route)
    except NoReverseMatch:
        return None


def open_to(actor: Actor, place: Place) -> bool:
    """Whether the actor may go there."""
    return bool(actor.code) and (not place.verb or actor.reach(place.verb) is not None)


def navigation(actor: Actor, here: str) -> list[Group]:
    """The links that the actor may follow; `here` is the name of the route of the page."""
    current = _current(here)
    groups: list[Group] = []
    for section in SECTIONS:
        entries = [
            Entry(_name(place, actor), url, place.icon, place is current, place.route == here)
            for place in section.places
            if open_to(actor, place) and (url := address_of(place.route))
        ]
        if entries:
            groups.append(Group(section.name, entries))
    return groups


def drawn(groups: Iterable[Group]) -> SafeString:
    """The links as HTML; drawn here once, because a page shows them twice."""
    return format_html_join("", "{}<ul>{}</ul>", ((_title(each), _links(each)) for each in groups))


def _title(group: Group) -> SafeString:
    name = str(group.name)
    return format_html('<h2 class="nav-title">{}</h2>', name) if name else SafeString("")


def _links(group: Group) -> SafeString:
    return format_html_join(
        "",
        '<li><a href="{}"{}>{}{}</a></li>',
        ((each.url, _mark(each), icon(each.icon), each.name) for each in group.entries),
    )


def _mark(entry: Entry) -> SafeString:
    if not entry.current:
        return SafeString("")
    return format_html(' aria-current="{}"', "page" if entry.exact else "true")


def acts(actor: Actor) -> list[Entry]:
    """What the actor can begin from the first page."""
    return [
        Entry(place.name, url, place.icon, current=False, exact=False)
        for place in ACTS
        if open_to(actor, place) and (url := address_of(place.route))
    ]


def trail(groups: Iterable[Group]) -> list[Entry]:
    """The way from the first page to the page, without the page itself."""
    entries = [entry for group in groups for entry in group.entries]
    above = [entry for entry in entries if entry.current and not entry.exact]
    on_first_page = bool(entries) and entries[0].exact
    return [] if on_first_page else [*entries[:1], *above]


def _name(place: Place, actor: Actor) -> Text:
    """The first page is called as its role calls it."""
    return greeting(actor.role).title if place.route == HOME else place.name


def _current(here: str) -> Place | None:
    places = [place for section in SECTIONS for place in section.places]
    for place in places:
        if place.route == here:
            return place
    fitting = [
        (len(beginning), place)
        for place in places
        for beginning in place.around
        if here.startswith(beginning)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
