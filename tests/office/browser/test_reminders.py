"""From the digest of the morning to firms that were told, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from at_the_browser import faults
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from policies_city import judged, right, technology_firm, title

from kechuang.office.accounts.models import Membership
from kechuang.office.ground.models import Notice
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.policies import rules
from kechuang.office.policies.models import FirmMessage
from kechuang.office.policies.services import reminders
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
RUNG = "tech_sme_national"


def press(page: Page, selector: str) -> None:
    """Go to something with the keyboard's focus and press it."""
    page.focus(selector)
    page.keyboard.press("Enter")


def test_a_digest_leads_to_the_list_and_firms_are_told(
    city: Region,
    sign_in: Callable[..., Page],
    person: Callable[..., Membership],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = load_rulebook()
    few = [each for each in whole if each.id == RUNG]
    monkeypatch.setattr(rules, "load_rulebook", lambda: Rulebook(few, whole.dictionary))
    today = timezone.localdate()
    right(technology_firm("F01", books_assessed=False))
    right(technology_firm("F02", books_assessed=False))
    begins, ends = today - timedelta(300), today + timedelta(20)
    title(technology_firm("F03"), RUNG, begins, ends, recognition="admitted")
    person("enterprise_user", "990101", party="F01")
    judged(today)
    page = sign_in("officer", "990101")
    reminders.submit_today()
    run_waiting_jobs()
    found: list[str] = []
    notice = Notice.objects.get(text__startswith="今日提醒", to__startswith="officer")
    page.goto(urljoin(page.url, notice.url))
    page.wait_for_selector("text=示例F03公司")
    found += faults(page)
    press(page, "a[href*='kind=certificate']")
    page.wait_for_selector("text=共 1 条")
    found += faults(page)
    press(page, f"a[href*='/{RUNG}/?stand=expiring']")
    page.wait_for_selector("text=示例F03公司")
    page.goto(page.url.replace("stand=expiring", "stand=near"))
    for box in page.locator("td.pick input").all():
        box.focus()
        page.keyboard.press("Space")
    press(page, "button:has-text('通知企业')")
    page.wait_for_selector("text=通知的样子")
    assert "示例F01公司" in page.inner_text("main")
    found += faults(page)
    press(page, "button:has-text('确认通知')")
    page.wait_for_selector("text=已通知2家")
    found += faults(page)
    assert dict(FirmMessage.objects.values_list("party__code", "accounts")) == {"F01": 1, "F02": 0}
    press(page, f"a[href^='{reverse('policies:firm_messages')}'][href$='reached=open']")
    page.wait_for_selector("text=共 1 条")
    assert "示例F02公司" in page.inner_text("main")
    found += faults(page)
    assert found == []
