"""Titles, rights, platforms, people, instruments, agreements in a browser: each type of page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from at_the_browser import SCHEMES, look_through
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from registry_records import LIST, Town, firm

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.services import platforms, qualifications

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(city: Region) -> list[str]:
    """One page of every type, none of them empty, states of every colour among them."""
    town = Town()
    today = timezone.localdate()
    for days, title in ((-40, "gazelle"), (60, "srdi_sme"), (900, "innovative_sme")):
        values = {
            "title": title, "level": "provincial", "number": f"示{title}", "batch_name": "第三批",
            "recognition": "recognised", "issuer": "示例省工业和信息化厅",
            "issued_on": today + timedelta(days - 1095), "expires_on": today + timedelta(days),
        }  # fmt: skip
        qualifications.create(SYSTEM, town.party, values, LIST)
    platforms.assess(SYSTEM, town.platform, 2025, "优秀", None, "奖补20万元", LIST)
    platforms.add_partner(SYSTEM, town.platform, firm("示例大学"), "技术支撑", None)
    lists = ("qualifications", "properties", "platforms", "platform_firms", "people",
             "instruments", "agreements", "qualification_stock")  # fmt: skip
    creations = ("qualification", "property", "platform", "person", "instrument", "agreement")
    row = Qualification.objects.get(title="gazelle")
    return [
        *(reverse(f"registry:{name}") for name in lists),
        *town.addresses.values(),
        *(reverse(f"registry:{name}_create") for name in creations),
        reverse("registry:qualification", args=[row.pk]),
        reverse("registry:qualification_cancel", args=[row.pk]),
        reverse("registry:platform_enter", args=[town.platform.code]),
        reverse("registry:platform_firm_graduate", args=[town.stay.pk]),
        reverse("parties:record", args=[town.party.code]),
    ]


@pytest.mark.parametrize("first", SCHEMES)
def test_pages_are_accessible_and_fit(
    sign_in: Callable[..., Page], addresses: list[str], first: str
) -> None:
    assert look_through(sign_in("officer", "990101"), addresses, first) == []


def test_title_is_put_in_by_keyboard(sign_in: Callable[..., Page], addresses: list[str]) -> None:
    firm("键盘示例有限公司")
    page = sign_in("officer", "990101")
    page.goto(reverse("registry:qualification_create"))
    page.focus("#id_party")
    page.keyboard.type("键盘示例有限公司")
    for _field, down in (("title", 3), ("level", 0), ("number", 0), ("batch_name", 0)):
        page.keyboard.press("Tab")
        for _step in range(down):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".message-success")
    assert "省级科技型中小企业" in page.inner_text("#heading")
