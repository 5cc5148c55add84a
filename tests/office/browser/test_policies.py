"""From the first page to the nearest firms of a county, what each lacks, and why, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_the_browser import faults
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from policies_city import judged, right, technology_firm

from kechuang.office.policies import rules
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


def press(page: Page, selector: str) -> None:
    """Go to a link with the keyboard's focus and press it."""
    page.focus(selector)
    page.keyboard.press("Enter")


def test_the_nearest_firms_and_what_each_lacks_in_three_clicks(
    city: Region, sign_in: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_rulebook()
    few = [each for each in whole if each.id == "tech_sme_national"]
    monkeypatch.setattr(rules, "load_rulebook", lambda: Rulebook(few, whole.dictionary))
    right(technology_firm("F01", books_assessed=False))
    technology_firm("F02", "990102", books_assessed=False)
    judged(timezone.localdate())
    page = sign_in("officer", "990101")
    found: list[str] = []
    page.locator(f"a[href='{reverse('policies:ladder')}']:visible").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#rungs")
    found += faults(page)
    press(page, "a[href*='/tech_sme_national/?stand=near']")
    page.wait_for_selector("text=示例F01公司")
    assert "“查账征收”需落实并提供证明" in page.inner_text("main")
    assert "示例F02公司" not in page.inner_text("main")
    found += faults(page)
    press(page, f"a[href='{reverse('policies:diagnosis', args=['F01'])}']")
    page.wait_for_selector("#near")
    assert "本年度" in page.inner_text("main")
    page.focus("#near summary, section[aria-labelledby=near] summary")
    page.keyboard.press("Enter")
    assert "工作指引 一" in page.inner_text("section[aria-labelledby=near]")
    found += faults(page)
    assert found == []
