"""Reminders: what is found, with what did it; one digest a day; killed and done twice."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from policies_city import AS_OF, WAN, judged, right, technology_firm, title
from reminders_city import (
    SME,
    TODAY,
    batch,
    certified,
    days,
    document,
    done,
    kinds,
    superseded,
    told,
)

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.filings.models import Batch
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.daily import submit_todays_work
from kechuang.office.ground.job_runs import JobRun, Stopped
from kechuang.office.ground.models import AuditEvent, Job, Notice
from kechuang.office.ground.worker import IN_PROCESS, claim, run_waiting_jobs, work_on
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.parties.services import change as change_party
from kechuang.office.policies import crossing_work, reminder_jobs, reminder_moving
from kechuang.office.policies.crossing import smallest
from kechuang.office.policies.models import (
    ReminderChoice,
    ReminderDigest,
    ReminderEvent,
    ReminderMark,
)
from kechuang.office.policies.queries import reminders as queries
from kechuang.office.policies.reminder_finding import keep, of_documents
from kechuang.office.policies.reminders import mark, timing
from kechuang.office.policies.services import reminders
from kechuang.office.regions.models import Installation, Region
from kechuang.office.registry.models import Organisation, Qualification, YearlyFact

pytestmark = pytest.mark.django_db


# --- certificates


@pytest.mark.parametrize(
    ("ends", "more", "marks"),
    [
        (400, {}, []),
        (365, {}, ["365"]),
        (181, {}, ["365"]),
        (60, {}, ["60"]),
        (0, {}, ["0"]),
        (-29, {}, ["0"]),
        (-31, {}, []),
        (100, {"title": "gazelle"}, []),
        (90, {"title": "gazelle"}, ["90"]),
        (60, {"status": "cancelled"}, []),
        (60, {"status": "awaiting"}, []),
        (-5, {"status": "awaiting"}, []),
    ],
)
def test_a_certificate_is_told_of_at_its_marks(
    city: Region, ends: int, more: dict[str, Any], marks: list[str]
) -> None:
    certified("F01", days(ends), **more)
    done()
    keys = ReminderEvent.objects.filter(kind="certificate").values_list("key", flat=True)
    assert [key.rpartition(":")[2] for key in keys] == marks


def test_a_certificate_that_was_renewed_or_of_a_firm_that_left_is_not_told_of(
    city: Region,
) -> None:
    old = certified("F01", days(30))
    title(old.party, "hnte", days(-1), days(1000), number="new")
    gone = certified("F02", days(30))
    Organisation.objects.filter(party=gone.party).update(status="closed")
    done()
    assert not ReminderEvent.objects.exists()


def test_days_on_which_nobody_looked_are_made_up_for(city: Region) -> None:
    certified("F01", days(400))
    for later, expected in ((0, 0), (36, 1), (37, 1), (350, 2), (351, 2), (410, 3)):
        done(days(later))
        assert ReminderEvent.objects.count() == expected, later
    assert sorted(
        key.rpartition(":")[2] for key in ReminderEvent.objects.values_list("key", flat=True)
    ) == ["0", "365", "60"]  # 180 was passed while nobody looked


def test_a_mark_is_the_nearest_and_a_new_end_is_told_anew(city: Region) -> None:
    row = certified("F01", days(50))
    done()
    Qualification.objects.filter(pk=row.pk).update(expires_on=days(55))
    done(days(1))
    assert ReminderEvent.objects.count() == 2
    assert mark(3, timing(TODAY).window_days) == 3


# --- windows


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["opens"]),
        ({"notice_on": days(1)}, []),
        ({"notice_on": None}, ["opens"]),
        ({"notice_on": days(-40)}, []),
        ({"county_due": days(-1), "notice_on": days(-3)}, []),
        ({"county_due": days(10)}, ["closes", "opens"]),
        ({"county_due": days(2), "city_due": days(14)}, ["closes", "closes", "opens"]),
        ({"county_due": None}, ["opens"]),
        ({"closed_on": days(-1), "county_due": days(2)}, []),
    ],
)
def test_a_window_is_told_of_when_it_begins_and_before_it_ends(
    city: Region, more: dict[str, Any], expected: list[str]
) -> None:
    batch(city, **more)
    done()
    assert kinds() == expected


def test_a_deadline_that_was_moved_is_told_of_anew(city: Region) -> None:
    made = batch(city, county_due=days(10))
    done()
    Batch.objects.filter(pk=made.pk).update(county_due=days(12))
    done(days(1))
    assert kinds() == ["closes", "closes", "opens"]


# --- policies


def test_a_superseded_policy_is_told_of_with_its_successor_and_whom_it_concerns(
    city: Region,
) -> None:
    right(technology_firm("F01"))
    run = judged()
    old, new = superseded(city)
    later = document(city, "再旧", superseded_by=new, superseded_on=days(5))
    done()
    event = ReminderEvent.objects.get()
    assert (event.kind, event.document, event.due) == ("superseded", old, days(-1))
    assert event.facts == {
        "number": old.number, "successor": new.pk, "successor_name": str(new), "rules": [SME],
        "firms": 1, "as_of": run.as_of.isoformat(),
    }  # fmt: skip
    done(days(5))
    assert set(ReminderEvent.objects.values_list("document", flat=True)) == {old.pk, later.pk}
    assert keep(of_documents(days(6))) == 0


# --- verdicts that crossed


def change(party: Party, **values: Any) -> None:
    YearlyFact.objects.filter(party=party).update(**values)


def test_a_verdict_that_crossed_tells_which_fact_did_it(city: Region) -> None:
    firm = technology_firm("F01", rd=60)
    right(firm)
    other = technology_firm("F02")
    right(other)
    judged()
    change(firm, rd_expense_deduction=400 * WAN, total_assets=4_100 * WAN)
    change(other, rd_expense_deduction=0)
    judged(AS_OF + timedelta(1))
    done()
    came, went = (ReminderEvent.objects.get(kind=kind, subject=SME) for kind in ("came", "went"))
    assert (came.party, went.party) == (firm, other)
    told = [(each["code"], each["decides"]) for each in came.facts["differences"]]
    assert told[0] == ("rd_expense_deduction__y0", True)
    assert all(not decides for _code, decides in told[1:])
    assert came.facts["cause"] == "facts"
    assert "60 万元 → 400 万元" in queries.why_told(came)
    assert "400 万元 → 0 万元" in queries.why_told(went)


def test_a_right_that_was_lost_is_told_as_a_table(city: Region) -> None:
    firm = technology_firm("F01", rd=100)
    mine = right(firm)
    right(technology_firm("F02"))
    judged()
    mine.delete()
    judged(AS_OF + timedelta(1))
    done()
    told = {each.subject: each for each in ReminderEvent.objects.filter(party=firm)}
    assert told, "no verdict crossed"
    for event in told.values():
        (deciding,) = queries.deciding(event)
        assert (deciding["code"], deciding["before"], deciding["after"]) == ("ip", "1 条", "0 条")


def test_a_firm_that_came_or_left_is_told_as_such(city: Region) -> None:
    gone = technology_firm("F02")
    right(gone)
    judged()
    Organisation.objects.filter(party=gone).update(status="closed")
    new = technology_firm("F03")
    right(new)
    judged(AS_OF + timedelta(10))
    done()
    rows = ReminderEvent.objects.filter(subject=SME).order_by("party__code")
    assert [(row.party and row.party.code, row.kind, row.facts["cause"]) for row in rows] == [
        ("F02", "went", "left"), ("F03", "came", "entered"),
    ]  # fmt: skip
    assert ["没有判断" in queries.why_told(row) for row in rows] == [True, True]


def test_a_run_is_looked_through_once_and_old_ones_not_at_all(city: Region) -> None:
    firm = technology_firm("F01", rd=60)
    right(firm)
    judged()
    change(firm, rd_expense_deduction=400 * WAN)
    run = judged(AS_OF + timedelta(1))
    done()
    count = ReminderEvent.objects.count()
    assert count
    ReminderEvent.objects.all().delete()
    done(days(1))
    assert not ReminderEvent.objects.exists()
    ReminderMark.objects.all().delete()
    run.ended_at = timezone.now() - timedelta(days=31)
    run.save()
    done(days(2))
    assert not ReminderEvent.objects.exists()


def test_without_a_snapshot_the_crossing_is_told_without_its_cause(city: Region) -> None:
    firm = technology_firm("F01", rd=60)
    right(firm)
    first = judged()
    change(firm, rd_expense_deduction=400 * WAN)
    judged(AS_OF + timedelta(1))
    first.snapshot = None
    first.save()
    done()
    event = ReminderEvent.objects.get(subject=SME)
    assert (event.facts["cause"], event.facts["differences"]) == ("unread", [])
    assert "说不出原因" in queries.why_told(event)


def brute(codes: list[str], flips: Callable[[frozenset[str]], bool]) -> int:
    sizes = [
        size
        for size in range(1, len(codes) + 1)
        if any(flips(frozenset(some)) for some in itertools.combinations(codes, size))
    ]
    return min(sizes)


@given(st.integers(1, 5), st.data())
def test_the_deciding_set_is_a_smallest_one(count: int, data: st.DataObject) -> None:
    codes = list("abcde"[:count])
    subsets = [
        frozenset(some) for size in range(1, count) for some in itertools.combinations(codes, size)
    ]
    flipping = {frozenset(codes)} | {each for each in subsets if data.draw(st.booleans())}
    found = smallest(codes, flipping.__contains__)
    size = brute(codes, flipping.__contains__)
    if size == 1:
        assert found == {code for code in codes if frozenset(code) in flipping}
    else:
        assert found in flipping
        assert len(found) == size
    assert smallest(codes, lambda _some: False) == frozenset()
    few = smallest(codes, lambda some: len(some) >= count, most=0)
    assert few == frozenset(codes)


# --- the digest


def test_each_person_gets_one_digest_of_their_own(office: dict[str, Membership]) -> None:
    done()
    found = told()
    names = {code: each.user.username for code, each in office.items()}
    day = TODAY.isoformat()
    assert found == {
        names["city"]: f"今日提醒（{day}）：申报开始1件、证书将到期2件；其中您辅导的企业1件。",
        names["county"]: f"今日提醒（{day}）：申报开始1件、证书将到期1件。",
        names["reviewer"]: f"今日提醒（{day}）：申报开始1件、证书将到期1件。",
        names["firm"]: f"今日提醒（{day}）：证书将到期1件。",
    }
    done(days(1))  # nothing new: nobody gets anything
    assert told() == found
    assert ReminderDigest.objects.count() == 4


def test_firms_hear_nothing_where_they_have_no_pages(office: dict[str, Membership]) -> None:
    Installation.objects.update(enterprise_pages=False)
    done()
    assert office["firm"].user.username not in told()


def test_whoever_has_no_role_any_more_gets_nothing(office: dict[str, Membership]) -> None:
    Membership.objects.filter(pk=office["county"].pk).update(revoked_at=timezone.now())
    office["reviewer"].user.is_active = False
    office["reviewer"].user.save()
    done()
    assert set(told()) == {office["city"].user.username, office["firm"].user.username}


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ({"opens": "none"}, "证书将到期2件；其中您辅导的企业1件。"),
        ({"certificate": "mine"}, "申报开始1件、证书将到期1件；其中您辅导的企业1件。"),
        ({"certificate": "none", "opens": "none"}, ""),
    ],
)
def test_a_person_hears_what_they_chose(
    office: dict[str, Membership], chosen: dict[str, str], text: str
) -> None:
    actor = actor_of(office["city"])
    reminders.choose(actor, chosen)
    assert AuditEvent.objects.filter(action="reminder.choose").count() == 1
    assert not reminders.choose(actor, chosen)
    done()
    assert told().get(actor.code, "：").partition("：")[2] == text


@pytest.mark.parametrize("chosen", [{"nothing": "none"}, {"opens": "mine"}, {"opens": "x"}])
def test_a_choice_that_is_not_there_is_refused(
    office: dict[str, Membership], chosen: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        reminders.choose(actor_of(office["city"]), chosen)
    assert not ReminderChoice.objects.exists()


def test_a_person_in_two_roles_gets_one(office: dict[str, Membership], city: Region) -> None:
    user = office["county"].user
    Membership.objects.create(
        user=user, role="reviewer", region=Region.objects.get(code="990102"), since=days(-1),
        granted_by="x",
    )  # fmt: skip
    done()
    assert "申报开始1件、证书将到期2件" in told()[user.username]


def test_what_is_found_after_the_digest_comes_with_the_next(
    office: dict[str, Membership],
) -> None:
    done()
    before = told()
    certified("F03", days(20))
    Job.objects.filter(kind="reminders.day").update(key="")
    done()  # the same day once more
    assert told() == before
    done(days(1))
    rows = Notice.objects.filter(to=office["county"].user.username).order_by("pk")
    assert [row.text.partition("：")[2] for row in rows] == [
        "申报开始1件、证书将到期1件。", "证书将到期1件。",
    ]  # fmt: skip


def test_the_work_of_the_day_submits_it_once(city: Region) -> None:
    submit_todays_work()
    run_waiting_jobs()
    assert Job.objects.get(kind="reminders.day").state == Job.State.DONE
    reminders.submit_today()
    assert Job.objects.filter(kind="reminders.day").count() == 1


def test_before_the_office_is_founded_nothing_is_submitted(db: None) -> None:
    reminders.submit_today()
    assert not Job.objects.exists()


# --- cut off, and two at once


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Iterator[list[int]]:
    """Every worker dies in its second unit: before it, or when all of it has been done."""
    unit = JobRun.unit
    seen = [0]

    @contextmanager
    def dying(self: JobRun, *arguments: Any, **more: Any) -> Iterator[None]:
        seen[0] += 1
        if seen[0] % 2 == 0 and not after:
            raise Stopped
        with unit(self, *arguments, **more):
            yield
            if seen[0] % 2 == 0:
                raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(JobRun, "unit", dying)
        yield seen


@pytest.mark.both_databases
@pytest.mark.parametrize("after", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_cut_off_again_and_again_everything_is_told_once(
    office: dict[str, Membership], monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    firms = [technology_firm(f"G{number}", rd=60) for number in range(4)]
    for firm in firms:
        right(firm)
    judged()
    change(firms[0], rd_expense_deduction=400 * WAN)
    YearlyFact.objects.filter(party__in=firms[1:]).update(rd_expense_deduction=400 * WAN)
    judged(AS_OF + timedelta(1))
    superseded(Region.objects.get(code="990100"))
    monkeypatch.setattr(crossing_work, "AT_A_TIME", 1)
    monkeypatch.setattr(reminder_jobs, "CERTIFICATES", 1)
    monkeypatch.setattr(reminder_jobs, "PEOPLE", 1)
    with cut_off(monkeypatch, after=after) as seen:
        reminders.submit(TODAY)
        while Job.objects.filter(state=Job.State.WAITING).exists() and seen[0] < 60:
            job = claim(IN_PROCESS)
            assert job is not None
            work_on(job, IN_PROCESS)
    assert seen[0] >= 8
    crossed = ReminderEvent.objects.filter(run__isnull=False, subject=SME).count()
    assert (crossed, ReminderEvent.objects.filter(run=None).count()) == (4, 4)
    assert ReminderEvent.objects.filter(told_on=None).count() == 0
    assert len(told()) == ReminderDigest.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.requires_postgres
def test_two_workers_at_once_tell_everything_once(office: dict[str, Membership]) -> None:
    for _ in range(2):
        reminders.submit(TODAY)
        Job.objects.update(key="")
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        run_waiting_jobs()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert ReminderEvent.objects.count() == 3
    assert len(told()) == ReminderDigest.objects.count() == 4


# --- along with the firm


def test_reminders_go_along_with_a_firm(office: dict[str, Membership]) -> None:
    done()
    Party.objects.filter(code="F01").update(kind="department")  # its code is no credit code
    change_party(SYSTEM, "F01", PartyFacts("F01", "F01", "department", "990102"))
    event = ReminderEvent.objects.get(party__code="F01")
    assert event.region.code == "990102"
    reminder_moving.move(SYSTEM, "F01", "F02")
    assert ReminderEvent.objects.filter(party__code="F02").count() == 2
    county: Actor = actor_of(office["county"])
    assert set(queries.visible(county).values_list("kind", flat=True)) == {"opens"}
