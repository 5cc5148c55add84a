"""Organisations to look at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from seen_organisations import DAY, DUE, OF, credit_code, firm

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Doubt, Organisation, Qualification, Tag, YearlyFact
from kechuang.office.registry.services import organisations


@pytest.fixture
def one(city: Region) -> Organisation:
    values = {"contact_phone": "13800001234", "address": "甲路1号", "founded_on": date(2010, 5, 1)}
    return firm(1, "示例轴承有限公司", **values)


@pytest.fixture
def some(city: Region) -> None:
    """Four organisations that differ in everything the list asks for."""
    last = DUE
    first = firm(1, "安例机械厂", industry_code="C3451", founded_on=date(2010, 5, 1))
    second = firm(2, "白例软件厂", industry_code="6513", above_designated_size=True)
    third = firm(3, "陈例学校", kind="university")
    firm(4, "丁例农场", "990102", industry_code="A")
    tomorrow = timezone.localdate() + timedelta(days=1)
    yesterday = timezone.localdate() - timedelta(days=1)
    for party, number, status, ends in (
        (first, "1", "valid", tomorrow),
        (second, "2", "valid", yesterday),
        (third, "3", "cancelled", tomorrow),
    ):
        Qualification.objects.create(
            party=party.party, title="hnte", number=number, recognition="recognised",
            status=status, expires_on=ends, **OF,
        )  # fmt: skip
    YearlyFact.objects.create(party=first.party, year=last, revenue=123_456_700, **OF)
    Doubt.objects.create(party=second.party, year=last, rule="x", field="rd_staff")
    organisations.set_status(SYSTEM, credit_code(2), "closed", DAY, "停")
    tag = Tag.objects.create(name="重点", region=Region.objects.get(code="990101"))
    first.tags.add(tag)
