"""The cultivation pool: who comes in, what is done with them, who is told, how they leave."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import AS_OF, program_of, technology_firm, title

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.filings.models import Filing
from kechuang.office.filings.services import batches
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.daily import daily
from kechuang.office.ground.models import AuditEvent, Notice
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.policies import merging
from kechuang.office.policies.ladder import rungs
from kechuang.office.policies.models import PoolEntry, Prospect, RuleRun
from kechuang.office.policies.queries import pool as queries
from kechuang.office.policies.services import pool
from kechuang.office.policies.services.pool import Tending
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
RUNG = "tech_sme_national"
LATER = TODAY + timedelta(days=3)


@pytest.fixture
def firms(city: Region) -> dict[str, Party]:
    """Firms as a run left them: one of each prospect, one that is certified, one elsewhere."""
    run = RuleRun.objects.create(
        region=city, as_of=AS_OF, started_by="system", started_name="系统",
        ended_at=timezone.now(), ladder_at=timezone.now(),
    )  # fmt: skip
    made: dict[str, Party] = {}
    states = {"F01": "qualified", "F02": "near", "F03": "open", "F05": "near"}
    for code in ("F01", "F02", "F03", "F04", "F05"):
        made[code] = technology_firm(code, "990102" if code == "F05" else "990101")
        if code in states:
            Prospect.objects.create(
                run=run, party=made[code], rung=RUNG, state=states[code],
                effort=Decimal(1), lacks="“查账征收”需落实" if states[code] == "near" else "",
            )  # fmt: skip
    title(made["F04"], RUNG, TODAY - timedelta(30), TODAY + timedelta(900), recognition="admitted")
    return made


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990100", name="经办"))


@pytest.fixture
def mentor(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101", name="辅导"))


def keys(*firms: Party) -> list[int]:
    return [each.pk for each in firms]


def entered(actor: Actor, party: Party, **tending: Any) -> PoolEntry:
    return pool.admit(actor, party, RUNG, Tending(**tending), TODAY)


# --- coming in


def test_a_rule_lets_in_who_is_near_or_qualified_and_says_why_others_stay(
    firms: dict[str, Party], officer: Actor
) -> None:
    entered(officer, firms["F01"])
    done = pool.admit_by_rule(officer, rungs()[RUNG], keys(*firms.values()), Tending())
    assert set(done.done) == {"F02", "F05"}
    assert done.left == {
        "F01": "已在库",
        "F03": "状态是“待补数据”，不按规则入库",
        "F04": "状态是“已认定”，不按规则入库",
    }
    assert dict(PoolEntry.objects.values_list("party__code", "basis")) == {
        "F01": "hand", "F02": "near", "F05": "near",
    }  # fmt: skip
    assert AuditEvent.objects.filter(action="pool.admit").count() == 3


def test_a_county_lets_in_its_own(firms: dict[str, Party], mentor: Actor) -> None:
    done = pool.admit_by_rule(mentor, rungs()[RUNG], keys(firms["F02"], firms["F05"]), Tending())
    assert (done.done, dict(done.left)) == (("F02",), {})
    with pytest.raises(Refusal):
        entered(mentor, firms["F05"])


def closed(firms: dict[str, Party]) -> None:
    Organisation.objects.filter(party=firms["F02"]).update(status="moved_out")


def already(firms: dict[str, Party]) -> None:
    entered(SYSTEM, firms["F02"])


@pytest.mark.parametrize(
    ("code", "before", "changes", "field"),
    [
        ("F02", None, {"rung": "nothing"}, "rung"),
        ("F04", None, {}, "rung"),
        ("F02", closed, {}, "party"),
        ("F02", already, {}, "party"),
        ("F02", None, {"on": TODAY + timedelta(1)}, "on"),
        ("F02", None, {"tending": Tending(next_step="上门")}, "next_on"),
        ("F02", None, {"tending": Tending(next_on=LATER)}, "next_step"),
        ("F02", None, {"tending": Tending("", "", "上门", TODAY - timedelta(1))}, "next_on"),
        ("F02", None, {"tending": Tending("nobody")}, "mentor"),
    ],
    ids=[
        "no such rung", "holds the title", "left", "is in already", "a day ahead", "no day",
        "no step", "a day that is over", "no such mentor",
    ],
)  # fmt: skip
def test_what_cannot_come_in(
    firms: dict[str, Party],
    officer: Actor,
    code: str,
    before: Callable[[dict[str, Party]], None] | None,
    changes: dict[str, Any],
    field: str,
) -> None:
    if before:
        before(firms)
    count = PoolEntry.objects.count()
    values = {"rung": RUNG, "tending": Tending(), "on": TODAY, **changes}
    with pytest.raises(ValidationError) as caught:
        pool.admit(officer, firms[code], values["rung"], values["tending"], values["on"])
    assert list(caught.value.error_dict) == [field]
    assert PoolEntry.objects.count() == count


def test_a_mentor_reaches_the_firm(firms: dict[str, Party], officer: Actor, mentor: Actor) -> None:
    with pytest.raises(ValidationError, match="管不到"):
        entered(officer, firms["F05"], mentor=mentor.code)
    assert entered(officer, firms["F02"], mentor=mentor.code).mentor_name == "辅导"


def test_a_firm_stands_once_at_a_time_for_a_rung(firms: dict[str, Party], officer: Actor) -> None:
    first = entered(officer, firms["F02"])
    pool.admit(officer, firms["F02"], "hnte", Tending(), TODAY)
    copy = PoolEntry.objects.get(pk=first.pk)
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    pool.leave(officer, first, "given_up", TODAY, "企业不愿意")
    assert entered(officer, firms["F02"]).pk != first.pk


# --- in the pool


def test_each_change_is_told_on_the_page_and_to_the_mentor(
    firms: dict[str, Party],
    officer: Actor,
    person: Callable[..., Membership],
    signed_in: Callable[..., Client],
) -> None:
    mentor = actor_of(person("officer", "990101", name="辅导"))
    row = entered(officer, firms["F02"], next_step="上门", next_on=LATER)
    pool.change(officer, row, mentor.code, "补齐查账征收证明")
    pool.follow(officer, row, "tended", "已上门", "看辅助账", LATER)
    pool.follow(mentor, row, "tended", "看过了", "", None)
    assert not pool.change(officer, row, mentor.code, "补齐查账征收证明")
    texts = list(
        Notice.objects.filter(to=mentor.code).order_by("pk").values_list("text", flat=True)
    )
    assert texts == [
        "培育库：经办请您辅导1家企业（科技型中小企业（入库））。",
        "培育库：经办登记了示例F02公司的跟进。",
    ]
    page = signed_in("reviewer", "990100").get(reverse("policies:pool_entry", args=[row.pk]))
    text = page.content.decode()
    for each in (
        "列入培育库",
        "改辅导人和计划",
        "登记跟进",
        "补齐查账征收证明",
        "已上门",
        "看过了",
    ):
        assert each in text
    assert "“查账征收”需落实" in text
    assert "登记出库" not in text


def test_a_stage_is_one_of_the_data(firms: dict[str, Party], officer: Actor) -> None:
    row = entered(officer, firms["F02"])
    for stage in ("exited", "nothing"):
        with pytest.raises(ValidationError, match="没有这个阶段"):
            pool.follow(officer, row, stage, "", "", None)


def test_an_old_step_may_stay_but_a_new_one_lies_ahead(
    firms: dict[str, Party], officer: Actor
) -> None:
    row = entered(officer, firms["F02"])
    past = TODAY - timedelta(5)
    PoolEntry.objects.filter(pk=row.pk).update(next_step="上门", next_on=past)
    pool.follow(officer, row, "tended", "打过电话", "上门", past)
    with pytest.raises(ValidationError, match="已过"):
        pool.follow(officer, row, "tended", "", "上门", past + timedelta(1))


@pytest.mark.parametrize(
    ("end", "note", "days", "field"),
    [
        ("certified", "", 0, "end"),
        ("left", " ", 0, "note"),
        ("given_up", "", 0, "note"),
        ("merged", "原因", 0, "end"),
        ("given_up", "原因", 1, "on"),
        ("given_up", "原因", -1, "on"),
    ],
)
def test_what_cannot_leave_so(
    firms: dict[str, Party], officer: Actor, end: str, note: str, days: int, field: str
) -> None:
    row = entered(officer, firms["F02"])
    with pytest.raises(ValidationError) as caught:
        pool.leave(officer, row, end, TODAY + timedelta(days), note)
    assert list(caught.value.error_dict) == [field]


def test_who_is_certified_is_let_out_and_stays_in_the_list(
    firms: dict[str, Party], officer: Actor
) -> None:
    row = entered(officer, firms["F02"], next_step="上门", next_on=LATER)
    assert not queries.certified(queries.changeable(officer)).exists()
    title(firms["F02"], RUNG, TODAY, TODAY + timedelta(900), recognition="admitted")
    assert list(queries.certified(queries.changeable(officer))) == [row]
    pool.leave(officer, row, "certified", TODAY)
    row.refresh_from_db()
    assert (row.stage, row.end, row.ended_on, row.next_on) == ("exited", "certified", TODAY, None)
    with pytest.raises(ValidationError, match="不能再改"):
        pool.follow(officer, row, "tended", "晚了", "", None)


# --- what is due


def test_the_morning_counts_what_its_lists_show(
    firms: dict[str, Party],
    mentor: Actor,
    officer: Actor,
    person: Callable[..., Membership],
) -> None:
    late = entered(officer, firms["F01"], mentor=mentor.code, next_step="上门", next_on=TODAY)
    PoolEntry.objects.filter(pk=late.pk).update(next_on=TODAY - timedelta(1))
    entered(officer, firms["F02"], mentor=mentor.code, next_step="看账", next_on=TODAY)
    entered(officer, firms["F03"], next_step="没人办", next_on=TODAY)
    found = list(queries.items(mentor))
    assert [(each.count, each.state, each.due) for each in found] == [
        (1, "late", TODAY - timedelta(1)), (1, "soon", TODAY), (1, "normal", None),
    ]  # fmt: skip
    client = Client()
    client.force_login(
        Membership.objects.get(user__username=mentor.code).user,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for each in found:
        assert client.get(each.url).context["total"] == each.count, each.url
    assert "培育的下一步已过日期" in client.get("/").content.decode()
    assert not list(queries.items(actor_of(person("leader", "990100"))))
    daily_task = daily.find("pool")
    assert daily_task
    daily_task.run()
    daily_task.run()
    told = Notice.objects.filter(to=mentor.code, text__contains="项下一步")
    assert [each.text for each in told] == [f"培育库：今天（{TODAY.isoformat()}）有1项下一步。"]


# --- pages


def test_from_the_ladder_choose_look_confirm(
    firms: dict[str, Party], person: Callable[..., Membership], signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990100")
    ladder = client.get(reverse("policies:rung", args=[RUNG]), {"stand": "near"})
    address = reverse("policies:pool_admit_by_rule", args=[RUNG])
    assert address in ladder.content.decode()
    every = {"every": "1", "conditions": "stand=near"}
    shown = client.post(address, every)
    assert [row.party.code for row in shown.context["preview"].comes] == ["F02", "F05"]
    assert not PoolEntry.objects.exists()
    given = {**every, "confirm": "1", "plan": "上门", "seen": shown.context["seen"]}
    assert client.post(address, {**given, "seen": "other"}).status_code == 200
    assert client.post(address, {**given, "next_step": "没写日期"}).status_code == 200
    assert not PoolEntry.objects.exists()
    done = client.post(address, given, follow=True)
    assert "已入库2家" in done.content.decode()
    assert done.context["total"] == 2
    again = client.post(address, {"selected": str(firms["F02"].pk)})
    assert "已在库" in again.content.decode()
    assert client.post(address, {"selected": "0"}).status_code == 302


def test_the_dossier_leads_into_the_pool_and_shows_it(
    firms: dict[str, Party], signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990101")
    dossier = reverse("registry:organisation", args=["F02"])
    address = f"{reverse('policies:pool_admit')}?party=F02"
    assert address in client.get(f"{dossier}?tab=pool").content.decode()
    assert client.get(address).context["form"]["party"].value() == "F02"
    client.post(
        reverse("policies:pool_admit"),
        {"party": "F02", "rung": RUNG, "on": TODAY, "plan": "先补账"},
    )
    row = PoolEntry.objects.get()
    shown = client.get(f"{dossier}?tab=pool").content.decode()
    assert reverse("policies:pool_entry", args=[row.pk]) in shown
    follow = reverse("policies:pool_follow", args=[row.pk])
    client.post(follow, {"stage": "tended", "done": "打过电话"})
    client.post(reverse("policies:pool_change", args=[row.pk]), {"plan": "再补账", "mentor": ""})
    leave = reverse("policies:pool_leave", args=[row.pk])
    assert client.post(leave, {"end": "left", "on": TODAY}).status_code == 200
    client.post(leave, {"end": "left", "on": TODAY, "note": "迁往外市"})
    row.refresh_from_db()
    assert (row.plan, row.stage, row.end_note) == ("再补账", "exited", "迁往外市")
    assert client.get(follow).status_code == 404


def test_page_export_and_api_show_the_same(
    firms: dict[str, Party],
    officer: Actor,
    person: Callable[..., Membership],
    signed_in: Callable[..., Client],
    settings: Any,
    django_assert_max_num_queries: Any,
) -> None:
    for code in ("F01", "F02", "F05"):
        entered(officer, firms[code])
    pool.admit(officer, firms["F01"], "hnte", Tending(), TODAY)
    client = signed_in("leader", "990100")
    with django_assert_max_num_queries(24):
        page = client.get(reverse("policies:pool"), {"rung": RUNG})
    assert page.context["total"] == 3
    answer = client.get(reverse("policies:pool"), {"rung": RUNG, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(io.StringIO(text))
    where = head.index("现在的情况")
    exported = sorted(row[where] for row in rows if len(row) > where)
    program = program_of(person("leader", "990100"), settings)
    items = program.get(f"/api/v1/pool?rung={RUNG}").json()["items"]
    words = {"qualified": "达标未申报", "near": "差一项"}
    assert (
        exported
        == sorted(words[each["stand"]] for each in items)
        == ["差一项", "差一项", "达标未申报"]
    )
    one = program.get(f"/api/v1/pool/{items[0]['key']}").json()
    assert one == items[0]
    assert program.get("/api/v1/pool?state=ended").json()["items"] == []
    assert program.get("/api/v1/pool?stage=tended").json()["items"] == []


def test_an_enterprise_sees_its_own_and_changes_nothing(
    firms: dict[str, Party], officer: Actor, signed_in: Callable[..., Client]
) -> None:
    mine, other = entered(officer, firms["F01"]), entered(officer, firms["F02"])
    client = signed_in("enterprise_user", "990101", "F01")
    assert client.get(reverse("policies:pool")).context["total"] == 1
    assert client.get(reverse("policies:pool_entry", args=[mine.pk])).status_code == 200
    assert client.get(reverse("policies:pool_entry", args=[other.pk])).status_code == 404
    assert client.get(reverse("policies:pool_follow", args=[mine.pk])).status_code == 403


# --- into a batch, and merged


def test_from_the_pool_into_a_batch(
    firms: dict[str, Party], officer: Actor, signed_in: Callable[..., Client], city: Region
) -> None:
    batch = batches.open_batch(SYSTEM, city, RUNG, BatchFacts("今年", TODAY.year))
    other = batches.open_batch(SYSTEM, city, "hnte", BatchFacts("高企", TODAY.year))
    rows = [entered(officer, firms[code]) for code in ("F01", "F02")]
    client, address = signed_in("officer", "990100"), reverse("policies:pool_file")
    picked = {"selected": [str(row.pk) for row in rows]}
    page = client.post(address, picked)
    assert list(page.context["form"].fields["batch"].queryset) == [batch]
    keys = ",".join(picked["selected"])
    given = {"selected": keys, "batch": batch.pk, "kind": "first", "on": TODAY}
    done = client.post(address, given, follow=True)
    assert "已列入批次2家" in done.content.decode()
    assert Filing.objects.filter(batch=batch).count() == 2
    assert set(PoolEntry.objects.values_list("stage", flat=True)) == {"filing"}
    assert AuditEvent.objects.filter(action="pool.file").count() == 2
    again = client.post(address, given, follow=True)
    assert "已在本批次" in again.content.decode()
    with pytest.raises(ValidationError, match="请换一个批次"):
        pool.file(officer, rows, other, "first", TODAY)
    more = pool.admit(officer, firms["F01"], "hnte", Tending(), TODAY)
    several = client.post(address, {"selected": [str(more.pk), str(rows[0].pk)]}, follow=True)
    assert "分属几个台阶" in several.content.decode()


def test_after_a_merge_one_entry_for_a_rung_stays_open(
    firms: dict[str, Party], officer: Actor
) -> None:
    twice, stays = entered(officer, firms["F02"]), entered(officer, firms["F01"])
    alone = pool.admit(officer, firms["F02"], "hnte", Tending(), TODAY)
    with transaction.atomic():
        merging.move(SYSTEM, "F02", "F01")
    rows = {row.pk: row for row in PoolEntry.objects.all()}
    assert {row.party_id for row in rows.values()} == {firms["F01"].pk}  # type: ignore[attr-defined]
    assert (rows[twice.pk].end, rows[stays.pk].end, rows[alone.pk].end) == ("merged", "", "")
    assert AuditEvent.objects.filter(action="pool.moved").count() == 2
