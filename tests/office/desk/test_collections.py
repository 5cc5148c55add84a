"""A form sent out in parts, taken back, chased, merged, settled and closed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from collected_forms import SHEET, edited, form, layout
from collections_made import (
    content_of,
    filled,
    made,
    merged,
    part,
    returned,
    sent,
    workbook,
)
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import Membership
from kechuang.office.desk.collecting import CollectionRefused
from kechuang.office.desk.models import Collection, CollectionConflict, CollectionReturn
from kechuang.office.desk.queries import collections as queries
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services import collections as services
from kechuang.office.ground import jobs
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent, Notice
from kechuang.office.ground.permissions import Refusal
from kechuang.office.regions.models import Region
from kechuang.sheets.layouts import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def town(city: Region) -> Region:
    county = Region.objects.get(code="990101")
    return Region.objects.create(
        code="990101101", name="1镇", short_name="1镇", level="township", parent=county,
        path=f"{county.path}990101101/",
    )  # fmt: skip


def receive(
    actor: Actor, row: Collection, *incoming: tuple[str, bytes]
) -> tuple[list[returns.Outcome], Any]:
    files = [returns.Incoming(name, BytesIO(content)) for name, content in incoming]
    return returns.receive_returns(actor, row, files)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet(row: Collection, name: str = SHEET) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content_of(row.result)))[name]


# --- sending out


def test_a_form_goes_out_as_one_archive_with_a_workbook_for_each(officer: Actor) -> None:
    row = sent(officer)
    assert (row.state, row.version, row.job.state) == (Collection.State.SENT, 1, "done")  # type: ignore[union-attr]
    with zipfile.ZipFile(BytesIO(content_of(row.archive))) as archive:
        assert [name.split("-")[:2] for name in archive.namelist()] == [
            ["001", "1镇"], ["002", "2镇"], ["003", "3镇"],
        ]  # fmt: skip
        assert archive.read(archive.namelist()[1]) == workbook(row, "2镇")


def test_an_expired_form_is_refused_with_a_sentence(officer: Actor) -> None:
    gone = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError, match="有效期已到"):
        made(officer, valid_until=gone)
    row = made(officer, valid_until=timezone.localdate())
    Collection.objects.filter(pk=row.pk).update(valid_until=gone)
    with pytest.raises(CollectionRefused, match="有效期已到"):
        services.send(officer, row)


def test_rows_that_belong_to_nobody_are_told_before_anything_is_sent(officer: Actor) -> None:
    row = made(officer, edited(form(), {"B6": None, "B9": None}))
    with pytest.raises(CollectionRefused, match="第6、9行"):
        services.send(officer, row)


def test_a_form_is_set_up_anew_until_something_came_back(officer: Actor) -> None:
    row = sent(officer)
    services.send(officer, row)
    run_waiting_jobs()
    row.refresh_from_db()
    old = row.version
    returned(officer, row, "1镇", {"D4": 1})
    with pytest.raises(CollectionRefused, match="已经收到回表"):
        services.set_layout(officer, row, layout())
    assert (old, row.state) == (2, Collection.State.SENT)


def test_the_contact_is_that_of_the_liaison_there(
    officer: Actor, town: Region, person: Callable[..., Membership]
) -> None:
    user = person("area_liaison", town.code, name="李四").user
    user.phone = "13900005678"
    user.save()
    found = part(made(officer), "1镇")
    assert (found.region, found.contact_name, found.contact_phone) == (town, "李四", "13900005678")


def test_a_cancelled_splitting_or_merging_is_begun_again(officer: Actor) -> None:
    row = services.send(officer, made(officer))
    assert row.job is not None
    with pytest.raises(CollectionRefused, match="正在处理"):
        services.send(officer, row)
    jobs.cancel(officer, row.job)
    services.send(officer, row)
    run_waiting_jobs()
    row.refresh_from_db()
    returned(officer, row, "1镇", {"D4": 1})
    job = services.merge(officer, row).job
    assert job is not None
    jobs.cancel(officer, job)
    assert merged(officer, row).state == Collection.State.SENT


# --- taking in


def test_each_returned_workbook_is_answered(officer: Actor) -> None:
    row = sent(officer)
    other = sent(officer, form(2, 4), layout(2, 4))
    good = filled(row, "1镇", {"D4": 10})
    bad = filled(row, "2镇", {"D4": "约十"})
    outcomes, job = receive(
        officer, row, ("甲.xlsx", good), ("乙.xlsx", bad), ("丙.xlsx", form()),
        ("丁.xlsx", workbook(other, "1镇")), ("甲二.xlsx", good), ("说明.txt", b"x"),
    )  # fmt: skip
    told = {each.name: (each.code, each.part, each.sentences[:1]) for each in outcomes}
    assert job is None
    assert told["甲.xlsx"] == ("taken", "1镇", ())
    assert told["乙.xlsx"] == (
        "refused", "2镇", ("D4 营业收入（万元）：应为数字，填的是“约十”。",)
    )  # fmt: skip
    assert told["丙.xlsx"][0] == "refused"
    assert "没有识别标记" in told["丙.xlsx"][2][0]
    assert "另一次下发" in told["丁.xlsx"][2][0]
    assert told["甲二.xlsx"][0] == "known"
    assert told["说明.txt"][0] == "refused"
    assert [each.state for each in CollectionReturn.objects.order_by("pk")] == ["taken", "refused"]
    assert (part(row, "1镇").returned_at is None, part(row, "2镇").returned_at is None) == (
        False, True,
    )  # fmt: skip


def test_a_workbook_of_an_older_version_is_refused(officer: Actor) -> None:
    row = sent(officer)
    old = filled(row, "1镇", {"D4": 10})
    services.send(officer, row)
    run_waiting_jobs()
    row.refresh_from_db()
    (outcome,), _job = receive(officer, row, ("旧.xlsx", old))
    assert (outcome.code, outcome.sentences) == (
        "refused", ("这是第1版的表，现在是第2版。请用重新下发的表填报。",)
    )  # fmt: skip


def test_many_are_read_by_a_job_each_once(officer: Actor) -> None:
    row = sent(officer, form(14, 1), layout(14, 1))
    files = {f"{n}.xlsx": edited(workbook(row, f"{n}镇"), {"D4": n}) for n in range(1, 15)}
    outcomes, job = receive(
        officer, row, ("回表.zip", zipped({**files, "又.xlsx": files["1.xlsx"]}))
    )
    assert job is not None
    assert {each.code for each in outcomes} == {"received"}
    run_waiting_jobs()
    job.refresh_from_db()
    assert {k: job.result[k] for k in ("taken", "known", "refused")} == {
        "taken": 14, "known": 1, "refused": 0,
    }  # fmt: skip
    assert CollectionReturn.objects.count() == 14


# --- merging


def test_what_came_back_is_one_workbook_with_sheets_that_tell_the_rest(officer: Actor) -> None:
    row = sent(officer)
    returned(officer, row, "1镇", {"D4": 10, "C5": "改了名"})
    returned(officer, row, "3镇", {"E7": 2.5})
    row = merged(officer, row)
    assert row.summary["counts"] == {
        "parts": 3, "returned": 2, "missing": 1, "conflicts": 0, "open": 0, "added": 0, "gone": 0,
        "slips": 0, "left_out": 0,
    }  # fmt: skip
    page = sheet(row)
    assert (page["D4"].value, page["C5"].value, page["E15"].value) == (10, "第1之2有限公司", 2.5)
    assert [cell.value for cell in sheet(row, "未报单位")["A"]] == ["填报单位", "2镇"]
    assert "由“第1之2有限公司”改成了“改了名”" in sheet(row, "检查")["C2"].value
    assert [cell.value for cell in sheet(row, "填报情况")[2]][:2] == ["1镇", "已报"]
    assert sheet(row, "填报情况")["D2"].value == "张三"


def test_a_conflict_is_decided_once_and_the_final_version_is_locked(officer: Actor) -> None:
    row = sent(officer)
    first = returned(officer, row, "1镇", {"D4": 10}, "先.xlsx")
    returned(officer, row, "1镇", {"D4": 20}, "后.xlsx")
    row = merged(officer, row)
    conflict = CollectionConflict.objects.select_related("part__collection__region").get()
    assert (conflict.label, conflict.header) == ("第1之1有限公司", "营业收入（万元）")
    assert sheet(row)["D4"].fill.fgColor.rgb == "FFFFE699"
    with pytest.raises(CollectionRefused, match="1处冲突"):
        services.close(officer, row)

    services.decide(officer, conflict, CollectionReturn.objects.get(pk=first.key))
    late = CollectionReturn.objects.exclude(pk=first.key).get()
    with pytest.raises(CollectionRefused, match=r"刚由.+选定为另一份"):
        services.decide(officer, conflict, late, seen=None)
    assert services.decide(officer, conflict, late, seen=first.key).chosen == late
    services.decide(officer, conflict, CollectionReturn.objects.get(pk=first.key), seen=late.pk)
    with pytest.raises(CollectionRefused, match="重新汇总"):
        services.close(officer, row)
    row = merged(officer, row)
    assert (sheet(row)["D4"].value, row.summary["counts"]["open"]) == (10, 0)
    row = services.close(officer, row)

    after = returned(officer, row, "2镇", {"D4": 5})
    assert (after.taken, CollectionReturn.objects.get(pk=after.key).after_close) == (True, True)
    assert (
        "定稿后又收到2镇的表" in Notice.objects.get(to=officer.code, text__contains="定稿后").text
    )
    with pytest.raises(CollectionRefused, match="已定稿"):
        services.merge(officer, row)
    row = merged(officer, services.reopen(officer, row, "补报"))
    assert sheet(row)["D8"].value == 5


def test_a_return_that_was_taken_back_no_longer_counts(officer: Actor) -> None:
    row = sent(officer)
    first = returned(officer, row, "1镇", {"D4": 10})
    second = returned(officer, row, "1镇", {"D4": 20})
    rows = CollectionReturn.objects.select_related("part__collection__region", "part__region")
    returns.withdraw(officer, rows.get(pk=second.key))
    assert sheet(merged(officer, row))["D4"].value == 10
    CollectionReturn.objects.filter(pk=first.key).update(
        received_at=timezone.now() - timedelta(days=31)
    )
    with pytest.raises(CollectionRefused, match="超过30天"):
        returns.withdraw(officer, rows.get(pk=first.key))


def test_this_period_stands_beside_the_last_and_slips_are_told(officer: Actor) -> None:
    before = sent(officer)
    returned(officer, before, "1镇", {"D4": 120, "D5": 80})
    before = merged(officer, before)
    row = sent(officer, previous=before)
    returned(officer, row, "1镇", {"D4": 1300000, "D5": 100})
    row = merged(officer, row)
    assert row.summary["changes"][0] == [
        "合计", "营业收入（万元）", "1300100", "200", "1299900", "增长649950%"
    ]  # fmt: skip
    assert row.summary["slips"] == [["1镇·第1之1有限公司", "营业收入（万元）", "1300000", "120"]]
    assert sheet(row, "与上期对比")["A2"].value == "合计"


def test_a_blank_form_goes_to_everybody_named(officer: Actor) -> None:
    where = layout(1, 2, by=0, way=Way.SUM)
    row = sent(officer, form(1, 2), where, ["甲镇", "乙镇"])
    for name, amount in (("甲镇", 1.5), ("乙镇", 2)):
        assert returned(officer, row, name, {"D4": amount}).taken
    assert sheet(merged(officer, row))["D4"].value == 3.5


# --- chasing, and whoever fills in


def test_who_is_missing_is_reminded_and_fills_in_on_their_own_page(
    officer: Actor, town: Region, person: Callable[..., Membership]
) -> None:
    liaison = person("area_liaison", town.code)
    row = sent(officer)
    assert services.remind(officer, row) == (3, 1)
    found = part(row, "1镇")
    url = Notice.objects.get(to=liaison.user.username).url
    assert (url, found.reminders) == (f"/desk/collections/own/{found.pk}/", 1)

    client = Client()
    client.force_login(liaison.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "企业情况表" in client.get("/desk/collections/own/").content.decode()
    fetched = b"".join(client.get(f"{url}file/").streaming_content)  # type: ignore[attr-defined]
    assert fetched == workbook(row, "1镇")
    other = part(row, "2镇")
    assert client.get(f"/desk/collections/own/{other.pk}/").status_code == 404

    def upload(content: bytes) -> str:
        file = BytesIO(content)
        file.name = "我的.xlsx"
        return client.post(url, {"workbook": file}, follow=True).content.decode()

    assert "不是您单位的" in upload(filled(row, "2镇", {"D4": 1}))
    assert "应为数字" in upload(filled(row, "1镇", {"D4": "很多"}))
    assert "已收下“我的.xlsx”" in upload(filled(row, "1镇", {"D4": 12}))
    assert services.remind(officer, row) == (2, 0)


def test_a_liaison_elsewhere_may_not_answer(
    officer: Actor, town: Region, actor: Callable[..., Actor]
) -> None:
    row = sent(officer)
    stranger = actor("area_liaison", "990102")
    with pytest.raises(Refusal):
        returns.answer(stranger, part(row, "1镇"), "x.xlsx", BytesIO(workbook(row, "1镇")))
    with pytest.raises(Refusal):
        services.merge(stranger, row)
    assert not queries.own_parts(stranger).exists()


def test_a_copy_without_the_mark_is_taken_where_it_is_said_whose_it_is(officer: Actor) -> None:
    row = sent(officer)
    book = openpyxl.load_workbook(BytesIO(workbook(row, "1镇")))
    del book["_collection"]
    book[SHEET]["D4"] = 7
    out = BytesIO()
    book.save(out)
    outcome = returns.answer(officer, part(row, "1镇"), "抄.xlsx", BytesIO(out.getvalue()))
    assert (outcome.code, outcome.sentences[0]) == (
        "taken", "表里没有识别标记，按上传时选的单位收下。"
    )  # fmt: skip


def test_the_sealed_page_is_attached(officer: Actor) -> None:
    row = sent(officer)
    outcome = returned(officer, row, "1镇", {"D4": 1})
    rows = CollectionReturn.objects.select_related(
        "part__collection__region", "part__region", "part__party"
    )
    kept = returns.attach_scan(
        officer, rows.get(pk=outcome.key), "盖章.png", BytesIO(b"\x89PNG\r\n\x1a\n0")
    )
    assert kept.scan is not None
    assert kept.scan.name == "盖章.png"


# --- pages


def test_everything_is_told_in_the_trail(officer: Actor) -> None:
    row = sent(officer)
    returned(officer, row, "1镇", {"D4": 1})
    merged(officer, row)
    actions = AuditEvent.objects.filter(subject_kind="collection", subject_key=str(row.pk))
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        f"collection.{act}"
        for act in ("create", "set_up", "send", "sent", "take", "merge", "merged")
    ]


def decide_in_two_windows(client: Client, here: str, post: Callable[..., str]) -> None:
    """The latest is chosen; a window that was opened before does not know of it."""
    page = client.get(f"{here}conflicts/").content.decode()
    assert "1镇更正.xlsx" in page
    conflict = CollectionConflict.objects.get()
    shown = f'name="seen-{conflict.pk}" value='
    assert f'{shown}""' in page
    assert "已选定1处" in post(f"{here}conflicts/", {"act": "latest"})
    conflict = CollectionConflict.objects.select_related("chosen").get()
    assert conflict.chosen is not None
    assert f'{shown}"{conflict.chosen.pk}"' in client.get(f"{here}conflicts/").content.decode()
    other = next(number for number, _text in conflict.values if number != conflict.chosen.pk)
    stale = {f"conflict-{conflict.pk}": str(other), f"seen-{conflict.pk}": ""}
    assert "选定为另一份" in post(f"{here}conflicts/", stale)


def test_pages_from_upload_to_final(person: Callable[..., Membership], town: Region) -> None:
    """The whole way by pages, as somebody without scripts goes it."""
    member = person("officer", "990101")
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")

    def post(url: str, data: dict[str, Any]) -> str:
        return client.post(url, data, follow=True).content.decode()

    file = BytesIO(form())
    file.name = "表样.xlsx"
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    told = {"name": "甲县企业情况表", "period": "2026年", "deadline": due, "region": "990101"}
    page = post("/desk/collections/new/", {**told, "workbook": file})
    assert "系统已按表样给出建议" in page
    row = Collection.objects.get()
    here = f"/desk/collections/{row.pk}/"
    setting = {
        "sheet": SHEET, "way": "rows", "by": "2", "names": "", "fill": ["4", "5", "7"],
        "header_first": "3", "header_last": "3", "first": "4", "last": "16", "spare": "0",
        "kind-4": "number", "kind-5": "number", "kind-7": "date",
    }  # fmt: skip
    assert "拆分列不能由填报单位填" in post(f"{here}layout/", {**setting, "by": "4"})
    assert "会发给3个单位" in post(f"{here}layout/", setting)
    assert "已开始拆分" in post(f"{here}send/", {})
    run_waiting_jobs()
    row.refresh_from_db()
    assert "下载全部表格" in client.get(here).content.decode()

    back = BytesIO(filled(row, "1镇", {"D4": 10}))
    back.name = "1镇.xlsx"
    again = BytesIO(filled(row, "1镇", {"D4": 11}))
    again.name = "1镇更正.xlsx"
    assert "收下2份，退回0份" in post(f"{here}receive/", {"workbooks": [back, again]})
    assert "没有选择文件" in post(f"{here}receive/", {})
    assert "2镇\t\t" in client.get(f"{here}missing/").content.decode()
    assert "2个单位未报" in post(f"{here}remind/", {})
    assert "已开始汇总" in post(f"{here}merge/", {})
    run_waiting_jobs()
    decide_in_two_windows(client, here, post)
    assert "请重新汇总" in post(f"{here}close/", {})
    post(f"{here}merge/", {})
    run_waiting_jobs()
    assert "已定稿" in post(f"{here}close/", {})
    assert "已重开" in post(f"{here}reopen/", {"reason": "补报"})
    own = part(row, "1镇").pk
    assert "1镇更正.xlsx" in client.get(f"/desk/collections/parts/{own}/").content.decode()
    assert "已保存联系人" in post(
        f"/desk/collections/parts/{own}/contact/", {"contact_name": "赵六", "contact_phone": ""}
    )
    listed = client.get("/desk/collections/parts/?state=missing").content.decode()
    assert "3镇" in listed
    exported = client.get("/desk/collections/parts/?state=missing&export=xlsx")
    content = b"".join(exported.streaming_content)  # type: ignore[attr-defined]
    assert openpyxl.load_workbook(BytesIO(content)).sheetnames
    assert "甲县企业情况表" in client.get("/desk/collections/").content.decode()
