"""Somebody at a browser: what axe finds for them, what does not fit, and how far keys lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PATIENCE = 60_000  # milliseconds; where several tests run at once, a page may take long
PASSWORD = "Ce-Shi-2026-Kou-Ling"  # noqa: S105 - of people who exist in tests only
WIDTHS = (1366, 683, 360)  # a usual screen, the same at a zoom of 200 %, a telephone
OPEN_ALL = """() => document.querySelectorAll("main details:not(.menu)").forEach((each) => {
  each.open = true;
})"""
# Which color comes first; the other way round only where there is time.
SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.slow)]
SCRIPTS = [
    pytest.param(True, id="with scripts"),
    pytest.param(False, id="without scripts", marks=pytest.mark.slow),
]
CALLED = """() => {
  const here = document.activeElement;
  const labels = Array.from(here.labels || [], (each) => each.textContent).join(" ");
  return (labels || here.getAttribute("aria-label") || here.textContent || "").trim();
}"""


def serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{page.url} {each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def faults(page: Page) -> list[str]:
    """What keeps somebody from using the page that is open, and the windows it does not fit."""
    page.evaluate(OPEN_ALL)
    found = serious(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        more = too_wide(page)
        if more > 0:
            found.append(f"{page.url} is {more} pixels wider than {width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 768})
    return found


def look_through(
    page: Page,
    addresses: Iterable[str],
    first: str = "light",
    refused: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:
    """The faults of all these pages, which are light and dark in turn; of the `refused` too."""
    found: list[str] = []
    for number, address in enumerate(addresses):
        dark = (number % 2 == 1) == (first == "light")
        page.emulate_media(color_scheme="dark" if dark else "light")
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == refused.get(address, 200), address
        found += faults(page)
    return found


class Keyboard:
    """A person who has no mouse: tabs to what is called so, types, presses Enter.

    They give up after so many `steps`. What is called so may have `more` letters besides.
    """

    def __init__(self, page: Page, *, steps: int = 150, more: int = 40) -> None:
        self.page, self.steps, self.more = page, steps, more
        # With somebody listening from the beginning, the browser never opens a window of its own
        # before it was told not to.
        page.on("filechooser", lambda _chooser: None)

    def reach(self, words: str, *, exactly: bool = False) -> None:
        """Tab on until the focus is on what is called so, with `exactly` and nothing more."""
        passed: list[str] = []
        for _step in range(self.steps):
            self.page.keyboard.press("Tab")
            called = self.page.evaluate(CALLED)
            alike = words in called and len(called) < len(words) + self.more
            if called == words or (alike and not exactly):
                return
            passed.append(called[:30])
        raise AssertionError(f"{words} is not reached by Tab on {self.page.url}: {passed}")

    def press(self, words: str, then: str, *, exactly: bool = False) -> None:
        """Reach something, press it, and wait until the page says what comes then."""
        self.reach(words, exactly=exactly)
        self.page.keyboard.press("Enter")
        self.sees(then)

    def fill(self, words: str, text: str) -> None:
        """Reach a field and type."""
        self.reach(words)
        self.page.keyboard.type(text)

    def type_over(self, words: str, text: str) -> None:
        """Reach a field and type over what stands there."""
        self.reach(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, words: str, *files: Path) -> None:
        """Reach a box for files, open its window and choose some."""
        self.reach(words)
        with self.page.expect_file_chooser(timeout=PATIENCE) as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(files)

    def sees(self, words: str) -> None:
        """Wait until the page says something and takes keys."""
        expect(self.page.locator("body")).to_contain_text(words)
        self.page.wait_for_load_state()

    def sign_in(self, login: str, then: str = "退出登录") -> None:
        """Sign in with the password of all who exist in tests only."""
        self.page.goto("/account/sign-in/")
        expect(self.page.locator("input[name=login]")).to_be_focused()
        self.page.keyboard.type(login)
        self.fill("口令", PASSWORD)
        self.page.keyboard.press("Enter")
        self.sees(then)
