"""Policy documents and the pool by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_the_browser import Keyboard, faults
from django.utils import timezone
from playwright.sync_api import Page, expect
from policies_city import technology_firm

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.policies import rules
from kechuang.office.policies.models import PolicyDocument, PoolEntry
from kechuang.office.policies.services import pool
from kechuang.office.policies.services.pool import Tending
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


CHOSEN = "() => document.activeElement.selectedOptions[0].textContent.trim()"


def pick(keys: Keyboard, words: str, option: str) -> None:
    """Reach a list of options and go down it until one is chosen."""
    keys.reach(words)
    for _step in range(30):
        if option in keys.page.evaluate(CHOSEN):
            return
        keys.page.keyboard.press("ArrowDown")
    raise AssertionError(f"no {option} among the options of {words}")


@pytest.fixture(autouse=True)
def _one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_rulebook()
    few = [each for each in whole if each.id == "tech_sme_national"]
    monkeypatch.setattr(rules, "load_rulebook", lambda: Rulebook(few, whole.dictionary))


def test_a_document_is_registered_and_superseded(
    city: Region, sign_in: Callable[..., Page]
) -> None:
    keys = Keyboard(sign_in("officer", "990100"))
    for title, number in (("旧办法", "1号"), ("新办法", "2号")):
        keys.page.goto("/policies/documents/")
        keys.press("登记政策文件", "发文机关")
        keys.fill("标题", title)
        keys.fill("文号", number)
        keys.fill("发文机关", "示例市人民政府")
        pick(keys, "级别", "市级")
        keys.reach("发布日期")
        keys.page.keyboard.type("01052026")
        keys.fill("正文", "第一条 首次入库的奖励。")
        keys.press("登记政策文件", "已登记", exactly=True)
    old = PolicyDocument.objects.get(title="旧办法")
    keys.page.goto(f"/policies/documents/{old.pk}/")
    keys.press("登记被取代", "取代它的文件")
    pick(keys, "取代它的文件", "新办法")
    keys.press("登记被取代", "列表、诊断和自测页都会注明它被取代", exactly=True)
    assert faults(keys.page) == []
    old.refresh_from_db()
    assert old.superseded_by == PolicyDocument.objects.get(title="新办法")


def test_ticked_firms_of_the_pool_get_a_mentor_and_one_is_followed(
    city: Region, sign_in: Callable[..., Page], person: Callable[..., Membership]
) -> None:
    mentor = actor_of(person("officer", "990101", name="辅导员甲"))
    for code in ("F01", "F02"):
        party = technology_firm(code)
        pool.admit(SYSTEM, party, "hnte", Tending(), timezone.localdate())
    keys = Keyboard(sign_in("officer", "990100"))
    keys.page.goto("/policies/pool/")
    for name in ("示例F01公司", "示例F02公司"):
        keys.reach(f"选择 {name}")
        keys.page.keyboard.press("Space")
    expect(keys.page.locator("body")).to_contain_text("已选 2 项")
    keys.press("指定辅导人", "新辅导人会收到通知")
    assert faults(keys.page) == []
    pick(keys, "辅导人", "辅导员甲")
    keys.press("指定辅导人", "已为2家指定辅导人", exactly=True)
    assert PoolEntry.objects.filter(mentor=mentor.code).count() == 2
    keys.press("示例F01公司", "登记跟进", exactly=True)
    keys.press("登记跟进", "办了什么", exactly=True)
    keys.fill("办了什么", "上门看了辅助账")
    keys.press("登记跟进", "上门看了辅助账", exactly=True)
    assert faults(keys.page) == []
