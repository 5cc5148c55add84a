"""From the first page to the ten firms of a county that are nearest to the title, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_the_browser import Keyboard, faults
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from policies_city import WAN, judged, right, technology_firm

from kechuang.office.policies import rules
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]
TEN = 10
MOST_CLICKS = 3
FOCUSED = "() => document.activeElement.getAttribute('href') || ''"


class Counting(Keyboard):
    """Somebody of whom it is counted how often they press something."""

    pressed = 0

    def press(self, words: str, then: str, *, exactly: bool = False) -> None:
        """Press it, and count."""
        super().press(words, then, exactly=exactly)
        self.pressed += 1

    def follow(self, address: str, then: str) -> None:
        """Tab to the link that leads there and press it."""
        for _step in range(self.steps):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED) == address:
                break
        else:
            raise AssertionError(f"no link to {address} on {self.page.url}")
        self.page.keyboard.press("Enter")
        self.pressed += 1
        self.sees(then)


def test_the_ten_nearest_firms_of_a_county_and_what_each_lacks(
    city: Region, sign_in: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_rulebook()
    few = [each for each in whole if each.id in {"hnte", "hnte_screening"}]
    monkeypatch.setattr(rules, "load_rulebook", lambda: Rulebook(few, whole.dictionary))
    for number in range(12):
        place = "990101" if number < 11 else "990102"
        income = (2_950 - 20 * number) * WAN
        more = {"total_income": 5_000 * WAN, "hightech_income": income}
        right(technology_firm(f"F{number:02}", place, **more))
    judged(timezone.localdate())
    keys = Counting(sign_in("officer", "990100"))
    keys.page.goto("/")
    keys.press("培育阶梯", "各台阶的企业数", exactly=True)
    listed = reverse("policies:rung", args=["hnte"])
    keys.follow(f"{listed}?stand=near&region=990101", "示例F00公司")
    assert keys.pressed <= MOST_CLICKS
    rows = keys.page.locator("main tbody tr").all_inner_texts()
    names = [f"示例F{number:02}公司" for number in range(TEN)]
    assert [name for name, row in zip(names, rows, strict=False) if name not in row] == []
    assert all("高新技术产品（服务）收入需达到" in row for row in rows[:TEN])
    assert not any("示例F11公司" in row for row in rows)
    assert faults(keys.page) == []
