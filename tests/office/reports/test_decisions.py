"""Decisions on figures and findings: who, when, from what to what, and nothing overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from django.db import connection

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.reports import queries, services
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.readings import kept_value
from kechuang.office.reports.services import Conflict, Meaning
from kechuang.office.reports.services.decisions import MEANING, spans

Read = Callable[..., Report]


def figure(report: Report, quote: str) -> ReportFigure:
    return ReportFigure.objects.select_related("report__region").get(report=report, quote=quote)


def meaning(of: ReportFigure, **changes: object) -> Meaning:
    return replace(Meaning(**{name: getattr(of, name) for name in MEANING}), **changes)  # type: ignore[arg-type]


def last_line() -> AuditEvent:
    found = AuditEvent.objects.order_by("-sequence").first()
    assert found is not None
    return found


@pytest.mark.both_databases
def test_accepted_figure_keeps_who_and_when(read: Read, reviewer: Actor) -> None:
    stands = figure(read(), "96家")
    done = services.accept_figure(reviewer, stands, 1)
    stands.refresh_from_db()
    assert (stands.decision, stands.decided_by, stands.decided_name, stands.version) == (
        "accepted",
        reviewer.code,
        "李四",
        2,
    )
    assert stands.decided_at == done.decided_at
    line = last_line()
    assert (line.action, line.subject_kind, line.subject_key, line.changes) == (
        "report_figure.accept",
        "report_figure",
        str(stands.pk),
        {"decision": ["proposed", "accepted"]},
    )


@pytest.mark.both_databases
def test_corrected_figure_keeps_what_the_engine_read(read: Read, officer: Actor) -> None:
    stands = figure(read(), "96家")
    given = meaning(stands, value=Decimal("97"), measure="高企总数")
    services.correct_figure(officer, stands, 1, given, "核对了名单")
    stands.refresh_from_db()
    assert (stands.decision, stands.value, stands.measure, stands.note) == (
        "corrected",
        Decimal(97),
        "高企总数",
        "核对了名单",
    )
    assert (stands.proposed["value"], stands.proposed["kind"]) == ("96", "stock")
    assert last_line().changes == {
        "decision": ["proposed", "corrected"],
        "value": ["96", "97"],
        "measure": [stands.proposed["measure"], "高企总数"],
    }


def test_second_correction_keeps_the_first_reading(read: Read, officer: Actor) -> None:
    stands = figure(read(), "96家")
    services.correct_figure(officer, stands, 1, meaning(stands, value=Decimal(97)))
    services.correct_figure(officer, stands, 2, meaning(stands, value=Decimal(98)))
    stands.refresh_from_db()
    assert (stands.value, stands.proposed["value"]) == (Decimal(98), "96")


def test_correction_of_the_subject_moves_the_figure_to_its_region(
    read: Read, officer: Actor
) -> None:
    stands = figure(read(), "96家")
    services.correct_figure(officer, stands, 1, meaning(stands, subject="某公司"))
    stands.refresh_from_db()
    assert stands.place is None


def test_rejected_figure_keeps_the_reason(read: Read, officer: Actor) -> None:
    stands = figure(read(), "35场次")
    services.reject_figure(officer, stands, 1, "不是要采集的数字")
    stands.refresh_from_db()
    assert (stands.decision, stands.note, last_line().reason) == (
        "rejected",
        "不是要采集的数字",
        "不是要采集的数字",
    )


@pytest.mark.both_databases
def test_decision_taken_back_gives_the_reading_again(read: Read, officer: Actor) -> None:
    stands = figure(read(), "12.6亿元")
    before = asdict(meaning(stands))
    services.correct_figure(
        officer, stands, 1, meaning(stands, value=Decimal("0.5"), value_max=Decimal(1), period="")
    )
    services.reopen_figure(officer, stands, 2)
    stands.refresh_from_db()
    assert (asdict(meaning(stands)), stands.decision, stands.proposed) == (before, "proposed", {})


def act(name: str, actor: Actor, stands: ReportFigure) -> None:
    match name:
        case "accept":
            services.accept_figure(actor, stands, stands.version)
        case "correct":
            services.correct_figure(actor, stands, stands.version, meaning(stands))
        case "reject":
            services.reject_figure(actor, stands, stands.version, "")
        case _:
            services.reopen_figure(actor, stands, stands.version)


ACTS = ("accept", "correct", "reject", "reopen")


@pytest.mark.parametrize("name", ACTS)
def test_second_of_two_people_is_told_and_overwrites_nothing(
    read: Read, officer: Actor, reviewer: Actor, name: str
) -> None:
    seen_by_both = figure(read(), "96家")
    services.reject_figure(reviewer, figure(seen_by_both.report, "96家"), 1, "重复")
    lines = AuditEvent.objects.count()
    with pytest.raises(Conflict) as caught:
        act(name, officer, seen_by_both)
    assert str(caught.value).startswith("李四在")
    assert "“已剔除”" in str(caught.value)
    seen_by_both.refresh_from_db()
    assert (seen_by_both.decision, seen_by_both.note, seen_by_both.version) == (
        "rejected",
        "重复",
        2,
    )
    assert AuditEvent.objects.count() == lines


@pytest.mark.parametrize("name", ACTS)
def test_confirmed_report_does_not_change(read: Read, officer: Actor, name: str) -> None:
    report = read("甲县2024年新增高新技术企业12家。")
    services.accept_figure(officer, figure(report, "12家"), 1)
    services.confirm_report(officer, report)
    with pytest.raises(Conflict) as caught:
        act(name, officer, figure(report, "12家"))
    assert "请先重开报告" in str(caught.value)


@pytest.mark.parametrize("name", ACTS)
def test_decisions_are_for_the_bureau_of_the_region(
    read: Read, actor: Callable[..., Actor], name: str
) -> None:
    stands = figure(read(), "96家")
    for someone in (actor("officer", "990102"), actor("leader", "990101"), actor("expert")):
        with pytest.raises(Refusal):
            act(name, someone, stands)
    stands.refresh_from_db()
    assert stands.version == 1


def test_number_too_large_to_keep_is_not_accepted(read: Read, officer: Actor) -> None:
    stands = figure(read(), "96家")
    ReportFigure.objects.filter(pk=stands.pk).update(value=None)
    with pytest.raises(Conflict):
        services.accept_figure(officer, stands, 1)


LARGE = {
    "as large as fits": (Decimal("9e25"), Decimal("9e25")),
    "too large": (Decimal("1e26"), None),
    "too small a fall": (Decimal("-1e26"), None),
    "endless": (Decimal("Infinity"), None),
    "many decimals": (Decimal(2) / 3, Decimal("0.666666666667")),
}


@pytest.mark.parametrize(("value", "kept"), LARGE.values(), ids=LARGE)
def test_numbers_are_kept_as_far_as_the_column_goes(value: Decimal, kept: Decimal | None) -> None:
    assert kept_value(value) == kept


@pytest.mark.both_databases
def test_sure_figures_without_findings_are_accepted_together(read: Read, officer: Actor) -> None:
    report = read()
    sure = set(queries.sure_figures(report).values_list("quote", flat=True))
    doubted = set(
        ReportFigure.objects.filter(findings__isnull=False).values_list("quote", flat=True)
    )
    assert (doubted, bool(sure), sure & doubted) == ({"10.5亿元", "12.6亿元", "25%"}, True, set())
    count = services.accept_sure(officer, report)
    accepted = ReportFigure.objects.filter(decision="accepted")
    assert (count, set(accepted.values_list("quote", flat=True))) == (len(sure), sure)
    assert {each.confidence >= queries.SURE for each in accepted} == {True}
    assert last_line().changes["accepted"] == [0, count]
    assert services.accept_sure(officer, report) == 0


def test_dismissed_finding_no_longer_holds_its_figures_back(read: Read, officer: Actor) -> None:
    report = read()
    before = queries.sure_figures(report).count()
    finding = ReportFinding.objects.select_related("report__region").get()
    services.decide_finding(officer, finding, 1, "dismissed", "以统计局为准")
    finding.refresh_from_db()
    assert (finding.state, finding.decided_name, finding.version) == ("dismissed", "张三", 2)
    assert queries.sure_figures(report).count() > before
    assert last_line().changes == {"state": ["open", "dismissed"]}


def test_second_to_decide_on_a_finding_is_told(read: Read, officer: Actor, reviewer: Actor) -> None:
    read()
    finding = ReportFinding.objects.select_related("report__region").get()
    services.decide_finding(reviewer, finding, 1, "confirmed")
    with pytest.raises(Conflict):
        services.decide_finding(officer, finding, 1, "dismissed")
    finding.refresh_from_db()
    assert finding.state == "confirmed"


@pytest.mark.both_databases
def test_report_is_confirmed_when_nothing_waits(read: Read, officer: Actor) -> None:
    report = read("甲县2024年新增高新技术企业12家，总数达到96家。")
    services.accept_figure(officer, figure(report, "12家"), 1)
    with pytest.raises(Conflict) as caught:
        services.confirm_report(officer, report)
    assert str(caught.value) == "还有1个数字没有核对，不能确认。请先采纳、更正或剔除。"
    services.reject_figure(officer, figure(report, "96家"), 1, "")
    services.confirm_report(officer, report)
    report.refresh_from_db()
    assert (report.state, report.confirmed_name) == ("confirmed", "张三")
    services.reopen_report(officer, report, "补充核对")
    report.refresh_from_db()
    assert (report.state, report.confirmed_by, last_line().reason) == ("review", "", "补充核对")
    services.reopen_figure(officer, figure(report, "12家"), 2)


def test_report_that_is_open_is_not_reopened(read: Read, officer: Actor) -> None:
    with pytest.raises(Conflict):
        services.reopen_report(officer, read())


SPANS = {"none": ([], ""), "one": ([4], "4"), "row": ([1, 2, 3], "1-3"), "two": ([1, 3], "1,3")}


@pytest.mark.parametrize(("positions", "told"), SPANS.values(), ids=SPANS)
def test_positions_are_told_shortly(positions: list[int], told: str) -> None:
    assert spans(positions) == told


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_decides(read: Read, officer: Actor, reviewer: Actor) -> None:
    stands = figure(read(), "96家")
    ready = threading.Barrier(2)

    def decide(name: str, someone: Actor) -> str:
        try:
            ready.wait(timeout=10)
            act(name, someone, stands)
        except Conflict as conflict:
            return str(conflict)
        finally:
            connection.close()
        return name

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, ("accept", "reject"), (officer, reviewer)), key=len)
    stands.refresh_from_db()
    decision = {"accept": "accepted", "reject": "rejected"}[told[0]]
    assert (stands.decision, stands.version) == (decision, 2)
    assert "先作了处理" in told[1]
    assert AuditEvent.objects.filter(subject_kind="report_figure").count() == 1
