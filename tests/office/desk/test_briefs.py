"""Briefs out of the registry: what they say to whom, the Word files, the pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from desk_records import TODAY, Firm, bare
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx.oxml.ns import qn

from kechuang.office.desk.composing import word
from kechuang.office.desk.queries.briefs import briefs
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.converting import to_pdf
from kechuang.office.ground.models import AuditEvent
from kechuang.office.registry.models import Doubt
from kechuang.reading.documents.pdf_text import pdf_page_texts

pytestmark = pytest.mark.django_db

TEXT = (
    "示例轴承有限公司位于甲县，成立于2010年5月，注册资本5,000万元。"
    "公司属制造业，为中型企业、规模以上企业。"
    "主营业务为精密轴承、曲轴、齿轮的研发、制造与销售，轴承检测服务。"
    "注册地址为甲县示例路1号。\n"
    "截至2026年7月15日，公司持有的有效资格称号为高新技术企业（2023年）、专精特新中小企业（2024年）、"
    "科技型中小企业（入库）（2026年）。"
    "登记在册的有效知识产权4件，其中发明专利1件、实用新型2件、软件著作权1件；另有1件在审。"
    "最近一项授权为软件著作权“示例3”（2024年4月）。"
    "依托公司建设的创新平台1个：示例孵化器（市级孵化器）。"
    "与示例大学签有合作协议，现行有效2项。"
    "有1台（套）科研仪器对外开放共享。\n"
    "2025年，公司实现营业收入1.28亿元，同比增长12.3%。"
    "其中高新技术产品（服务）收入1.03亿元，占营业收入的80%。"
    "2025年研发费用（加计扣除口径）642.25万元，同比增长28.5%，占营业收入的5%。"
    "2025年职工平均210人，其中科技人员42人，占20%。"
    "2025年末资产总额9,000万元。"
    "2025年转化科技成果6项。"
)


def test_a_brief_says_what_is_known_in_order(city: object, actor: Callable[..., Actor]) -> None:
    brief = briefs(actor("officer", "990101"), [Firm().party.code], TODAY)[0]
    assert brief.text == TEXT
    assert not brief.is_short
    assert all(each.known.origins for each in brief.figures)
    revenue = next(each for each in brief.figures if each.name == "营业收入（2025年）")
    assert revenue.known.origin == "纳税申报表（企业自留件），汇算清缴2025，截至2026-06-01"


@pytest.mark.parametrize(
    ("role", "finances", "rights"),
    [("officer", True, True), ("leader", False, True), ("area_liaison", False, False)],
)
def test_nobody_reads_in_a_brief_what_their_role_may_not_see(
    city: object, actor: Callable[..., Actor], role: str, finances: bool, rights: bool
) -> None:
    brief = briefs(actor(role, "990101"), [Firm().party.code], TODAY)[0]
    assert ("营业收入" in brief.text, "知识产权" in brief.text) == (finances, rights)
    assert brief.is_narrowed is not (finances and rights)


def test_firms_out_of_reach_are_not_there(city: object, actor: Callable[..., Actor]) -> None:
    assert briefs(actor("officer", "990102"), [Firm().party.code], TODAY) == []


def test_open_doubts_about_what_is_told_are_named(
    city: object, actor: Callable[..., Actor]
) -> None:
    party = Firm().party
    Doubt.objects.create(party=party, year=2025, rule="x", field="revenue")
    brief = briefs(actor("officer", "990101"), [party.code], TODAY)[0]
    assert brief.doubts == ("2025年营业收入",)


def test_fifty_firms_take_as_many_statements_as_one(
    city: object, actor: Callable[..., Actor]
) -> None:
    codes = [Firm(mark).party.code for mark in "ab"]
    officer = actor("officer", "990101")
    with CaptureQueriesContext(
        connection,
    ) as one:
        briefs(officer, codes[:1], TODAY)
    with CaptureQueriesContext(connection) as two:
        found = briefs(officer, codes, TODAY)
    assert (len(one), len(two), len(found)) == (len(two), len(one), 2)
    assert len(one) <= 14


# --- Word


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {
            name: packed.read(name).decode("utf-8", "replace")
            for name in packed.namelist()
            if name.endswith(".xml")
        }


def download(client: Client, *codes: str, **more: str) -> Any:
    query = {"firm": list(codes), **more}
    return client.get(reverse("desk:brief_word"), query)


def test_the_document_has_the_layout_of_official_documents(
    city: object, signed_in: Callable[..., Client]
) -> None:
    answer = download(signed_in("officer", "990101"), Firm().party.code)
    assert "%E7%AE%80%E4%BB%8B.docx" in answer["Content-Disposition"]
    found: Any = docx.Document(io.BytesIO(answer.content))
    section = found.sections[0]
    margins = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(each.mm) for each in margins if each] == [37, 28, 35, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    spacing = found.paragraphs[1].runs[0]._r.rPr.find(qn("w:spacing"))
    assert (grid.get(qn("w:linePitch")), spacing.get(qn("w:val"))) == ("579", "-5")
    title, first = found.paragraphs[0], found.paragraphs[1]
    east = [each.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) for each in (title, first)]
    assert east == ["方正小标宋简体", "仿宋_GB2312"]
    assert [title.runs[0].font.size.pt, first.runs[0].font.size.pt] == [22, 16]  # type: ignore[union-attr]
    assert all(
        run._r.rPr.rFonts.get(qn("w:eastAsia")) for each in found.paragraphs for run in each.runs
    )
    fonts = parts(answer.content)["word/fontTable.xml"]
    assert "仿宋;FangSong" in fonts


def test_footnotes_tell_the_source_of_each_figure(
    city: object, signed_in: Callable[..., Client], actor: Callable[..., Actor]
) -> None:
    code = Firm().party.code
    brief = briefs(actor("officer", "990101"), [code])[0]
    files = parts(download(signed_in("officer", "990101"), code, notes="footnotes").content)
    assert files["word/document.xml"].count("w:footnoteReference ") == len(brief.figures)
    for each in brief.figures:
        assert f"{each.name}：{each.known.origin}" in files["word/footnotes.xml"]


def test_sources_stand_in_a_table_or_nowhere_where_that_is_asked(
    city: object, signed_in: Callable[..., Client]
) -> None:
    client, code = signed_in("officer", "990101"), Firm().party.code
    tables = {
        notes: docx.Document(io.BytesIO(download(client, code, notes=notes).content)).tables
        for notes in ("table", "none")
    }
    assert tables["none"] == []
    rows = [[cell.text for cell in row.cells] for row in tables["table"][0].rows]
    assert rows[0] == list(word.HEADERS)
    assert ["1", "成立日期", "2010年5月", "科技局台账，截至2026-06-01"] in rows


def test_several_firms_are_one_document_or_an_archive(
    city: object, signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990101")
    codes = [Firm().party.code, bare().code]
    whole = docx.Document(io.BytesIO(download(client, *codes).content))
    titles = [each.text for each in whole.paragraphs if each.text.strip().endswith("公司简介")]
    assert titles == ["示例轴承有限公司简介", "示例空白有限公司简介"]
    with zipfile.ZipFile(io.BytesIO(download(client, *codes, **{"as": "zip"}).content)) as packed:
        assert len(packed.namelist()) == 2
    assert AuditEvent.objects.filter(action="brief.make").count() == 4


@pytest.mark.slow
@pytest.mark.requires_libreoffice
def test_the_document_opens_in_libreoffice(city: object, signed_in: Callable[..., Client]) -> None:
    content = download(signed_in("officer", "990101"), Firm().party.code).content
    text = "".join("".join(pdf_page_texts(to_pdf(content, "docx"))).split())
    assert "示例轴承有限公司简介" in text
    assert "纳税申报表（企业自留件）" in text


# --- pages


def test_the_dossier_leads_to_the_brief(city: object, signed_in: Callable[..., Client]) -> None:
    code = Firm().party.code
    dossier = reverse("registry:organisation", args=[code])
    brief = reverse("desk:brief", args=[code])
    assert brief in signed_in("officer", "990101").get(dossier).text
    assert brief not in signed_in("finance_officer", "990101").get(dossier).text


def test_the_page_shows_sources_and_what_is_left_out(
    city: object, signed_in: Callable[..., Client]
) -> None:
    code = bare().code
    page = signed_in("leader", "990101").get(reverse("desk:brief", args=[code])).text
    assert "不足300字" in page
    assert "您的角色看不到：营业收入" in page
    assert "档案里没有：有效知识产权" in page


def test_ticked_firms_are_shown_together(city: object, signed_in: Callable[..., Client]) -> None:
    parties = [Firm().party, bare()]
    client = signed_in("officer", "990101")
    keys = [each.pk for each in parties]
    page = client.post(reverse("desk:briefs_several"), {"selected": keys}, follow=True).text
    assert all(each.name in page for each in parties)
    empty = client.post(reverse("desk:briefs_several"), {"selected": "x"}, follow=True).text
    assert "没有选中企业" in empty
