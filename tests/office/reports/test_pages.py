"""The pages of this room, with and without HTMX, and what they cost."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef, morning_items, open_source, search_sources
from kechuang.office.reports import services
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.review import LINE, cut

Read = Callable[..., Report]
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "panel"}


@pytest.fixture
def browser(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101", name="王五")


def page(response: Any) -> str:
    return response.content.decode()


def marks(text: str) -> list[tuple[str, str]]:
    """Each mark in a page: its look and what it says."""
    found = re.findall(r'<a id="figure-\d+" class="fig ([^"]*)"[^>]*>([^<]*)<span', text)
    return [(look, words) for look, words in found]


def test_text_stands_with_every_figure_marked(browser: Client, read: Read) -> None:
    report = read()
    text = page(browser.get(f"/reports/{report.pk}/"))
    assert [words for _look, words in marks(text)] == [
        "12家", "96家", "10.5亿元", "12.6亿元", "25%", "35场次",
    ]  # fmt: skip
    assert [words for look, words in marks(text) if "fig-found" in look] == [
        "10.5亿元",
        "12.6亿元",
        "25%",
    ]


def test_figure_stands_beside_the_text_with_sentence_and_finding(
    browser: Client, read: Read
) -> None:
    report = read()
    figure = ReportFigure.objects.get(quote="12.6亿元")
    text = page(browser.get(f"/reports/{report.pk}/?figure={figure.pk}"))
    assert "<strong>12.6 亿元</strong>" in text
    assert "<mark>12.6亿元</mark>" in text
    assert str(ReportFinding.objects.get().message) in text.replace("&quot;", '"')
    assert re.findall(r'fig ([^"]*)"[^>]*aria-current="true"', text) == [
        "fig-proposed fig-found"
        if figure.confidence >= Decimal("0.9")
        else "fig-proposed fig-doubtful fig-found"
    ]


def test_text_of_a_report_is_escaped(browser: Client, read: Read) -> None:
    report = read("<script>alert(1)</script>新增<b>12家</b>企业。")
    text = page(browser.get(f"/reports/{report.pk}/"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def decide(client: Client, figure: ReportFigure, **given: Any) -> Any:
    more = {"version": figure.version, **{k: v for k, v in given.items() if k != "htmx"}}
    extra: Any = HTMX if given.get("htmx") else {}
    return client.post(f"/reports/figures/{figure.pk}/", more, **extra)


def test_decision_goes_on_to_the_next_open_figure(browser: Client, read: Read) -> None:
    report = read()
    first, second = ReportFigure.objects.order_by("position")[:2]
    response = decide(browser, first, act="accept")
    assert response["Location"] == (f"/reports/{report.pk}/?figure={second.pk}#figure-{second.pk}")
    assert "“12家”已采纳。" in page(browser.get(response["Location"]))


def test_htmx_gets_the_panel_the_mark_and_the_progress(browser: Client, read: Read) -> None:
    report = read()
    first, second = ReportFigure.objects.order_by("position")[:2]
    response = decide(browser, first, act="accept", htmx=True)
    text = page(response)
    assert f'data-figure="{second.pk}"' in text
    assert [look.split()[0] for look, _words in marks(text)] == ["fig-accepted"]
    assert text.count('hx-swap-oob="true"') == 2
    assert "<html" not in text
    assert response["HX-Push-Url"] == f"/reports/{report.pk}/?figure={second.pk}"


def test_second_person_sees_what_the_first_did(
    browser: Client, read: Read, reviewer: Actor
) -> None:
    read()
    seen = ReportFigure.objects.select_related("report__region").order_by("position")[0]
    services.reject_figure(reviewer, seen, 1, "重复")
    response = decide(browser, seen, act="accept", htmx=True)
    assert "李四在" in page(response)
    assert ReportFigure.objects.get(pk=seen.pk).decision == "rejected"
    plain = decide(browser, seen, act="accept")
    assert "李四在" in page(browser.get(plain["Location"]))


FORM = {
    "unit": "家",
    "kind": "stock",
    "bound": "exact",
    "measure": "高新技术企业",
    "period": "2024",
}


def test_changes_of_a_figure_are_told_in_words(browser: Client, read: Read, officer: Actor) -> None:
    report = read()
    figure = ReportFigure.objects.select_related("report__region").get(quote="96家")
    services.accept_figure(officer, figure, 1)
    text = page(browser.get(f"/reports/{report.pk}/?figure={figure.pk}"))
    assert "张三 采纳" in text
    assert "核对：待核对 → 已采纳" in text


def test_correction_by_form(browser: Client, read: Read) -> None:
    report = read()
    figure = ReportFigure.objects.get(quote="96家")
    form = page(browser.get(f"/reports/{report.pk}/?figure={figure.pk}&edit=1"))
    assert 'name="value" value="96"' in form
    decide(browser, figure, act="correct", value="1,097", **FORM)
    figure.refresh_from_db()
    assert (figure.decision, figure.value) == ("corrected", Decimal(1097))


def test_mistake_in_a_correction_is_told_and_nothing_typed_is_lost(
    browser: Client, read: Read
) -> None:
    read()
    figure = ReportFigure.objects.get(quote="96家")
    text = page(decide(browser, figure, act="correct", value="约百", **{**FORM, "period": "去年"}))
    assert "有 2 处需要修改" in text
    assert 'value="约百"' in text
    assert "“约百”读不出数。" in text
    figure.refresh_from_db()
    assert figure.version == 1


def test_mistake_has_no_address_of_its_own(browser: Client, read: Read) -> None:
    read()
    figure = ReportFigure.objects.get(quote="96家")
    response = decide(browser, figure, act="correct", value="约百", htmx=True, **FORM)
    assert (response["HX-Push-Url"], "<html" in page(response)) == ("false", False)


def test_unknown_button_does_nothing(browser: Client, read: Read) -> None:
    read()
    figure = ReportFigure.objects.get(quote="96家")
    assert decide(browser, figure, act="delete").status_code == 302
    figure.refresh_from_db()
    assert figure.version == 1


def test_finding_is_decided_on(browser: Client, read: Read) -> None:
    read()
    finding = ReportFinding.objects.get()
    figure = finding.figures.order_by("position")[0]
    given = {"version": 1, "state": "confirmed", "figure": figure.pk}
    response = browser.post(f"/reports/findings/{finding.pk}/", given)
    assert "疑点已记为“确有问题”。" in page(browser.get(response["Location"]))


def test_report_is_accepted_confirmed_and_reopened(browser: Client, read: Read) -> None:
    report = read("甲县2024年高新技术企业总数达到96家。")
    told = [
        page(browser.post(f"/reports/{report.pk}/{act}/", follow=True))
        for act in ("confirm", "accept-sure", "confirm", "reopen")
    ]
    assert [
        found.group() if (found := re.search(pattern, text)) else ""
        for pattern, text in zip(
            ("还有1个数字没有核对", "已采纳1个有把握", "”已确认，", "报告已重开"), told, strict=True
        )
    ] == ["还有1个数字没有核对", "已采纳1个有把握", "”已确认，", "报告已重开"]
    assert Report.objects.get().state == "review"


SHOWN = {"all": 6, "open": 5, "findings": 3}


@pytest.mark.parametrize(("show", "count"), SHOWN.items())
def test_reader_goes_through_what_they_ask_for(
    browser: Client, read: Read, officer: Actor, show: str, count: int
) -> None:
    report = read()
    first = ReportFigure.objects.select_related("report__region").order_by("position")[0]
    services.accept_figure(officer, first, 1)
    seen = 0
    text = page(browser.get(f"/reports/{report.pk}/?show={show}"))
    address = re.search(r'href="([^"]*)"[^>]*>从第一个', text)
    rows = ReportFigure.objects.order_by("position")
    asked = {"all": rows, "open": rows[1:], "findings": rows.filter(findings__isnull=False)}
    url = f"/reports/{report.pk}/?show={show}&figure={asked[show][0].pk}"
    assert address is not None
    while url:
        seen += 1
        found = re.search(r'href="([^"]*)" rel="next"', page(browser.get(url)))
        url = found.group(1).replace("&amp;", "&").split("#")[0] if found else ""
    assert seen == count


def test_reports_elsewhere_are_not_found(signed_in: Callable[..., Client], read: Read) -> None:
    report = read()
    figure = ReportFigure.objects.order_by("position")[0]
    finding = ReportFinding.objects.get()
    other = signed_in("officer", "990102")
    got = [
        other.get(f"/reports/{report.pk}/"),
        other.post(f"/reports/figures/{figure.pk}/", {"act": "accept", "version": 1}),
        other.post(f"/reports/findings/{finding.pk}/", {"state": "confirmed", "version": 1}),
        other.post(f"/reports/{report.pk}/accept-sure/"),
        other.post(f"/reports/{report.pk}/confirm/"),
        other.post(f"/reports/{report.pk}/reopen/"),
    ]
    assert [response.status_code for response in got] == [404] * 6
    assert "共 0 条" in page(other.get("/reports/"))
    assert "共 0 条" in page(other.get("/reports/figures/"))


def test_leader_looks_and_has_no_buttons(signed_in: Callable[..., Client], read: Read) -> None:
    report = read()
    figure = ReportFigure.objects.order_by("position")[0]
    leader = signed_in("leader", "990101")
    text = page(leader.get(f"/reports/{report.pk}/?figure={figure.pk}"))
    assert "/reports/figures/" not in re.findall(r'action="([^"]*)"', text)
    assert 'value="accept"' not in text
    assert leader.post(f"/reports/{report.pk}/confirm/").status_code == 403


# --- taking in


def files(*named: tuple[str, str]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, text.encode()) for name, text in named]


def test_upload_leads_to_the_batch(browser: Client) -> None:
    documents = files(("甲.txt", "新增12家企业。"), ("乙.txt", "新增13家企业。"))
    given = {"documents": documents, "region": "990101", "year": "2024", "genre": "总结"}
    response = browser.post("/reports/upload/", given)
    assert response["Location"] == f"/reports/?batch={Report.objects.order_by('pk')[0].job.pk}"  # type: ignore[union-attr]
    assert "共 2 条" in page(browser.get(response["Location"]))


def test_what_is_refused_is_told_file_by_file(browser: Client) -> None:
    documents = files(("甲.txt", "新增12家企业。"), ("密.txt", "机密★"), ("乙.exe", "x"))
    text = page(browser.post("/reports/upload/", {"documents": documents, "region": "990101"}))
    rows = re.findall(r'<th scope="row">.*?</tr>', text, re.DOTALL)
    assert [re.sub("<[^>]*>", "", row).split("。")[0] for row in rows] == [
        "甲.txt已收下已收下，正在识读",
        "密.txt未收文件带有国家秘密标志（密级加★），没有收下，也没有留存任何内容",
        "乙.exe未收“乙.exe”的类型（.exe）不收",
    ]


MISTAKES = {
    "no file": ({"region": "990101"}, "没有选择文件。请选择一份或多份报告。"),
    "another region": (
        {"region": "990102", "documents": files(("甲.txt", "新增12家。"))},
        "“地区”选的不在可选的里面。请重新选择。",
    ),
    "a strange year": (
        {"region": "990101", "year": "24", "documents": files(("甲.txt", "新增12家。"))},
        "年度填的是24，应在1949至2100之间。",
    ),
}


@pytest.mark.parametrize(("given", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_of_an_upload_are_told(browser: Client, given: dict[str, Any], words: str) -> None:
    assert words in page(browser.post("/reports/upload/", given))
    assert Report.objects.count() == 0


# --- figures across reports


def test_figures_are_filtered(browser: Client, read: Read) -> None:
    report = read()
    read("乙镇2023年新增高新技术企业7家。", name="另一份.txt", year=2023)
    counts = {
        query: re.search(r"共 (\d+) 条", page(browser.get(f"/reports/figures/?{query}"))).group(1)  # type: ignore[union-attr]
        for query in (
            "", "kind=growth", "period=2023", "measure=高新", "decision=taken", "region=990101",
            f"in={report.pk}", "indicator=hnte", "q=另一份", "kind=nothing", "in=99999999999999999",
        )
    }  # fmt: skip
    assert counts == {
        "": "7",
        "kind=growth": "1",
        "period=2023": str(ReportFigure.objects.filter(period__startswith="2023").count()),
        "measure=高新": "3",
        "decision=taken": "0",
        "region=990101": "7",
        f"in={report.pk}": "6",
        "indicator=hnte": str(ReportFigure.objects.filter(indicator="hnte").count()),
        "q=另一份": "1",
        "kind=nothing": "7",
        "in=99999999999999999": "0",
    }


def test_export_keeps_where_each_figure_came_from(
    browser: Client, read: Read, officer: Actor
) -> None:
    report = read()
    figure = ReportFigure.objects.select_related("report__region").get(quote="96家")
    services.accept_figure(officer, figure, 1)
    response = browser.get("/reports/figures/?export=csv&column=quote&decision=accepted")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    row = next(iter(csv.DictReader(io.StringIO(text))))
    assert [
        row[name]
        for name in ("报告", "原文", "数值", "原文位置", "原句", "核对", "核对人", "文件摘要")
    ] == [
        "甲县总结",
        "96家",
        "96",
        f"{figure.start}-{figure.end}",
        "2024年，甲县新增高新技术企业12家，总数达到96家。",
        "已采纳",
        "张三",
        report.digest,
    ]
    assert row["核对时间"]
    line = AuditEvent.objects.order_by("-sequence")[0]
    assert (line.action, line.changes["rows"]) == ("report.export", [None, 1])


def test_workbook_holds_numbers(browser: Client, read: Read) -> None:
    read()
    response = browser.get("/reports/figures/?export=xlsx&kind=growth")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<c r="C2" s="\d+"><v>25</v></c>', sheet)


def test_liaison_does_not_export(signed_in: Callable[..., Client], read: Read) -> None:
    read()
    liaison = signed_in("area_liaison", "990101")
    assert liaison.get("/reports/figures/?export=csv").status_code == 403


def test_matrix_shows_what_was_taken_over_and_where_sources_differ(
    browser: Client, read: Read, officer: Actor
) -> None:
    for name, count in (("一.txt", "96"), ("二.txt", "96"), ("三.txt", "98")):
        read(
            f"截至2024年底，甲县{'　' * len(name)}高新技术企业达到{count}家（{name}）。", name=name
        )
    read("截至2023年底，全县高新技术企业达到80家。", name="四.txt")
    assert "还没有可汇总的数字" in page(browser.get("/reports/matrix/"))
    for figure in ReportFigure.objects.select_related("report__region").filter(indicator="hnte"):
        services.accept_figure(officer, figure, 1)
    text = page(browser.get("/reports/matrix/?indicator=hnte:stock"))
    cells = re.findall(r'<td class="number"><a href="([^"]*)">([^<]*)</a>(.*?)</td>', text)
    assert [words for _url, words, _rest in cells] == ["80 家", "96 家 / 98 家"]
    assert ["不一致" in rest for _url, _words, rest in cells] == [False, True]
    assert "3 份报告" in cells[1][2]
    assert "共 3 条" in page(browser.get(cells[1][0].replace("&amp;", "&")))


# --- what others see of this room


def test_source_opens_for_who_may_see_it(
    read: Read, officer: Actor, actor: Callable[..., Actor]
) -> None:
    report = read()
    figure = ReportFigure.objects.order_by("position")[0]
    source = SourceRef("report_figure", str(figure.pk))
    assert open_source(officer, source) == (
        f"/reports/{report.pk}/?figure={figure.pk}#figure-{figure.pk}"
    )
    assert open_source(actor("officer", "990102"), source) is None
    assert open_source(officer, SourceRef("report_figure", "no number")) is None


def test_morning_and_search_know_reports(
    read: Read, officer: Actor, actor: Callable[..., Actor]
) -> None:
    report = read()
    morning = morning_items.find("report_morning")
    search = search_sources.find("reports")
    assert morning is not None
    assert search is not None
    assert [(item.text, item.count, item.url) for item in morning.items(officer)] == [
        ("报告待核对", 1, "/reports/?state=review")
    ]
    assert [hit.url for hit in search.find(officer, "总结", 5)] == [f"/reports/{report.pk}/"]
    other = actor("officer", "990102")
    assert (list(morning.items(other)), list(search.find(other, "总结", 5))) == ([], [])


# --- long reports


def long_text(sections: int) -> str:
    line = "全县新增高新技术企业{0}家，总数达到{1}家，增长{2}%，投入研发经费{3}万元。"
    return "\n".join(line.format(n + 3, n + 90, n % 40 + 1, n + 500) for n in range(sections))


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = client.get(url)
        assert response.status_code == 200
    return len(caught)


PAGES = (
    "/reports/",
    "/reports/figures/",
    "/reports/{report}/",
    "/reports/{report}/?figure={figure}",
)


@pytest.mark.parametrize("address", PAGES)
def test_queries_do_not_grow(browser: Client, read: Read, address: str) -> None:
    counts = []
    for sections in (2, 400):
        report = read(long_text(sections), name=f"{sections}.txt")
        figure = report.figures.order_by("position")[1]  # type: ignore[attr-defined]
        url = address.format(report=report.pk, figure=figure.pk)
        browser.get(url)
        counts.append(queries_of(browser, url))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_long_report_is_shown_in_parts_of_bounded_weight(browser: Client, read: Read) -> None:
    report = read(long_text(800))
    assert ReportFigure.objects.count() == 3200
    first = page(browser.get(f"/reports/{report.pk}/"))
    last = ReportFigure.objects.order_by("-position")[0]
    text = page(browser.get(f"/reports/{report.pk}/?figure={last.pk}"))
    assert max(len(first.encode()), len(text.encode())) < 60_000
    assert f'id="figure-{last.pk}"' in text
    assert f'id="figure-{last.pk}"' not in first


def test_figure_on_another_part_loads_the_page(browser: Client, read: Read) -> None:
    report = read(long_text(100))
    spans = list(report.figures.order_by("start").values_list("start", "end"))  # type: ignore[attr-defined]
    edge = cut(report.text, spans)[0].end
    last = report.figures.filter(start__lt=edge).order_by("-position")[0]  # type: ignore[attr-defined]
    following = report.figures.get(position=last.position + 1)  # type: ignore[attr-defined]
    response = decide(browser, last, act="accept", htmx=True)
    assert response["HX-Redirect"] == (
        f"/reports/{report.pk}/?figure={following.pk}#figure-{following.pk}"
    )


TEXTS = {
    "nothing": ("", []),
    "one line": ("一行", [(0, 1)]),
    "many lines": ("\n".join(["字" * 90] * 200), [(n, n + 3) for n in range(0, 18_000, 45)]),
    "no end of a sentence": ("字" * 30_000, [(3_998, 4_010)]),
    "one line of sentences": ("字字。" * 9_000, [(n, n + 2) for n in range(0, 27_000, 9)]),
    "figure over the end of a line": ("字" * 3_999 + "\n" + "字" * 3_999, [(3_990, 4_010)]),
}


@pytest.mark.parametrize(("text", "spans"), TEXTS.values(), ids=TEXTS)
def test_parts_cover_the_text_and_cut_no_figure(text: str, spans: list[tuple[int, int]]) -> None:
    parts = cut(text, spans)
    assert "".join(text[part.start : part.end] for part in parts) == text
    edges = {part.end for part in parts[:-1]}
    assert not any(start < edge < end for start, end in spans for edge in edges)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert LINE.findall("a\nb") == ["a\n", "b", ""]
