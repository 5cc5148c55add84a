"""Pages of filings: what each shows, and the acts from a list to a certificate."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from registry_records import firm, stamped

from kechuang.office.accounts.models import User
from kechuang.office.filings.models import Batch, BatchStage, Filing, StageEntry
from kechuang.office.filings.services import batches, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.models import AuditEvent, SavedView
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import FormerName, Organisation, Qualification

TODAY = timezone.localdate()
LAST = TODAY - timedelta(days=10)
FIRST = TODAY - timedelta(days=60)


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


@pytest.fixture
def batch(city: Region) -> Batch:
    county = Region.objects.get(code="990101")
    facts = BatchFacts("本年高企", TODAY.year, "示科函1号", county_due=LAST)
    return batches.open_batch(SYSTEM, county, "hnte", facts)


def filed(batch: Batch, name: str, *stages: str) -> Filing:
    """A firm that got through these stages."""
    party = firm(name)
    filings.add_firms(SYSTEM, batch, [party.code], "first", FIRST)
    for days, stage in enumerate(stages, start=1):
        on = FIRST + timedelta(days)
        done = filings.advance(SYSTEM, batch, [party.code], stage, on, "知识产权不符")
        assert not done.left
    return Filing.objects.select_related("party", "stage").get(batch=batch, party=party)


def said(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def to(route: str, *arguments: object) -> str:
    return reverse(f"filings:{route}", args=arguments)


# --- the board


def test_board_counts_each_stage_and_leads_to_its_firms(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司")
    filed(batch, "甲示二有限公司", "submitted", "recommended")
    page = client.get(to("batch", batch.pk))
    columns = {each.stage.code: each for each in page.context["columns"]}
    assert [(columns[code].count, columns[code].late) for code in ("surveyed", "recommended")] == [
        (1, 1), (1, 0),
    ]  # fmt: skip
    shown = said(client.get(columns["surveyed"].url))
    assert ("甲示一" in shown, "甲示二" in shown) == (True, False)
    late = said(client.get(page.context["late_url"]))
    assert ("甲示一" in late, "甲示二" in late) == (True, False)


def test_figures_have_their_firms_and_last_year_beside_them(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司", "submitted", "returned", "submitted", "returned")
    filed(batch, "甲示二有限公司", "submitted", "published")
    filed(batch, "甲示三有限公司", "failed")
    filed(batch, "甲示四有限公司", "abandoned")
    county = Region.objects.get(code="990101")
    again = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("明年高企", TODAY.year + 1))
    assert again.previous == batch
    page = client.get(to("batch", batch.pk))
    rows = {str(row["name"]): row for row in page.context["figures"]}
    counts = {name: row["now"] for name, row in rows.items()}
    assert counts == {
        "名单": "4", "申报": "3", "推荐": "1", "公示": "1", "发证": "0", "退回过": "1",
        "未通过": "1", "放弃": "1", "退回": "2", "通过率": "33.3",
    }  # fmt: skip
    for name, row in rows.items():
        if row["now_url"]:
            listed = client.get(row["now_url"])
            assert str(listed.context["total"]) == row["now"], name
    assert [(str(name), count) for name, count, _url in page.context["causes"]] == [("其他", 1)]


def test_last_year_is_counted_on_the_same_day(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司", "submitted")
    county = Region.objects.get(code="990101")
    later = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("明年高企", TODAY.year + 1))
    rows = {str(r["name"]): r for r in client.get(to("batch", later.pk)).context["figures"]}
    # Today a year ago nobody was in last year's batch.
    assert [rows["名单"][each] for each in ("now", "before", "difference")] == ["0", "0", "+0"]
    batch.year = later.year - 1
    Batch.objects.filter(pk=later.pk).update(year=batch.year)
    StageEntry.objects.update(on=TODAY.replace(year=TODAY.year - 1) - timedelta(1))
    rows = {str(r["name"]): r for r in client.get(to("batch", later.pk)).context["figures"]}
    assert [rows["申报"][each] for each in ("now", "before", "difference")] == ["0", "1", "-1"]


# --- firms in


def test_pasted_list_is_shown_before_it_is_taken(client: Client, batch: Batch) -> None:
    one, two, three = firm("甲示一有限公司"), firm("甲示（二）有限责任公司"), firm("新名有限公司")
    for party, key in ((one, "甲示一"), (two, "甲示二"), (three, "新名")):
        Organisation.objects.filter(party=party).update(name_key=key)
    FormerName.objects.create(party=three, name="旧名有限公司", name_key="旧名")
    text = f"1、{one.name}\n2\t甲示二有限公司\t甲县\n旧名有限公司\n没有这家公司"
    form = {"kind": "first", "text": text, "view": "", "on": TODAY.isoformat()}
    page = client.post(to("firms_add", batch.pk), form)
    assert page.context["found"] == 3
    assert [each.by for each in page.context["unsure"]] == [
        "名称相近（括号或公司形式不同）", "曾用名",
    ]  # fmt: skip
    assert [each.text for each in page.context["missing"]] == ["没有这家公司"]
    assert not Filing.objects.exists()
    done = client.post(to("firms_add", batch.pk), {**form, "confirm": "1"}, follow=True)
    assert "已加入3家" in said(done)
    assert set(Filing.objects.values_list("party__code", flat=True)) == {
        one.code, two.code, three.code,
    }  # fmt: skip


def test_firms_that_should_not_file_are_told_and_left_out(client: Client, batch: Batch) -> None:
    free, gone, revoked, holder = (firm(f"甲示{each}有限公司") for each in ("一", "二", "三", "四"))
    Organisation.objects.filter(party=gone).update(status="deregistered")
    Organisation.objects.filter(party=revoked).update(status="revoked")
    Qualification.objects.create(
        party=holder, title="hnte", level="national", issued_on=FIRST,
        expires_on=TODAY + timedelta(days=400), **stamped(),
    )  # fmt: skip
    county = Region.objects.get(code="990101")
    other = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("另一批", TODAY.year))
    twice = filed(other, "甲示五有限公司").party
    ended = filed(other, "甲示六有限公司", "abandoned").party
    every = [free, gone, revoked, holder, twice, ended]
    text = "\n".join(each.name for each in every)
    form = {"kind": "first", "text": text, "view": "", "on": TODAY.isoformat()}

    page = client.post(to("firms_add", batch.pk), form)

    told = {party.name: each.why for party, each in page.context["against"]}
    assert told == {
        gone.name: "注销", revoked.name: "吊销",
        holder.name: "已有这项称号且在有效期内，不是首次",
        twice.name: "已在“另一批”申报同一项目",
    }  # fmt: skip
    assert page.context["free"] == 2
    assert page.content.decode().count('name="despite"') == 3
    sent = {**form, "confirm": "1", "despite": [twice.code, gone.code]}
    done = said(client.post(to("firms_add", batch.pk), sent, follow=True))
    assert "已加入3家" in done
    assert f"{holder.code}：已有这项称号且在有效期内，不是首次" in done
    inside = Filing.objects.filter(batch=batch).values_list("party__code", flat=True)
    assert set(inside) == {free.code, twice.code, ended.code}
    renewal = client.post(to("firms_add", batch.pk), {**form, "kind": "renewed"})
    assert holder not in [party for party, _caution in renewal.context["against"]]


def test_firms_of_a_saved_filter_are_taken(client: Client, batch: Batch) -> None:
    firm("甲示一有限公司")
    firm("别家有限公司")
    owner = User.objects.get(pk=client.session["_auth_user_id"]).username
    view = SavedView.objects.create(
        owner=owner, listing="organisations", name="达标", query="q=甲示"
    )
    form = {"kind": "first", "text": "", "view": view.pk, "on": TODAY.isoformat(), "confirm": "1"}
    client.post(to("firms_add", batch.pk), form)
    assert [each.party.name for each in Filing.objects.select_related("party")] == [
        "甲示一有限公司"
    ]


@pytest.mark.parametrize("text", ["", "   "])
def test_a_list_or_a_filter_is_needed(client: Client, batch: Batch, text: str) -> None:
    form = {"kind": "first", "text": text, "view": "", "on": TODAY.isoformat()}
    assert "二者取一" in said(client.post(to("firms_add", batch.pk), form))


# --- many to a stage


def test_advance_of_many_is_previewed(client: Client, batch: Batch) -> None:
    moving, staying = filed(batch, "甲示一有限公司"), filed(batch, "甲示二有限公司", "abandoned")
    keys = [moving.pk, staying.pk]
    asked = client.post(to("advance"), {"selected": keys})
    assert "选中了 2 家" in said(asked)
    form = {"selected": keys, "stage": "submitted", "on": TODAY.isoformat(), "reason": "",
            "cause": "", "document": ""}  # fmt: skip
    preview = client.post(to("advance"), form)
    assert [each.pk for each in preview.context["preview"].moves] == [moving.pk]
    assert [name for name, _why in preview.context["stays"]] == ["甲示二有限公司"]
    assert Filing.objects.get(pk=moving.pk).stage.code == "surveyed"
    form["shown"] = shown_in(preview)
    done = client.post(to("advance"), {**form, "confirm": "1"}, follow=True)
    assert "已推进1家" in said(done)
    assert Filing.objects.get(pk=moving.pk).stage.code == "submitted"


def shown_in(page: Any) -> str:
    """At which stages a page says that it shows filings."""
    found = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def test_one_filing_is_not_advanced_from_a_stale_page(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted")
    form = {
        "stage": "recommended", "on": TODAY.isoformat(), "reason": "", "cause": "", "document": "",
        "shown": shown_in(client.get(to("filing_advance", row.pk))),
    }  # fmt: skip
    filings.advance(SYSTEM, batch, [row.party.code], "returned", LAST, "缺审计报告")

    stale = client.post(to("filing_advance", row.pk), form)

    assert "甲示一有限公司（退回）" in said(stale)
    assert Filing.objects.get(pk=row.pk).stage.code == "returned"
    form |= {"stage": "submitted", "shown": shown_in(stale)}
    assert client.post(to("filing_advance", row.pk), form).status_code == 302
    assert Filing.objects.get(pk=row.pk).stage.code == "submitted"


def test_a_step_that_somebody_else_entered_is_told_as_such(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司")
    form = {
        "stage": "submitted", "on": TODAY.isoformat(), "reason": "", "cause": "", "document": "",
        "shown": shown_in(client.get(to("filing_advance", row.pk))),
    }  # fmt: skip
    filings.advance(SYSTEM, batch, [row.party.code], "submitted", LAST)

    stale = client.post(to("filing_advance", row.pk), form)

    assert "甲示一有限公司（提交）" in said(stale)
    without = client.post(to("filing_advance", row.pk), {**form, "shown": ""})
    assert without.status_code == 200
    assert StageEntry.objects.filter(filing=row).count() == 2


def test_advance_of_many_from_a_stale_preview_shows_it_anew(client: Client, batch: Batch) -> None:
    rows = [filed(batch, f"甲示{each}有限公司", "submitted") for each in ("一", "二")]
    form = {"selected": [each.pk for each in rows], "stage": "recommended",
            "on": TODAY.isoformat(), "reason": "", "cause": "", "document": ""}  # fmt: skip
    first = shown_in(client.post(to("advance"), form))
    filings.advance(SYSTEM, batch, [rows[0].party.code], "returned", LAST, "缺审计报告")

    stale = client.post(to("advance"), {**form, "confirm": "1", "shown": first})

    assert "这次没有推进：甲示一有限公司（退回）" in said(stale)
    assert [each.pk for each in stale.context["preview"].moves] == [rows[1].pk]
    assert not Filing.objects.filter(stage__code="recommended").exists()
    again = {**form, "confirm": "1", "shown": shown_in(stale)}
    assert "已推进1家" in said(client.post(to("advance"), again, follow=True))


def test_advance_of_two_batches_at_once_is_not_offered(client: Client, batch: Batch) -> None:
    county = Region.objects.get(code="990101")
    other = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("另一批", TODAY.year))
    keys = [filed(batch, "甲示一有限公司").pk, filed(other, "甲示二有限公司").pk]
    assert "分属几个批次" in said(client.post(to("advance"), {"selected": keys}, follow=True))


def test_return_without_a_reason_is_asked_for(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted")
    form = {
        "stage": "returned", "on": TODAY.isoformat(), "reason": "", "cause": "", "document": "",
        "shown": shown_in(client.get(to("filing_advance", row.pk))),
    }  # fmt: skip
    assert "要写原因" in said(client.post(to("filing_advance", row.pk), form))
    form |= {"reason": "缺专项审计报告", "cause": "documents"}
    client.post(to("filing_advance", row.pk), form)
    entry = StageEntry.objects.get(filing=row, stage__code="returned")
    assert (entry.reason, entry.cause) == ("缺专项审计报告", "documents")


def test_officer_is_named_for_many(client: Client, batch: Batch) -> None:
    rows = [filed(batch, "甲示一有限公司"), filed(batch, "甲示二有限公司")]
    keys = [each.pk for each in rows]
    page = client.post(to("look_after"), {"selected": keys})
    officer = page.context["form"].initial["officer"]
    client.post(to("look_after"), {"selected": keys, "officer": officer})
    assert set(Filing.objects.values_list("officer", flat=True)) == {officer}


# --- the record


def test_record_tells_every_step_and_the_next_act(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted", "returned")
    page = client.get(to("filing", row.pk))
    assert page.context["next_act"] == "催企业修改后重交"
    assert [each.stage.code for each, _back in page.context["entries"]] == [
        "surveyed", "submitted", "returned",
    ]  # fmt: skip
    entry = StageEntry.objects.get(filing=row, stage__code="returned")
    assert to("take_back", entry.pk) in said(page)
    client.post(to("take_back", entry.pk), {"reason": "点错了"})
    assert "已收回：点错了" in said(client.get(to("filing", row.pk)))


def test_papers_are_ticked_off(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司")
    form = {"paper-licence": "received", "paper-tax": "faulty", "on": TODAY.isoformat(),
            "note": "第二页不清"}  # fmt: skip
    client.post(to("filing_papers", row.pk), form)
    papers = client.get(to("filing", row.pk)).context["papers"]
    states = {name: str(state) for name, state, _kept, _optional in papers}
    assert (states["营业执照"], states["申请书"]) == ("已收", "未收")
    assert states["近三年企业所得税年度纳税申报表"] == "需修改"


def test_dossier_has_the_filings_of_a_firm(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted")
    address = reverse("registry:organisation", args=[row.party.code])
    shown = said(client.get(f"{address}?tab=filings"))
    assert ("本年高企" in shown, to("filing", row.pk) in shown) == (True, True)


# --- the chase, the morning, the search


def test_chase_and_morning_tell_the_same(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司")
    filed(batch, "甲示二有限公司", "submitted", "returned")
    filed(batch, "甲示三有限公司", "recommended")
    filed(batch, "甲示四有限公司", "abandoned")
    shown = said(client.get(to("chase")))
    names = [name for name in ("甲示一", "甲示二", "甲示三", "甲示四") if name in shown]
    assert names == ["甲示一", "甲示二"]
    home = said(client.get("/"))
    assert "申报逾期，请催办" in home
    late = client.get(f"{to('chase')}?standing=late")
    assert late.context["total"] == 2


def test_search_finds_filings(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司")
    assert to("filing", row.pk) in said(client.get("/search/?q=甲示一"))


# --- batches


def test_batch_is_opened_and_opened_again_by_its_pages(client: Client, city: Region) -> None:
    form = {"programme": "tech_sme_national", "region": "990101", "name": "2026入库第一批",
            "year": "2026", "county_due": "2026-08-31"}  # fmt: skip
    client.post(to("batch_create"), form)
    batch = Batch.objects.get()
    assert (batch.title, batch.until, batch.recognition) == (
        "tech_sme_national", "12-31", "admitted",
    )  # fmt: skip
    again = client.get(to("batch_again", batch.pk))
    assert again.context["form"].initial["name"] == "2027入库第一批"
    client.post(to("batch_again", batch.pk), {"name": "2027入库第一批", "year": "2027"})
    assert Batch.objects.get(year=2027).previous == batch


def test_deadlines_stages_and_papers_of_one_batch_are_changed(client: Client, batch: Batch) -> None:
    day = (TODAY + timedelta(5)).isoformat()
    client.post(to("batch_deadlines", batch.pk), {"county_due": day})
    client.post(to("stage_create", batch.pk), {"name": "预审", "after": "coached"})
    own = BatchStage.objects.get(batch=batch, name="预审")
    client.post(to("stage_change", own.pk), {"name": "县预审", "due": day})
    client.post(to("paper_create", batch.pk), {"name": "信用承诺", "stage": own.code})
    shown = said(client.get(to("batch_stages", batch.pk)))
    assert all(each in shown for each in ("县预审", "信用承诺", day))
    client.post(to("stage_drop", own.pk))
    assert not BatchStage.objects.filter(pk=own.pk).exists()


def test_batch_is_closed_and_reopened(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司")
    client.post(to("batch_close", batch.pk), {"on": TODAY.isoformat()})
    assert client.get(to("chase")).context["total"] == 0
    client.post(to("batch_reopen", batch.pk))
    assert client.get(to("chase")).context["total"] == 1


# --- what comes out


def test_certificates_are_pasted_and_typed(client: Client, batch: Batch) -> None:
    one, two = (filed(batch, name, "submitted", "published") for name in
                ("甲示一有限公司", "甲示二有限公司"))  # fmt: skip
    form = {
        "document": "国科火字1号", "issued_on": TODAY.isoformat(), "expires_on": "",
        "text": "甲示一有限公司\tGR1\n没有这家\tGR9", f"number-{two.pk}": "GR2",
        f"number-{one.pk}": "",
    }  # fmt: skip
    shown = said(client.post(to("certificates", batch.pk), form, follow=True))
    assert "已登记2家的证书" in shown
    assert "没有这家：库内没有" in shown
    assert set(Qualification.objects.values_list("party", "number")) == {
        (one.party.pk, "GR1"), (two.party.pk, "GR2"),
    }  # fmt: skip


def test_certificates_without_numbers_are_asked_for(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司", "submitted", "published")
    form = {"document": "国科火字1号", "issued_on": TODAY.isoformat(), "text": ""}
    assert "还没有填证书编号" in said(client.post(to("certificates", batch.pk), form))


LETTER = {
    "addressee": "示例市科学技术局", "sender": "甲县科学技术局", "number": "甲科函〔2026〕5号",
    "on": "2026-06-01", "contact": "张三", "phone": "0990-1234567",
}  # fmt: skip


def test_the_trail_tells_why_a_filing_was_returned_in_words(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted")
    code = row.party.code
    filings.advance(SYSTEM, batch, [code], "returned", TODAY, "数据不符", cause="finance")
    subject = SourceRef("filing", str(row.pk))
    told = {
        (str(name), str(after))
        for step in history(subject, *words.of(subject))
        for name, _before, after in step.changes
    }
    assert ("退回类型", "财务数据不一致") in told
    assert words.value("filing", "cause", "form") == "填报错误"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("示科函〔2026〕40号", "根据示科函〔2026〕40号文件要求，经企业申报"),
        ("", "按照申报要求，经企业申报"),
    ],
)
def test_the_letter_quotes_only_what_was_entered(
    client: Client, batch: Batch, number: str, told: str
) -> None:
    filed(batch, "甲示一有限公司", "submitted")
    Batch.objects.update(notice_number=number)
    answer = client.post(to("letter", batch.pk), {**LETTER, "kind": "letter"})
    texts = [each.text for each in Document(io.BytesIO(b"".join(answer))).paragraphs]
    assert texts[3].startswith(told)
    assert not any("《" in text for text in texts)


def test_letter_and_list_go_up(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司", "submitted")
    filed(batch, "甲示二有限公司", "submitted")
    filed(batch, "甲示三有限公司")
    answer = client.post(to("letter", batch.pk), {**LETTER, "kind": "letter"})
    document = Document(io.BytesIO(b"".join(answer)))
    texts = [each.text for each in document.paragraphs]
    assert texts[:1] == ["甲科函〔2026〕5号"]
    assert "关于推荐申报" in texts[1]
    assert texts[2] == "示例市科学技术局："
    assert "等2家企业" in texts[3]
    assert "2026年6月1日" in texts
    (table,) = document.tables
    assert [row.cells[1].text for row in table.rows] == [
        "企业名称", "甲示一有限公司", "甲示二有限公司",
    ]  # fmt: skip
    answer = client.post(to("letter", batch.pk), {**LETTER, "kind": "list"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert [sheet.cell(row, 2).value for row in (4, 5)] == ["甲示一有限公司", "甲示二有限公司"]
    told = AuditEvent.objects.filter(action="batch.letter")
    assert [each.changes["rows"] for each in told] == [[None, 2]] * 2


def test_letter_of_a_number_lists_whom_it_recommended(client: Client, batch: Batch) -> None:
    sent = filed(batch, "甲示一有限公司", "submitted")
    filed(batch, "甲示二有限公司", "submitted")
    filings.advance(
        SYSTEM, batch, [sent.party.code], "recommended", TODAY, document=LETTER["number"]
    )
    answer = client.post(to("letter", batch.pk), {**LETTER, "kind": "list"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert (sheet.cell(4, 2).value, str(sheet.cell(5, 1).value)[:3]) == ("甲示一有限公司", "填表人")


def test_stock_shows_the_firms_behind_each_number(client: Client, batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司", "submitted", "published")
    form = {"document": "1号", "issued_on": TODAY.isoformat(), "text": "",
            f"number-{row.pk}": "GR1"}  # fmt: skip
    client.post(to("certificates", batch.pk), form)
    page = client.get(to("stock"))
    rows = {code: (count, url) for code, _name, count, url in page.context["rows"]}
    assert (rows["new"][0], page.context["net"], page.context["after"]) == (1, "+1", 1)
    assert "甲示一有限公司" in said(client.get(to("stock") + rows["new"][1].split("#")[0]))


def test_lists_are_exported(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司")
    for route in ("batches", "filings", "chase"):
        answer = client.get(f"{to(route)}?export=csv")
        assert "导出人" in b"".join(answer).decode("utf-8-sig")


def test_programme_of_the_bureau_is_added(client: Client, city: Region) -> None:
    form = {"code": "county_prize", "name": "县长科技奖", "region": "990101"}
    assert "县长科技奖" in said(client.post(to("programme_create"), form, follow=True))
    assert "county_prize" in said(client.get(to("batch_create")))


def test_leader_reads_and_is_offered_no_act(signed_in: Callable[..., Client], batch: Batch) -> None:
    row = filed(batch, "甲示一有限公司")
    reader = signed_in("leader", "990101")
    assert to("firms_add", batch.pk) not in said(reader.get(to("batch", batch.pk)))
    assert to("filing_advance", row.pk) not in said(reader.get(to("filing", row.pk)))
    assert Party.objects.filter(pk=row.party.pk).exists()


def test_day_in_an_address_counts(client: Client, batch: Batch) -> None:
    filed(batch, "甲示一有限公司", "submitted")
    address = f"{to('filings')}?batch={batch.pk}&reached=applied&on="
    assert client.get(address + TODAY.isoformat()).context["total"] == 1
    assert client.get(address + date(2000, 1, 1).isoformat()).context["total"] == 0
