"""The rows of each page by hand-written SQL, and by a plain view: what the pages are held against.

The SQL is what somebody would write who wants just these rows and this total for an officer of this
city, for a bare driver. The plain view reads them by plain querysets, as model objects, and draws
them as a table without styles. Both give the frame's rows too: who is signed in, the office, what
is unread. `{keys}` are the first column of the statement before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q

PAGE = 50
FRAME = (
    "SELECT session_data FROM django_session WHERE session_key = '{session}'",
    "SELECT u.*, m.role, r.path, r.name FROM accounts_user u JOIN accounts_membership m"
    " ON m.user_id = u.id JOIN regions_region r ON r.id = m.region_id WHERE u.id = {user}",
    "SELECT i.*, r.path FROM regions_installation i JOIN regions_region r ON r.id = i.root_id",
    "SELECT count(*) FROM ground_notice WHERE \"to\" = '{name}' AND read_at IS NULL",
)
HERE = "p.region_id IN (SELECT id FROM regions_region WHERE path LIKE '{reach}%')"
COUNTY = "p.region_id IN (SELECT id FROM regions_region WHERE path LIKE '%/{county}/%')"
PARTY = "JOIN parties_party p ON p.id = x.party_id"
REGION = "JOIN regions_region r ON r.id = p.region_id"
FORMER = "SELECT party_id FROM registry_formername WHERE name LIKE '%{word}%'"
NAMED = f"(p.name LIKE '%{{word}}%' OR p.id IN ({FORMER}))"
FACTS = "SELECT * FROM registry_yearlyfact WHERE year = {year} AND party_id IN ({keys})"
TITLES = (
    "SELECT party_id, title FROM registry_qualification WHERE party_id IN ({keys})"
    " AND status <> 'cancelled' AND issued_on <= '{today}' AND expires_on >= '{today}'"
)
HELD = (
    "revenue", "total_cost", "total_assets", "rd_expense_deduction", "staff_total_quarterly",
    "technical_staff_quarterly",
)  # fmt: skip
WHOLE = (
    "SELECT party_id FROM registry_yearlyfact WHERE year = {year} GROUP BY party_id HAVING "
    + " AND ".join(f"count({name}) > 0" for name in HELD)
)
AT_WORK = f"x.kind = 'enterprise' AND x.status = 'active' AND x.merged_into_id IS NULL AND {HERE}"
ALL = f"FROM registry_organisation x {PARTY}"
FIRMS = f"{ALL} {REGION} WHERE {AT_WORK}"
LACKING = f"{FIRMS} AND x.party_id NOT IN ({WHOLE})"
EACH = WHOLE.replace("{year}", "{year} AND party_id = x.party_id")
LACKING_EACH = f"{FIRMS} AND NOT EXISTS ({EACH})"
ENDING = (
    f"FROM registry_qualification x {PARTY} WHERE {HERE} AND x.status <> 'cancelled'"
    " AND x.issued_on <= '{today}' AND x.expires_on BETWEEN '{today}' AND '{soon}' AND NOT EXISTS"
    " (SELECT 1 FROM registry_qualification y WHERE y.party_id = x.party_id AND y.title = x.title"
    " AND y.level = x.level AND y.issued_on > x.issued_on AND y.issued_on <= '{today}')"
)
TWICE = "SELECT {0} FROM {1} GROUP BY {0} HAVING count(*) > 1"
SAME_NAME = (
    f"SELECT x.name_key, x.party_id FROM registry_organisation x {PARTY} WHERE {HERE}"
    " AND x.merged_into_id IS NULL AND x.name_key IN ("
    + TWICE.format("name_key", "registry_organisation WHERE name_key <> ''")
    + ") ORDER BY x.name_key LIMIT 5000"
)


def _organisations(condition: str, order: str = "x.initials") -> tuple[str, ...]:
    rows = f"{ALL} {REGION} WHERE x.merged_into_id IS NULL AND {condition}"
    shown = "x.party_id, p.name, x.credit_code, p.code, r.name, x.status"
    return (
        f"SELECT count(*) {rows}",
        f"SELECT {shown} {rows} ORDER BY {order}, x.party_id LIMIT {PAGE}",
        TITLES,
        FACTS,
    )


def _facts(condition: str) -> tuple[str, ...]:
    rows = f"FROM registry_yearlyfact x {PARTY} {REGION} WHERE x.year = {{year}} AND {condition}"
    return (
        f"SELECT count(DISTINCT x.party_id) {rows}",
        f"SELECT DISTINCT x.party_id, p.name, p.code, r.name {rows}"
        f" ORDER BY x.party_id DESC LIMIT {PAGE}",
        FACTS,
    )


def _doubts() -> tuple[str, ...]:
    rows = f"FROM registry_doubt x {PARTY} {REGION} WHERE x.state = 'open' AND {HERE}"
    return (
        f"SELECT count(*) {rows}",
        f"SELECT x.*, p.name, r.name {rows} ORDER BY x.year DESC, x.id DESC LIMIT {PAGE}",
    )


_GOES_ON = f"WHERE x.merged_into_id IS NULL AND {HERE}"
LISTS: Mapping[str, tuple[str, ...]] = {
    "enterprises": _organisations(HERE),
    "enterprises, one county": _organisations(f"{HERE} AND {COUNTY}", "x.initials || ''"),
    "enterprises, words": _organisations(f"{HERE} AND {NAMED}"),
    "yearly facts": _facts(HERE),
    "facts, one county": _facts(f"{HERE} AND {COUNTY}"),
    "facts, words": _facts(f"{HERE} AND p.name LIKE '%{{word}}%'"),
    "missing facts": (
        f"SELECT count(*) {LACKING}",
        f"SELECT x.party_id, p.name, p.code, r.name, x.contact_name {LACKING_EACH}"
        f" ORDER BY x.party_id LIMIT {PAGE}",
        FACTS,
    ),
    "doubts": _doubts(),
    "duplicates": (
        SAME_NAME,
        f"SELECT substr(x.credit_code, 9, 9), min(x.party_id) {ALL} {_GOES_ON}"
        " GROUP BY substr(x.credit_code, 9, 9) HAVING count(*) > 1",
        f"SELECT x.party_id, q.id {ALL} JOIN parties_party q ON q.code = x.credit_code {_GOES_ON}"
        " AND x.credit_code <> p.code",
        f"SELECT f.party_id, x.party_id {ALL} JOIN registry_formername f"
        f" ON f.name_key = x.name_key {_GOES_ON} AND f.party_id <> x.party_id",
        f"SELECT x.number, x.owner_rank, x.party_id FROM registry_intellectualproperty x {PARTY}"
        f" WHERE {HERE} AND x.number IN ("
        + TWICE.format("number", "registry_intellectualproperty")
        + ")",
    ),
    "first page": (
        f"SELECT count(*) {LACKING}",
        f"SELECT count(*) FROM registry_doubt x {PARTY} WHERE x.state = 'open' AND {HERE}",
        f"SELECT count(*) FROM registry_proposal x {PARTY} WHERE x.state = 'proposed' AND {HERE}",
        "SELECT count(*) FROM registry_importbatch WHERE state = 'checked'",
        f"SELECT count(*) {ENDING}",
        "SELECT count(*) FROM registry_platform WHERE status = 'valid'"
        " AND expires_on BETWEEN '{today}' AND '{soon}'",
        SAME_NAME,
    ),
}
HEAD = (
    f"SELECT x.*, p.*, r.* FROM registry_organisation x {PARTY} {REGION}"
    " WHERE p.code = '{code}' AND x.merged_into_id IS NULL",
    "SELECT count(*) FROM registry_doubt WHERE party_id = {party} AND state = 'open'",
    "SELECT count(*) FROM registry_proposal WHERE party_id = {party} AND state = 'proposed'",
)
_OF = "SELECT * FROM registry_{} WHERE party_id = {{party}}"
_TITLES, _RIGHTS = _OF.format("qualification"), _OF.format("intellectualproperty")
_PLATFORMS = "SELECT * FROM registry_platform WHERE host_id = {party}"
_TRAIL = "SELECT * FROM ground_auditevent WHERE party = '{code}' ORDER BY sequence DESC LIMIT 200"
_SIGNED = (
    "SELECT a.* FROM registry_agreement a JOIN registry_agreementparty s ON s.agreement_id = a.id"
    " WHERE s.party_id = {party}"
)
TABS: Mapping[str, tuple[str, ...]] = {
    "basic": (*(_OF.format(each) for each in ("cellsource", "formername", "regionstay")),
        "SELECT t.name FROM registry_tag t JOIN registry_organisation_tags o ON o.tag_id = t.id"
        " WHERE o.organisation_id = {party}",
        "SELECT party_id FROM registry_organisation WHERE parent_id = {party} LIMIT 50",
    ),
    "titles": (_TITLES,),
    "facts": (f"{_OF.format('yearlyfact')} AND year >= {{year}} - 2",
        *(_OF.format(each) for each in ("standing", "cellcorrection", "researchcost")),
    ),
    "rights": (f"{_RIGHTS} ORDER BY granted_on DESC LIMIT 50",
        "SELECT kind, count(*) FROM registry_intellectualproperty WHERE party_id = {party}"
        " GROUP BY kind",
    ),
    "platforms": (_PLATFORMS, _OF.format("platformpartner"), _OF.format("incubation"),
        "SELECT a.*, p.name FROM registry_affiliation a JOIN parties_party p ON p.id = a.person_id"
        " WHERE a.party_id = {party}",
    ),
    "agreements": (_SIGNED, _OF.format("instrument")),
    "documents": (_OF.format("document"),),
    "doubts": (_OF.format("doubt"),),
    "proposals": (_OF.format("proposal"),),
    "timeline": (
        *(_OF.format(each) for each in ("formername", "regionstay", "qualification", "document",
            "proposal", "platformpartner", "incubation")),
        "SELECT granted_on, count(*) FROM registry_intellectualproperty WHERE party_id = {party}"
        " GROUP BY granted_on",
        _PLATFORMS, _SIGNED, _TRAIL,
    ),
    "history": (_TRAIL,),
}  # fmt: skip

Section = tuple[Callable[[], Any], tuple[str, ...]]
"""A queryset, counted and cut to a page, and the paths of what is shown of each row."""


def statements(name: str) -> tuple[str, ...]:
    """The hand-written SQL of a page."""
    tab = name.removeprefix("dossier, ")
    return (*FRAME, *(LISTS[name] if tab == name else (*HEAD, *TABS[tab])))


def sections(name: str, said: Mapping[str, Any]) -> list[Section]:
    """What a plain view of a page reads."""
    models: Any = import_module("kechuang.office.registry.models")
    event: Any = import_module("kechuang.office.ground.models").AuditEvent
    here = Q(party__region__path__startswith=said["reach"])
    if name.startswith("dossier, "):
        return _dossier(models, event, name.removeprefix("dossier, "), said)
    if name in ("duplicates", "first page"):
        return _groups(models, here, said, all_reasons=name == "duplicates")
    if "county" in name:
        here &= Q(party__region__path__contains=f"/{said['county']}/")
    if "words" in name:
        here &= Q(party__name__contains=said["word"])
    who = ("party.name", "party.code", "party.region.name")
    firms = models.Organisation.objects.filter(here, merged_into=None)
    facts = models.YearlyFact.objects.filter(here, year=said["year"])
    facts = facts.select_related("party__region").order_by("-party")
    figures = (*who, "source", *HELD)
    if "facts" in name and name != "missing facts":
        return [(lambda: facts, figures)]
    if name == "doubts":
        doubts = models.Doubt.objects.filter(here, state="open").select_related("party__region")
        return [(lambda: doubts, (*who, "year", "rule", "field", "value", "other", "state"))]
    firms = firms.select_related("party__region").order_by("initials", "pk")
    if name == "missing facts":
        told = models.YearlyFact.objects.filter(year=said["year"]).values("party")
        whole = told.annotate(**{f"n_{each}": Count(each) for each in HELD})
        whole = whole.filter(**{f"n_{each}__gt": 0 for each in HELD}).values("party")
        firms = firms.filter(kind="enterprise", status="active").exclude(party__in=whole)
        firms = firms.order_by("pk")

    def shown_facts() -> Any:
        keys = list(firms.values_list("pk", flat=True)[:PAGE])
        return models.YearlyFact.objects.filter(year=said["year"], party__in=keys)

    sections: list[Section] = [
        (lambda: firms, (*who, "status", "contact_name")),
        (shown_facts, ("source", *HELD)),
    ]
    return sections


def _groups(models: Any, here: Q, said: Mapping[str, Any], *, all_reasons: bool) -> list[Section]:
    """The pairs by name and right, or what the first page counts."""
    firms = models.Organisation.objects.filter(here, merged_into=None).select_related("party")
    names = firms.exclude(name_key="").order_by().values("name_key")
    names = names.annotate(many=Count("pk")).filter(many__gt=1).values("name_key")
    twice = firms.filter(name_key__in=names).order_by("name_key")
    if not all_reasons:
        missing, doubts = sections("missing facts", said)[0], sections("doubts", said)[0]
        titles = models.Qualification.objects.filter(
            here, expires_on__range=(said["today"], said["soon"])
        )
        return [missing, doubts, (lambda: titles, ("title",)), (lambda: twice, ("party.name",))]
    rights = models.IntellectualProperty.objects.filter(here).select_related("party")
    numbers = rights.order_by().values("number").annotate(many=Count("pk")).filter(many__gt=1)
    shared = rights.filter(number__in=numbers.values("number"))
    return [(lambda: twice, ("party.name", "name_key")), (lambda: shared, ("party.name", "number"))]


def _dossier(models: Any, event: Any, tab: str, said: Mapping[str, Any]) -> list[Section]:
    firms = models.Organisation.objects.select_related("party__region", "parent")
    party, code = said["party"], said["code"]
    found: dict[str, list[Any]] = {
        "basic": [models.CellSource, models.FormerName, models.RegionStay],
        "titles": [models.Qualification],
        "facts": [models.YearlyFact, models.Standing, models.CellCorrection, models.ResearchCost],
        "rights": [models.IntellectualProperty],
        "platforms": [models.PlatformPartner, models.Incubation, models.Affiliation],
        "agreements": [models.AgreementParty, models.Instrument],
        "documents": [models.Document],
        "doubts": [models.Doubt],
        "proposals": [models.Proposal],
        "timeline": [models.Qualification, models.IntellectualProperty, models.Document],
        "history": [],
    }
    head = firms.filter(party__code=code)
    shown: list[Section] = [(lambda: head, ("party.name", "party.region.name", *_names(head)))]
    for model in found[tab]:
        rows = model.objects.filter(party=party)
        shown.append((lambda rows=rows: rows, _names(rows)))
    if tab in ("timeline", "history"):
        events = event.objects.filter(party=code).order_by("-sequence")
        shown.append((lambda: events, _names(events)))
    return shown


def _names(rows: Any) -> tuple[str, ...]:
    return tuple(field.attname for field in rows.model._meta.concrete_fields)


def read(section: Section) -> dict[str, Any]:
    """One table of a plain view: its total, heads and rows."""
    queryset, paths = section
    rows = queryset()
    return {
        "total": rows.count(),
        "names": paths,
        "rows": [[attrgetter(path)(row) for path in paths] for row in rows[:PAGE]],
    }
