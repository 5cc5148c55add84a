"""Letters from their arrival to their end, and the calendar of a bureau."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from collections_made import sent
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.models import (
    Collection,
    CollectionPart,
    DueItem,
    DueMark,
    Letter,
    LetterTask,
)
from kechuang.office.desk.queries import calendar, incoming
from kechuang.office.desk.queries.due_elsewhere import due_elsewhere
from kechuang.office.desk.services import calendar as calendar_services
from kechuang.office.desk.services import incoming as services
from kechuang.office.filings.models import Batch
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Notice, StoredFile
from kechuang.office.ground.uploads import Incoming
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def values(**more: Any) -> dict[str, Any]:
    return {
        "title": "关于报送研发投入情况的通知", "number": "示科函〔2026〕8号",
        "issuer": "示例省科学技术厅", "dated_on": None, "received_on": TODAY,
        "due_on": TODAY + timedelta(days=20), "asks": "",
        **more,
    }  # fmt: skip


def register(actor: Actor, copy: Incoming | None = None, **more: Any) -> Letter:
    region = Region.objects.get(path=actor.region)
    return services.register(actor, region, values(**more), copy, is_not_secret=True)


@pytest.fixture
def officer(city: object, actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


# --- taking in


def test_a_deadline_is_read_from_the_letter_where_none_is_typed(officer: Actor) -> None:
    day = TODAY + timedelta(days=9)
    text = f"请于{day.year}年{day.month}月{day.day}日前报送。"
    letter = register(officer, Incoming("通知.docx", io.BytesIO(word(text))), due_on=None)
    assert letter.due_on == day
    assert letter.deadlines == [{"day": day.isoformat(), "words": text[:-1]}]


def test_a_deadline_is_read_from_what_a_letter_asks(officer: Actor) -> None:
    day = TODAY + timedelta(days=9)
    first = f"{TODAY.year}年{TODAY.month}月{TODAY.day}日前培训结束。"
    asks = f"{first}请于{day.year}年{day.month}月{day.day}日前报送。"
    assert register(officer, due_on=None, asks=asks).due_on == day


def test_a_stated_deadline_may_have_passed_when_the_letter_comes(officer: Actor) -> None:
    day = TODAY - timedelta(days=9)
    asks = f"请于{day.year}年{day.month}月{day.day}日前报送。"
    letter = register(officer, due_on=None, asks=asks)
    assert letter.due_on == day
    assert services.change(officer, letter, {"issuer": "省厅"})


@pytest.mark.parametrize(
    ("text", "told"),
    [(None, "请填写办结期限。"), ("请报送。", "来文里没有读到期限。请填写办结期限。")],
)
def test_a_missing_deadline_is_asked_for(officer: Actor, text: str | None, told: str) -> None:
    copy = Incoming("通知.docx", io.BytesIO(word(text))) if text else None
    with pytest.raises(ValidationError) as refused:
        register(officer, copy, due_on=None)
    assert refused.value.message_dict == {"due_on": [told]}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"due_on": None}, "due_on"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"dated_on": TODAY + timedelta(days=1)}, "dated_on"),
    ],
)
def test_a_letter_that_cannot_be_is_refused(
    officer: Actor, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        register(officer, **more)
    assert list(refused.value.message_dict) == [field]


def test_a_letter_with_a_classification_mark_stays_outside(officer: Actor) -> None:
    with pytest.raises(ValidationError, match="国家秘密标志"):
        register(officer, Incoming("通知.docx", io.BytesIO(word("机密★10年"))))
    assert (Letter.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert AuditEvent.objects.filter(action="upload.refused", reason="classified").exists()


def test_nobody_registers_a_letter_without_looking_for_secrets(officer: Actor) -> None:
    region = Region.objects.get(path=officer.region)
    with pytest.raises(ValidationError, match="不涉及国家秘密"):
        services.register(officer, region, values(), None, is_not_secret=False)


def test_a_letter_is_registered_once(officer: Actor) -> None:
    register(officer)
    with pytest.raises(ValidationError, match="已经登记过"):
        register(officer)


# --- giving, answering, sending, closing


@pytest.fixture
def liaison(person: Callable[..., Membership], city: object) -> Membership:
    return person("area_liaison", "990101", name="李四")


def test_who_gets_a_letter_is_told_and_sees_it_alone(officer: Actor, liaison: Membership) -> None:
    first, _other = register(officer), register(officer, number="示科函〔2026〕9号")
    services.assign(officer, first, [liaison.user], "报汇总表", first.due_on)
    theirs = actor_of(liaison)
    assert list(incoming.visible(theirs)) == [first]
    notice = Notice.objects.get(to=liaison.user.username)
    assert notice.url == reverse("desk:incoming_letter", args=[first.pk])
    services.assign(officer, first, [liaison.user], "再报", first.due_on)
    assert LetterTask.objects.count() == 1


def test_an_answer_closes_the_task_and_tells_who_gave_it(
    officer: Actor, liaison: Membership
) -> None:
    letter = register(officer)
    task = services.assign(officer, letter, [liaison.user], "", letter.due_on)[0]
    services.answer(actor_of(liaison), task, "已报送12家")
    task.refresh_from_db()
    assert (task.answer, task.done_at is not None) == ("已报送12家", True)
    assert "已办完" in Notice.objects.get(to=officer.code).text
    with pytest.raises(ValidationError, match="已经办完"):
        services.answer(actor_of(liaison), task, "又报")


def test_nobody_outside_is_given_a_letter(
    officer: Actor, person: Callable[..., Membership]
) -> None:
    letter = register(officer)
    for other in (person("area_liaison", "990102"), person("enterprise_user", "990101")):
        with pytest.raises(ValidationError, match="不能承办"):
            services.assign(officer, letter, [other.user], "", letter.due_on)


def test_a_task_is_not_due_after_its_letter(officer: Actor, liaison: Membership) -> None:
    letter = register(officer)
    late = letter.due_on + timedelta(days=1)
    with pytest.raises(ValidationError, match="晚于来文的办结期限"):
        services.assign(officer, letter, [liaison.user], "", late)


def test_what_was_sent_up_is_kept_with_its_copy(officer: Actor) -> None:
    letter = register(officer)
    facts = {
        "to": "示例省科学技术厅",
        "title": "汇总表",
        "number": "",
        "sent_on": TODAY,
        "way": "paper",
    }
    copy = Incoming("汇总表.docx", io.BytesIO(word("汇总")))
    reply = services.send(officer, letter, facts, copy)
    assert reply.file is not None
    line = AuditEvent.objects.get(action="letter.send")
    assert line.changes["sha256"] == [None, reply.file.digest]
    with pytest.raises(ValidationError) as refused:
        services.send(officer, letter, {**facts, "sent_on": TODAY + timedelta(days=1)}, None)
    assert list(refused.value.message_dict) == ["sent_on"]


def test_a_closed_letter_closes_its_tasks_and_may_be_opened_again(
    officer: Actor, liaison: Membership
) -> None:
    letter = register(officer)
    services.assign(officer, letter, [liaison.user], "", letter.due_on)
    services.finish(officer, letter, "已报省厅", TODAY)
    assert not LetterTask.objects.filter(done_at=None).exists()
    with pytest.raises(ValidationError, match="办结"):
        services.finish(officer, letter, "再", TODAY)
    assert services.reopen(officer, letter, "补报").done_on is None


@pytest.mark.parametrize(
    ("days", "done", "code"),
    [(10, False, "todo"), (3, False, "soon"), (0, False, "soon"), (-1, False, "late"),
     (-1, True, "done")],
)  # fmt: skip
def test_the_list_and_the_words_tell_the_same_state(
    officer: Actor, days: int, done: bool, code: str
) -> None:
    letter = register(officer, received_on=TODAY - timedelta(days=5), due_on=TODAY)
    on = TODAY if done else None
    Letter.objects.update(due_on=TODAY + timedelta(days=days), done_on=on)
    letter.refresh_from_db()
    assert incoming.standing(letter.due_on, done).code == code
    every = {
        each: incoming.standing_is(incoming.visible(officer), each).count()
        for each in incoming.STANDINGS
    }
    assert every == {each: int(each == code) for each in every}


def test_the_morning_tells_of_own_tasks_and_late_letters(
    officer: Actor, liaison: Membership
) -> None:
    letter = register(officer)
    services.assign(officer, letter, [liaison.user], "", TODAY + timedelta(days=2))
    assert [each.text for each in incoming.morning(actor_of(liaison))] == [letter.title]
    Letter.objects.update(due_on=TODAY - timedelta(days=1))
    late = [(each.text, each.state) for each in incoming.morning(officer)]
    assert late == [("来文逾期未办结", "late")]


# --- the calendar


def on(code: str, day: date, actor: Actor) -> list[date]:
    found = calendar.days(actor, day - timedelta(days=15), day + timedelta(days=15), day)
    return [each.occurrence.due for each in found if each.occurrence.rule.code == code]


def test_a_change_holds_for_the_region_and_below_and_nowhere_else(
    city: object, actor: Callable[..., Actor]
) -> None:
    above, one, other = actor("officer"), actor("officer", "990101"), actor("officer", "990102")
    day, code = date(2026, 5, 31), "hnte_annual_report"
    calendar_services.set_item(above, code, {"due_day": 20})
    calendar_services.set_item(one, code, {"due_day": 22})
    assert on(code, day, above) == on(code, day, other) == [date(2026, 5, 20)]
    assert on(code, day, one) == [date(2026, 5, 22)]
    assert DueItem.objects.filter(code=code).count() == 2


def test_what_is_switched_off_is_not_due_until_it_is_on_again(officer: Actor) -> None:
    day, code = date(2026, 12, 31), "county_results"
    calendar_services.switch(officer, code, on=False)
    assert on(code, day, officer) == []
    calendar_services.switch(officer, code, on=True)
    assert on(code, day, officer) == [day]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"due_month": 0}, "due_month"),
        ({"due_month": 2, "due_day": 30}, "due_day"),
        ({"opens_day": 1, "opens_month": None}, "opens_month"),
        ({"first_year": 2027, "last_year": 2026}, "last_year"),
    ],
)
def test_an_item_that_cannot_be_is_refused(
    officer: Actor, more: dict[str, Any], field: str
) -> None:
    base = {"name": "例会", "repeats": "yearly", "due_month": 3, "due_day": 1}
    with pytest.raises(ValidationError) as refused:
        calendar_services.set_item(officer, "", {**base, **more})
    assert list(refused.value.message_dict) == [field]


def test_a_day_is_marked_as_done_and_leaves_the_morning(officer: Actor) -> None:
    base = {"name": "月报", "repeats": "yearly", "due_month": TODAY.month, "due_day": TODAY.day}
    row = calendar_services.set_item(officer, "", {**base, "moves": "none"})
    assert "月报" in [each.text for each in calendar.morning(officer)]
    calendar_services.mark(officer, row.code, TODAY)
    calendar_services.mark(officer, row.code, TODAY)
    assert DueMark.objects.count() == 1
    assert "月报" not in [each.text for each in calendar.morning(officer)]
    calendar_services.unmark(officer, row.code, TODAY)
    assert "月报" in [each.text for each in calendar.morning(officer)]
    with pytest.raises(ValidationError, match="没有这一项"):
        calendar_services.mark(officer, row.code, TODAY + timedelta(days=3))


# --- pages


def test_pages_lead_from_arrival_to_the_end(
    signed_in: Callable[..., Client], liaison: Membership
) -> None:
    client = signed_in("officer", "990101")
    due = TODAY + timedelta(days=10)
    form = {
        "title": "通知", "issuer": "省厅", "region": "990101", "received_on": TODAY.isoformat(),
        "due_on": due.isoformat(), "is_not_secret": "on",
        "file": SimpleUploadedFile("通知.docx", word("请报送。")),
    }  # fmt: skip
    address = client.post(reverse("desk:incoming_create"), form)["Location"]
    given = {"users": [liaison.user.pk], "due_on": due.isoformat(), "what": "报表"}
    assert "已交给1人" in client.post(f"{address}assign/", given, follow=True).text
    theirs = Client()
    theirs.force_login(liaison.user, backend="django.contrib.auth.backends.ModelBackend")
    page = theirs.get(address).text
    assert "办完" in page
    taken: Any = theirs.get(f"{address}file/")
    assert taken.getvalue().startswith(b"PK")
    task = reverse("desk:incoming_task", args=[LetterTask.objects.get().pk])
    assert "已报" in theirs.post(task, {"answer": "已报"}, follow=True).text
    closed = client.post(
        f"{address}finish/", {"on": TODAY.isoformat(), "note": "报毕"}, follow=True
    )
    assert "报毕" in closed.text
    assert "通知" in client.get(f"{reverse('desk:incoming')}?standing=done").text


def test_the_calendar_shows_month_and_list(signed_in: Callable[..., Client], city: object) -> None:
    client = signed_in("officer", "990101")
    address = reverse("desk:incoming_calendar")
    month = client.get(f"{address}?month=2026-05").text
    assert "高新技术企业年度发展情况报表" in month
    assert "原为" in month
    year = client.get(f"{address}?month=2027-01&view=list").text
    assert year.count("技术合同月度统计") >= 12
    assert "放假安排还没有录入" in year
    assert client.get(f"{address}?month=9999-99").status_code == 200
    done = {"key": "county_results:2026-12-31"}
    told = client.post(reverse("desk:incoming_due_mark"), done, follow=True).text
    assert "已标为完成" in told
    assert client.post(reverse("desk:incoming_due_mark"), {"key": "x"}).status_code == 404


def test_a_leader_changes_nothing_in_the_calendar(
    signed_in: Callable[..., Client], city: object
) -> None:
    client = signed_in("leader", "990101")
    page = client.get(reverse("desk:incoming_due_items")).text
    assert "未核实" in page
    assert "button" not in page.partition("<table>")[2].partition("</table>")[0]


# --- what the calendar shows from elsewhere


def elsewhere(actor: Actor) -> list[tuple[str, str, str, str]]:
    found = due_elsewhere(actor, TODAY - timedelta(days=30), TODAY + timedelta(days=30))
    return [(each.kind, each.name, each.url, each.state.code) for each in found]


def test_the_calendar_shows_open_letters_to_whom_they_concern(
    officer: Actor, liaison: Membership, actor: Callable[..., Actor]
) -> None:
    letter = register(officer)
    row = ("来文", letter.title, reverse("desk:incoming_letter", args=[letter.pk]), "todo")
    assert elsewhere(officer) == [row]
    assert elsewhere(actor("officer", "990102")) == elsewhere(actor_of(liaison)) == []
    services.assign(officer, letter, [liaison.user], "", letter.due_on)
    assert elsewhere(actor_of(liaison)) == [row]
    services.finish(officer, letter, "已报", TODAY)
    assert elsewhere(officer) == []


def test_the_calendar_shows_the_deadlines_of_open_batches(
    officer: Actor, actor: Callable[..., Actor]
) -> None:
    batch = Batch.objects.create(
        region=Region.objects.get(path=officer.region), name="高企第一批", programme="hnte",
        programme_name="高企", year=TODAY.year, county_due=TODAY - timedelta(days=1),
        city_due=TODAY + timedelta(days=2), province_due=TODAY + timedelta(days=60),
    )  # fmt: skip
    url = reverse("filings:batch", args=[batch.pk])
    assert elsewhere(officer) == [
        ("县级截止", batch.name, url, "normal"), ("市级截止", batch.name, url, "soon"),
    ]  # fmt: skip
    assert elsewhere(actor("officer", "990102")) == []
    Batch.objects.update(closed_on=TODAY)
    assert elsewhere(officer) == []


def test_the_calendar_shows_collections_until_they_are_closed(
    officer: Actor, actor: Callable[..., Actor]
) -> None:
    row = sent(officer)
    Collection.objects.update(deadline=TODAY - timedelta(days=1))
    url = reverse("desk:collection", args=[row.pk])
    assert elsewhere(officer) == [("下发汇总", row.name, url, "late")]
    assert elsewhere(actor("officer", "990102")) == []
    CollectionPart.objects.update(returned_at=timezone.now())
    assert elsewhere(officer) == [("下发汇总", row.name, url, "done")]
    Collection.objects.update(state=Collection.State.CLOSED)
    assert elsewhere(officer) == []


def test_whoever_fills_a_form_in_sees_its_day_and_goes_to_their_own_page(
    officer: Actor, liaison: Membership
) -> None:
    row = sent(officer)
    Collection.objects.update(deadline=TODAY + timedelta(days=9))
    found = elsewhere(actor_of(liaison))
    parts = CollectionPart.objects.filter(collection=row, region__path__startswith=officer.region)
    keys = parts.values_list("pk", flat=True)
    assert {each[2] for each in found} == {
        reverse("desk:collection_own_part", args=[key]) for key in keys
    }
    assert found
    CollectionPart.objects.update(returned_at=timezone.now())
    assert elsewhere(actor_of(liaison)) == []


@pytest.mark.parametrize("view", ["", "list"])
def test_the_page_of_the_calendar_links_what_is_due_elsewhere(
    signed_in: Callable[..., Client], officer: Actor, view: str
) -> None:
    letter = register(officer)
    address = f"{reverse('desk:incoming_calendar')}?month={letter.due_on:%Y-%m}&view={view}"
    page = signed_in("officer", "990101").get(address).text
    link = reverse("desk:incoming_letter", args=[letter.pk])
    assert page.count(f'href="{link}"') == (1 if view else 2)
