"""Pages for what went wrong say what, why, and who can help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kechuang.office.ground.permissions import Reason
from kechuang.office.regions.models import Installation
from kechuang.office.site.errors import RULES, failed


def text_of(response: Any) -> str:
    return response.content.decode()


def test_every_reason_has_its_rule() -> None:
    assert set(RULES) == set(Reason)


def test_refusal_names_rule_role_and_who_can_grant(
    signed_in: Callable[..., Client], person: Callable[..., Any]
) -> None:
    person("security_administrator", name="安全员")
    response = signed_in("officer", "990101").get("/audit/")

    assert response.status_code == 403
    page = text_of(response)
    for words in ("您现在用的角色没有这项权限", "查看审计", "审计管理员", "安全员（示例市）"):
        assert words in page


def test_what_is_switched_off_says_so(signed_in: Callable[..., Client]) -> None:
    client = signed_in("enterprise_user")
    Installation.objects.update(enterprise_pages=False)
    response = client.get("/parties/")

    assert response.status_code == 403
    assert "没有开放" in text_of(response)


def test_nothing_here_says_what_to_do(signed_in: Callable[..., Client]) -> None:
    response = signed_in("officer").get("/no/such/page/")

    assert response.status_code == 404
    assert "没有内容" in text_of(response)


def test_form_from_elsewhere_is_not_taken(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert "没有提交" in text_of(response)


def test_failure_gives_a_number_that_the_log_has(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    response: HttpResponse = failed(rf.get("/reports/"))

    reference = caplog.records[-1].getMessage().split()[1].rstrip(":")
    assert response.status_code == 500
    assert f"编号 {reference} " in text_of(response)


def test_address_that_is_only_sent_to_says_so(signed_in: Callable[..., Client]) -> None:
    response = signed_in("officer").get("/colours/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "只用来提交" in text_of(response)


@pytest.mark.parametrize(
    ("name", "limit"), [("DATA_UPLOAD_MAX_MEMORY_SIZE", 1), ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 1)]
)
def test_too_much_is_refused_in_words(
    signed_in: Callable[..., Client], settings: Any, name: str, limit: int
) -> None:
    client = signed_in("officer", "990101")
    setattr(settings, name, limit)
    response = client.post("/parties/new/", {"name": "甲", "code": "jia-1", "kind": "park"})

    assert response.status_code == 413
    assert "什么也没有改变" in text_of(response)


def test_what_no_page_sends_is_refused_in_words(signed_in: Callable[..., Client]) -> None:
    response = signed_in("officer").get("/search/", {"q": "\x00"})

    assert response.status_code == 400
    assert "请求读不出来" in text_of(response)
