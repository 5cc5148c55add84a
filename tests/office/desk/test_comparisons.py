"""Comparing a list: what stands in each group, deciding once, doing one thing for all, undoing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kechuang.office.desk.models import ActChange, Comparison, ComparisonAct, NameDecision
from kechuang.office.desk.services import comparison_acts, comparison_decisions, comparisons
from kechuang.office.desk.services.comparison_kinds import Work
from kechuang.office.desk.services.comparisons import ComparisonConflict
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation, Qualification, Tag
from kechuang.office.registry.provenance import here
from kechuang.office.registry.services import merging, organisations, qualifications

LIST = """1. 甲县宏达轴承有限公司（高企）
甲县红星轴承厂
甲县恒同电子有限公司
甲縣金鼎集團化工有限公司
乙区瑞丰食品厂
没有这家机械有限公司
"""
TITLE = {
    "title": "hnte", "level": "national", "batch_name": "2025年第一批", "recognition": "recognised",
    "issuer": "示例省科学技术厅", "issued_on": date(2025, 11, 1), "expires_on": date(2028, 10, 31),
    "note": "", "source": "bureau", "document": "示科〔2025〕9号", "as_of": date(2025, 12, 1),
}  # fmt: skip


def sent(officer: Actor, county: Region, text: str = LIST) -> Comparison:
    file = comparisons.take_text(officer, county, text)
    return comparisons.send(officer, county, "公示名单", file)


def groups(comparison: Comparison) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"same": [], "doubt": [], "unknown": []}
    for row in comparison.rows.select_related("party").order_by("position"):  # type: ignore[attr-defined]
        found[row.group].append(row.party.name if row.party else row.name)
    return found


@pytest.fixture
def compared(officer: Actor, county: Region, firms: list[Organisation]) -> Comparison:
    return sent(officer, county)


def test_a_list_falls_into_groups_each_with_its_reason(compared: Comparison) -> None:
    assert compared.state == "done"
    assert groups(compared) == {
        "same": ["甲县宏达轴承有限公司", "甲县宏达轴承有限公司", "甲县金鼎（集团）化工有限公司"],
        "doubt": ["甲县恒同电子有限公司"],
        "unknown": ["乙区瑞丰食品厂", "没有这家机械有限公司"],
    }
    assert compared.counts == {"same": 3, "doubt": 1, "unknown": 2}
    rows = list(compared.rows.order_by("position"))  # type: ignore[attr-defined]
    assert [row.repeats for row in rows] == [None, 1, None, None, None, None]
    assert rows[0].candidates[0]["reasons"] == [["number", "1."], ["note", "高企"]]
    assert rows[2].candidates[0]["reasons"] == [["sound", "同", "通"]]
    assert AuditEvent.objects.filter(action="comparison.done").count() == 1


def test_a_name_is_decided_once_and_remembered(
    officer: Actor, county: Region, compared: Comparison, firms: list[Organisation]
) -> None:
    doubt = compared.rows.get(group="doubt")  # type: ignore[attr-defined]
    other = compared.rows.get(name="没有这家机械有限公司")  # type: ignore[attr-defined]

    comparison_decisions.decide(
        officer, compared, {doubt.pk: firms[1].party.code, other.pk: firms[3].party.code}
    )

    compared.refresh_from_db()
    assert compared.counts == {"same": 5, "doubt": 0, "unknown": 1}
    again = sent(officer, county, "3）甲县恒同电子有限公司★\n没有这家机械有限公司\n")
    assert groups(again)["same"] == ["甲县恒通电子有限公司", "甲县瑞丰食品厂"]
    decision = NameDecision.objects.get(party=firms[1].party)
    comparison_decisions.revoke(officer, decision)
    for each in (compared, again):
        each.refresh_from_db()
        assert each.counts["doubt"] == 1
    with pytest.raises(ComparisonConflict):
        comparison_decisions.revoke(officer, decision)
    third = sent(officer, county, "甲县恒同电子有限公司\n")
    assert groups(third)["doubt"] == ["甲县恒同电子有限公司"]


def test_none_of_ours_is_remembered_too(
    officer: Actor, county: Region, compared: Comparison
) -> None:
    doubt = compared.rows.get(group="doubt")  # type: ignore[attr-defined]

    comparison_decisions.decide(officer, compared, {doubt.pk: ""})

    again = sent(officer, county, "甲县恒同电子有限公司")
    assert groups(again)["unknown"] == ["甲县恒同电子有限公司"]
    row = again.rows.get()  # type: ignore[attr-defined]
    assert row.decision.party is None


@pytest.mark.parametrize("name", ["甲县宏达轴承有限公司", "甲县红星轴承厂"])
def test_what_is_the_same_by_itself_is_not_decided(
    officer: Actor, county: Region, firms: list[Organisation], name: str
) -> None:
    found = sent(officer, county, name)

    with pytest.raises(ComparisonConflict):
        comparison_decisions.decide(officer, found, {found.rows.get().pk: ""})  # type: ignore[attr-defined]


def test_a_firm_of_another_place_is_not_chosen(
    officer: Actor, compared: Comparison, city: Region
) -> None:
    doubt = compared.rows.get(group="doubt")  # type: ignore[attr-defined]

    with pytest.raises(ComparisonConflict, match="不是这份名单所比区划里的企业"):
        comparison_decisions.decide(officer, compared, {doubt.pk: "no-such"})


def test_a_title_is_set_for_all_and_taken_back(
    officer: Actor, compared: Comparison, firms: list[Organisation]
) -> None:
    held = Qualification(party=firms[2].party, title="hnte", level="national",
                         recognition="recognised", issued_on=date(2022, 11, 1),
                         expires_on=date(2025, 10, 31))  # fmt: skip
    old = qualifications.QUALIFICATIONS.create(officer, held, here())
    work = Work("title", TITLE)

    told = comparison_acts.planned(officer, compared, work)
    assert [(each.party.name, each.told, each.why) for each in told] == [
        ("甲县宏达轴承有限公司", "新登记", ""),
        ("甲县金鼎（集团）化工有限公司", "续2022-11-01的证", ""),
    ]
    assert Qualification.objects.count() == 1
    made = comparison_acts.act(officer, compared, work)

    assert made.counts == {"firms": 2, "done": 2, "left": 0}
    rows = Qualification.objects.filter(issued_on=date(2025, 11, 1))
    assert {row.previous_id for row in rows} == {None, old.pk}  # type: ignore[attr-defined]
    assert {row.document for row in rows} == {"示科〔2025〕9号"}
    again = comparison_acts.act(officer, compared, work)
    assert again.counts == {"firms": 2, "done": 0, "left": 2}
    changed = rows.get(party=firms[0].party)
    qualifications.change(officer, changed, {"number": "GR1"}, here())
    undone = comparison_acts.undo(officer, made)
    assert undone.counts == {"firms": 2, "done": 2, "left": 0, "undone": 1, "kept": 1}
    assert comparison_acts.left_of(undone, 9) == [(firms[0].party, "登记后又有改动")]
    assert set(Qualification.objects.values_list("pk", flat=True)) == {old.pk, changed.pk}
    with pytest.raises(ComparisonConflict):
        comparison_acts.undo(officer, undone)


def test_a_title_of_a_wrong_level_is_refused_before_anything_is_written(
    officer: Actor, compared: Comparison
) -> None:
    with pytest.raises(ValidationError):
        comparison_acts.act(officer, compared, Work("title", {**TITLE, "level": "provincial"}))
    assert not ComparisonAct.objects.exists()
    assert not Qualification.objects.exists()


def test_a_tag_is_set_for_all_and_taken_off_where_it_was_set(
    officer: Actor, compared: Comparison, firms: list[Organisation]
) -> None:
    tag = organisations.add_tag(officer, "待走访")
    organisations.set_tags(officer, [firms[2].party.code], tag, on=True)

    made = comparison_acts.act(officer, compared, Work("tag", {"tag": tag.pk, "name": tag.name}))

    assert made.counts == {"firms": 2, "done": 1, "left": 1}
    assert set(tag.organisation_set.all()) == {firms[0], firms[2]}  # type: ignore[attr-defined]
    comparison_acts.undo(officer, made)
    assert set(tag.organisation_set.all()) == {firms[2]}  # type: ignore[attr-defined]


def test_an_act_is_not_undone_after_a_month(officer: Actor, compared: Comparison) -> None:
    tag = organisations.add_tag(officer, "待走访")
    made = comparison_acts.act(officer, compared, Work("tag", {"tag": tag.pk, "name": tag.name}))
    ComparisonAct.objects.update(done_at=timezone.now() - timedelta(days=31))
    made.refresh_from_db()

    with pytest.raises(ComparisonConflict, match="30"):
        comparison_acts.undo(officer, made)


def test_many_firms_are_done_and_undone_by_a_job_that_goes_on(
    officer: Actor, compared: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_acts, "AT_ONCE", 1)
    monkeypatch.setattr(comparison_acts, "PART", 1)
    made = comparison_acts.act(officer, compared, Work("title", TITLE))
    assert made.state == "doing"
    assert not ActChange.objects.exists()

    run_waiting_jobs()

    made.refresh_from_db()
    assert (made.state, made.counts["done"], Qualification.objects.count()) == ("done", 2, 2)
    comparison_acts.undo(officer, made)
    run_waiting_jobs()
    made.refresh_from_db()
    assert (made.state, made.counts["undone"], Qualification.objects.count()) == ("undone", 2, 0)


def test_a_large_list_is_compared_by_a_job(
    officer: Actor, county: Region, firms: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparisons, "AT_ONCE_FIRMS", 1)
    comparison = sent(officer, county)
    assert comparison.state == "sent"
    with pytest.raises(ComparisonConflict):
        comparison_acts.act(officer, comparison, Work("title", TITLE))
    with pytest.raises(ComparisonConflict):
        comparisons.again(officer, comparison)

    run_waiting_jobs()

    comparison.refresh_from_db()
    assert (comparison.state, comparison.counts["same"]) == ("done", 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [("请于本周五前报送，逾期不候。", "没有读到企业名称"), ("甲县一厂\n" * 20_001, "最多20,000个")],
)
def test_a_list_that_cannot_be_compared_says_why(
    officer: Actor, county: Region, firms: list[Organisation], text: str, words: str
) -> None:
    comparison = sent(officer, county, text)

    assert comparison.state == "refused"
    assert words in comparison.refusal


def test_a_classified_list_is_refused_and_not_kept(officer: Actor, county: Region) -> None:
    with pytest.raises(UploadRefused):
        comparisons.take_text(officer, county, "机密★\n甲县宏达轴承有限公司")
    assert not Comparison.objects.exists()


def test_nobody_compares_where_they_do_not_reach(
    actor: Callable[..., Actor], county: Region, compared: Comparison
) -> None:
    elsewhere = actor("officer", "990102")

    with pytest.raises(Refusal):
        comparisons.take_text(elsewhere, county, LIST)
    with pytest.raises(Refusal):
        comparison_acts.act(elsewhere, compared, Work("title", TITLE))
    with pytest.raises(Refusal):
        comparison_acts.act(actor("reviewer", "990101"), compared, Work("title", TITLE))


def test_a_merge_takes_what_lists_said_along(
    officer: Actor, compared: Comparison, firms: list[Organisation]
) -> None:
    comparison_acts.act(officer, compared, Work("title", TITLE))
    doubt = compared.rows.get(group="doubt")  # type: ignore[attr-defined]
    comparison_decisions.decide(officer, compared, {doubt.pk: firms[1].party.code})

    merging.merge(officer, firms[0], firms[1], merging.Decision("系同一家企业", sure=True))

    assert not compared.rows.filter(party=firms[0].party).exists()  # type: ignore[attr-defined]
    assert not ActChange.objects.filter(party=firms[0].party).exists()


# --- pages


@pytest.fixture
def browser(signed_in: Callable[..., Client], county: Region) -> Client:
    return signed_in("officer", "990101")


def page(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, response.headers
    return " ".join(response.content.decode().split())


def start(browser: Client, text: str = LIST) -> str:
    response = browser.post(
        "/desk/comparisons/new/", {"text": text, "name": "公示名单", "region": "990101"}
    )
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def test_pages_from_the_list_to_the_workbook(browser: Client, firms: list[Organisation]) -> None:
    address = start(browser)
    assert "认定 1 个疑似的名称" in page(browser, address)
    told = page(browser, f"{address}same/")
    assert "与曾用名“甲县红星轴承厂”相符" in told
    assert "甲县金鼎（集团）化工有限公司" in told
    assert "没有这家机械有限公司" in page(browser, f"{address}unknown/")
    told = page(browser, f"{address}absent/")
    assert "甲县瑞丰食品厂" in told
    assert "甲县宏达轴承有限公司" not in told
    told = page(browser, f"{address}doubt/")
    assert "同音字“同”与“通”" in told
    row = Comparison.objects.get().rows.get(group="doubt")  # type: ignore[attr-defined]
    browser.post(f"{address}doubt/", {f"row-{row.pk}": f"firm-{firms[1].party.code}"})
    assert "没有待认定的名称" in page(browser, f"{address}doubt/")
    assert "甲县恒同电子有限公司" in page(browser, "/desk/comparisons/names/")
    response: Any = browser.get(f"{address}download/?status=active")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames == ["一致", "疑似", "库内无", "名单无", "说明"]
    assert [cell.value for cell in book["一致"]["D"]][1:] == [
        "甲县宏达轴承有限公司", "甲县宏达轴承有限公司", "甲县恒通电子有限公司",
        "甲县金鼎（集团）化工有限公司",
    ]  # fmt: skip
    assert [cell.value for cell in book["名单无"]["A"]][1:] == ["甲县瑞丰食品厂"]


def seen(shown: str) -> str:
    """The seal that a preview carries."""
    found = re.search(r'name="seen" value="([^"]+)"', shown)
    assert found is not None, shown
    return found[1]


def test_what_is_confirmed_is_what_was_previewed(
    browser: Client, officer: Actor, firms: list[Organisation]
) -> None:
    address = start(browser)
    given = {"tag": "", "new": "待走访"}
    first = seen(browser.post(f"{address}act/tag/", given).content.decode())
    comparison = Comparison.objects.get()
    doubt = comparison.rows.get(group="doubt")  # type: ignore[attr-defined]
    comparison_decisions.decide(officer, comparison, {doubt.pk: firms[1].party.code})

    stale = browser.post(f"{address}act/tag/", {**given, "confirm": "1", "seen": first})

    told = stale.content.decode()
    assert "预览之后名单上的企业或它们的情况有变化" in told
    assert "确认为 3 家办理" in told
    assert not Tag.objects.exists()
    assert not ComparisonAct.objects.exists()
    without = browser.post(f"{address}act/tag/", {**given, "confirm": "1"})
    assert without.status_code == 200
    assert not ComparisonAct.objects.exists()
    again = {**given, "confirm": "1", "seen": seen(told)}
    assert browser.post(f"{address}act/tag/", again).status_code == 302
    assert Tag.objects.get().organisation_set.count() == 3  # type: ignore[attr-defined]


def test_a_firm_that_got_the_tag_after_the_preview_is_told_anew(
    browser: Client, officer: Actor, firms: list[Organisation]
) -> None:
    address = start(browser)
    tag = organisations.add_tag(officer, "待走访")
    given = {"tag": tag.pk, "new": ""}
    first = seen(browser.post(f"{address}act/tag/", given).content.decode())
    organisations.set_tags(officer, [firms[2].party.code], tag, on=True)

    told = browser.post(f"{address}act/tag/", {**given, "confirm": "1", "seen": first})

    assert "确认为 1 家办理" in told.content.decode()
    assert not ComparisonAct.objects.exists()


def test_a_job_does_no_firm_that_came_after_the_confirmation(
    officer: Actor, compared: Comparison, firms: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_acts, "AT_ONCE", 1)
    made = comparison_acts.act(officer, compared, Work("title", TITLE))
    doubt = compared.rows.get(group="doubt")  # type: ignore[attr-defined]
    comparison_decisions.decide(officer, compared, {doubt.pk: firms[1].party.code})

    run_waiting_jobs()

    made.refresh_from_db()
    assert (made.state, made.counts["done"]) == ("done", 2)
    assert not Qualification.objects.filter(party=firms[1].party).exists()


def shown_in(text: str) -> str:
    """The newest decision of which a page knows."""
    found = re.search(r'name="shown" value="([^"]*)"', text)
    assert found is not None, text
    return found[1]


@pytest.mark.parametrize(("choice", "kept"), [("none", False), ("same", True)])
def test_a_later_window_does_not_overrule_a_decision_it_did_not_show(
    browser: Client, officer: Actor, firms: list[Organisation], choice: str, kept: bool
) -> None:
    address = start(browser)
    comparison = Comparison.objects.get()
    doubt = comparison.rows.get(group="doubt")  # type: ignore[attr-defined]
    form = {"shown": shown_in(page(browser, f"{address}doubt/"))}
    form[f"row-{doubt.pk}"] = f"firm-{firms[1].party.code}" if choice == "same" else "none"
    comparison_decisions.decide(officer, comparison, {doubt.pk: firms[1].party.code})

    told = browser.post(f"{address}doubt/", form, follow=True).content.decode()

    refusal = f"已由张三认定为{firms[1].party.name}（{firms[1].party.code}）"
    assert (refusal in told) is not kept
    doubt.refresh_from_db()
    assert doubt.party == firms[1].party
    assert NameDecision.objects.filter(revoked_at=None).count() == 1


def test_one_name_is_decided_anew_only_by_who_saw_the_decision(
    browser: Client, officer: Actor, firms: list[Organisation]
) -> None:
    start(browser)
    comparison = Comparison.objects.get()
    row = comparison.rows.get(name="没有这家机械有限公司")  # type: ignore[attr-defined]
    address = f"/desk/comparisons/rows/{row.pk}/"
    form = {"choice": "none", "other": "", "shown": shown_in(page(browser, address))}
    comparison_decisions.decide(officer, comparison, {row.pk: firms[3].party.code})

    refused = browser.post(address, form).content.decode()

    assert f"已由张三认定为{firms[3].party.name}" in refused
    row.refresh_from_db()
    assert row.party == firms[3].party
    browser.post(address, {**form, "shown": shown_in(refused)})
    row.refresh_from_db()
    assert (row.party, row.group) == (None, "unknown")


def test_a_title_is_previewed_and_confirmed(browser: Client, firms: list[Organisation]) -> None:
    address = start(browser)
    given = {
        "title": "hnte", "level": "national", "batch_name": "2025年第一批",
        "recognition": "recognised", "issuer": "示例省科学技术厅", "issued_on": "2025-11-01",
        "expires_on": "2028-10-31", "note": "", "source": "bureau", "document": "示科〔2025〕9号",
        "as_of": "2025-12-01",
    }  # fmt: skip

    shown = browser.post(f"{address}act/title/", given).content.decode()
    assert "确认为 2 家办理" in shown
    assert not Qualification.objects.exists()
    wrong = browser.post(f"{address}act/title/", {**given, "level": "provincial"})
    assert "国家级称号" in wrong.content.decode()
    browser.post(f"{address}act/title/", {**given, "confirm": "1", "seen": seen(shown)})

    assert Qualification.objects.count() == 2
    told = page(browser, address)
    assert "办了2家，0家没有办。" in told
    made = ComparisonAct.objects.get()
    browser.post(f"/desk/comparisons/acts/{made.pk}/undo/")
    assert "撤销2家" in page(browser, address)
    assert not Qualification.objects.exists()


def test_a_new_tag_is_made_only_when_it_is_confirmed(
    browser: Client, firms: list[Organisation]
) -> None:
    address = start(browser)

    given = {"tag": "", "new": "待走访"}
    shown = browser.post(f"{address}act/tag/", given).content.decode()
    assert not Tag.objects.exists()
    browser.post(f"{address}act/tag/", {**given, "confirm": "1", "seen": seen(shown)})

    assert Tag.objects.get().organisation_set.count() == 2  # type: ignore[attr-defined]
    assert browser.get(f"{address}act/nothing/").status_code == 404


def test_a_name_that_was_not_found_is_assigned(browser: Client, firms: list[Organisation]) -> None:
    start(browser)
    row = Comparison.objects.get().rows.get(name="没有这家机械有限公司")  # type: ignore[attr-defined]
    address = f"/desk/comparisons/rows/{row.pk}/"

    assert "指定" not in page(browser, address)
    empty = browser.post(address, {"choice": "other", "other": ""})
    assert "请填企业的全称或代码" in empty.content.decode()
    browser.post(address, {"choice": "other", "other": "甲县瑞丰食品厂"})

    row.refresh_from_db()
    assert (row.group, row.party) == ("same", firms[3].party)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "请粘贴名单"),
        ({"text": "秘密★\n甲县宏达轴承有限公司"}, "国家秘密标志"),
    ],
)
def test_what_cannot_be_sent_says_why(browser: Client, given: dict[str, Any], words: str) -> None:
    response = browser.post("/desk/comparisons/new/", {"region": "990101", **given})

    assert response.status_code == 200
    assert words in response.content.decode()


def test_characters_that_no_page_shows_are_left_out(
    officer: Actor, county: Region, firms: list[Organisation]
) -> None:
    rows = "企业名称\n甲县\u200b宏达轴承有限公司\n".encode()
    file = comparisons.take_in(officer, county, "名单.csv", io.BytesIO(rows))

    found = comparisons.send(officer, county, "", file)

    assert [row.name for row in found.rows.all()] == ["甲县宏达轴承有限公司"]  # type: ignore[attr-defined]
    assert groups(found)["same"] == ["甲县宏达轴承有限公司"]
