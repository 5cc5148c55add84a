"""Firms of 甲县 and an officer who compares lists with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import FormerName, Organisation
from kechuang.reference.credit_codes import check_character

SOURCED = {"source": "bureau", "rank": 80, "as_of": date(2025, 12, 31), "confirmed_by": "x"}
NAMES = (
    "甲县宏达轴承有限公司", "甲县恒通电子有限公司", "甲县金鼎（集团）化工有限公司",
    "甲县瑞丰食品厂",
)  # fmt: skip


def code_of(number: int) -> str:
    first = f"91990101MA0{number:06}"
    return first + check_character(first)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
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
def firms(county: Region) -> list[Organisation]:
    """Four firms; the first was called 甲县红星轴承厂 before."""
    made = []
    for number, name in enumerate(NAMES, 1):
        code = code_of(number)
        party = Party.objects.create(code=code, name=name, kind="enterprise", region=county)
        made.append(
            Organisation.objects.create(party=party, kind="enterprise", credit_code=code, **SOURCED)
        )
    FormerName.objects.create(party=made[0].party, name="甲县红星轴承厂")
    return made
