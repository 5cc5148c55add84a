"""A form sent out, returned, merged and its missing chased by keyboard; its pages under axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from collected_forms import form
from collections_made import filled, merged, part, returned, sent
from playwright.sync_api import Page, expect

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.models import Collection
from kechuang.office.ground.jobs import run_waiting_jobs

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
STEPS = 150
CALLED = """() => {
  const here = document.activeElement;
  const labels = Array.from(here.labels || [], (each) => each.textContent).join(" ");
  return (labels || here.getAttribute("aria-label") || here.textContent || "").trim();
}"""


def reach(page: Page, words: str, *, exactly: bool = False) -> None:
    """Tab on until the focus is on what is called so."""
    for _step in range(STEPS):
        page.keyboard.press("Tab")
        called = page.evaluate(CALLED)
        alike = words in called and len(called) < len(words) + 40
        if called == words or (alike and not exactly):
            return
    raise AssertionError(f"{words} is not reached by Tab on {page.url}")


def press(page: Page, words: str, then: str, *, exactly: bool = False) -> None:
    """Reach something, press it, and wait until the page says what comes then."""
    reach(page, words, exactly=exactly)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text(then)
    page.wait_for_load_state()


def choose(page: Page, words: str, *files: Path) -> None:
    """Reach a box for files and choose some."""
    reach(page, words)
    with page.expect_file_chooser(timeout=60_000) as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([str(each) for each in files])


def test_a_form_goes_out_comes_back_is_merged_and_the_missing_are_chased(
    sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    page = sign_in("officer", "990101")
    blank = tmp_path / "表样.xlsx"
    blank.write_bytes(form())
    press(page, "下发汇总", "还没有下发过表格")
    press(page, "新建下发", "上传表样")
    choose(page, "表样", blank)
    for words, text in (("名称", "企业情况表"), ("报告期", "2026年"), ("截止日期", "12312099")):
        reach(page, words)
        page.keyboard.type(text)
    press(page, "上传表样", "系统已按表样给出建议")
    reach(page, "按哪一列拆分")
    page.keyboard.type("B")
    press(page, "保存设置", "会发给3个单位")
    press(page, "拆分下发", "已开始拆分")
    run_waiting_jobs()
    row = Collection.objects.get()
    files = [tmp_path / "1.xlsx", tmp_path / "2.xlsx"]
    for number, file in enumerate(files, start=1):
        file.write_bytes(filled(row, f"{number}镇", {"D4": number}))
    page.reload()
    choose(page, "收回的表", *files)
    press(page, "上传回表", "收下2份，退回0份")
    press(page, "汇总", "已开始汇总", exactly=True)
    run_waiting_jobs()
    page.reload()
    expect(page.locator("body")).to_contain_text("下载汇总表")
    press(page, "催报（1 个未报）", "未报名单")
    assert page.locator("#lines").input_value().startswith("3镇")
    press(page, "催报", "1个单位未报", exactly=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_collections_are_accessible_and_fit(
    sign_in: Callable[..., Page], person: Callable[..., Membership], scheme: str
) -> None:
    actor = actor_of(person("officer", "990101"))
    row = sent(actor)
    returned(actor, row, "1镇", {"D4": 1}, "先.xlsx")
    returned(actor, row, "1镇", {"D4": 2, "C5": "改了名"}, "后.xlsx")
    merged(actor, row)
    own = part(row, "1镇").pk
    page = sign_in("officer", "990101", color_scheme=scheme)
    found: list[Any] = []
    here = f"/desk/collections/{row.pk}/"
    for address in (
        "/desk/collections/", "/desk/collections/new/", "/desk/collections/parts/", here,
        f"{here}layout/", f"{here}about/", f"{here}missing/", f"{here}conflicts/",
        "/desk/collections/own/", f"/desk/collections/parts/{own}/",
        f"/desk/collections/own/{own}/",
    ):  # fmt: skip
        page.goto(address)
        violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
        found += [
            f"{address} {each['id']}: {each['nodes'][0]['html'][:120]}"
            for each in violations
            if each["impact"] in {"serious", "critical"}
        ]
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [f"{address} is {wide} pixels too wide"] if wide else []
    assert found == []
