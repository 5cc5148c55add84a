"""Frames for the engines: the same types, the same values, the same verdicts as from a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry_facts import DAY, correction, firm, sourced, standing, yearly

from kechuang.eligibility.data import for_people, load_frames
from kechuang.eligibility.data.columns import TYPES
from kechuang.eligibility.verdicts import verdicts_of
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry import models
from kechuang.office.registry.choosing import as_correction
from kechuang.office.registry.queries import facts as queries
from kechuang.office.registry.queries.frames import frames
from kechuang.reference import load_dictionary
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AS_OF = date(2026, 7, 1)
WAN = 1_000_000  # 万元 in 分
CLEAN = (
    "resident_enterprise", "books_assessed", "rd_collected", "industry_allowed", "accident_free",
    "environment_clean", "integrity_clean", "not_listed_abnormal",
)  # fmt: skip


def technology_firm(code: str, place: str = "990101", rd: int = 400, **more: object) -> Party:
    """A firm with everything that the national evaluation asks for."""
    party = firm(code, place, industry_code="3451", founded_on=date(2019, 5, 6))
    standing(party, "firm_statement", **dict.fromkeys(CLEAN, True))
    values = {
        "staff_total_quarterly": 1_000_000,
        "technical_staff_quarterly": 300_000,
        "revenue": 5_000 * WAN,
        "total_assets": 4_000 * WAN,
        "total_cost": 4_500 * WAN,
        "rd_expense_deduction": rd * WAN,
    }
    yearly(party, 2025, "tax_copy", **{**values, **more})
    models.IntellectualProperty.objects.create(
        party=party,
        number=f"ZL{code}",
        kind="invention",
        ip_class="I",
        status="valid",
        granted_on=date(2022, 1, 1),
        expires_on=date(2040, 1, 1),
        acquired_by="own",
        **sourced("certificate"),
    )
    return party


def everything(party: Party) -> None:
    """A row of every frame that the registry holds."""
    for number in ("GR202300001", ""):
        models.Qualification.objects.create(
            party=party,
            title="hnte",
            level="national",
            number=number,
            recognition="recognised",
            issued_on=DAY,
            status="awaiting",
            **sourced("certificate"),
        )
    for source, amount in (("bureau", 7), ("audited_accounts", 8)):
        models.ResearchCost.objects.create(
            party=party, year=2025, caliber="hnte", category="personnel", amount=amount,
            **sourced(source),
        )  # fmt: skip
    for kind in ("incubator", "key_laboratory"):
        platform = models.Platform.objects.create(
            code=f"P-{kind}", name=kind, kind=kind, level="municipal", region=party.region,
            host=party, recognition="recognised", founded_on=DAY, recognised_on=DAY,
            **sourced("official_list"),
        )  # fmt: skip
        models.PlatformYear.objects.create(
            platform=platform, year=2025, hosted_teams=9, **sourced("bureau")
        )
        models.PlatformStanding.objects.create(
            platform=platform, desks=30, **sourced("firm_statement")
        )
    models.Incubation.objects.create(
        platform=models.Platform.objects.get(kind="incubator"), party=party, entered_on=DAY
    )
    person = Party.objects.create(code="ren-1", name="某", kind="person", region=party.region)
    models.Person.objects.create(party=person, education="doctor", **sourced("bureau"))


def test_frames_have_the_columns_and_types_of_the_dictionary(city: Region) -> None:
    everything(technology_firm("F1"))
    made = frames(SYSTEM, AS_OF)
    assert set(made) == {
        "enterprises", "ip", "titles", "rd_costs", "institutions", "platforms", "people",
        "incubated_firms",
    }  # fmt: skip
    dictionary = load_dictionary()
    for code, frame in made.items():
        columns = {
            name: TYPES[field.type] for field in dictionary.of(code) for name in field.columns()
        }
        assert dict(frame.schema).items() <= columns.items(), code
        assert [name for name in columns if name in frame.columns] == frame.columns
        assert frame.height == {"platforms": 2, "titles": 2}.get(code, 1)


def test_frames_hold_what_the_registry_says(city: Region) -> None:
    party = technology_firm("F1")
    everything(party)
    yearly(party, 2024, "bureau", revenue=3 * WAN, rd_expense_deduction=1)
    made = frames(SYSTEM, AS_OF)
    (row,) = made["enterprises"].to_dicts()
    assert (row["enterprise_code"], row["region_code"]) == ("F1", "990101")
    assert (row["revenue__y0"], row["revenue__y1"], row["revenue__y2"]) == (
        5_000 * WAN, 3 * WAN, None,
    )  # fmt: skip
    assert (row["resident_enterprise"], row["hightech_field"]) == (True, None)
    assert set(made["platforms"]["founded_on"]) == {DAY}
    assert set(made["titles"]["status"]) == {"awaiting"}
    assert made["titles"]["title_code"].is_unique().all()
    assert made["rd_costs"].row(0, named=True)["amount"] == 8
    (institution,) = made["institutions"].to_dicts()
    assert (institution["institution_kind"], institution["status"]) == ("key_laboratory", "valid")
    (raised,) = made["incubated_firms"].to_dicts()
    assert (raised["revenue_last"], raised["revenue_before"], raised["rd_before"]) == (
        5_000 * WAN, 3 * WAN, 1,
    )  # fmt: skip
    assert set(made["platforms"]["hosted_teams__y0"]) == {9}
    assert set(made["platforms"]["desks"]) == {30}


def test_what_the_registry_does_not_hold_is_not_there(city: Region) -> None:
    firm("F1")
    made = frames(SYSTEM, AS_OF)
    assert "ip" not in made
    assert made["enterprises"]["revenue__y0"].to_list() == [None]
    assert made["enterprises"].schema["revenue__y0"] == pl.Int64


def test_only_what_is_asked_for_is_read(city: Region) -> None:
    technology_firm("F1")
    made = frames(SYSTEM, AS_OF, [("enterprises", "revenue"), ("ip", "ip_class")])
    assert made["enterprises"].columns == [
        "enterprise_code", "revenue__y0", "revenue__y1", "revenue__y2",
    ]  # fmt: skip
    assert made["ip"].columns == ["enterprise_code", "ip_code", "ip_class"]


def test_firms_that_are_gone_are_left_out(city: Region) -> None:
    firm("F1", status="deregistered")
    firm("F2", merged_into=technology_firm("F3"))
    made = frames(SYSTEM, AS_OF)
    assert made["enterprises"]["enterprise_code"].to_list() == ["F3"]


@pytest.mark.parametrize(
    ("role", "place", "firms", "sees_facts"),
    [
        ("officer", "990101", ["F1"], True),
        ("officer", "990100", ["F1", "F2"], True),
        ("leader", "990100", ["F1", "F2"], False),
        ("expert", "990100", [], False),
    ],
)
def test_actor_gets_what_it_may_see(
    city: Region,
    actor: Callable[..., Actor],
    role: str,
    place: str,
    firms: list[str],
    sees_facts: bool,
) -> None:
    technology_firm("F1")
    technology_firm("F2", "990102")
    made = frames(actor(role, place), AS_OF)
    assert made["enterprises"]["enterprise_code"].to_list() == firms
    assert made.get("ip", pl.DataFrame({"enterprise_code": []}))["enterprise_code"].to_list() == (
        firms
    )
    assert ("revenue__y0" in made["enterprises"].columns) is sees_facts


# --- the engines


def test_rule_decides_the_same_as_from_a_file(city: Region, tmp_path: Path) -> None:
    technology_firm("F1")
    technology_firm("F2", rd=1)
    technology_firm("F3", revenue=None, total_cost=None)
    technology_firm("F4", staff_total_quarterly=6_000_000)
    corrected = technology_firm("F5", rd=1)
    correction(corrected, 2025, "rd_expense_deduction", number=450 * WAN)
    book = load_rulebook()
    rule = book.find("tech_sme_national", AS_OF)
    made = frames(SYSTEM, AS_OF)
    for code in ("enterprises", "ip"):
        for_people(made[code], code, as_of=AS_OF).write_csv(
            tmp_path / f"{load_dictionary().frames[code].name}.csv"
        )
    loaded = load_frames(tmp_path, subject="enterprises", as_of=AS_OF).frames
    ours = verdicts_of(rule, book, made, AS_OF)
    assert ours.drop("missing").equals(verdicts_of(rule, book, loaded, AS_OF).drop("missing"))
    assert ours["verdict"].to_list() == [
        "qualified", "unknown", "unknown", "not_qualified", "qualified",
    ]  # fmt: skip
    for code, frame in loaded.items():
        same = made[code].select(frame.columns)
        assert same.schema == frame.schema, code
        assert same.equals(frame.sort(frame.columns[0])), code


# --- in Python and in columns the same value counts

SOURCES = st.sampled_from(["certificate", "official_list", "registration", "tax_copy", "bureau"])
DAYS = st.sampled_from([date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)])
NUMBERS = st.none() | st.integers(0, 10**15)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from([2025, 2024]), SOURCES),
    st.tuples(DAYS, NUMBERS, NUMBERS),
    max_size=8,
)
STANDINGS = st.dictionaries(
    SOURCES,
    st.tuples(DAYS, st.none() | st.booleans(), st.sampled_from(["", "materials", "energy"])),
    max_size=4,
)
CORRECTIONS = st.dictionaries(
    st.tuples(st.sampled_from([2025, 2024]), st.sampled_from(["revenue", "rd_staff"])),
    NUMBERS,
    max_size=3,
)
CORRECTED_NOW = st.dictionaries(
    st.sampled_from(["hightech_field", "books_assessed"]), st.none() | st.booleans(), max_size=2
)


class _TakenBack(Exception):  # noqa: N818 - it only ends the transaction
    pass


@given(rows=ROWS, said=STANDINGS, corrections=CORRECTIONS, now=CORRECTED_NOW)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_choosing_row_by_row_and_in_columns_agrees(
    city: Region,
    rows: dict[tuple[int, str], tuple[date, int | None, int | None]],
    said: dict[str, tuple[date, bool | None, str]],
    corrections: dict[tuple[int, str], int | None],
    now: dict[str, bool | None],
) -> None:
    try:
        with transaction.atomic():
            party = firm("F1")
            for (year, source), (day, revenue, staff) in rows.items():
                yearly(party, year, source, day, revenue=revenue, rd_staff=staff)
            for source, (day, books, branch) in said.items():
                standing(party, source, day, books_assessed=books, hightech_field=branch)
            for (year, field), number in corrections.items():
                correction(party, year, field, number=number)
            for field, truth in now.items():
                value = ("energy" if truth else None) if field == "hightech_field" else truth
                number, text = as_correction(value)
                correction(party, 0, field, number=number, text=text)
            _agree(party)
            raise _TakenBack
    except _TakenBack:
        pass


def _agree(party: Party) -> None:
    (row,) = frames(SYSTEM, AS_OF)["enterprises"].to_dicts()
    by_row = queries.chosen([party.pk], [2025, 2024], ["revenue", "rd_staff"])
    for field in ("revenue", "rd_staff"):
        for back, year in enumerate((2025, 2024)):
            found = by_row.get((party.pk, year, field))
            assert row[f"{field}__y{back}"] == (found.value if found else None)
    now = queries.standing([party.pk], ["hightech_field", "books_assessed"])
    for field in ("hightech_field", "books_assessed"):
        one = now.get((party.pk, field))
        assert row[field] == (one.value if one else None)
