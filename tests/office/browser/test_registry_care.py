"""A correction proposed and accepted, a merge, and the morning page: by keyboard, and by axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from at_the_browser import PASSWORD, Keyboard
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.services import keep_password
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


@pytest.fixture
def keyboard(
    open_context: Callable[..., Any], person: Callable[..., Membership]
) -> Callable[..., Keyboard]:
    """The keyboard of a new person in a role who has signed in."""

    def make(scripts: bool, *arguments: str, **more: str) -> Keyboard:
        user = person(*arguments, **more).user
        keep_password(user, PASSWORD)
        here = Keyboard(open_context(java_script_enabled=scripts).new_page(), steps=400, more=60)
        here.page.goto("/account/sign-in/")
        here.page.keyboard.type(user.username)
        here.fill("口令", PASSWORD)
        here.page.keyboard.press("Enter")
        expect(here.page.locator("body")).to_contain_text("退出登录")
        return here

    return make


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Once with scripts, once without."""
    return request.param


def test_firm_proposes_and_officer_accepts(
    firms: list[Organisation], keyboard: Callable[..., Keyboard], scripts: bool, tmp_path: Path
) -> None:
    proof = tmp_path / "执照.png"
    proof.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(32))
    firm = keyboard(scripts, "enterprise_user", "990101", party="f-1", name="李四")
    firm.press("更正申请", "没有更正申请")
    firm.press("提出更正", "的哪一项要更正")
    firm.press("更正 地址", "现在的值")
    firm.type_over("拟改为", "丙路3号")
    firm.fill("理由和依据", "去年迁址，已换执照")
    firm.reach("佐证")
    firm.page.locator(":focus").set_input_files(proof)
    firm.press("提交更正申请", "科技局受理后会通知您")
    desk = keyboard(scripts, "officer", "990101")
    desk.press("企业的更正申请待受理", "丙路3号")
    desk.press("地址", "立即成为现在的值")
    desk.fill("答复", "已核对执照")
    desk.press("采纳", "已采纳，已通知李四")
    kept = Organisation.objects.get(pk=firms[0].pk).address
    assert (Proposal.objects.get().state, kept) == ("accepted", "丙路3号")
    firm.page.reload()
    expect(firm.page.locator("body")).to_contain_text("已核对执照")


def test_merge(firms: list[Organisation], keyboard: Callable[..., Keyboard], scripts: bool) -> None:
    desk = keyboard(scripts, "officer", "990101")
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
    desk = keyboard(scripts, "officer", "990101")
    desk.press("称号在180天内到期", "共 1 条")
    desk.page.go_back()
    desk.press("企业缺少", "共 2 条")


def violations(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]
    ]


def test_wide_comparisons_fit_a_phone(
    firms: list[Organisation], keyboard: Callable[..., Keyboard]
) -> None:
    page = keyboard(True, "officer", "990101").page
    page.set_viewport_size({"width": 360, "height": 740})
    wide = {}
    for address in ("/registry/duplicates/", "/registry/merge/?stays=f-2&goes=f-1"):
        page.goto(address)
        wide[address] = page.evaluate("document.documentElement.scrollWidth")
    assert set(wide.values()) == {360}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_pass_axe(
    firms: list[Organisation],
    keyboard: Callable[..., Keyboard],
    scheme: str,
) -> None:
    proposal = Proposal.objects.create(
        party=firms[0].party, table="organisation", field="address", before="旧", after="丙路3号",
        reason="迁址", proposed_by="x", proposed_name="李四",
    )  # fmt: skip
    desk = keyboard(True, "officer", "990101").page
    firm = keyboard(True, "enterprise_user", "990101", party="f-1").page
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
    found = []
    for page, opened in addresses.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for address in opened:
            page.goto(address)
            found += [(address, each) for each in violations(page)]
    assert found == []
