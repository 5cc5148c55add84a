"""The lists of yearly facts, of enterprises that lack facts, and of doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.searching import holds
from kechuang.office.ground.showing import State, enumerated, in_chinese, shown
from kechuang.office.parties.models import Party
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.doubting import load_doubts
from kechuang.office.registry.fact_words import fact_words, field_name, in_unit
from kechuang.office.registry.models import CellCorrection, Doubt, Organisation
from kechuang.office.registry.queries import fact_lists
from kechuang.office.registry.queries.facts import YEARLY
from kechuang.office.registry.sourced import source_name
from kechuang.office.registry.sources import usable_sources
from kechuang.reference import Field

STATES: Final = {"open": "todo", "explained": "normal", "gone": "done"}
CORRECTED: Final = "corrected"
NO_ROW: Final = "any"


name_of: Final = lazy(field_name, str)
"""The name of a field, in the language of whoever looks."""


# --- conditions that all three share


def _years(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [(str(year), str(year)) for year in fact_lists.years_offered()]


def _by_year(rows: QuerySet[Any], year: str) -> QuerySet[Any]:
    return rows.filter(year=int(year))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By a part of the name, the beginning of the code or of the initials."""
    code = normalise_code(text)
    named = holds("name", text)
    if not code.isascii():
        return rows.filter(party__in=Party.objects.filter(named).order_by().values("pk"))
    parties = Party.objects.filter(named | Q(code__istartswith=code)).order_by().values("pk")
    if code.isalnum():
        firms = Organisation.objects.filter(initials__startswith=code.lower()).order_by()
        parties = parties.union(firms.values("pk"))
    # One set of keys is looked up; conditions joined by OR would be tried on each row.
    return rows.filter(party__in=parties)


REGION: Final = by_region("party__region", "fact.view")
YEAR: Final = Filter("year", _("年度"), "choice", apply=_by_year, choices=_years)
SEARCHED: Final = _("名称、代码、拼音首字母")


# --- yearly facts


def _with_facts(rows: Sequence[Any], _columns: frozenset[str]) -> None:
    fact_lists.attach(rows)


def _sources(_actor: Actor) -> Iterable[tuple[str, str]]:
    named = [(each.code, each.told) for each in usable_sources()]
    return [*named, (CORRECTED, str(_("手工更正")))]


