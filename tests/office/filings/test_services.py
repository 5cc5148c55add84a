"""Filings from a list to a certificate: what each service keeps, refuses and tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from office_writes import assert_audited
from registry_records import LIST, firm

from kechuang.office.filings.models import (
    Batch,
    BatchDocument,
    BatchStage,
    Filing,
    FilingDocument,
    StageEntry,
)
from kechuang.office.filings.services import batches, certificates, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.filings.services.certificates import Certificate
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import FormerName, Qualification
from kechuang.office.registry.services import organisations, qualifications

DAY = date(2026, 3, 2)
FACTS = BatchFacts(
    "2026年高企第一批", 2026, "示科函〔2026〕3号", date(2026, 2, 20), county_due=date(2026, 6, 1),
    city_due=date(2026, 6, 20), province_due=date(2026, 7, 1),
)  # fmt: skip


@pytest.fixture
def officer(actor: Callable[..., Actor], city: Region) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def batch(officer: Actor) -> Batch:
    county = Region.objects.get(code="990101")
    return batches.open_batch(officer, county, "hnte", FACTS)


def filed(batch: Batch, *stages: str, kind: str = "first", party: Party | None = None) -> Filing:
    """A firm that got through these stages, a day apart."""
    found = party or firm(f"示例{Party.objects.count()}有限公司")
    filings.add_firms(SYSTEM, batch, [found.code], kind, DAY)
    for days, stage in enumerate(stages, start=1):
        done = filings.advance(
            SYSTEM, batch, [found.code], stage, DAY + timedelta(days), "因故", document="公示1号"
        )
        assert done.left == {}
    return row_of(batch, found)


def row_of(batch: Batch, party: Party) -> Filing:
    rows = Filing.objects.select_related("batch__region", "party__region", "stage")
    return rows.get(batch=batch, party=party)


# --- batches


def test_batch_is_opened_with_the_practice_of_its_programme(officer: Actor, batch: Batch) -> None:
    stages = list(BatchStage.objects.filter(batch=batch).values_list("name", flat=True))
    assert stages[:6] == ["摸底", "意向", "辅导", "提交", "退回", "县推荐"]
    assert (batch.title, batch.level, batch.years) == ("hnte", "national", 3)
    due = dict(BatchStage.objects.filter(batch=batch, due__isnull=False).values_list("code", "due"))
    assert due == {
        "submitted": date(2026, 6, 1), "recommended": date(2026, 6, 1),
        "city_reviewed": date(2026, 6, 20), "province_reviewed": date(2026, 7, 1),
    }  # fmt: skip
    assert BatchDocument.objects.filter(batch=batch).count() == 13


def test_this_year_is_opened_as_last_year_was(officer: Actor, batch: Batch) -> None:
    after = BatchStage.objects.get(batch=batch, code="coached")
    batches.add_stage(officer, batch, "预审", after)
    facts = BatchFacts("2027年高企第一批", 2027, county_due=date(2027, 6, 2))
    again = assert_audited(lambda: batches.open_again(officer, batch, facts))
    names = BatchStage.objects.filter(batch=again).values_list("name", flat=True)
    assert list(names)[2:5] == ["辅导", "预审", "提交"]
    assert again.previous == batch
    submitted = BatchStage.objects.get(batch=again, code="submitted")
    assert submitted.due == date(2027, 6, 2)


def test_own_programme_is_opened(officer: Actor) -> None:
    county = Region.objects.get(code="990101")
    values = {"code": "prize", "name": "县长科技奖", "deciding": "县人民政府"}
    assert_audited(lambda: batches.add_programme(officer, county, values))
    batch = batches.open_batch(officer, county, "prize", BatchFacts("科技奖", 2026))
    assert (batch.programme_name, batch.deciding, batch.title) == ("县长科技奖", "县人民政府", "")
    party = firm()
    filings.add_firms(officer, batch, [party.code], "first", DAY)
    done = filings.advance(officer, batch, [party.code], "certified", DAY)
    assert done.done == (party.code,)


@pytest.mark.parametrize("code", ["hnte", "prize"])
def test_programme_stands_once(officer: Actor, code: str) -> None:
    county = Region.objects.get(code="990101")
    batches.add_programme(officer, county, {"code": "prize", "name": "奖"})
    with pytest.raises(ValidationError, match="已有项目"):
        batches.add_programme(officer, county, {"code": code, "name": "奖"})


def test_stages_follow_the_deadlines_of_their_batch_unless_they_have_their_own(
    officer: Actor, batch: Batch
) -> None:
    stage = BatchStage.objects.get(batch=batch, code="submitted")
    batches.change_stage(officer, stage, "网上提交", date(2026, 5, 20))
    changes = assert_audited(
        lambda: batches.set_deadlines(
            officer, batch, date(2026, 6, 5), date(2026, 6, 25), date(2026, 7, 9)
        )
    )
    assert changes["county_due"] == ("2026-06-01", "2026-06-05")
    due = dict(BatchStage.objects.filter(batch=batch).values_list("code", "due"))
    assert (due["submitted"], due["recommended"]) == (date(2026, 5, 20), date(2026, 6, 5))
    with pytest.raises(ValidationError, match="依次往后"):
        batches.set_deadlines(officer, batch, date(2026, 6, 5), date(2026, 6, 1), None)


def test_a_stage_that_was_reached_stays(officer: Actor, batch: Batch) -> None:
    filed(batch, "intended")
    batches.drop_stage(officer, BatchStage.objects.get(batch=batch, code="coached"))
    with pytest.raises(ValidationError, match="不能删除"):
        batches.drop_stage(officer, BatchStage.objects.get(batch=batch, code="surveyed"))


def test_document_is_asked_for_and_dropped(officer: Actor, batch: Batch) -> None:
    row = batches.add_document(officer, batch, "信用承诺", "submitted")
    filing = filed(batch)
    filings.receive(officer, filing, {row.code: "received"}, DAY)
    with pytest.raises(ValidationError, match="收件记录"):
        batches.drop_document(officer, row)
    filings.receive(officer, filing, {row.code: ""}, DAY)
    batches.drop_document(officer, row)
    assert not BatchDocument.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("place", ["990102", "990100"])
def test_nobody_opens_batches_above_or_beside_their_region(officer: Actor, place: str) -> None:
    with pytest.raises(Refusal):
        batches.open_batch(officer, Region.objects.get(code=place), "hnte", FACTS)


# --- firms and stages


def test_firms_of_a_list_come_in_once_and_the_others_are_told(officer: Actor, batch: Batch) -> None:
    here, there = firm(), firm("乙区示例有限公司", "990102")
    codes = [here.code, there.code, "91NOBODY", here.code]
    done = assert_audited(lambda: filings.add_firms(officer, batch, codes, "first"))
    assert (done.done, set(done.left)) == ((here.code,), {there.code, "91NOBODY"})
    again = filings.add_firms(officer, batch, [here.code], "renewed")
    assert again.left == {here.code: "已在本批次"}
    row = row_of(batch, here)
    assert (row.kind, row.stage.code, StageEntry.objects.filter(filing=row).count()) == (
        "first",
        "surveyed",
        1,
    )


def test_county_adds_its_firms_to_what_the_city_opened(officer: Actor) -> None:
    city = batches.open_batch(SYSTEM, Region.objects.get(code="990100"), "hnte", FACTS)
    party = firm()
    assert filings.add_firms(officer, city, [party.code], "first").done == (party.code,)
    assert filings.advance(officer, city, [party.code], "submitted", timezone.localdate()).done


def test_each_return_stays(officer: Actor, batch: Batch) -> None:
    row = filed(batch, "submitted", "returned", "submitted", "returned", "submitted")
    entries = StageEntry.objects.filter(filing=row, stage__code="returned")
    assert [each.reason for each in entries] == ["因故", "因故"]
    assert {each.cause for each in entries} == {"other"}
    assert row.stage.code == "submitted"


@pytest.mark.parametrize(
    ("stages", "target", "days", "why"),
    [
        (("submitted",), "submitted", 9, "已在"),
        (("submitted",), "recommended", 0, "日期早于"),
        (("recommended",), "submitted", 9, "不能退到"),
        (("abandoned",), "submitted", 9, "不再推进"),
        ((), "returned", 9, "还没有提交"),
        (("published",), "certified", 9, "登记证书"),
    ],
)
def test_what_cannot_move_stays_and_says_why(
    officer: Actor, batch: Batch, stages: tuple[str, ...], target: str, days: int, why: str
) -> None:
    row = filed(batch, *stages)
    mover = firm("另一家有限公司")
    done = filings.advance(
        officer, batch, [row.party.code, mover.code], target, DAY + timedelta(days), "因故"
    )
    assert why in done.left[row.party.code]
    assert "不在本批次" in done.left[mover.code]
    assert row_of(batch, row.party).stage == row.stage


@pytest.mark.parametrize(
    ("stage", "goes"),
    [
        ("coached", False), ("submitted", True), ("recommended", False), ("published", False),
        ("failed", True), ("abandoned", True),
    ],
)  # fmt: skip
def test_a_returned_filing_is_handed_in_again_or_ends(
    officer: Actor, batch: Batch, stage: str, goes: bool
) -> None:
    row = filed(batch, "submitted", "returned")
    done = filings.advance(officer, batch, [row.party.code], stage, DAY + timedelta(3), "因故")
    assert bool(done.done) is goes
    if not goes:
        assert "要先登记重新提交" in done.left[row.party.code]


def test_a_returned_filing_gets_no_certificate(officer: Actor, batch: Batch) -> None:
    row = filed(batch, "submitted", "returned")
    given = [Certificate(row.party.code, "GR1", DAY + timedelta(5))]
    done = certificates.issue(officer, batch, given, "公告1号")
    assert "要先登记重新提交" in done.left[row.party.code]
    assert not Qualification.objects.exists()


@pytest.mark.parametrize("stage", ["returned", "failed", "abandoned"])
def test_bad_news_takes_a_reason(officer: Actor, batch: Batch, stage: str) -> None:
    row = filed(batch, "submitted")
    with pytest.raises(ValidationError, match="要写原因"):
        filings.advance(officer, batch, [row.party.code], stage, DAY + timedelta(5), " ")


def test_nothing_happens_tomorrow(officer: Actor, batch: Batch) -> None:
    row = filed(batch)
    with pytest.raises(ValidationError, match="今天之后"):
        filings.advance(
            officer, batch, [row.party.code], "submitted", timezone.localdate() + timedelta(1)
        )


def test_advance_of_many_is_told_for_each(officer: Actor, batch: Batch) -> None:
    rows = [filed(batch), filed(batch)]
    codes = [each.party.code for each in rows]
    assert_audited(lambda: filings.advance(officer, batch, codes, "submitted", DAY + timedelta(1)))
    told = AuditEvent.objects.filter(action="filing.advance", actor_code=officer.code)
    assert [each.changes["stage"] for each in told] == [["摸底", "提交"]] * 2


def test_a_closed_batch_rests(officer: Actor, batch: Batch) -> None:
    row = filed(batch)
    batches.close_batch(officer, batch, DAY)
    done = filings.advance(officer, batch, [row.party.code], "submitted", DAY + timedelta(1))
    assert done.left == {row.party.code: "批次已办结"}
    with pytest.raises(ValidationError, match="已于2026-03-02办结"):
        filings.add_firms(officer, batch, [firm().code], "first")
    batches.close_batch(officer, batch, None)
    assert filings.advance(officer, batch, [row.party.code], "submitted", DAY + timedelta(1)).done


# --- back from a mistake


def test_a_step_is_taken_back_with_its_reason(officer: Actor, batch: Batch) -> None:
    row = filed(batch, "submitted", "recommended")
    last = StageEntry.objects.get(filing=row, stage__code="recommended")
    assert_audited(lambda: filings.take_back(officer, last, "选错了企业"))
    row = row_of(batch, row.party)
    last.refresh_from_db()
    assert (row.stage.code, row.stage_on) == ("submitted", DAY + timedelta(1))
    assert (last.taken_back_reason, last.taken_back_by) == ("选错了企业", officer.code)


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [("recommended", "", "为什么收回"), ("submitted", "错", "最近的一步")],
)
def test_only_the_last_step_is_taken_back_and_not_in_silence(
    officer: Actor, batch: Batch, code: str, reason: str, why: str
) -> None:
    row = filed(batch, "submitted", "recommended")
    entry = StageEntry.objects.get(filing=row, stage__code=code)
    with pytest.raises(ValidationError, match=why):
        filings.take_back(officer, entry, reason)


def test_the_first_step_is_not_taken_back(officer: Actor, batch: Batch) -> None:
    entry = StageEntry.objects.get(filing=filed(batch))
    with pytest.raises(ValidationError, match="不能收回"):
        filings.take_back(officer, entry, "错")


# --- who looks after it, documents


def test_somebody_looks_after_filings(
    officer: Actor, batch: Batch, person: Callable[..., Any]
) -> None:
    rows = [filed(batch), filed(batch)]
    somebody = person("officer", "990101", name="李四").user.username
    assert assert_audited(lambda: filings.look_after(officer, rows, somebody)) == 2
    assert {each.officer_name for each in Filing.objects.all()} == {"李四"}
    assert filings.look_after(officer, rows, somebody) == 0
    with pytest.raises(ValidationError, match="没有这个账号"):
        filings.look_after(officer, rows, "nobody")


def test_documents_are_received(officer: Actor, batch: Batch) -> None:
    row = filed(batch)
    given = {"licence": "received", "tax": "faulty"}
    assert assert_audited(lambda: filings.receive(officer, row, given, DAY)) == 2
    assert filings.receive(officer, row, {"licence": "received", "tax": ""}, DAY) == 1
    assert list(FilingDocument.objects.values_list("document__code", "state")) == [
        ("licence", "received")
    ]
    with pytest.raises(ValidationError, match="没有这份材料"):
        filings.receive(officer, row, {"nothing": "received"}, DAY)


def test_number_and_kind_are_corrected(officer: Actor, batch: Batch) -> None:
    row = filed(batch)
    changes = assert_audited(lambda: filings.change(officer, row, "renewed", "A1", ""))
    assert changes == {"kind": ("first", "renewed"), "number": ("", "A1")}


# --- certificates


def held(party: Party, **over: Any) -> Qualification:
    values = {
        "title": "hnte", "number": f"GR{party.pk}", "recognition": "recognised",
        "issued_on": date(2023, 10, 16), "expires_on": date(2026, 10, 16), **over,
    }  # fmt: skip
    return qualifications.create(SYSTEM, party, values, LIST)


def test_certified_firms_hold_the_title(officer: Actor, batch: Batch) -> None:
    row, other = filed(batch, "submitted", "published"), filed(batch, "submitted", "published")
    day = DAY + timedelta(30)
    given = [
        Certificate(row.party.code, "GR202613000001", day),
        Certificate(other.party.code, "", day),
    ]
    done = assert_audited(lambda: certificates.issue(officer, batch, given, "国科火字〔2026〕9号"))
    assert (done.done, done.left) == ((row.party.code,), {other.party.code: "请填证书编号"})
    title = Qualification.objects.get(party=row.party)
    assert (title.number, title.issued_on, title.expires_on, title.level, title.document) == (
        "GR202613000001", day, date(2029, 4, 1), "national", "国科火字〔2026〕9号",
    )  # fmt: skip
    kept = row_of(batch, row.party)
    assert (kept.stage.code, kept.stage_on, kept.qualification) == ("certified", day, title)
    assert row_of(batch, other.party).stage.code == "published"


def test_renewal_waits_for_its_certificate_and_follows_the_one_before(
    officer: Actor, batch: Batch
) -> None:
    party = firm()
    before = held(party)
    row = filed(batch, "submitted", "published", kind="renewed", party=party)
    before.refresh_from_db()
    assert (before.status, before.awaiting_document) == ("awaiting", "公示1号")
    given = [Certificate(row.party.code, "GR2026", DAY + timedelta(40))]
    assert certificates.issue(officer, batch, given, "国科火字1号").left == {}
    assert Qualification.objects.get(number="GR2026").previous == before


@pytest.mark.parametrize("ending", ["failed", "taken back"])
def test_a_renewal_that_came_to_nothing_no_longer_waits(
    officer: Actor, batch: Batch, ending: str
) -> None:
    party = firm()
    before = held(party)
    row = filed(batch, "submitted", "published", kind="renewed", party=party)
    if ending == "failed":
        filings.advance(officer, batch, [party.code], "failed", DAY + timedelta(9), "异议成立")
    else:
        entry = StageEntry.objects.get(filing=row, stage__code="published")
        filings.take_back(officer, entry, "选错了企业")
    before.refresh_from_db()
    assert (before.status, before.awaiting_document) == ("valid", "")


def test_a_stage_of_the_bureaus_own_leaves_a_certificate_waiting(
    officer: Actor, batch: Batch
) -> None:
    published = BatchStage.objects.get(batch=batch, code="published")
    batches.add_stage(officer, batch, "公告核对", published)
    party = firm()
    before = held(party)
    filed(batch, "submitted", "published", "own-1", kind="renewed", party=party)
    before.refresh_from_db()
    assert before.status == "awaiting"


def test_renamed_firm_keeps_its_certificate_under_the_new_name(
    officer: Actor, batch: Batch
) -> None:
    party = firm()
    before = held(party)
    row = filed(batch, "submitted", "published", kind="renamed", party=party)
    given = [Certificate(party.code, "", DAY + timedelta(30), name="示例精密轴承有限公司")]
    assert certificates.issue(officer, batch, given, "更名公告").left == {}
    party.refresh_from_db()
    assert party.name == "示例精密轴承有限公司"
    assert FormerName.objects.filter(party=party, name="示例轴承有限公司").exists()
    assert row_of(batch, party).qualification == before
    assert Qualification.objects.count() == 1
    assert row.stage.code == "published"


def test_rename_without_a_title_is_left(officer: Actor, batch: Batch) -> None:
    row = filed(batch, "submitted", "published", kind="renamed")
    given = [Certificate(row.party.code, "GR1", DAY + timedelta(30))]
    left = certificates.issue(officer, batch, given, "更名公告").left
    assert "无从更名" in left[row.party.code]


def test_firm_that_moved_in_brings_its_certificate(officer: Actor, batch: Batch) -> None:
    unknown, known = firm("外来一有限公司"), firm("外来二有限公司")
    own = held(known)
    for party in (unknown, known):
        filed(batch, "submitted", "published", kind="moved_in", party=party)
    day = date(2024, 11, 1)
    given = [
        Certificate(unknown.code, "GR2024", day, date(2027, 11, 1)),
        Certificate(known.code, "", DAY + timedelta(30)),
    ]
    assert certificates.issue(officer, batch, given, "跨区迁移公告").left == {}
    title = Qualification.objects.get(party=unknown)
    assert (title.issued_on, title.expires_on) == (day, date(2027, 11, 1))
    assert row_of(batch, unknown).stage_on == DAY + timedelta(2)
    assert row_of(batch, known).qualification == own


def test_a_number_that_is_taken_leaves_the_filing_as_it_was(officer: Actor, batch: Batch) -> None:
    held(firm(), number="GR1")
    row = filed(batch, "submitted", "published")
    given = [Certificate(row.party.code, "GR1", DAY + timedelta(30))]
    left = certificates.issue(officer, batch, given, "公告").left
    assert "已有" in left[row.party.code]
    assert row_of(batch, row.party).stage.code == "published"


def test_title_keeps_its_step_until_it_is_cancelled(officer: Actor, batch: Batch) -> None:
    row = filed(batch, "submitted", "published")
    given = [Certificate(row.party.code, "GR1", DAY + timedelta(30))]
    certificates.issue(officer, batch, given, "公告")
    entry = StageEntry.objects.get(filing=row, stage__code="certified")
    with pytest.raises(ValidationError, match="先在称号记录里撤销"):
        filings.take_back(officer, entry, "发错了")
    title = Qualification.objects.get(number="GR1")
    qualifications.cancel(officer, title, DAY + timedelta(31), "登记有误")
    filings.take_back(officer, entry, "发错了")
    assert row_of(batch, row.party).stage.code == "published"


def test_certificates_come_with_a_document(officer: Actor, batch: Batch) -> None:
    with pytest.raises(ValidationError, match="文号"):
        certificates.issue(officer, batch, [], " ")


@pytest.mark.parametrize(
    ("values", "issued", "last"),
    [
        ({"years": 3}, date(2024, 2, 29), date(2027, 2, 28)),
        ({"years": None, "until": "12-31"}, date(2026, 5, 1), date(2026, 12, 31)),
        ({"years": None}, date(2026, 5, 1), None),
    ],
)
def test_last_day_of_a_certificate(values: dict[str, Any], issued: date, last: date | None) -> None:
    assert certificates.last_day(Batch(**values), issued) == last


# --- permissions


@pytest.mark.parametrize("role", ["reviewer", "leader", "area_liaison"])
def test_who_only_reads_changes_nothing(
    actor: Callable[..., Actor], batch: Batch, role: str
) -> None:
    reader = actor(role, "990101")
    row = filed(batch, "submitted")
    with pytest.raises(Refusal):
        filings.add_firms(reader, batch, [], "first")
    with pytest.raises(Refusal):
        filings.advance(reader, batch, [row.party.code], "recommended", DAY + timedelta(9))
    with pytest.raises(Refusal):
        certificates.issue(reader, batch, [], "公告")


def test_moved_firms_go_with_their_filings(batch: Batch, actor: Callable[..., Actor]) -> None:
    row = filed(batch, "submitted")
    organisations.move(SYSTEM, row.party.code, "990102", DAY, "搬迁")
    there = actor("officer", "990102")
    day = timezone.localdate()
    assert filings.advance(there, batch, [row.party.code], "recommended", day).done
