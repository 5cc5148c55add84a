"""A form sent out, returned, merged and its missing chased by keyboard; its pages under axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_browser import SCHEMES, Keyboard, look_through
from collected_forms import form
from collections_made import filled, merged, part, returned, sent
from playwright.sync_api import Page

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.models import Collection
from kechuang.office.ground.jobs import run_waiting_jobs

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


def test_a_form_goes_out_comes_back_is_merged_and_the_missing_are_chased(
    keyboard: Callable[..., Keyboard], tmp_path: Path
) -> None:
    here = keyboard("officer", "990101")
    blank = tmp_path / "表样.xlsx"
    blank.write_bytes(form())
    here.press("下发汇总", "还没有下发过表格")
    here.press("新建下发", "上传表样")
    here.choose("表样", blank)
    for words, text in (("名称", "企业情况表"), ("报告期", "2026年"), ("截止日期", "12312099")):
        here.fill(words, text)
    here.press("上传表样", "系统已按表样给出建议")
    here.fill("按哪一列拆分", "B")
    here.press("保存设置", "会发给3个单位")
    here.press("拆分下发", "已开始拆分")
    run_waiting_jobs()
    row = Collection.objects.get()
    files = [tmp_path / "1.xlsx", tmp_path / "2.xlsx"]
    for number, file in enumerate(files, start=1):
        file.write_bytes(filled(row, f"{number}镇", {"D4": number}))
    here.page.reload()
    here.choose("收回的表", *files)
    here.press("上传回表", "收下2份，退回0份")
    here.press("汇总", "已开始汇总", exactly=True)
    run_waiting_jobs()
    here.page.reload()
    here.sees("下载汇总表")
    here.press("催报（1 个未报）", "未报名单")
    assert here.page.locator("#lines").input_value().startswith("3镇")
    here.press("催报", "1个单位未报", exactly=True)


@pytest.mark.parametrize("first", SCHEMES)
def test_pages_of_collections_are_accessible_and_fit(
    sign_in: Callable[..., Page], person: Callable[..., Membership], first: str
) -> None:
    actor = actor_of(person("officer", "990101"))
    row = sent(actor)
    returned(actor, row, "1镇", {"D4": 1}, "先.xlsx")
    returned(actor, row, "1镇", {"D4": 2, "C5": "改了名"}, "后.xlsx")
    merged(actor, row)
    own = part(row, "1镇").pk
    here = f"/desk/collections/{row.pk}/"
    addresses = (
        "/desk/collections/", "/desk/collections/new/", "/desk/collections/parts/", here,
        f"{here}layout/", f"{here}about/", f"{here}missing/", f"{here}conflicts/",
        "/desk/collections/own/", f"/desk/collections/parts/{own}/",
        f"/desk/collections/own/{own}/",
    )  # fmt: skip
    assert look_through(sign_in("officer", "990101"), addresses, first) == []
