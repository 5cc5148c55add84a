"""A correction proposed and accepted, a merge, and the morning page: by keyboard, and by axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from at_the_browser import SCHEMES, SCRIPTS, Keyboard, look_through
from django.utils import timezone
from playwright.sync_api import expect

from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    Merge,
    Organisation,
    Proposal,
    Qualification,
    YearlyFact,
)
from kechuang.office.registry.names import name_key

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]

BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": date(2026, 1, 2)}


@pytest.fixture
def firms(city: Region) -> list[Organisation]:
    """Two records of one firm, with facts that differ and a certificate that expires."""
    county = Region.objects.get(code="990101")
    made = []
    for code, name, address in (
        ("f-1", "示例轴承（有限公司）", "乙路2号"), ("f-2", "示例轴承有限责任公司", "甲路1号"),
    ):  # fmt: skip
        party = Party.objects.create(code=code, name=name, kind="enterprise", region=county)
        made.append(
            Organisation.objects.create(
                party=party, kind="enterprise", address=address, name_key=name_key(name), **BUREAU
            )
        )
        YearlyFact.objects.create(party=party, year=2025, revenue=len(made) * 10**6, **BUREAU)
    Qualification.objects.create(
        party=made[0].party, title="hnte", number="GR1", recognition="recognised",
        issued_on=date(2024, 1, 1), expires_on=timezone.localdate(), **BUREAU,
    )  # fmt: skip
    return made


@pytest.fixture(params=SCRIPTS)
def scripts(request: pytest.FixtureRequest) -> bool:
    """Once with scripts, once without."""
    return request.param


def test_firm_proposes_and_officer_accepts(
    firms: list[Organisation], keyboard: Callable[..., Keyboard], scripts: bool, tmp_path: Path
) -> None:
    proof = tmp_path / "执照.png"
    proof.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(32))
    firm = keyboard("enterprise_user", "990101", scripts=scripts, party="f-1", name="李四")
    firm.press("更正申请", "没有更正申请")
    firm.press("提出更正", "的哪一项要更正")
    firm.press("更正 地址", "现在的值")
    firm.type_over("拟改为", "丙路3号")
    firm.fill("理由和依据", "去年迁址，已换执照")
    firm.choose("佐证", proof)
    firm.press("提交更正申请", "科技局受理后会通知您")
    desk = keyboard("officer", "990101", scripts=scripts)
    desk.press("企业的更正申请待受理", "丙路3号")
    desk.press("地址", "立即成为现在的值")
    desk.fill("答复", "已核对执照")
    desk.press("采纳", "已采纳，已通知李四")
    kept = Organisation.objects.get(pk=firms[0].pk).address
    assert (Proposal.objects.get().state, kept) == ("accepted", "丙路3号")
    firm.page.reload()
    expect(firm.page.locator("body")).to_contain_text("已核对执照")


def test_merge(firms: list[Organisation], keyboard: Callable[..., Keyboard], scripts: bool) -> None:
    desk = keyboard("officer", "990101", scripts=scripts)
    desk.press("企业名称相同，可能重复建档", "名称相同（不计括号和公司形式）")
    desk.press("合并 示例轴承", "两份都有、只能留一份的记录")
    desk.press("换成保留另一份", "合并后保留“示例轴承有限责任公司”")
    desk.reach("保留方 地址")
    desk.page.keyboard.press("ArrowRight")
    desk.fill("认定为同一家的理由", "电话核实，只差括号")
    desk.press("合并", "已并入“示例轴承有限责任公司”")
    merged = Merge.objects.get()
    assert (merged.stays.code, merged.moved["registry.Qualification.party"]) == ("f-2", 1)
    assert Organisation.objects.get(pk=firms[1].pk).address == "乙路2号"
    desk.press("打开保留的档案", "示例轴承有限责任公司")
    desk.page.goto("/parties/of/f-1/")
    expect(desk.page.locator("#messages")).to_contain_text("这里是保留的档案")


def test_morning_page_leads_to_its_lists(
    firms: list[Organisation], keyboard: Callable[..., Keyboard], scripts: bool
) -> None:
    desk = keyboard("officer", "990101", scripts=scripts)
    desk.press("称号在180天内到期", "共 1 条")
    desk.page.go_back()
    desk.press("企业缺少", "共 2 条")


@pytest.mark.parametrize("first", SCHEMES)
def test_pages_are_accessible_and_fit(
    firms: list[Organisation],
    keyboard: Callable[..., Keyboard],
    first: str,
) -> None:
    proposal = Proposal.objects.create(
        party=firms[0].party, table="organisation", field="address", before="旧", after="丙路3号",
        reason="迁址", proposed_by="x", proposed_name="李四",
    )  # fmt: skip
    desk = keyboard("officer", "990101").page
    firm = keyboard("enterprise_user", "990101", party="f-1").page
    addresses = {
        desk: [
            "/", "/registry/duplicates/", "/registry/merge/", "/registry/merge/?stays=f-2&goes=f-1",
            "/registry/duplicates/unlike/?stays=f-2&goes=f-1", "/registry/duplicates/unlikes/",
            "/registry/proposals/", f"/registry/proposals/{proposal.pk}/",
        ],
        firm: [
            "/", "/registry/propose/f-1/", "/registry/propose/f-1/?cell=organisation:website",
            f"/registry/proposals/{proposal.pk}/",
        ],
    }  # fmt: skip
    found = [look_through(page, opened, first) for page, opened in addresses.items()]
    assert found == [[], []]