def _by_source(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return fact_lists.corrected(rows) if code == CORRECTED else fact_lists.said_by(rows, code)


def _fields(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [
        (field.code, field_name(field)) for group in fact_words().groups for field in group.fields
    ]


def _value(field: Field) -> Callable[[Any], object]:
    def value(row: Any) -> object:
        found = row.facts.get(field.code)
        return in_unit(field, found.value) if found else None

    return value


def _fact_columns() -> Iterable[Column]:
    for group in fact_words().groups:
        for field in group.fields:
            yield Column(
                field.code,
                name_of(field),
                _value(field),
                align="number",
                unit=field.unit,
                default=field.code in fact_words().listed,
            )


def _from(row: Any) -> str:
    """The source that counts first, and how many others have a say."""
    rows = {(each.row.rank, each.row.source): each.row for each in row.facts.values()}
    corrected = any(each.is_corrected for each in row.facts.values())
    sources = [found for found in rows.values() if not isinstance(found, CellCorrection)]
    names = [source_name(each.source) for each in sorted(sources, key=lambda each: each.rank)]
    if corrected:
        names.insert(0, gettext("手工更正"))
    if len(names) > 1:
        return gettext("%(first)s等%(count)d个") % {"first": names[0], "count": len(names)}
    return names[0] if names else ""


def _fact_address(row: Any) -> str:
    return reverse("registry:fact", args=[row.party.code, row.year])


FACTS: Final = Listing(
    code="registry_facts",
    name=_("年度数据"),
    verb="fact.view",
    queryset=fact_lists.party_years,
    columns=(
        Column(
            "name", _("企业"), lambda row: row.party.name, sort="party__name", link=_fact_address
        ),
        Column("code", _("代码"), lambda row: row.party.code, sort="party__code", default=False),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column("year", _("年度"), lambda row: str(row.year), sort="year"),
        *_fact_columns(),
        Column("sources", _("来源"), _from),
        Column("as_of", _("截至日期"), lambda row: row.as_of, align="date", default=False),
    ),
    filters=(
        YEAR,
        REGION,
        Filter("source", _("来源"), "choice", apply=_by_source, choices=_sources),
        Filter("without", _("缺少的项"), "choice", apply=fact_lists.without, choices=_fields),
    ),
    search=search,
    sort="-year",
    empty=_("还没有年度数据。请导入表格，或在企业档案里录入。"),
    export_verb="fact.export",
    searched=SEARCHED,
    prepare=_with_facts,
)


# --- missing facts


def _lacks(_actor: Actor) -> Iterable[tuple[str, str]]:
    needed = [(code, field_name(YEARLY[code])) for code in fact_words().needed]
    return [(NO_ROW, str(_("全部都缺"))), *needed]


def _lacking_of_year(rows: QuerySet[Any], year: str) -> QuerySet[Any]:
    return fact_lists.lacking_of_year(rows, int(year))


def _lacking(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return fact_lists.lacking(rows, field)


def _lacked(row: Any) -> str:
    missing = fact_lists.missing_of(row)
    if len(missing) == len(fact_words().needed):
        return str(_("全部都缺"))
    return enumerated(field_name(YEARLY[code]) for code in missing)


MISSING: Final = Listing(
    code="registry_facts_missing",
    name=_("缺少年度数据的企业"),
    verb="fact.view",
    queryset=fact_lists.enterprises_at_work,
    columns=(
        Column(
            "name",
            _("企业"),
            lambda row: row.party.name,
            sort="party__name",
            link=lambda row: reverse("registry:fact", args=[row.party.code, row.fact_year]),
        ),
        Column("code", _("代码"), lambda row: row.party.code, sort="party__code"),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column("year", _("年度"), lambda row: str(row.fact_year)),
        Column("missing", _("缺少的项"), _lacked),
        Column("contact", _("联系人"), lambda row: row.contact_name),
    ),
    filters=(
        Filter("year", _("年度"), "choice", apply=_lacking_of_year, choices=_years),
        Filter("lack", _("缺少的项"), "choice", apply=_lacking, choices=_lacks),
        REGION,
    ),
    search=search,
    sort="pk",
    empty=_("这一年存续企业的年度数据都齐了。"),
    export_verb="fact.export",
    searched=SEARCHED,
    prepare=_with_facts,
)


# --- doubts


def rule_name(code: str) -> str:
    """What a rule is called; a rule that is gone by its code."""
    rule = load_doubts().get(code)
    if rule is None:
        return code
    return rule.name if in_chinese() else rule.name_en


def _in_unit(field: Field | None, value: int | None) -> object:
    return value if field is None else in_unit(field, value)


def against(doubt: Doubt) -> Field | None:
    """The field that a doubted one is held against, None where it is several or unknown."""
    rule = load_doubts().get(doubt.rule)
    others = rule.against(doubt.field) if rule else ()
    return others[0] if others else None


def told_of(doubt: Doubt) -> object:
    """The doubted value in its unit."""
    return _in_unit(YEARLY.get(doubt.field), doubt.value)


def told_other_of(doubt: Doubt) -> object:
    """The value that speaks against it, in its own unit."""
    return _in_unit(against(doubt) or YEARLY.get(doubt.field), doubt.other)


def _unit(doubt: Doubt) -> str:
    field = YEARLY.get(doubt.field)
    return field.unit if field else ""


def field_of(doubt: Doubt) -> str:
    """The name of the doubted field."""
    field = YEARLY.get(doubt.field)
    return field_name(field) if field else doubt.field


def shown_of(doubt: Doubt) -> SafeString:
    """The doubted value as a page shows it."""
    return shown(told_of(doubt), "number")


def shown_other_of(doubt: Doubt) -> SafeString:
    """What speaks against it as a page shows it."""
    return shown(told_other_of(doubt), "number")


def state_of(doubt: Doubt) -> State:
    """The state as a badge."""
    return State(STATES[doubt.state], Doubt.State(doubt.state).label)


def _rules(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [(code, rule_name(code)) for code in load_doubts()]


def _states(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in Doubt.State]


def _by(name: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return partial(_equal, name)


def _equal(name: str, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(**{name: value})


DOUBTS: Final = Listing(
    code="registry_doubts",
    name=_("存疑的数据"),
    verb="fact.view",
    queryset=fact_lists.doubts,
    columns=(
        Column(
            "name",
            _("企业"),
            lambda row: row.party.name,
            sort="party__name",
            link=lambda row: reverse("registry:doubt", args=[row.pk]),
        ),
        Column("code", _("代码"), lambda row: row.party.code, sort="party__code", default=False),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column("year", _("年度"), lambda row: str(row.year), sort="year"),
        Column("rule", _("疑点"), lambda row: rule_name(row.rule), sort="rule"),
        Column("field", _("项目"), field_of, sort="field"),
        Column("value", _("值"), told_of, align="number"),
        Column("other", _("对照值"), told_other_of, align="number"),
        Column("unit", _("单位"), _unit),
        Column("state", _("状态"), state_of, sort="state"),
        Column("explanation", _("说明"), lambda row: row.explained, default=False),
        Column(
            "found_at",
            _("发现时间"),
            lambda row: row.found_at,
            sort="found_at",
            align="date",
            default=False,
        ),
    ),
    filters=(
        Filter("state", _("状态"), "choice", apply=_by("state"), choices=_states),
        YEAR,
        Filter("rule", _("疑点"), "choice", apply=_by("rule"), choices=_rules),
        REGION,
    ),
    search=search,
    sort="-year",
    empty=_("没有存疑的数据。导入或录入后会自动检查。"),
    export_verb="fact.export",
    searched=SEARCHED,
)
