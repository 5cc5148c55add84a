"""Records of every purpose in 甲县, as the tests of workbooks need them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry import models as registry
from kechuang.office.registry.names import initials
from kechuang.reference.credit_codes import check_character

DAY = date(2025, 12, 31)
SOURCED = {"source": "firm_statement", "rank": 60, "as_of": DAY, "confirmed_by": "officer"}


def credit_code(number: int) -> str:
    """A credit code with the right check character in a county that does not exist."""
    first = f"91990101MA0{number:06}"
    return first + check_character(first)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    """Each test keeps its files in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101", name="张三")


@pytest.fixture
def county(city: Region) -> Region:
    return Region.objects.get(code="990101")


@pytest.fixture
def enterprise(county: Region) -> Callable[..., registry.Organisation]:
    """Make an enterprise: `enterprise(1, name="甲县示例轴承有限公司", address="…")`."""

    def make(number: int = 1, name: str = "", **values: Any) -> registry.Organisation:
        code = credit_code(number)
        party = Party.objects.create(
            code=code, name=name or f"甲县示例{number}号有限公司", kind="enterprise", region=county
        )
        return registry.Organisation.objects.create(
            party=party, kind="enterprise", credit_code=code, **{**SOURCED, **values}
        )

    return make


@pytest.fixture
def records(enterprise: Callable[..., registry.Organisation], county: Region) -> SimpleNamespace:
    """One record of each purpose, with a value in as many columns as there are."""
    firm = enterprise(
        1,
        name="甲县示例轴承有限公司",
        industry_code="C3451",
        size_class="small",
        above_designated_size=True,
        founded_on=date(2012, 3, 4),
        registered_capital=1_234_567_890,
        address="甲县=示例路1号",
        website="www.example.com",
        main_business="-轴承",
        contact_name="王𠮷𫍽",
        contact_phone="13800001234",
        status="active",
    )
    registry.FormerName.objects.create(party=firm.party, name="甲县示例轴承厂")
    firm.tags.add(registry.Tag.objects.create(name="上市后备", region=county))
    standing = registry.Standing.objects.create(
        party=firm.party, books_assessed=True, hightech_field="materials", **SOURCED
    )
    facts = registry.YearlyFact.objects.create(
        party=firm.party,
        year=2025,
        revenue=123_456_789_012,
        net_profit=-5_000_001,
        staff_total_quarterly=1_235_000,
        rd_staff=12,
        rd_expense_hnte=0,
        **SOURCED,
    )
    costs = [
        registry.ResearchCost.objects.create(
            party=firm.party, year=2025, caliber="hnte", category=code, amount=amount, **SOURCED
        )
        for code, amount in (("personnel", 123_456_789), ("testing", 0), ("other", -1))
    ]
    return SimpleNamespace(
        costs=costs,
        firm=firm,
        standing=standing,
        facts=facts,
        title=_title(firm),
        right=_right(firm),
        platform=_platform(firm, county),
        person=_person(firm, county),
    )


def _title(firm: registry.Organisation) -> registry.Qualification:
    return registry.Qualification.objects.create(
        party=firm.party,
        title="hnte",
        level="national",
        number="GR202599000001",
        batch_name="2025年第一批",
        recognition="recognised",
        issuer="示例省科学技术厅",
        issued_on=date(2025, 1, 2),
        expires_on=date(2028, 1, 2),
        note="@备注",
        **SOURCED,
    )


def _right(firm: registry.Organisation) -> registry.IntellectualProperty:
    return registry.IntellectualProperty.objects.create(
        party=firm.party,
        number="ZL202510000001.X",
        name="+一种轴承",
        kind="invention",
        ip_class="I",
        applied_on=date(2023, 1, 1),
        granted_on=date(2025, 1, 1),
        status="valid",
        acquired_by="own",
        owner_rank=1,
        usable_for_hnte=False,
        **SOURCED,
    )


def _platform(firm: registry.Organisation, county: Region) -> registry.Platform:
    platform = registry.Platform.objects.create(
        code="PT-001",
        name="示例孵化器",
        initials=initials("示例孵化器"),
        kind="incubator",
        level="municipal",
        field_name="装备制造",
        region=county,
        host=firm.party,
        recognition="recognised",
        founded_on=date(2021, 2, 3),
        recognised_on=date(2024, 5, 6),
        **SOURCED,
    )
    registry.PlatformStanding.objects.create(
        platform=platform, disposable_area=123_456, legal_entity=False, **SOURCED
    )
    registry.PlatformYear.objects.create(
        platform=platform, year=2025, hosted_teams=8, incubator_income=990_000_000, **SOURCED
    )
    return platform


def _person(firm: registry.Organisation, county: Region) -> registry.Person:
    person = registry.Person.objects.create(
        party=Party.objects.create(code="RC-001", name="李四", kind="person", region=county),
        is_expert=True,
        is_commissioner=True,
        education="doctor",
        professional_title="教授",
        specialty="轴承寿命",
        phone="13800001111",
        born_on=date(1980, 1, 2),
        **SOURCED,
    )
    registry.PersonField.objects.create(person=person, name="材料")
    registry.PersonField.objects.create(person=person, name="机械")
    registry.Affiliation.objects.create(person=person, party=firm.party, post="顾问")
    return person
