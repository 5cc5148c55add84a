"""Gathers what is known of firms for their briefs, as far as the reader may see it.

Of all firms at once: as many statements for fifty as for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import override

from kechuang.office.desk.composing import wording
from kechuang.office.desk.composing.known import Known, Origin, Subject
from kechuang.office.ground.actors import Actor
from kechuang.office.registry.fact_words import in_unit
from kechuang.office.registry.models import (
    AgreementParty,
    CellSource,
    Doubt,
    FormerName,
    Organisation,
)
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import (
    agreements,
    facts,
    platforms,
    qualifications,
    resources,
    rights,
)
from kechuang.office.registry.queries.facts import YEARLY, Chosen
from kechuang.office.registry.sections import SECTION_NAMES
from kechuang.office.registry.services.rights import PENDING, VALID
from kechuang.office.registry.sources import load_sources
from kechuang.office.registry.standing import options
from kechuang.reference.fields import YEARS_KEPT
from kechuang.reference.industries import SECTIONS, section_of

MOST_TITLES: Final = 6
MOST_NAMES: Final = 3
LONGEST_BUSINESS: Final = 80
FACTS: Final = (
    "revenue", "hightech_income", "rd_expense_deduction", "staff_total_quarterly",
    "technical_staff_quarterly", "total_assets", "conversions",
)  # fmt: skip
VERBS: Final = (
    "fact.view", "qualification.view", "property.view", "platform.view", "agreement.view",
    "instrument.view",
)  # fmt: skip
Rows = Mapping[int, Sequence[Any]]
Found = dict[str, Known]


def gather(actor: Actor, organisations: Sequence[Organisation], day: date) -> list[Subject]:
    """What this reader may know of each organisation on a day; ten statements in all."""
    keys = [each.pk for each in organisations]
    cells = _by_party(CellSource.objects.filter(party__in=keys).order_by("pk"))
    former = _by_party(FormerName.objects.filter(party__in=keys).order_by("-until", "-pk"))
    parts: tuple[tuple[Rows, Callable[[Sequence[Any], date], Found]], ...] = (
        (_titles(actor, keys, day), _of_titles),
        (_by_party(rights.visible(actor, day).filter(party__in=keys).order_by("pk")), _of_rights),
        (_platforms(actor, keys, day), _of_platforms),
        (_agreements(actor, keys, day), _of_agreements),
        (_instruments(actor, keys), _of_instruments),
    )
    seen = [each for each in organisations if actor.reaches("fact.view", place_of(each.party))]
    years = [day.year - 1 - back for back in range(YEARS_KEPT)]
    chosen = facts.chosen([each.pk for each in seen], years, FACTS)
    doubted = _doubts([each.pk for each in seen], years)
    found = []
    for each in organisations:
        known = _of_row(each, cells.get(each.pk, ()), former.get(each.pk, ()), day)
        for rows, tell in parts:
            known.update(tell(rows.get(each.pk, ()), day))
        known.update(_Facts(each.pk, years, chosen, doubted).known())
        place = place_of(each.party)
        hidden = frozenset(verb for verb in VERBS if not actor.reaches(verb, place))
        found.append(Subject(each.party.code, each.party.name, known, hidden))
    return found


def origin(row: Sourced) -> Origin:
    """Where a row of the registry comes from."""
    return Origin(load_sources()[row.source].name, row.document, row.as_of)


# --- the organisation's own row


def _of_row(
    row: Organisation, cells: Sequence[CellSource], former: Sequence[FormerName], day: date
) -> Found:
    by_field: dict[str, Sourced] = {each.field: each for each in cells}

    is_firm = row.kind == Organisation.Kind.ENTERPRISE
    size = options("enterprises", "size_class").get(row.size_class)
    told = (
        ("name", row.party.name, "name"),
        ("region", row.party.region.name, "region"),
        ("founded", row.founded_on and wording.month(row.founded_on), "founded_on"),
        (
            "capital",
            row.registered_capital and wording.money(row.registered_capital),
            "registered_capital",
        ),
        ("industry", _industry(row.industry_code), "industry_code"),
        ("size", size and f"{size}企业", "size_class"),
        ("designated", row.above_designated_size and "规模以上企业", "above_designated_size"),
        ("business", wording.cut(row.main_business, LONGEST_BUSINESS), "main_business"),
        ("address", row.address, "address"),
        ("parent", row.parent and row.parent.name, "parent"),
    )
    found = {
        code: Known(str(value), (origin(by_field.get(field, row)),))
        for code, value, field in told
        if value
    }
    found["who"] = Known("公司" if is_firm else "单位", ())
    found["day"] = Known(wording.whole_day(day), ())
    if former:
        found["former"] = Known(former[0].name, ())
    return found


def _industry(code: str) -> str:
    """The section of an industry without its letter: 制造业."""
    letter = code[:1] if code[:1] in SECTIONS else section_of(code[:2])
    with override("zh-hans"):  # a brief is Chinese whatever the language of the page
        return str(SECTION_NAMES.get(letter, "")).partition(" ")[2]


# --- what other parts of the registry hold


def _titles(actor: Actor, keys: Sequence[int], day: date) -> Rows:
    rows = qualifications.standing_is(qualifications.visible(actor, day), "valid")
    return _by_party(rows.filter(party__in=keys).order_by("issued_on", "pk"))


def _of_titles(rows: Sequence[Any], day: date) -> Found:
    if not rows:
        return {}
    by_title = {(row.title, row.level): row for row in rows}
    last = list(by_title.values())[-MOST_TITLES:]
    names = [qualifications.title_word(row.title) for row in last]
    more = "等" if len(by_title) > MOST_TITLES else ""
    told = "、".join(
        f"{name}（{row.issued_on.year}年）" if row.issued_on else name
        for name, row in zip(names, last, strict=True)
    )
    origins = _origins(last)
    return {
        "titles": Known(told + more, origins),
        "title_names": Known("、".join(dict.fromkeys(names)) + more, origins),
    }


def _of_rights(rows: Sequence[Any], day: date) -> Found:
    held = [row for row in rows if row.status == VALID and _holds(row, day)]
    pending = [row for row in rows if row.status == PENDING]
    found: Found = {}
    if held:
        kinds = options("ip", "ip_kind")
        counts = {code: sum(row.kind == code for row in held) for code in kinds}
        told = "、".join(f"{kinds[code]}{count}件" for code, count in counts.items() if count)
        found["rights"] = Known(f"{len(held)}件", _origins(held))
        found["rights_by_kind"] = Known(told, _origins(held))
        dated = [row for row in held if row.granted_on and row.name]
        if dated:
            last = max(dated, key=lambda row: (row.granted_on, row.pk))
            told = f"{kinds.get(last.kind, '')}“{last.name}”（{wording.month(last.granted_on)}）"
            found["latest_right"] = Known(told, _origins([last]))
    if pending:
        found["rights_pending"] = Known(f"{len(pending)}件", _origins(pending))
    return found


def _holds(row: Any, day: date) -> bool:
    begun = row.granted_on is None or row.granted_on <= day
    return begun and (row.expires_on is None or row.expires_on >= day)


def _platforms(actor: Actor, keys: Sequence[int], day: date) -> Rows:
    rows = platforms.standing_is(platforms.visible(actor, day), "valid")
    return _by_party(rows.filter(host__in=keys).order_by("recognised_on", "pk"), "host_id")


def _of_platforms(rows: Sequence[Any], day: date) -> Found:
    if not rows:
        return {}
    names = [
        f"{row.name}（{platforms.level_word(row.level)}{platforms.kind_word(row.kind)}）"
        for row in rows[:MOST_NAMES]
    ]
    told = "、".join(names) + ("等" if len(rows) > MOST_NAMES else "")
    return {
        "platforms": Known(told, _origins(rows)),
        "platform_count": Known(f"{len(rows)}个", _origins(rows)),
    }


def _agreements(actor: Actor, keys: Sequence[int], day: date) -> Rows:
    """The valid agreements that each party signed, with all who signed."""
    rows = agreements.standing_is(agreements.visible(actor, day), "valid")
    signed = AgreementParty.objects.filter(party__in=keys).order_by("pk")
    pairs = list(signed.values_list("agreement_id", "party_id"))
    kept = {row.pk: row for row in rows.filter(pk__in=[agreement for agreement, _ in pairs])}
    found: dict[int, list[Any]] = defaultdict(list)
    for agreement, party in pairs:
        if agreement in kept:
            found[party].append((party, kept[agreement]))
    return found


def _of_agreements(rows: Sequence[Any], day: date) -> Found:
    if not rows:
        return {}
    pacts = [row for _party, row in rows]
    own = rows[0][0]
    others = dict.fromkeys(
        each.party.name
        for row in pacts
        for each in agreements.signed_by(row)
        if each.party.pk != own
    )
    found = {"agreement_count": Known(f"{len(pacts)}项", _origins(pacts))}
    if others:
        more = "等" if len(others) > MOST_NAMES else ""
        found["partners"] = Known("、".join(list(others)[:MOST_NAMES]) + more, _origins(pacts))
    return found


def _instruments(actor: Actor, keys: Sequence[int]) -> Rows:
    rows = resources.visible(actor).filter(party__in=keys, is_active=True, shareable=True)
    return _by_party(rows.order_by("pk"))


def _of_instruments(rows: Sequence[Any], day: date) -> Found:
    return {"instruments": Known(f"{len(rows)}台（套）", _origins(rows))} if rows else {}


def _origins(rows: Iterable[Sourced]) -> tuple[Origin, ...]:
    """The sources of several rows, each with its newest day and the document, where it is one."""
    by_source: dict[str, list[Sourced]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    found = []
    for source, same in by_source.items():
        documents = {row.document for row in same}
        document = documents.pop() if len(documents) == 1 else ""
        name = load_sources()[source].name
        found.append(Origin(name, document, max(row.as_of for row in same)))
    return tuple(sorted(found))


# --- facts of years


class _Facts:
    """The yearly facts of one party as sentences write them."""

    def __init__(
        self,
        party: int,
        years: Sequence[int],
        chosen: Mapping[facts.Cell, Chosen],
        doubted: Mapping[facts.Cell, str],
    ) -> None:
        self.party, self.years, self.chosen, self.doubted = party, years, chosen, doubted

    def known(self) -> Found:
        """All that sentences name."""
        found: Found = {}
        self._put(found, "revenue", "revenue", _money)
        self._put(found, "research", "rd_expense_deduction", _money)
        self._put(found, "staff", "staff_total_quarterly", _people)
        self._put(found, "assets", "total_assets", _money)
        self._put(found, "conversions", "conversions", lambda value: f"{value}项")
        self._compare(found, "revenue_change", "revenue")
        self._compare(found, "research_change", "rd_expense_deduction")
        self._divide(
            found, "research_share", "rd_expense_deduction", "revenue",
            self._year("rd_expense_deduction"),
        )  # fmt: skip
        self._divide(found, "hightech_share", "hightech_income", "revenue", self._year("revenue"))
        self._divide(
            found, "technical_share", "technical_staff_quarterly", "staff_total_quarterly",
            self._year("staff_total_quarterly"),
        )  # fmt: skip
        # A part is told beside its whole only, of the same year.
        for code, field, whole, tell in (
            ("hightech_income", "hightech_income", "revenue", _money),
            ("technical_staff", "technical_staff_quarterly", "staff_total_quarterly", _people),
        ):
            year = self._year(whole)
            if year is not None and self._value(year, field) is not None:
                found[code] = self._tell(tell(self._value(year, field)), year, (year, field))
        return found

    def _put(self, found: Found, code: str, field: str, tell: Callable[[Any], str]) -> None:
        year = self._year(field)
        if year is None:
            return
        found[code] = self._tell(tell(self._value(year, field)), year, (year, field))
        found[f"{code}_year"] = Known(f"{year}年", ())

    def _compare(self, found: Found, code: str, field: str) -> None:
        year = self._year(field)
        before = self._value(year - 1, field) if year is not None else None
        if year is None or before is None:
            return
        told = wording.change(int(self._value(year, field)), int(before))
        if told:
            found[code] = self._tell(told, year, (year, field), (year - 1, field))

    def _divide(self, found: Found, code: str, part: str, whole: str, year: int | None) -> None:
        if year is None:
            return
        upper, lower = self._value(year, part), self._value(year, whole)
        if upper is None or lower is None:
            return
        told = wording.share(int(upper), int(lower))
        if told:
            found[code] = self._tell(told, year, (year, part), (year, whole))

    def _tell(self, told: str, year: int, *cells: tuple[int, str]) -> Known:
        rows = [self.chosen[self.party, *cell].row for cell in cells]
        doubts = [self.doubted[self.party, *cell] for cell in cells if self._is_doubted(cell)]
        origins = tuple(dict.fromkeys(origin(row) for row in rows))
        return Known(told, origins, f"{year}年", tuple(doubts))

    def _is_doubted(self, cell: tuple[int, str]) -> bool:
        return (self.party, *cell) in self.doubted

    def _value(self, year: int, field: str) -> Any:
        cell = self.chosen.get((self.party, year, field))
        return cell.value if cell else None

    def _year(self, field: str) -> int | None:
        """The latest year of which a value is known."""
        return next((year for year in self.years if self._value(year, field) is not None), None)


def _money(fen: int) -> str:
    return wording.money(fen)


def _people(value: int) -> str:
    exact = in_unit(YEARLY["staff_total_quarterly"], value)
    whole = Decimal(str(exact)).quantize(Decimal(1), wording.ROUND_HALF_UP)
    return f"{whole:,}人"


def _doubts(keys: Sequence[int], years: Sequence[int]) -> dict[facts.Cell, str]:
    """Open doubts by cell, in words."""
    rows = Doubt.objects.filter(party__in=keys, year__in=years, state=Doubt.State.OPEN)
    return {
        (row.party_id, row.year, row.field): f"{row.year}年{YEARLY[row.field].name}"  # type: ignore[attr-defined]
        for row in rows.order_by("pk")
        if row.field in YEARLY
    }


def _by_party(rows: Iterable[Any], key: str = "party_id") -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
