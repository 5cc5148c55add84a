"""Somebody at a browser: what axe finds for them, what does not fit, and how far keys lead."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PASSWORD = "Ce-Shi-2026-Kou-Ling"  # noqa: S105 - of people who exist in tests only
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


class Keyboard:
    """A person who has no mouse: tabs to what is called so, types, presses Enter.

    They give up after so many `steps`. What is called so may have `more` letters besides.
    """

    def __init__(self, page: Page, *, steps: int = 150, more: int = 40) -> None:
        self.page, self.steps, self.more = page, steps, more

    def reach(self, words: str) -> None:
        """Tab on until the focus is on what is called so."""
        passed: list[str] = []
        for _step in range(self.steps):
            self.page.keyboard.press("Tab")
            called = self.page.evaluate(CALLED)
            if words in called and len(called) < len(words) + self.more:
                return
            passed.append(called[:30])
        raise AssertionError(f"{words} is not reached by Tab on {self.page.url}: {passed}")

    def press(self, words: str, then: str) -> None:
        """Reach something, press it, and wait until the page says what comes then."""
        self.reach(words)
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

    def sees(self, words: str) -> None:
        """Wait until the page says something and takes keys."""
        expect(self.page.locator("body")).to_contain_text(words)
        self.page.wait_for_load_state()
