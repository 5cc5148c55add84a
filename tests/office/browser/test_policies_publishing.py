"""The static pages of the public package, from a folder and without any server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from at_the_browser import Keyboard, look_through
from django.utils import timezone
from playwright.sync_api import Page

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.policies import rules
from kechuang.office.policies.publishing.content import content
from kechuang.office.policies.publishing.package import write_folder
from kechuang.office.policies.services import documents
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]


def test_static_pages_are_read_by_keyboard_and_load_nothing(
    city: Region,
    sign_in: Callable[..., Page],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = load_rulebook()
    few = [each for each in whole if each.id == "tech_sme_national"]
    monkeypatch.setattr(rules, "load_rulebook", lambda: Rulebook(few, whole.dictionary))
    values = {
        "title": "入库奖励办法", "number": "示政规〔2026〕1号", "issuer": "示例市人民政府",
        "level": "prefecture", "issued_on": date(2026, 1, 5), "in_force_on": None,
        "text": "第一条 首次入库的奖励5万元。",
    }  # fmt: skip
    documents.register(SYSTEM, city, values, ["tech_sme_national"])
    write_folder(content(timezone.localdate(), "0990-5550102"), tmp_path)
    page = sign_in("officer", "990101")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "index.html").as_uri())
    keys = Keyboard(page)
    keys.press("甲县", "政策文件", exactly=True)
    keys.press("入库奖励办法", "首次入库的奖励5万元。")
    keys.press("科技型中小企业评价入库", "职工总数不超过500人")
    keys.press("English", "Conditions", exactly=True)
    assert [url for url in asked if not url.startswith(tmp_path.as_uri())] == []
    names = ("index.html", "self-check.html", "rule-tech_sme_national.html", "en/index.html")
    assert look_through(page, [(tmp_path / name).as_uri() for name in names]) == []
