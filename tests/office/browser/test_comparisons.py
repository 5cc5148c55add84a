"""A list is pasted and titles are set, by keyboard alone; its pages are accessible and fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from at_the_browser import Keyboard, faults, look_through

from kechuang.office.accounts.models import Membership
from kechuang.office.desk.models import Comparison
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.provenance import here as here_and_now
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.reference.credit_codes import check_character

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
NAMES = ("甲县宏达轴承有限公司", "甲县恒通电子有限公司")
LIST = "1. 甲县宏达轴承有限公司（高企）\n甲县恒同电子有限公司\n没有这家机械有限公司"


@pytest.fixture
def here(person: Callable[..., Membership], keyboard: Callable[..., Keyboard]) -> Keyboard:
    for number, name in enumerate(NAMES, 1):
        first = f"91990101MA0{number:06}"
        facts = OrganisationFacts(name, "enterprise", "990101", first + check_character(first))
        organisations.create(SYSTEM, facts, here_and_now())
    return keyboard("officer", "990101")


def test_a_list_is_pasted_decided_and_its_titles_are_set(here: Keyboard) -> None:
    wrong: list[str] = []
    here.page.goto("/desk/comparisons/")
    here.press("比对名单", "怎么比")
    wrong += faults(here.page)
    here.fill("粘贴名单", LIST)
    here.press("开始比对", "已比对3个名称")
    here.press("认定 1 个疑似的名称", "同音字")
    wrong += faults(here.page)
    here.reach("选 91990101MA0000002")
    here.page.keyboard.press("Space")
    here.press("保存认定", "已认定1个名称")
    here.press("概况", "名单上有 2 条是库内企业")
    wrong += faults(here.page)
    here.press("登记称号", "先看会改什么")
    here.reach("称号", exactly=True)
    here.page.keyboard.press("ArrowDown")
    here.fill("批次", "2025年第一批")
    here.reach("发证日期")
    here.page.keyboard.type("11012025")
    here.press("看会改什么", "确认后为2家办理")
    wrong += faults(here.page)
    here.press("确认为 2 家办理", "办了2家，0家没有办")
    wrong += faults(here.page)
    assert Qualification.objects.filter(title="hnte", issued_on=date(2025, 11, 1)).count() == 2
    address = f"/desk/comparisons/{Comparison.objects.get().pk}/"
    parts = (f"{address}{part}" for part in ("same/", "unknown/", "absent/", "act/tag/"))
    wrong += look_through(here.page, (*parts, "/desk/comparisons/names/"))
    assert wrong == []
