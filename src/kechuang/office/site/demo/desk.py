"""What lies on the desks of the made-up city: a list, two forms, letters and a case."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import xlsxwriter
from django.utils import timezone

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.filling.columns import Mapped
from kechuang.office.desk.services import (
    cases,
    collections,
    comparisons,
    fillings,
    incoming,
)
from kechuang.office.desk.services.collections import About
from kechuang.office.ground.actors import Actor
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.sheets.layouts import Way
from kechuang.sheets.plain import layout_of

CITY: Final = "990100"
TOWNS: Final = 4
FIRMS_OF_A_TOWN: Final = 5
LISTED: Final = 24
TWO_ROWS: Final = (
    ("序号", "企业名称", "统一社会信用代码", "经营情况（万元）", "", "人员（人）", ""),
    ("", "", "", "营业收入", "研发费用", "职工总数", "研发人员"),
)


def fill(today: date) -> None:
    """Put on the desks what came in these days; the officer of the city does what is begun."""
    officer = _actor("jingban")
    city = Region.objects.get(code=CITY)
    firms = list(
        Organisation.objects.select_related("party")
        .filter(AT_WORK)
        .order_by("party__code")[:LISTED]
    )
    _list_to_compare(officer, city, [row.party.name for row in firms])
    _form_to_fill(officer, city, [row.party.code for row in firms[:12]], today)
    _form_sent_out(officer, city, today)
    _letters(officer, city, today)
    _case(officer, firms[0], today)


def _actor(username: str) -> Actor:
    return actor_of(Membership.objects.filter(user__username=username).earliest("pk"))


def _list_to_compare(officer: Actor, city: Region, names: list[str]) -> None:
    """A list as it comes: numbered, with slips of the pen and one name from elsewhere."""
    lines = [f"{number}. {name}" for number, name in enumerate(names, start=1)]
    lines[1] = lines[1].replace("有限公司", "有限责任公司")
    lines[2] = f"{lines[2]}（高企）"
    if len(lines) > LISTED // 2:
        lines[5] = lines[5].replace("有限公司", "")
        lines[7] = f"{lines[7]}甲县分公司"
    lines.append(f"{len(lines) + 1}. 邻市远方机械有限公司")
    text = "拟入库科技型中小企业名单\n" + "\n".join(lines)
    file = comparisons.take_text(officer, city, text)
    comparisons.send(officer, city, "省厅转来的拟入库名单", file)


def _form_to_fill(officer: Actor, city: Region, codes: list[str], today: date) -> None:
    """A blank form with two rows of headers, filled in for some firms."""
    stream = io.BytesIO(_blank(TWO_ROWS, 12))
    file = fillings.take_in(officer, city, "重点企业基本情况表.xlsx", stream)
    filling = fillings.send(officer, file, today.year - 1, city)
    columns = {int(place): Mapped(**said) for place, said in filling.columns.items()}
    fillings.map_columns(officer, filling, columns, fillings.Head())
    fillings.choose_firms(officer, filling, lines=codes)
    fillings.fill(officer, filling)


def _form_sent_out(officer: Actor, city: Region, today: date) -> None:
    """A form that every township fills in: ready to be split and sent."""
    towns = Region.objects.filter(level="township", path__startswith=city.path).order_by("code")
    rows = [
        (number, town.name, f"{town.name}第{firm}户", "", "")
        for number, (town, firm) in enumerate(
            ((town, firm) for town in towns[:TOWNS] for firm in range(1, FIRMS_OF_A_TOWN + 1)),
            start=1,
        )
    ]
    header = ("序号", "乡镇", "企业名称", "技改投资（万元）", "新增设备（台）")
    file = collections.take_in(
        officer, city, "技改摸底表.xlsx", io.BytesIO(_blank((header,), 0, rows))
    )
    # A form cannot be due in the past, whatever day the city is built for.
    due = max(today, timezone.localdate()) + timedelta(days=6)
    about = About("技术改造摸底", f"{today.year}年上半年", due)
    row = collections.create(officer, file, about, city)
    layout = replace(layout_of(row.layout), by=2, fill=(4, 5), way=Way.ROWS)
    collections.set_layout(officer, row, layout)
    collections.send(officer, row)


def _letters(officer: Actor, city: Region, today: date) -> None:
    """A letter that waits for its answer in the county, and one that is done."""
    open_letter = incoming.register(
        officer, city,
        {
            "title": "关于报送科技型中小企业培育情况的通知",
            "number": f"示科函〔{today.year}〕31号",
            "issuer": "示例省科学技术厅", "dated_on": today - timedelta(days=3),
            "received_on": today - timedelta(days=2), "due_on": today + timedelta(days=5),
            "asks": "各县（区）报送上年度入库数、本年度目标和培育措施",
        },
        None, is_not_secret=True,
    )  # fmt: skip
    helper = User.objects.get(username="jiaxian")
    incoming.assign(officer, open_letter, [helper], "甲县部分", today + timedelta(days=3))
    done = incoming.register(
        officer, city,
        {
            "title": "关于组织参加技术转移培训的函", "number": f"示科函〔{today.year}〕18号",
            "issuer": "示例省科学技术厅", "dated_on": today - timedelta(days=30),
            "received_on": today - timedelta(days=29), "due_on": today - timedelta(days=20),
            "asks": "每县（区）报2人",
        },
        None, is_not_secret=True,
    )  # fmt: skip
    incoming.finish(officer, done, "已报6人", today - timedelta(days=22))


def _case(officer: Actor, firm: Organisation, today: date) -> None:
    """A case in draft, whose claim still wants its proof."""
    told = {
        "title": "从一份订单到一个联合实验室", "theme": "cooperation", "year": today.year,
        "background": "企业的主导产品依赖外购材料。",
        "practice": "与示例大学共建联合实验室，建成全市首个轴承材料中试平台。",
        "effect": "新材料已用于三种产品。", "region": firm.party.region, "party": firm.party,
    }  # fmt: skip
    cases.create(officer, told)


def _blank(
    headers: tuple[tuple[str, ...], ...], empty: int, rows: Sequence[tuple[object, ...]] = ()
) -> bytes:
    """A workbook with a title, rows of headers (an empty one belongs to what stands before it or
    above), and so many empty rows or the given ones."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("表1")
        framed = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        width = len(headers[0])
        page.set_column(0, width - 1, 14)
        page.set_column(1, 2, 26)
        title = book.add_format({"bold": True, "align": "center", "font_size": 14})
        page.merge_range(0, 0, 0, width - 1, "情况表", title)
        for line, header in enumerate(headers, start=1):
            page.write_row(line, 0, header, framed)
        if len(headers) > 1:
            for column in range(width):
                if not headers[1][column]:
                    page.merge_range(1, column, 2, column, headers[0][column], framed)
            for column in range(width - 1):
                if headers[0][column] and not headers[0][column + 1] and headers[1][column + 1]:
                    page.merge_range(1, column, 1, column + 1, headers[0][column], framed)
        first = len(headers) + 1
        for number, row in enumerate(rows or [("",) * width] * empty):
            page.write_row(first + number, 0, row, framed)
    return out.getvalue()
