"""Pages of the audit trail and of masked values, as the people who use them see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.office.accounts.models import Membership, User
from kechuang.office.ground import audit, audit_chain, audit_triggers, audit_verifying
from kechuang.office.ground.actors import SYSTEM, Actor, Place
from kechuang.office.ground.audit_lists import REFUSALS
from kechuang.office.ground.audit_seals import seal
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.permissions import Reason
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.worker import run_waiting_jobs

HERE, THERE = Place("/990000/990100/990101/"), Place("/990000/990100/990102/")
OFFICER = Actor("zhang", "张三", "officer", HERE.region)
CHANGE = audit.Line(
    "party.change",
    SourceRef("party", "p1"),
    "甲公司",
    HERE,
    {"name": ("乙公司", "甲公司"), "kind": (None, "enterprise")},
    "更名",
)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def auditor(signed_in: Callable[..., Client]) -> Client:
    """The audit administrator of 甲县, and a line there, a refusal there, a line elsewhere."""
    browser = signed_in("audit_administrator", "990101")
    audit.record(OFFICER, CHANGE)
    refused = audit.Line(
        "report.export", SourceRef("route", "reports:list"), place=HERE, reason="role",
        outcome=AuditEvent.Outcome.REFUSED,
    )  # fmt: skip
    audit.record(OFFICER, refused)
    audit.record(
        Actor("li", "李四", "officer", THERE.region), audit.Line("party.create", CHANGE.subject)
    )
    return browser


def names_of(browser: Client, **query: str) -> list[str]:
    """The numbers of the lines that the list shows."""
    return [row.name.text for row in browser.get("/audit/", query).context["rows"]]


def test_only_lines_of_the_own_region_are_listed(auditor: Client) -> None:
    assert names_of(auditor) == ["2", "1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"actor": "zhang"}, ["2", "1"]),
        ({"actor": "li"}, []),
        ({"action": "party.change"}, ["1"]),
        ({"outcome": "refused"}, ["2"]),
        ({"kind": "party"}, ["1"]),
        ({"since": "2020-01-01", "until": "2099-12-31"}, ["2", "1"]),
        ({"since": "2099-01-01"}, []),
        ({"until": "2020-01-01"}, []),
        ({"q": "甲公司"}, ["1"]),
    ],
)
def test_each_condition_narrows_the_list(
    auditor: Client, query: dict[str, str], found: list[str]
) -> None:
    assert names_of(auditor, **query) == found


def test_what_was_exported_is_itself_in_the_trail(auditor: Client) -> None:
    response = auditor.get("/audit/", {"export": "csv", "kind": "party"})
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[1][0] == "1"
    line = AuditEvent.objects.latest("sequence")
    assert (line.action, line.changes["conditions"]) == ("audit.export", [None, "对象：主体"])


def test_a_line_tells_from_what_to_what(auditor: Client) -> None:
    context = auditor.get("/audit/1/").context
    assert context["changes"] == [("种类", None, "企业"), ("名称", "乙公司", "甲公司")]
    assert (context["action"], context["earlier"], context["later"].sequence) == (
        "修改主体",
        None,
        2,
    )


def test_a_refusal_tells_its_rule(auditor: Client) -> None:
    facts = {str(name): str(value) for name, value in auditor.get("/audit/2/").context["facts"]}
    assert (facts["结果"], facts["理由"], facts["区划"]) == (
        "被拒绝", "所用角色没有这项权限", "990101",
    )  # fmt: skip
    assert "单位" not in facts


def test_every_rule_of_refusal_has_its_words() -> None:
    assert {each.value for each in Reason} == set(REFUSALS)


@pytest.mark.parametrize("sequence", [3, 99])
def test_a_line_out_of_reach_is_not_found(auditor: Client, sequence: int) -> None:
    assert auditor.get(f"/audit/{sequence}/").status_code == 404


@pytest.mark.parametrize("role", ["officer", "system_administrator", "security_administrator"])
def test_others_do_not_see_the_trail(signed_in: Callable[..., Client], role: str) -> None:
    assert signed_in(role).get("/audit/").status_code == 403
    line = AuditEvent.objects.get()
    assert (line.outcome, line.action, line.reason) == ("refused", "audit.view", "role")


def test_the_list_takes_the_same_queries_for_one_line_and_for_many(auditor: Client) -> None:
    auditor.get("/audit/")
    with CaptureQueriesContext(connection) as few:
        auditor.get("/audit/")
    audit.record_all(OFFICER, [CHANGE] * 40)
    with CaptureQueriesContext(connection) as many:
        auditor.get("/audit/")
    assert (len(many), len(many) <= 25) == (len(few), True)


# --- verifying


@pytest.mark.parametrize("role", ["audit_administrator", "security_administrator"])
def test_a_whole_trail_is_told(signed_in: Callable[..., Client], role: str) -> None:
    browser = signed_in(role)
    audit.record(OFFICER, CHANGE)
    seal()
    page = browser.post(reverse("ground:audit_verify")).content.decode()
    assert "审计记录完整：共1条，条条相接。" in page
    assert "与1次封存一致" in page
    line = AuditEvent.objects.latest("sequence")
    assert (line.action, line.outcome, line.changes) == (
        "audit.verify",
        "done",
        {"lines": [None, 1]},
    )


def test_a_broken_trail_is_told(auditor: Client) -> None:
    with audit_triggers.removed(connection):
        AuditEvent.objects.filter(sequence=2).update(reason="x")
    page = auditor.post(reverse("ground:audit_verify")).content.decode()
    assert "审计记录在第2条断裂。" in page
    line = AuditEvent.objects.latest("sequence")
    assert (line.outcome, line.changes) == ("failed", {"broken": [None, 2]})


def test_looking_does_not_verify(auditor: Client) -> None:
    page = auditor.get(reverse("ground:audit_verify"))
    assert (page.context["found"], AuditEvent.objects.count()) == (None, 3)


def test_an_officer_may_not_verify(signed_in: Callable[..., Client]) -> None:
    assert signed_in("officer").post(reverse("ground:audit_verify")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [False, True])
def test_a_long_trail_is_verified_by_a_job(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    monkeypatch.setattr(audit_verifying, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(audit_chain, "TOLD_EVERY", 2)
    browser = signed_in("audit_administrator")
    audit.record_all(OFFICER, [CHANGE] * 5)
    if broken:
        with audit_triggers.removed(connection):
            AuditEvent.objects.filter(sequence=4).update(reason="x")
    page = browser.post(reverse("ground:audit_verify"))
    job = Job.objects.get()
    assert page["Location"] == reverse("ground:job", args=[job.pk])
    run_waiting_jobs()
    result = browser.get(browser.get(page["Location"]).context["result_url"])
    wanted = "审计记录在第4条断裂。" if broken else "审计记录完整：共6条，条条相接。"
    assert wanted in result.content.decode()


def test_what_a_job_of_somebody_else_found_is_not_shown(signed_in: Callable[..., Client]) -> None:
    result = {"count": 1, "digest": "", "seals": 0, "sealed": 0, "sealed_at": ""}
    job = Job.objects.create(kind="audit.verify", owner="li", state="done", result=result)
    browser = signed_in("audit_administrator")
    for key in (str(job.pk), "x"):
        assert browser.get(reverse("ground:audit_verify"), {"job": key}).context["found"] is None


# --- 变更记录 of one record


@pytest.mark.django_db
def test_history_of_a_record_is_told_in_words() -> None:
    audit.record(OFFICER, CHANGE)
    audit.record(
        OFFICER, audit.Line("party.change", SourceRef("party", "p2"), changes={"a": (1, 2)})
    )
    page = Template("{% load audit %}{% history 'party' 'p1' %}").render(Context())
    words = " ".join(page.replace("<", " <").split())
    assert "张三 修改" in words
    assert "名称：乙公司 → 甲公司" in words
    assert page.count("<time") == 1


# --- masked values


@pytest.fixture
def other(person: Callable[..., Membership]) -> User:
    user = person("officer", "990101", name="王五").user
    user.phone = "13800001234"
    user.save()
    return user


def reveal_url(user: User) -> str:
    return reverse("ground:reveal", args=["user-phone", user.username])


def test_the_reason_is_asked_first(signed_in: Callable[..., Client], other: User) -> None:
    page = signed_in("officer", "990101").get(reveal_url(other)).content.decode()
    assert ("查看的理由" in page, "1380" in page) == (True, False)


def test_the_value_is_shown_once_and_written_down(
    signed_in: Callable[..., Client], other: User
) -> None:
    browser = signed_in("officer", "990101")
    response = browser.post(reveal_url(other), {"reason": "核实付款账户"})
    assert (
        "13800001234" in response.content.decode(),
        "no-store" in response["Cache-Control"],
    ) == (
        True,
        True,
    )
    line = AuditEvent.objects.get()
    assert (line.action, line.subject_key, line.reason) == (
        "secret.reveal", other.username, "核实付款账户",
    )  # fmt: skip
    assert "1380" not in browser.get(reveal_url(other)).content.decode()


@pytest.mark.parametrize("reason", ["", "看看"])
def test_without_a_reason_it_stays_masked(
    signed_in: Callable[..., Client], other: User, reason: str
) -> None:
    page = signed_in("officer", "990101").post(reveal_url(other), {"reason": reason})
    assert "至少4个字" in page.content.decode()
    assert ("1380" in page.content.decode(), AuditEvent.objects.count()) == (False, 0)


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [("officer", "990102", 404), ("leader", "990101", 403), ("enterprise_user", "990101", 403)],
)
def test_who_may_not_sees_nothing(
    signed_in: Callable[..., Client], other: User, role: str, place: str, status: int
) -> None:
    response = signed_in(role, place).post(reveal_url(other), {"reason": "核实付款账户"})
    assert (response.status_code, "1380" in response.content.decode()) == (status, False)


@pytest.mark.parametrize("url", ["/reveal/unknown/x/", "/reveal/user-phone/nobody/"])
def test_what_nobody_knows_is_not_found(signed_in: Callable[..., Client], url: str) -> None:
    assert signed_in("officer").get(url).status_code == 404


@pytest.mark.django_db
def test_the_system_is_named_in_words() -> None:
    audit.record(SYSTEM, CHANGE)
    assert str(AuditEvent.objects.get()) == "#1 party.change party:p1"
