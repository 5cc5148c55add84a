"""Lists as somebody likes to see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kechuang.office.ground import saved_views
from kechuang.office.ground.models import AuditEvent, SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


def save(client: Client, name: str = "企业", query: str = "kind=enterprise", **more: str) -> str:
    given = {"listing": "parties", "name": name, "query": query, "next": "/parties/", **more}
    response = client.post("/views/", given, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_view_is_kept_told_and_opens_the_list_as_it_was(officer: Client) -> None:
    page = save(officer)
    view = SavedView.objects.get()
    line = AuditEvent.objects.get(action="view.save")
    assert (view.name, view.query) == ("企业", "kind=enterprise")
    assert (line.subject_key, line.subject_name) == (str(view.pk), "企业")
    assert "已保存视图“企业”" in page
    assert 'href="/parties/?kind=enterprise"' in page


def test_same_name_is_written_over(officer: Client) -> None:
    save(officer)
    save(officer, query="kind=park")
    assert [view.query for view in SavedView.objects.all()] == ["kind=park"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "　 "}, "请给视图起个名字"),
        ({"listing": "nothing"}, "不能保存成视图"),
        ({"query": "q=" + "a" * 1000}, "不能保存成视图"),
    ],
)
def test_what_cannot_be_kept_is_told(officer: Client, given: dict[str, str], told: str) -> None:
    page = save(officer, **given)
    assert (told in page, SavedView.objects.count()) == (True, 0)


def test_there_is_a_limit_that_says_what_to_do(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    save(officer)
    page = save(officer, name="园区")
    assert ("最多保存1个视图" in page, SavedView.objects.count()) == (True, 1)


def test_view_is_its_owners_alone(officer: Client, signed_in: Callable[..., Client]) -> None:
    save(officer)
    other = signed_in("officer", "990101")
    address = f"/views/{SavedView.objects.get().pk}/delete/"
    assert "kind=enterprise" not in other.get("/parties/").content.decode()
    assert other.post(address, {"next": "/parties/"}).status_code == 404
    assert officer.post(address, {"next": "/parties/"}).status_code == 302
    assert SavedView.objects.count() == 0
    assert AuditEvent.objects.filter(action="view.drop").count() == 1


def test_condition_from_elsewhere_is_no_address(officer: Client) -> None:
    save(officer, query="kind=park&next=//evil.example/\r\nSet-Cookie: a=b")
    assert (
        SavedView.objects.get().query
        == "kind=park&next=%2F%2Fevil.example%2F%0D%0ASet-Cookie%3A+a%3Db"
    )
