"""English pages are English: every word is translated, and what is Chinese is marked as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import CharField, TextField
from django.test import Client
from django.utils import translation
from office_world import World, first_asked_by, fresh, routes

from kechuang.office.accounts.models import Membership, User
from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.site.catalogues import compiled
from messages import CATALOGUE, Message, catalogue, messages_in, updated, used

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
SPOKEN = {"alt", "aria-label", "content", "data-announce", "placeholder", "title", "value"}
EMPTY = {"input", "img", "meta", "link", "br", "hr", "use", "path", "wbr", "col"}
UNALTERABLE = {AuditEvent, AuditHead}
ROLES = ("officer", "system_administrator", "security_administrator", "audit_administrator")


class Spoken(HTMLParser):
    """Collects what a page says outside elements that are marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = []

    @property
    def in_chinese(self) -> bool:
        """Whether the innermost mark says Chinese."""
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang")
        chinese = self.in_chinese if language is None else language.startswith("zh")
        # What a person typed or chose stands in a field as it is.
        typed = tag in {"input", "option", "button"} and given.get("type") != "submit"
        if not chinese:
            self.said += [
                given[name] or "" for name in SPOKEN & set(given) if not (name == "value" and typed)
            ]
        if tag not in EMPTY:
            self.open.append((tag, chinese))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.in_chinese and self.open and self.open[-1][0] != "textarea":
            self.said.append(data)


def chinese_in(page: str) -> list[str]:
    """What a page says in Chinese without marking it."""
    spoken = Spoken()
    spoken.feed(page)
    return [text.strip() for text in spoken.said if CHINESE.search(text)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>All</p>", []),
        ("<p>全部</p>", ["全部"]),
        ('<p lang="zh">全部</p><p>All</p>', []),
        ('<p lang="zh">全<b>部</b></p>', []),
        ('<div lang="zh"><p lang="en">All（1）</p></div>', ["All（1）"]),
        ('<a title="全部">All</a>', ["全部"]),
        ('<input type="text" value="甲县">', []),
        ('<input type="submit" value="提交">', ["提交"]),
        ("<p>All<br>全部</p>", ["全部"]),
    ],
)
def test_unmarked_chinese_is_found(page: str, found: list[str]) -> None:
    assert chinese_in(page) == found


def test_catalogue_has_every_word_and_no_other() -> None:
    now = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue()}
    wanted = {
        (each.msgctxt, each.msgid, each.msgid_plural) for each in updated(catalogue(), used())
    }
    assert (wanted - now, now - wanted) == (set(), set()), "run scripts/messages.py"


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_word_has_its_translation() -> None:
    assert [entry.msgid for entry in catalogue() if not all(translations(entry))] == []


def test_translations_are_english_and_keep_what_is_filled_in() -> None:
    wrong = [
        (entry.msgid, text)
        for entry in catalogue()
        for text in translations(entry)
        if CHINESE.search(text)
        or sorted(PLACES.findall(text)) != sorted(PLACES.findall(entry.msgid))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("_('甲')", [Message("甲")]),
        ("_('甲' '乙')", [Message("甲乙")]),
        ("ngettext('甲', '乙', 2)", [Message("甲", "乙")]),
        ("pgettext('处', '甲')", [Message("甲", "", "处")]),
        ("other('甲')", []),
    ],
)
def test_words_are_found_in_code(code: str, found: list[Message]) -> None:
    assert list(messages_in(code)) == found


def test_update_keeps_translations_and_drops_what_is_gone() -> None:
    old = polib.POFile()
    old.append(polib.POEntry(msgid="甲", msgstr="A"))
    old.append(polib.POEntry(msgid="乙", msgstr="B"))
    new = updated(old, {Message("甲"): ["a.py"], Message("丙"): ["c.py"]})
    assert [(entry.msgid, entry.msgstr) for entry in new] == [("丙", ""), ("甲", "A")]


def test_catalogue_is_compiled_once_and_anew_when_it_changed(tmp_path: Path) -> None:
    source = tmp_path / "source" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(CATALOGUE.read_bytes())
    first = compiled(tmp_path / "source", tmp_path / "cache")
    made = first / "en" / "LC_MESSAGES" / "django.mo"
    at = made.stat().st_mtime_ns
    again = compiled(tmp_path / "source", tmp_path / "cache")
    source.write_text(
        source.read_text(encoding="utf-8") + '\nmsgid "另"\nmsgstr "other"\n', "utf-8"
    )
    later = compiled(tmp_path / "source", tmp_path / "cache")
    assert (again, made.stat().st_mtime_ns, later == first) == (first, at, False)


@pytest.mark.django_db
def test_pages_are_in_the_language_of_the_cookie_alone() -> None:
    with translation.override("en"):
        assert translation.gettext("审计记录") == "Audit trail"
    client = Client(headers={"Accept-Language": "en"})
    said = [client.get("/account/sign-in/").headers["Content-Language"]]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    said.append(client.get("/account/sign-in/").headers["Content-Language"])
    assert said == ["zh-hans", "en"]


def latin(found: re.Match[str]) -> str:
    """A Latin letter for a Chinese one; names that were unlike stay so."""
    return chr(0x100 + ord(found[0]) % 0x180)


def in_latin_letters(world: World) -> None:
    """Rename every record, as an office would be that writes no Chinese."""
    for model in (*world.made, Region, Party, User):
        if model in UNALTERABLE:
            continue
        fields = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField)
        ]
        for record in model._default_manager.order_by("pk"):
            before = {name: getattr(record, name) for name in fields}
            after = {
                name: CHINESE.sub(latin, text)
                for name, text in before.items()
                if isinstance(text, str) and CHINESE.search(text)
            }
            if after:
                model._default_manager.filter(pk=record.pk).update(**after)


@pytest.mark.parametrize("role", ROLES)
def test_pages_say_nothing_in_chinese_but_data(
    role: str, world: Callable[..., World], browser: Callable[[Membership], Client]
) -> None:
    here = world(role, "990101", "Canary")
    in_latin_letters(here)
    signed_in = browser(here.owner)
    found: dict[tuple[str, str], list[str]] = {}
    pages = (route for route in routes() if not route.of_api)
    for route, method in first_asked_by(role, ROLES, pages):
        client = fresh(signed_in)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        with transaction.atomic():
            response = route.send(client, method, here)
            transaction.set_rollback(True)
        if response.get("Content-Type", "").startswith("text/html"):
            found[route.name, method] = chinese_in(b"".join(response).decode())
    assert {place: said for place, said in found.items() if said} == {}
    assert found
