"""Notices: told to one person, read by that person alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kechuang.office.accounts.models import User
from kechuang.office.ground.actors import NOBODY, Actor
from kechuang.office.ground.models import Notice
from kechuang.office.ground.notices import mark_read, notices_of, notify, unread_count

ME = Actor("me", "张三")
YOU = Actor("you", "李四")

pytestmark = pytest.mark.django_db


def test_everybody_sees_their_own_newest_first() -> None:
    notify("me", "一")
    notify("you", "二")
    notify("me", "三")
    assert [each.text for each in notices_of(ME)] == ["三", "一"]
    assert (unread_count(ME), unread_count(YOU), unread_count(NOBODY)) == (2, 1, 0)


def test_nobody_is_told_nothing() -> None:
    Notice.objects.create(to="", text="一")
    assert list(notices_of(NOBODY)) == []


def test_reading_one_and_reading_all() -> None:
    first, second = notify("me", "一"), notify("me", "二")
    theirs = notify("you", "三")
    assert (mark_read(ME, first.pk), unread_count(ME)) == (1, 1)
    read_at = Notice.objects.get(pk=first.pk).read_at
    assert mark_read(ME, theirs.pk) == 0
    assert (mark_read(ME), unread_count(ME), unread_count(YOU)) == (1, 0, 1)
    assert Notice.objects.get(pk=first.pk).read_at == read_at
    assert Notice.objects.get(pk=second.pk).read_at is not None


@pytest.mark.parametrize(
    "url", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:1", "jobs/"]
)
def test_a_notice_leads_nowhere_but_to_this_site(url: str) -> None:
    with pytest.raises(ValueError, match="give an address on this site"):
        notify("me", "一", url)


def test_a_long_sentence_is_cut_and_says_so() -> None:
    assert notify("me", "长" * 301).text == "长" * 299 + "…"
    assert notify("me", "长" * 300).text == "长" * 300


def test_opening_a_notice_marks_it_and_goes_where_it_leads(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("officer")
    notice = notify(User.objects.get().username, "“甲”已完成。", "/jobs/")
    assert "“甲”已完成。" in client.get("/notices/").content.decode()
    response = client.get(f"/notices/{notice.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/jobs/")
    assert Notice.objects.get().read_at is not None


def test_a_notice_to_somebody_else_is_not_found(signed_in: Callable[..., Client]) -> None:
    notice = notify("somebody", "一", "/jobs/")
    assert signed_in("officer").get(f"/notices/{notice.pk}/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_all_are_marked_by_one_button(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer")
    for text in ("一", "二"):
        notify(User.objects.get().username, text)
    response = client.post("/notices/read/")
    assert (response.status_code, response["Location"]) == (302, "/notices/")
    assert not Notice.objects.filter(read_at=None).exists()
