"""Briefs, evidence, letters, the calendar and cases in a browser: a journey and every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from at_the_browser import SCHEMES, look_through
from desk_records import Firm
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.services import bindings, cases, incoming
from kechuang.office.desk.services.bindings import CoverFacts
from kechuang.office.regions.models import Region

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


def tab_to(page: Page, words: str) -> None:
    """Go on with the Tab key until a link or button of these words has the focus."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if words in str(page.evaluate("document.activeElement.innerText")):
            return
    raise AssertionError(f"no way to {words} by Tab")


def test_a_brief_is_two_keys_from_the_dossier(city: Region, sign_in: Callable[..., Page]) -> None:
    code = Firm().party.code
    page = sign_in("officer", "990101")
    page.goto(reverse("registry:organisation", args=[code]))
    tab_to(page, "企业简介")
    # The navigation names it too; the button of the dossier comes after it.
    while "/of/" not in str(page.evaluate("document.activeElement.getAttribute('href')")):
        tab_to(page, "企业简介")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=没有写入的句子")
    tab_to(page, "下载 Word")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename == "示例轴承有限公司简介.docx"


@pytest.fixture
def addresses(city: Region, person: Callable[..., Any]) -> list[str]:
    """Every page of these parts, none of them empty."""
    officer = actor_of(person("officer", "990101"))
    county, today = Region.objects.get(code="990101"), timezone.localdate()
    town = Firm()
    book = bindings.create(officer, town.party, CoverFacts("佐证", "示例局", today))
    facts = {
        "title": "通知", "number": "1号", "issuer": "省厅", "dated_on": None, "received_on": today,
        "due_on": today + timedelta(days=2), "asks": "报表",
    }  # fmt: skip
    letter = incoming.register(officer, county, facts, None, is_not_secret=True)
    helper = person("area_liaison", "990101")
    incoming.assign(officer, letter, [helper.user], "报", letter.due_on)
    told = {
        "title": "案例", "theme": "research", "year": today.year, "background": "",
        "practice": "建成全省首家基地。", "effect": "增收。", "region": county, "party": town.party,
    }  # fmt: skip
    case = cases.create(officer, told)
    cases.add_figure(officer, case, "增收", Decimal(5), "万元", "审计", today)
    code, at = town.party.code, reverse
    return [
        at("desk:briefs"), at("desk:brief", args=[code]),
        f"{at('desk:briefs_several')}?firm={code}", at("desk:bindings"), at("desk:binding_create"),
        at("desk:binding", args=[book.pk]), at("desk:incoming"), at("desk:incoming_create"),
        at("desk:incoming_letter", args=[letter.pk]), at("desk:incoming_assign", args=[letter.pk]),
        at("desk:incoming_reply", args=[letter.pk]), at("desk:incoming_calendar"),
        f"{at('desk:incoming_calendar')}?view=list", at("desk:incoming_due_items"),
        at("desk:incoming_due_create"), at("desk:cases"), at("desk:case", args=[case.pk]),
        at("desk:case_proof", args=[case.pk]),
    ]  # fmt: skip


@pytest.mark.parametrize("first", SCHEMES)
def test_pages_are_accessible_and_fit(
    addresses: list[str], sign_in: Callable[..., Page], first: str
) -> None:
    assert look_through(sign_in("officer", "990101"), addresses, first) == []
