"""Tags are put on rows that were ticked, and on all rows of the conditions of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from seen_organisations import LIST, firm

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.registry.lists.organisations import ORGANISATIONS
from kechuang.office.registry.models import Organisation, Tag
from kechuang.office.registry.views import tags

pytestmark = pytest.mark.django_db


def test_tags_are_put_on_after_a_preview(
    signed_in: Callable[..., Client], some: None, actor: Callable[..., Actor]
) -> None:
    client = signed_in("officer", "990101")
    keys = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    url = reverse("registry:organisations_tag")
    assert client.post(url, {}).status_code == 302
    chosen = client.post(url, {"selected": keys}).content.decode()
    assert "选中了 3 家" in chosen
    tag = Tag.objects.get()
    asked: dict[str, Any] = {"selected": keys, "on": "1", "tag": tag.pk}
    page = client.post(url, asked)
    assert "将给其中 2 家贴上“重点”" in page.content.decode()
    assert tag.organisation_set.count() == 1  # type: ignore[attr-defined]
    done = client.post(url, {**asked, "confirm": "1", "seen": page.context["preview"]["seen"]})
    assert f'href="{LIST}?tag={tag.pk}"' in done.content.decode()
    assert tag.organisation_set.count() == 3  # type: ignore[attr-defined]
    assert "将从其中 3 家取下" in client.post(url, {**asked, "on": "0"}).content.decode()
    new: dict[str, Any] = {"selected": keys, "on": "1", "new": "瞪羚苗子"}
    page = client.post(url, new)
    assert "将给其中 3 家" in page.content.decode()
    client.post(url, {**new, "confirm": "1", "seen": page.context["preview"]["seen"]})
    assert Tag.objects.get(name="瞪羚苗子").organisation_set.count() == 3  # type: ignore[attr-defined]
    for wrong in ({"on": "1"}, {"on": "0", "new": "无"}):
        page = client.post(url, {"selected": keys, **wrong, "confirm": "1"})
        assert page.context["form"].errors


@pytest.fixture
def small_pages() -> Iterator[None]:
    """A list of two rows a page, so that four organisations fill two pages."""
    before = ORGANISATIONS.page_size
    object.__setattr__(ORGANISATIONS, "page_size", 2)
    yield
    object.__setattr__(ORGANISATIONS, "page_size", before)


def bulk_of(page: str) -> dict[str, str]:
    """What the bulk bar of a list sends for all rows of the conditions."""
    conditions = re.search(r'name="conditions" value="([^"]*)"', page)
    assert conditions is not None
    return {"every": "1", "conditions": unescape(conditions[1])}


TAGGING = "/registry/organisations/tag/"


def test_all_rows_of_the_conditions_are_tagged_and_that_is_taken_back(
    signed_in: Callable[..., Client], some: None, small_pages: None
) -> None:
    client, tag = signed_in("officer"), Tag.objects.get()
    page = client.get(LIST + "?kind=enterprise").content.decode()
    assert "筛选出的全部 3 项" in page
    every = bulk_of(page)
    assert "筛选出的全部 3 家。条件：类型：企业" in client.post(TAGGING, every).content.decode()
    asked: dict[str, Any] = {**every, "on": "1", "tag": tag.pk}
    shown = client.post(TAGGING, asked)
    text = shown.content.decode()
    assert "将给其中 2 家贴上“重点”" in text
    assert "白例软件厂" in text
    assert "安例机械厂" not in text
    seen = shown.context["preview"]["seen"]
    done = client.post(TAGGING, {**asked, "confirm": "1", "seen": seen})
    assert "已给2家贴上“重点”" in done.content.decode()
    lines = AuditEvent.objects.filter(action="organisation.tag")
    assert {line.reason for line in lines} == {"按条件批量办理：类型：企业"}
    assert lines.count() == 2
    again = client.post(TAGGING, {**asked, "confirm": "1", "seen": seen}).content.decode()
    assert "预览之后有变动" in again
    undo = dict(done.context["undo"])
    back = client.post(TAGGING, undo)
    assert "将从其中 2 家取下" in back.content.decode()
    client.post(TAGGING, {**undo, "confirm": "1", "seen": back.context["preview"]["seen"]})
    assert [each.party.name for each in tag.organisation_set.all()] == ["安例机械厂"]  # type: ignore[attr-defined]


def test_rows_that_came_after_the_preview_are_not_tagged(
    signed_in: Callable[..., Client], some: None, small_pages: None
) -> None:
    client, tag = signed_in("officer"), Tag.objects.get()
    every = bulk_of(client.get(LIST).content.decode())
    asked: dict[str, Any] = {**every, "on": "1", "tag": tag.pk}
    seen = client.post(TAGGING, asked).context["preview"]["seen"]
    firm(9, "后来厂")
    page = client.post(TAGGING, {**asked, "confirm": "1", "seen": seen}).content.decode()
    assert "预览之后有变动，还没有改" in page
    assert "将给其中 4 家" in page
    assert tag.organisation_set.count() == 1  # type: ignore[attr-defined]


def test_more_rows_than_one_act_may_change(
    signed_in: Callable[..., Client],
    some: None,
    small_pages: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tags, "MOST", 2)
    client = signed_in("officer")
    every = bulk_of(client.get(LIST + "?kind=enterprise").content.decode())
    sent = client.post(TAGGING, every, follow=True)
    assert sent.redirect_chain == [(f"{LIST}?kind=enterprise", 302)]
    assert "筛选出3家，一次最多处理2家" in sent.content.decode()


def test_conditions_reach_no_further_than_the_list(
    signed_in: Callable[..., Client], some: None
) -> None:
    client = signed_in("officer", "990101")
    page = client.post(TAGGING, {"every": "1", "conditions": "region=990102"})
    assert page.context["total"] == 3
    assert "条件：全部" in page.content.decode()
    assert signed_in("leader").post(TAGGING, {"every": "1"}).status_code == 403
