"""A real browser on a real server: the system's Chromium, held by a process of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from at_the_browser import PASSWORD, PATIENCE, Keyboard
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.services import keep_password

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for the tests of a file.

    Its driver keeps an event loop in this thread, which the database would take for code that must
    not wait; here nothing else runs in the loop.
    """
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Windows of a person of their own: `open_context(java_script_enabled=False)`."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {"viewport": {"width": 1366, "height": 768}, **options}
        context = browser.new_context(base_url=live_server.url, **options)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def sign_in(
    open_context: Callable[..., BrowserContext], person: Callable[..., Membership]
) -> Callable[..., Page]:
    """The first page of a new person in a role, after signing in by the form."""

    def make(*arguments: str, **options: Any) -> Page:
        user = person(*arguments).user
        keep_password(user, PASSWORD)
        page = open_context(**options).new_page()
        page.goto("/account/sign-in/")
        page.fill("input[name=login]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_selector("#heading")
        return page

    return make


@pytest.fixture
def keyboard(
    open_context: Callable[..., BrowserContext], person: Callable[..., Membership]
) -> Callable[..., Keyboard]:
    """The keyboard of a new person in a role, who has signed in with it; `scripts` or none."""

    def make(*arguments: str, scripts: bool = True, secret: str = "", **more: str) -> Keyboard:
        user = person(*arguments, **more).user
        keep_password(user, PASSWORD)
        if secret:
            TOTP.activate(user, secret)
        here = Keyboard(open_context(java_script_enabled=scripts).new_page())
        here.sign_in(user.username, "填写验证码" if secret else "退出登录")
        return here

    return make
