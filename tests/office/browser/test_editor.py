"""A number of a rule is revised, previewed, published by somebody else, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_the_browser import Keyboard, faults
from django.urls import reverse
from django.utils import timezone
from policies_city import judged, right, technology_firm

from kechuang.office.policies import rules
from kechuang.office.policies.models import RuleRevision
from kechuang.office.policies.services.runs import same_again
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
CODE = "tech_sme_national"


def test_a_number_is_revised_and_published_and_old_verdicts_keep_their_version(
    city: Region, keyboard: Callable[..., Keyboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_rulebook()
    few = Rulebook([each for each in whole if each.id == CODE], whole.dictionary)
    monkeypatch.setattr(rules, "load_rulebook", lambda: few)
    right(technology_firm("F01"))
    today = timezone.localdate()
    before = judged(today)
    here = keyboard("officer")
    found: list[str] = []
    here.press("规则", "在本地适用的规则", exactly=True)
    found += faults(here.page)
    here.press("科技型中小企业评价入库", "修订参数和日期")
    here.press("修订参数和日期", "只填要改的")
    found += faults(here.page)
    here.page.goto(here.page.url)  # where the keys were before the page was looked through
    here.fill("生效日期", f"{today:%m%d%Y}")
    here.reach("依据文件")
    here.page.keyboard.press("ArrowDown")
    here.fill("条款", "第六条（二）")
    here.fill("修订原因", "上位文件改了规模")
    here.fill("职工总数不超过500人（500 人） 新值", "80")
    here.press("保存并检查", "已起草")
    here.press("算例", "结论变了的例", exactly=True)
    row = RuleRevision.objects.get()
    for label in here.page.locator("#changed ~ div td label").all_text_contents():
        here.reach(label.strip(), exactly=True)
        here.page.keyboard.press("ArrowDown")
        here.page.keyboard.press("ArrowDown")
    here.fill("增加的例1 应为", "符合")
    here.fill("增加的例2 应为", "不符合")
    here.press("保存算例", "全部算例通过")
    here.press("预览影响", "计算影响")
    here.press("计算影响", "已算出影响")
    assert "1 → 0" in here.page.inner_text("main")
    found += faults(here.page)
    here.page.goto(f"{reverse('policies:revision_cases', args=[row.pk])}")
    found += faults(here.page)
    here.page.goto(reverse("policies:revision", args=[row.pk]))
    here.press("提交", "由另一人核对", exactly=True)
    here.press("提交修订", "已提交")
    assert "确认发布" not in here.page.inner_text("main")

    other = keyboard("reviewer")
    other.press("规则", "在本地适用的规则", exactly=True)
    other.press("规则修订", "待发布", exactly=True)
    other.press("科技型中小企业评价入库", "改了什么")
    other.press("发布", "不再符合1家", exactly=True)
    other.reach("我已对照依据文件核对")
    other.page.keyboard.press("Space")
    other.press("确认发布", "已发布")
    after = judged(today)
    assert same_again(before)
    for run, version in ((before, "2022"), (after, row.version)):
        other.page.goto(reverse("policies:run", args=[run.pk]))
        assert other.page.locator("tbody tr td").first.inner_text() == version
    assert found == []
