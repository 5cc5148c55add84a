"""The list of organisations, with what of it counts for the last year due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.cells import sizes
from kechuang.office.registry.models import (
    CellCorrection,
    Doubt,
    Organisation,
    Qualification,
    YearlyFact,
)
from kechuang.office.registry.queries import facts
from kechuang.office.registry.queries.fact_lists import year_due
from kechuang.office.registry.queries.organisations import search, tags, visible
from kechuang.office.registry.queries.qualifications import on_day, standing_is
from kechuang.office.registry.sections import SECTION_NAMES
from kechuang.office.registry.standing import FEN_OF_WAN, options
from kechuang.reference import load_dictionary
from kechuang.reference.industries import code_prefixes

FACTS: Final = ("revenue", "rd_expense_deduction", "staff_total_quarterly")
"""The yearly fields that the list shows, and asks for where it looks for gaps."""
STATES: Final = {
    Organisation.Status.ACTIVE: "normal",
    Organisation.Status.CLOSED: "soon",
    Organisation.Status.REVOKED: "late",
    Organisation.Status.DEREGISTERED: "late",
    Organisation.Status.MOVED_OUT: "soon",
}


def held() -> QuerySet[Qualification]:
    """The titles that hold today: neither over nor cancelled."""
    return standing_is(on_day(Qualification.objects.all(), timezone.localdate()), "valid")


def prepare(rows: Sequence[Organisation], columns: frozenset[str]) -> None:
    """Fetch titles, tags and facts of all rows, each by one query or two."""
    keys = [row.pk for row in rows]
    by_party: dict[int, Any] = {row.pk: row for row in rows}
    for row in by_party.values():
        row.title_names, row.tag_names, row.counted = [], [], {}
    if "titles" in columns:
        names = options("titles", "title")
        found = held().filter(party__in=keys).order_by("title", "pk")
        for key, title in dict.fromkeys(found.values_list("party_id", "title")):
            by_party[key].title_names.append(names.get(title, title))
    if "tags" in columns:
        through = Organisation.tags.through.objects.filter(organisation_id__in=keys)
        for key, name in through.order_by("tag__name").values_list("organisation_id", "tag__name"):
            by_party[key].tag_names.append(name)
    wanted = [code for code in FACTS if code in columns]
    if wanted:
        for (key, _year, code), cell in facts.chosen(keys, [year_due()], wanted).items():
            by_party[key].counted[code] = cell.value


def status_of(organisation: Organisation) -> State:
    """Whether it still works, as a badge."""
    status = Organisation.Status(organisation.status)
    return State(STATES[status], status.label)


def code_of(organisation: Organisation) -> str:
    """The credit code, or the code that the office gave."""
    return organisation.credit_code or organisation.party.code


def _fact(code: str) -> Column:
    field = load_dictionary().field("enterprises", code)
    money = field.type == "money"
    scale = FEN_OF_WAN if money else Decimal(10) ** field.places

    def value(row: Any) -> Decimal | None:
        number = row.counted.get(code)
        return None if number is None else Decimal(number) / scale

    return Column(
        code,
        _FACT_NAMES[code],
        value,
        align="number",
        unit=_("万元") if money else "",
        digits=2 if money else 0,
        verb="fact.view",
    )


def _of_year(name: Text) -> Text:
    """A name with the year that is shown, which is asked for when the page is made."""
    return lazy(lambda: gettext("%(year)d年%(name)s") % {"year": year_due(), "name": name}, str)()


_FACT_NAMES: Final = {
    "revenue": _of_year(_("营业收入")),
    "rd_expense_deduction": _of_year(_("研发费用")),
    "staff_total_quarterly": _of_year(_("职工数")),
}


def _kinds(actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(each.value, each.label) for each in Organisation.Kind]


def _statuses(actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(each.value, each.label) for each in Organisation.Status]


def _sections(actor: Actor) -> Iterable[tuple[str, Text]]:
    return SECTION_NAMES.items()


def _titles(actor: Actor) -> Iterable[tuple[str, Text]]:
    return options("titles", "title").items()


def _tags(actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(str(each.pk), each.name) for each in tags(actor)]


def _yes_no(actor: Actor) -> Iterable[tuple[str, Text]]:
    return (("yes", _("是")), ("no", _("否")), ("unknown", _("未填")))


def _gaps(actor: Actor) -> Iterable[tuple[str, Text]]:
    return (("any", _("没有任何数据")), *((code, _FACT_NAMES[code]) for code in FACTS))


def _doubts(actor: Actor) -> Iterable[tuple[str, Text]]:
    return (("yes", pgettext_lazy("doubts", "有")), ("no", pgettext_lazy("doubts", "没有")))


def _by_kind(rows: QuerySet[Organisation], kind: str) -> QuerySet[Organisation]:
    return rows.filter(kind=kind)


def _by_status(rows: QuerySet[Organisation], status: str) -> QuerySet[Organisation]:
    return rows.filter(status=status)


def _by_section(rows: QuerySet[Organisation], section: str) -> QuerySet[Organisation]:
    divisions = [each for each in code_prefixes(section) if each.isdecimal()]
    written = Q(industry_code__startswith=section) | Q(division__in=divisions)
    return rows.alias(division=Left("industry_code", 2)).filter(written)


def by_title(rows: QuerySet[Organisation], title: str) -> QuerySet[Organisation]:
    """Those that hold a title today."""
    holders = held().filter(title=title).order_by()
    return rows.filter(pk__in=holders.values("party_id"))


def _by_tag(rows: QuerySet[Organisation], tag: str) -> QuerySet[Organisation]:
    through = Organisation.tags.through.objects.filter(tag_id=int(tag))
    return rows.filter(pk__in=through.values("organisation_id"))


def _by_size(rows: QuerySet[Organisation], answer: str) -> QuerySet[Organisation]:
    return rows.filter(above_designated_size={"yes": True, "no": False, "unknown": None}[answer])


def _founded_from(rows: QuerySet[Organisation], day: str) -> QuerySet[Organisation]:
    return rows.filter(founded_on__gte=day)


def _founded_to(rows: QuerySet[Organisation], day: str) -> QuerySet[Organisation]:
    return rows.filter(founded_on__lte=day)


def _by_gap(rows: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    """Enterprises still at work of which nobody knows this for the last year due."""
    firms = rows.filter(kind=Organisation.Kind.ENTERPRISE, status=Organisation.Status.ACTIVE)
    told = YearlyFact.objects.filter(party=OuterRef("pk"), year=year_due()).order_by()
    if code == "any":
        return firms.filter(~Exists(told))
    corrected = CellCorrection.objects.filter(
        party=OuterRef("pk"), year=year_due(), field=code
    ).order_by()
    known = Exists(told.exclude(**{code: None})) & ~Exists(corrected.filter(number=None))
    return firms.exclude(known | Exists(corrected.exclude(number=None)))


def _by_doubt(rows: QuerySet[Organisation], answer: str) -> QuerySet[Organisation]:
    doubtful = Exists(Doubt.objects.filter(party=OuterRef("pk"), state=Doubt.State.OPEN).order_by())
    return rows.filter(doubtful if answer == "yes" else ~doubtful)


def _link(row: Organisation) -> str:
    return reverse("registry:organisation", args=[row.party.code])


ORGANISATIONS: Final = Listing(
    code="organisations",
    name=_("企业"),
    verb="organisation.view",
    queryset=visible,
    prepare=prepare,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda row: row.party.name,
            sort="initials",
            link=_link,
            placed=True,
        ),
        Column("code", _("统一社会信用代码"), code_of, sort="party__code"),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column(
            "kind",
            _("类型"),
            lambda row: row.get_kind_display(),
            sort="kind",
            default=False,
        ),
        Column("status", _("状态"), status_of, sort="status"),
        Column(
            "industry",
            _("行业代码"),
            lambda row: row.industry_code,
            sort="industry_code",
            default=False,
        ),
        Column("titles", _("有效称号"), lambda row: row.title_names or gettext("没有称号")),
        *(_fact(code) for code in FACTS),
        Column(
            "founded",
            _("成立日期"),
            lambda row: row.founded_on,
            sort="founded_on",
            align="date",
            default=False,
        ),
        Column(
            "size",
            _("企业规模"),
            lambda row: sizes().get(row.size_class, row.size_class),
            sort="size_class",
            default=False,
        ),
        Column("above", _("规模以上"), lambda row: row.above_designated_size, default=False),
        Column("tags", _("标签"), lambda row: row.tag_names, default=False),
        Column("address", _("地址"), lambda row: row.address, default=False),
    ),
    filters=(
        by_region("party__region", "organisation.view", _("区划")),
        Filter("kind", _("类型"), "choice", apply=_by_kind, choices=_kinds),
        Filter("status", _("状态"), "choice", apply=_by_status, choices=_statuses),
        Filter("section", _("行业门类"), "choice", apply=_by_section, choices=_sections),
        Filter("title", _("有效称号"), "choice", apply=by_title, choices=_titles),
        Filter("tag", _("标签"), "choice", apply=_by_tag, choices=_tags),
        Filter("above", _("规模以上"), "choice", apply=_by_size, choices=_yes_no),
        Filter("founded_from", _("成立不早于"), "date", apply=_founded_from),
        Filter("founded_to", _("成立不晚于"), "date", apply=_founded_to),
        Filter(
            "missing",
            _of_year(_("缺的数据")),
            "choice",
            apply=_by_gap,
            choices=_gaps,
            verb="fact.view",
        ),
        Filter(
            "doubt",
            _("待核实的值"),
            "choice",
            apply=_by_doubt,
            choices=_doubts,
            verb="fact.view",
        ),
    ),
    search=search,
    sort="name",
    empty=_("还没有企业档案。请点“新增企业档案”，或导入表格。"),
    searched=_("名称、曾用名、代码、拼音首字母"),
    bulk=(
        Bulk(
            "tag",
            _("贴标签或取下"),
            "registry:organisations_tag",
            "organisation.change",
            whole=True,
        ),
    ),
    export_verb="registry.export",
)
