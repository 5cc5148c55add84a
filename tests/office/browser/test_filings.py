"""A filing by keyboard from the list to the certificate, and the pages on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from at_the_browser import faults, look_through
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from registry_records import firm

from kechuang.office.filings.models import Batch, Filing
from kechuang.office.filings.services import batches
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Qualification

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]

TODAY = timezone.localdate()


@pytest.fixture
def batch(city: Region) -> Batch:
    """A batch whose county deadline is over, so that somebody is late."""
    county = Region.objects.get(code="990101")
    facts = BatchFacts("本年高企", TODAY.year, county_due=TODAY - timedelta(days=3))
    return batches.open_batch(SYSTEM, county, "hnte", facts)


def press(page: Page, selector: str) -> None:
    """Go to a link or button with the keyboard's focus and press it."""
    page.focus(selector)
    page.keyboard.press("Enter")


def advance(page: Page, batch: Batch, place: int) -> None:
    """Tick the firm in the list and move it to the stage at a place, with the preview between."""
    page.goto(f"{reverse('filings:filings')}?batch={batch.pk}")
    page.focus("tbody input[name=selected]")
    page.keyboard.press("Space")
    press(page, "#bulk button[formaction$='/advance/']")
    page.wait_for_selector("#id_stage")
    page.focus("#id_stage")
    page.keyboard.press("Home")
    for _step in range(place):
        page.keyboard.press("ArrowDown")
    press(page, ".form button[type=submit]")
    page.wait_for_selector("button[name=confirm]")
    press(page, "button[name=confirm]")
    page.wait_for_selector(".message-success")


def test_filing_goes_from_the_list_to_the_certificate_by_keyboard(
    sign_in: Callable[..., Page], batch: Batch
) -> None:
    party = firm("键盘示例有限公司")
    page = sign_in("officer", "990101")
    found: list[str] = []
    page.goto(reverse("filings:batch", args=[batch.pk]))
    press(page, f"a[href='{reverse('filings:firms_add', args=[batch.pk])}']")
    page.wait_for_selector("#id_text")
    page.focus("#id_text")
    page.keyboard.type("1、键盘示例有限公司")
    found += faults(page)
    press(page, "form.form button[type=submit]")
    page.wait_for_selector("button[name=confirm]")
    found += faults(page)
    press(page, "button[name=confirm]")
    page.wait_for_selector(".message-success")
    found += faults(page)
    page.goto(reverse("filings:batch", args=[batch.pk]))
    found += faults(page)
    assert "逾期 1" in page.inner_text(".board")
    for place in (3, 5, 8):  # 提交, 县推荐, 拟认定公示
        advance(page, batch, place)
    assert Filing.objects.get().stage.code == "published"
    page.goto(reverse("filings:certificates", args=[batch.pk]))
    found += faults(page)
    page.focus("#id_document")
    page.keyboard.type("国科火字1号")
    page.focus("table.numbers input")
    page.keyboard.type("GR2026")
    page.keyboard.press("Enter")
    page.wait_for_selector(".message-success")
    title = Qualification.objects.get()
    assert (title.party, title.number, title.issued_on) == (party, "GR2026", TODAY)
    row = Filing.objects.get()
    of_batch = ("batch", "batch_stages", "firms_add", "letter", "certificates")
    lists = ("batches", "batch_create", "chase", "stock")
    found += look_through(page, [
        reverse("filings:filing", args=[row.pk]),
        *(reverse(f"filings:{route}", args=[batch.pk]) for route in of_batch),
        *(reverse(f"filings:{route}") for route in lists),
    ])  # fmt: skip
    assert found == []
