"""A list is pasted and titles are set, by keyboard alone; its pages are accessible and fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kechuang.office.accounts.models import Membership
from kechuang.office.desk.models import Comparison
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.provenance import here
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.reference.credit_codes import check_character

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
NAMES = ("甲县宏达轴承有限公司", "甲县恒通电子有限公司")
LIST = "1. 甲县宏达轴承有限公司（高企）\n甲县恒同电子有限公司\n没有这家机械有限公司"
STEPS = 150
CALLED = """() => {
  const here = document.activeElement;
  const labels = Array.from(here.labels || [], (each) => each.textContent).join(" ");
  return (labels || here.getAttribute("aria-label") || here.textContent || "").trim();
}"""


@pytest.fixture
def page(person: Callable[..., Membership], sign_in: Callable[..., Page]) -> Page:
    for number, name in enumerate(NAMES, 1):
        first = f"91990101MA0{number:06}"
        facts = OrganisationFacts(name, "enterprise", "990101", first + check_character(first))
        organisations.create(SYSTEM, facts, here())
    return sign_in("officer", "990101")


def reach(page: Page, words: str, *, whole: bool = False) -> None:
    """Tab on until the focus is on what is called so, `whole` and nothing more."""
    for _step in range(STEPS):
        page.keyboard.press("Tab")
        called = page.evaluate(CALLED)
        if called == words or (not whole and words in called and len(called) < len(words) + 40):
            return
    raise AssertionError(f"{words} is not reached by Tab on {page.url}")


def press(page: Page, words: str, then: str) -> None:
    reach(page, words)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(then)


def fill(page: Page, words: str, text: str) -> None:
    reach(page, words)
    page.keyboard.type(text)


def serious(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [
        f"{page.url} {each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ] + ([f"{page.url} is {wide} pixels too wide"] if wide else [])


def test_a_list_is_pasted_decided_and_its_titles_are_set(page: Page) -> None:
    wrong: list[str] = []
    page.goto("/desk/comparisons/")
    press(page, "比对名单", "怎么比")
    wrong += serious(page)
    fill(page, "粘贴名单", LIST)
    press(page, "开始比对", "已比对3个名称")
    press(page, "认定 1 个疑似的名称", "同音字")
    wrong += serious(page)
    reach(page, "选 91990101MA0000002")
    page.keyboard.press("Space")
    press(page, "保存认定", "已认定1个名称")
    press(page, "概况", "名单上有 2 条是库内企业")
    wrong += serious(page)
    press(page, "登记称号", "先看会改什么")
    reach(page, "称号", whole=True)
    page.keyboard.press("ArrowDown")
    fill(page, "批次", "2025年第一批")
    reach(page, "发证日期")
    page.keyboard.type("11012025")
    press(page, "看会改什么", "确认后为2家办理")
    wrong += serious(page)
    press(page, "确认为 2 家办理", "办了2家，0家没有办")
    wrong += serious(page)
    assert Qualification.objects.filter(title="hnte", issued_on=date(2025, 11, 1)).count() == 2
    address = f"/desk/comparisons/{Comparison.objects.get().pk}/"
    for part in ("same/", "unknown/", "absent/", "act/tag/"):
        page.goto(f"{address}{part}")
        wrong += serious(page)
    page.goto("/desk/comparisons/names/")
    wrong += serious(page)
    assert wrong == []
