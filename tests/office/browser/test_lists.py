"""A list in a browser: with scripts only a part changes, without them it does the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_the_browser import too_wide
from playwright.sync_api import Page, expect

from kechuang.office.ground.models import SavedView
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firms(city: Region) -> None:
    county = Region.objects.get(code="990101")
    Party.objects.bulk_create(
        Party(code=f"firm-{each:03}", name=f"第{each:03}厂", kind="enterprise", region=county)
        for each in range(60)
    )


def names(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def test_filter_changes_the_part_the_address_and_what_is_told(
    sign_in: Callable[..., Page], firms: None
) -> None:
    page = sign_in("officer", "990101")
    page.goto("/parties/")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.fill("#list-q", "第05")
    page.press("#list-q", "Enter")
    page.wait_for_url("**/parties/?q=*")
    expect(page.locator("#announcer")).to_have_text("共 10 条")
    expect(page.locator("#list-q")).to_be_focused()
    assert (names(page)[0], page.evaluate("document.body.dataset.same")) == ("第050厂", "yes")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(50)
    assert page.input_value("#list-q") == ""


def test_page_and_order_are_one_click_and_focus_stays_in_the_list(
    sign_in: Callable[..., Page], firms: None
) -> None:
    page = sign_in("officer", "990101")
    page.goto("/parties/?kind=enterprise")
    page.click("thead a >> text=名称")
    page.wait_for_selector('th[aria-sort="ascending"] >> text=名称')
    page.click("text=下一页")
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("#listing :focus")).to_have_count(1)
    assert names(page)[0] == "第050厂"


def test_view_that_is_saved_after_filtering_has_the_new_conditions(
    sign_in: Callable[..., Page], firms: None
) -> None:
    page = sign_in("officer", "990101")
    page.goto("/parties/")
    page.select_option("#list-kind", "enterprise")
    page.click("#list-go")
    page.wait_for_url("**kind=enterprise**")
    page.wait_for_selector("text=共 60 条")
    page.click("#list-views")
    page.fill("#view-name", "企业")
    page.press("#view-name", "Enter")
    page.wait_for_selector(".message-success")
    assert SavedView.objects.get().query == "kind=enterprise"


def test_everything_works_without_scripts(sign_in: Callable[..., Page], firms: None) -> None:
    page = sign_in("officer", "990101", java_script_enabled=False)
    page.goto("/parties/")
    page.fill("#list-q", "第05")
    page.press("#list-q", "Enter")
    found = names(page)
    page.click("#list-columns")
    page.uncheck('input[name=column][value="kind"]')
    page.click("text=应用")
    heads = page.locator("thead th").all_inner_texts()
    page.click("#list-views")
    page.fill("#view-name", "五十几")
    page.press("#view-name", "Enter")
    page.click("#list-views")
    saved = page.locator(".drop-body li a").all_inner_texts()
    page.click(".drop-body li button")
    left = SavedView.objects.count()
    assert (len(found), heads, saved, left) == (10, ["名称", "代码", "区划"], ["五十几"], 0)


def test_menus_close_with_escape_and_give_the_focus_back(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", "990101")
    summary = page.locator(".top .menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu-body")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    closed = page.locator(".top .menu[open]").count() == 0
    assert (closed, summary.evaluate("each => each === document.activeElement")) == (True, True)


def test_skip_link_is_first_and_leads_to_the_page(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", "990101")
    page.goto("/parties/")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    assert (first, page.evaluate("document.activeElement.id")) == ("skip", "main")


def test_mistakes_have_the_focus_and_lead_to_their_field(sign_in: Callable[..., Page]) -> None:
    page = sign_in("system_administrator")
    page.goto("/account/people/new/")
    page.click("main form .button-main")
    page.wait_for_selector(".summary")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("id_")


@pytest.mark.parametrize("width", [1366, 1100, 360])
def test_menu_of_a_list_opens_inside_the_window(
    sign_in: Callable[..., Page], firms: None, width: int
) -> None:
    page = sign_in("officer", "990101", viewport={"width": width, "height": 768})
    page.goto("/registry/imports/")
    for menu in ("#list-columns", "#list-views"):
        page.click(menu)
        expect(page.locator(f"details[open] > {menu}")).to_have_count(1)
        assert too_wide(page) == 0
