"""The first page of each role, what the navigation offers, the search, the switches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import Notice
from kechuang.office.ground.slots import Hit, Item, MorningItems, SearchSource, Slot
from kechuang.office.portal import queries
from kechuang.office.portal.navigation import (
    ACTS,
    SECTIONS,
    Entry,
    Group,
    Place,
    acts,
    drawn,
    navigation,
    trail,
)
from kechuang.office.site.access import SIGNED_IN, access_table

ROLES = tuple(matrix().roles)
PLACES = [*(place for section in SECTIONS for place in section.places), *ACTS]


def who(role: str) -> Actor:
    return Actor("a", "甲", role, "/990000/990100/", grants=matrix().grants(role))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.route)
def test_link_needs_what_its_route_needs(place: Place) -> None:
    needed = access_table()[place.route]["GET"]
    assert (place.verb or SIGNED_IN) == needed


@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_the_first_page_opens(signed_in: Callable[..., Client], role: str) -> None:
    client = signed_in(role, "990101")
    page = client.get("/").content.decode()
    links = set(re.findall(r'<a[^>]* href="(/[^"#]*)"', page))
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_visitor_has_no_navigation() -> None:
    assert (navigation(Actor("", ""), "portal:home"), acts(Actor("", ""))) == ([], [])


def test_page_knows_where_it_stands() -> None:
    groups = navigation(who("officer"), "reports:upload")
    current = [entry for group in groups for entry in group.entries if entry.current]
    assert [(entry.url, entry.exact) for entry in current] == [("/reports/", False)]
    assert [step.url for step in trail(groups)] == ["/", "/reports/"]


def test_first_page_has_no_way_to_itself() -> None:
    assert trail(navigation(who("officer"), "portal:home")) == []


def test_list_is_the_end_of_its_own_way() -> None:
    assert [step.url for step in trail(navigation(who("officer"), "reports:list"))] == ["/"]


def test_links_are_drawn_with_their_names_and_where_the_page_stands() -> None:
    links = [Entry("<甲>", "/a/?b&c", "home", current=True, exact=False)]
    page = drawn([Group("", links), Group("业&务", [replace(links[0], current=False)])])
    marks = re.findall(r"<h2.*?</h2>|<a[^>]*>|</svg>[^/]*</a>", page)
    assert marks == [
        '<a href="/a/?b&amp;c" aria-current="true">', "</svg>&lt;甲&gt;</a>",
        '<h2 class="nav-title">业&amp;务</h2>',
        '<a href="/a/?b&amp;c">', "</svg>&lt;甲&gt;</a>",
    ]  # fmt: skip
    assert 'aria-current="page"' in drawn([Group("", [replace(links[0], exact=True)])])


# --- what is to be done


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put items into the first page as if a room had."""

    def fill(*items: Item) -> None:
        slot: Slot[MorningItems] = Slot()
        slot.fill(MorningItems("test", "试", 1, lambda actor: items if actor.role else ()))
        monkeypatch.setattr(queries, "morning_items", slot)

    return fill


def test_items_stand_in_three_groups_by_their_day(rooms: Callable[..., None]) -> None:
    rooms(
        Item("丙", "/3", due=date(2026, 3, 1), state="soon"),
        Item("乙", "/2", due=date(2026, 2, 1), state="soon"),
        Item("甲", "/1"),
        Item("丁", "/4", state="late"),
        Item("戊", "/5", state="done"),
        Item("己", "/6", state="normal"),
    )
    found = queries.morning(who("officer"))
    assert [
        [line.item.text for line in lines] for lines in (found.todo, found.due, found.wrong)
    ] == [["甲"], ["乙", "丙"], ["丁"]]


def test_first_page_shows_count_day_and_state_in_words(
    rooms: Callable[..., None], signed_in: Callable[..., Client]
) -> None:
    rooms(Item("待核对的报告", "/reports/", count=1234, due=date(2026, 2, 1), state="soon"))
    page = signed_in("officer", "990101").get("/").content.decode()
    for words in ("临近到期", "临期", "待核对的报告", "1,234", "2026-02-01 前"):
        assert words in page


@pytest.mark.parametrize("role", ROLES)
def test_nothing_to_do_says_what_to_do(
    rooms: Callable[..., None], signed_in: Callable[..., Client], role: str
) -> None:
    rooms()
    page = signed_in(role, "990101").get("/").content.decode()
    assert page.count('class="empty"') == 1


def test_without_a_role_the_first_page_says_whom_to_ask(
    rooms: Callable[..., None], person: Callable[..., Membership], client: Client
) -> None:
    rooms(Item("甲", "/1"))
    held = person("officer")
    held.until = date(2026, 1, 2)
    held.save()
    client.force_login(
        held.user,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = client.get("/").content.decode()
    assert ("安全管理员授予角色" in page, ">甲<" in page) == (True, False)


# --- search


def test_search_asks_every_room_for_this_actor(
    monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Client]
) -> None:
    def find(actor: Actor, words: str, limit: int) -> Iterable[Hit]:
        return [Hit(f"{words}厂", "企业", "/1", detail=f"{actor.role} {limit}")]

    slot: Slot[SearchSource] = Slot()
    slot.fill(SearchSource("test", 1, find))
    monkeypatch.setattr(queries, "search_sources", slot)
    page = signed_in("officer").get("/search/", {"q": "　ＡＢ "}).content.decode()
    assert ("AB厂" in page, "officer 20" in page, "找到 1 项" in page) == (True, True, True)


def test_search_for_nothing_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Client]
) -> None:
    def find(actor: Actor, words: str, limit: int) -> Iterable[Hit]:
        raise AssertionError

    slot: Slot[SearchSource] = Slot()
    slot.fill(SearchSource("test", 1, find))
    monkeypatch.setattr(queries, "search_sources", slot)
    assert signed_in("officer").get("/search/", {"q": " "}).status_code == 200


def test_what_is_not_found_says_what_to_try(signed_in: Callable[..., Client]) -> None:
    page = signed_in("officer").get("/search/", {"q": "<b>没有</b>"}).content.decode()
    assert ("请少写几个字" in page, "<b>没有" in page) == (True, False)


# --- the frame


def test_frame_counts_what_is_unread(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990101")
    code = "officer-990101-0"
    Notice.objects.create(to=code, text="甲")
    Notice.objects.create(to="somebody-else", text="乙")
    page = client.get("/").content.decode()
    assert re.findall(r'class="count">(\d+)', page) == ["1"]


def test_frame_offers_the_other_roles(
    signed_in: Callable[..., Client], person: Callable[..., Membership]
) -> None:
    client = signed_in("officer", "990101")
    other = person("reviewer", "990102")
    first = client.get("/").wsgi_request.user
    other.user = first
    other.save()
    page = client.get("/").content.decode()
    assert "复核 · 乙" in page
    response = client.post(reverse("accounts:switch"), {"membership": other.pk}, follow=True)
    assert "复核（乙）" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("dark", ' data-scheme="dark"'), ("light", ' data-scheme="light"'), ("", ""), ("x", "")],
)
def test_colours_are_kept_in_a_cookie(client: Client, chosen: str, shown: str) -> None:
    client.cookies["kechuang_scheme"] = "dark"
    response = client.post("/colours/", {"scheme": chosen, "next": "/account/sign-in/"})
    assert response["Location"] == "/account/sign-in/"
    page = client.get("/account/sign-in/").content.decode()
    assert f'<html lang="zh-hans"{shown}>' in page
