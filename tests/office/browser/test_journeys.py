"""The main journeys by keyboard alone: once with scripts, once without."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import blank_forms
import openpyxl
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from at_the_browser import Keyboard
from imported_files import CODE, NAME, PLACE, workbook
from imported_files import code_of as credit_code
from playwright.sync_api import expect

from kechuang.office.accounts.models import Membership, User
from kechuang.office.ground import jobs
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import Job
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.provenance import here as here_and_now
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.office.reports.models import Report
from kechuang.reference.credit_codes import check_character

pytestmark = [
    pytest.mark.requires_chromium,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"]),
]


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_sign_in_with_a_code(scripts: bool, keyboard: Callable[..., Keyboard]) -> None:
    secret = generate_totp_secret()
    here = keyboard("officer", "990101", scripts=scripts, secret=secret)
    expect(here.page.locator("input[name=code]")).to_be_focused()
    here.page.keyboard.type(code_of(secret))
    here.page.keyboard.press("Enter")
    here.sees("今天要办的")


def test_switch_role(
    scripts: bool, keyboard: Callable[..., Keyboard], person: Callable[..., Membership]
) -> None:
    here = keyboard("officer", "990101", scripts=scripts)
    other = person("reviewer", "990102")
    Membership.objects.filter(pk=other.pk).update(
        user=User.objects.get(username__contains="990101")
    )
    here.page.reload()
    here.press("张三 · 经办", "复核 · 乙")
    here.press("复核 · 乙", "现在的角色是“复核”")
    here.sees("等您复核的事项")


def test_upload_and_review_a_report(
    scripts: bool, keyboard: Callable[..., Keyboard], tmp_path: Path
) -> None:
    report = tmp_path / "甲县.txt"
    report.write_text("全年净增高新技术企业12家，年末高新技术企业73家。\n", encoding="utf-8")
    here = keyboard("officer", "990101", scripts=scripts)
    here.press("上传报告", "报告在哪一年写成")
    here.choose("报告文件", report)
    here.fill("年度", "2024")
    here.press("上传并识读", "正在识读")
    jobs.run_waiting_jobs()
    here.page.goto(f"/reports/{Report.objects.get().pk}/")
    here.press("从第一个待核对的开始", "剔除的理由")
    for left in (1, 0):
        here.press("采纳", f"已核对 {2 - left} / 2 个数字")
    here.press("确认报告", "已确认")
    assert Report.objects.get().state == "confirmed"


def test_import_with_errors_and_its_repair(
    scripts: bool, keyboard: Callable[..., Keyboard], tmp_path: Path
) -> None:
    first = [credit_code(1), "甲县一号有限公司", "甲县", 100]
    wrong = [credit_code(2), "甲县二号有限公司", "甲县", "#REF!"]
    listed = tmp_path / "名录.xlsx"
    listed.write_bytes(workbook([[CODE, NAME, PLACE, "注册资本（万元）"], first, wrong]))
    here = keyboard("officer", "990101", scripts=scripts)
    send_workbook(here, listed)
    here.sees("应为数字，填的是 #REF!")
    here.reach("下载标注件")
    with here.page.expect_download() as fetched:
        here.page.keyboard.press("Enter")
    marked = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(marked)
    book = openpyxl.load_workbook(marked)
    book.worksheets[0]["D3"] = 88.5
    book.save(marked)
    send_workbook(here, marked)
    here.press("导入2行", "已开始导入")
    jobs.run_waiting_jobs()
    here.page.goto(here.page.url)
    here.sees("已导入：新增2行")
    assert Organisation.objects.count() == 2


def send_workbook(here: Keyboard, path: Path) -> None:
    """Send a workbook by keyboard and wait until it was checked."""
    here.page.goto("/registry/imports/")
    here.press("导入表格", "先检查、再预览")
    here.reach("内容")
    here.page.keyboard.press("ArrowDown")
    here.choose("文件", path)
    here.reach("来源")
    here.page.keyboard.press("ArrowDown")
    here.press("上传并检查", "已收下")
    jobs.run_waiting_jobs()
    here.page.goto(here.page.url)
    here.sees("导入会带来什么")


def test_create_a_user(scripts: bool, keyboard: Callable[..., Keyboard]) -> None:
    here = keyboard("system_administrator", scripts=scripts)
    here.press("新增账号", "建好后会显示一次性口令")
    here.press("新增账号", "有 3 处需要修改")
    here.reach("请填写“姓名”。")
    here.page.keyboard.press("Enter")
    here.page.keyboard.type("李四")
    here.fill("账号", "li.si")
    here.reach("管理区划")
    here.page.keyboard.press("ArrowDown")
    here.press("新增账号", "账号已建立，还没有角色")
    assert User.objects.get(username="li.si").name == "李四"


def test_follow_a_job(scripts: bool, keyboard: Callable[..., Keyboard]) -> None:
    here = keyboard("officer", "990101", scripts=scripts)
    user = User.objects.get()
    place = "/990000/990100/990101/"
    job = Job.objects.create(
        kind="report.read", name="识读3份报告", state="running", steps=["识读", "核对"], total=200,
        done=50, owner=user.username, owner_name=user.name, owner_role="officer",
        owner_region=place, region=place,
    )  # fmt: skip
    here.press("任务", "共 1 条")
    here.press("识读3份报告", "可以离开此页")
    Job.objects.filter(pk=job.pk).update(done=120)
    if here.page.locator("#job-refresh").is_visible():
        here.press("刷新进度", "120")
    expect(here.page.locator("progress")).to_have_attribute("value", "120")
    here.press("取消", "已要求取消“识读3份报告”")


def test_narrow_a_list_and_take_it_away(
    scripts: bool, keyboard: Callable[..., Keyboard], tmp_path: Path
) -> None:
    here = keyboard("officer", "990101", scripts=scripts)
    for number, name in ((1, "示例轴承有限公司"), (2, "示例软件有限公司")):
        code = f"91990101MA{number:07d}"
        facts = OrganisationFacts(name, "enterprise", "990101", f"{code}{check_character(code)}")
        organisations.create(SYSTEM, facts, here_and_now())
    here.press("企业", "共 2 条")
    here.fill("名称、曾用名", "slrj")
    here.press("筛选", "共 1 条")
    with here.page.expect_download() as download:
        here.reach("CSV")
        here.page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "list.csv")
    text = (tmp_path / "list.csv").read_text("utf-8-sig")
    assert "示例软件有限公司" in text
    assert "示例轴承有限公司" not in text
    assert "slrj" in text  # the last line says under which conditions it was taken
    here.reach("选择 示例软件有限公司")
    here.press("示例软件有限公司", "基本信息")
    here.press("大事记", "新增企业档案")


def test_fill_in_a_blank_form(
    scripts: bool, keyboard: Callable[..., Keyboard], tmp_path: Path
) -> None:
    blank = tmp_path / "基本情况表.xlsx"
    blank.write_bytes(blank_forms.totals())
    here = keyboard("officer", "990101", scripts=scripts)
    code = "91990101MA0000001"
    facts = OrganisationFacts(
        "示例轴承有限公司", "enterprise", "990101", f"{code}{check_character(code)}"
    )
    organisations.create(SYSTEM, facts, here_and_now())
    here.press("来表套填", "还没有填过表")
    here.press("上传空白表", "数据年度")
    here.choose("空白表", blank)
    here.press("上传", "每一列填什么")
    here.press("按这样对应", "填哪些单位")
    here.fill("代码或名称", "示例轴承有限公司")
    here.press("按名单选", "粘贴的名单，认出1家")
    here.press("填这1家", "已填好，可以下载")
    with here.page.expect_download() as download:
        here.reach("下载填好的表")
        here.page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "filled.xlsx")
    page = openpyxl.load_workbook(tmp_path / "filled.xlsx").worksheets[0]
    assert [page["A3"].value, page["B3"].value, page["B6"].value] == [
        "示例轴承有限公司",
        None,
        "=SUM(B3:B5)",
    ]
