"""Signing in through an identity server: a real one, run for these tests."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.fixtures import Settings

from kechuang.office.accounts import services
from kechuang.office.accounts.models import User
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.regions.models import Installation

CALLBACK = "http://testserver/account/identity/oidc/back/"
Make = Callable[..., User]


@contextmanager
def running() -> Iterator[str]:
    """An identity server and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("identity_server.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(port), CALLBACK],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert "ready\n" in iter(process.stdout.readline, "")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The identity server of these tests."""
    with running() as address:
        yield address


@pytest.fixture
def offered(server: str, settings: Settings) -> str:
    """The office knows the server."""
    know(server, settings)
    return server


def know(server: str, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "统一身份认证",
                    "client_id": "kechuang",
                    "secret": "only in tests",
                    "settings": {"server_url": server},
                }
            ],
        }
    }


def through(client: Client, name: str, process: str = "login", answer: str = "accept") -> str:
    """Go to the identity server, sign in and consent there, and come back; gives where one ends."""
    there = client.post(f"/account/identity/oidc/?process={process}")["Location"]
    with httpx.Client() as browser:
        page = browser.get(there, follow_redirects=True)
        for values in (
            {"login": name},
            {"password": f"{name}-password"},
            {"answer": answer},
        ):
            if page.is_redirect:
                break  # consent was given before
            token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
            page = browser.post(page.url, data={"csrf_token": token, **values})
            while page.is_redirect and not page.headers["Location"].startswith(CALLBACK):
                page = browser.get(page.url.join(page.headers["Location"]))
    back = page.headers["Location"].removeprefix("http://testserver")
    response = client.get(back)
    if response.status_code == 302:
        return response["Location"]
    return f"{response.status_code} {title(response.content)}"


def title(page: bytes) -> str:
    return re.findall(r"<h1[^>]*>(.*?)</h1>", page.decode())[0]


def test_identity_that_an_administrator_linked_opens_the_account(
    offered: str, client: Client, account: Make, actor: Callable[..., Actor]
) -> None:
    user = account("officer")
    services.link_identity(actor("system_administrator"), user, "zhaoliu")
    assert through(client, "zhaoliu") == "/"
    assert client.get("/").wsgi_request.user == user
    event = AuditEvent.objects.get(action="session.started")
    assert (event.actor_code, event.changes) == (user.username, {"method": [None, "统一身份"]})


def test_unknown_identity_opens_nothing_and_makes_no_account(
    offered: str, client: Client, account: Make
) -> None:
    account("officer")
    assert through(client, "qianqi") == "200 还没有关联账号"
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert client.get("/").status_code == 302


def test_user_links_the_own_identity_after_signing_in_here(
    offered: str, client: Client, account: Make, sign_in: Callable[..., int]
) -> None:
    user = account("officer")
    sign_in(user)
    assert client.get("/account/identity/").status_code == 200
    assert through(client, "zhaoliu", "connect") == "/account/identity/"
    client.post("/account/sign-out/")
    assert through(client, "zhaoliu") == "/"
    assert client.get("/").wsgi_request.user == user
    client.post("/account/identity/", {"account": SocialAccount.objects.get().pk})
    client.post("/account/sign-out/")
    assert through(client, "zhaoliu") == "200 还没有关联账号"
    linked = AuditEvent.objects.filter(action__startswith="identity.").order_by("sequence")
    assert [(each.action, each.subject_key) for each in linked] == [
        ("identity.linked", user.username), ("identity.unlinked", user.username),
    ]  # fmt: skip


def test_who_says_no_there_is_not_signed_in(
    settings: Settings, client: Client, account: Make, actor: Callable[..., Actor]
) -> None:
    services.link_identity(actor("system_administrator"), account("officer"), "zhaoliu")
    with running() as server:  # one where nobody has said yes before
        know(server, settings)
        assert through(client, "zhaoliu", answer="deny") == "/account/identity/cancelled/"
    assert client.get("/account/identity/cancelled/").status_code == 200
    assert client.get("/").status_code == 302


def test_stopped_account_does_not_open_from_there(
    offered: str, client: Client, account: Make, actor: Callable[..., Actor]
) -> None:
    user, who = account("officer"), actor("system_administrator")
    services.link_identity(who, user, "zhaoliu")
    services.deactivate_user(who, user)
    assert through(client, "zhaoliu") == "/account/stopped/"
    assert client.get("/").status_code == 302


def test_second_factor_is_left_to_the_identity_server(
    offered: str, client: Client, account: Make, actor: Callable[..., Actor]
) -> None:
    Installation.objects.update(second_factor="everybody")
    services.link_identity(actor("system_administrator"), account("officer"), "zhaoliu")
    through(client, "zhaoliu")
    assert client.get("/").status_code == 200


def test_forged_answer_opens_nothing(offered: str, client: Client, account: Make) -> None:
    account("officer")
    answer = client.get("/account/identity/oidc/back/", {"code": "x", "state": "y"})
    assert (answer.status_code, title(answer.content)) == (401, "统一身份登录没有成功")
    assert client.get("/").status_code == 302


def test_sign_in_page_offers_it(offered: str, client: Client, account: Make) -> None:
    account("officer")
    page = client.get("/account/sign-in/").content.decode()
    assert "用统一身份认证登录" in page


def test_page_before_leaving_asks(offered: str, client: Client, account: Make) -> None:
    account("officer")
    page = client.get("/account/identity/oidc/")
    assert (page.status_code, title(page.content)) == (200, "统一身份登录")


def test_without_a_server_nothing_is_offered(client: Client, account: Make) -> None:
    account("officer")
    assert "统一身份" not in client.get("/account/sign-in/").content.decode()
    assert client.get("/account/identity/oidc/").status_code == 404


def test_identity_belongs_to_one_account(account: Make, actor: Callable[..., Actor]) -> None:
    who, first, second = actor("system_administrator"), account("officer"), account("leader")
    services.link_identity(who, first, "zhaoliu")
    with pytest.raises(ValidationError, match=first.username):
        services.link_identity(who, second, "zhaoliu")
    services.unlink_identity(who, first, "zhaoliu")
    services.link_identity(who, second, "zhaoliu")
    assert SocialAccount.objects.get().user == second
