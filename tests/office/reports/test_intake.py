"""Reports come in whole, once, where the actor may, and are read by a job."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent, Job, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.regions.models import Region
from kechuang.office.reports import queries, readings, tasks
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.services import Incoming, read_folder, upload_reports
from kechuang.reading import read_text
from kechuang.reading.documents import load_about
from kechuang.reading.documents.about import AboutTable
from kechuang.reading.model import About

EXAMPLES = Path(__file__).parents[3] / "examples" / "reports"


def incoming(name: str, text: str) -> Incoming:
    return Incoming(name, io.BytesIO(text.encode()))


def county() -> Region:
    return Region.objects.get(code="990101")


@pytest.mark.both_databases
def test_report_is_read_as_the_engine_reads_it(read: Callable[..., Report]) -> None:
    report = read()
    about = About("示例省示例市甲县", 2024, "工作总结")
    expected = read_text(report.text, doc="甲县总结", about=about).figures
    rows = report.figures.order_by("position")  # type: ignore[attr-defined]
    assert [
        (row.quote, row.start, row.end, row.value, row.kind, row.measure, row.period, row.sentence)
        for row in rows
    ] == [
        (each.quote, each.start, each.end, each.value, each.kind, each.measure or "",
         each.period or "", each.sentence)
        for each in expected
    ]  # fmt: skip
    assert all(report.text[row.start : row.end] == row.quote for row in rows)
    assert (report.state, report.name, report.region_text) == (
        "review",
        "甲县总结",
        "示例省示例市甲县",
    )


@pytest.mark.both_databases
def test_findings_come_with_their_figures(read: Callable[..., Report]) -> None:
    report = read()
    finding = ReportFinding.objects.get(report=report)
    assert finding.check_name == "growth_against_levels"
    assert [figure.quote for figure in finding.figures.order_by("position")] == [
        "10.5亿元",
        "12.6亿元",
        "25%",
    ]


def test_each_file_has_its_outcome_and_the_others_go_on(officer: Actor) -> None:
    files = [
        incoming("甲.txt", "甲县新增高新技术企业12家。"),
        incoming("空.txt", ""),
        incoming("密.txt", "秘密★\n正文"),
        incoming("乙.exe", "正文"),
        incoming("再来一次.txt", "甲县新增高新技术企业12家。"),
        incoming("丙.txt", "甲县新增高新技术企业13家。"),
    ]
    outcomes, job = upload_reports(officer, files, county())
    assert [each.code for each in outcomes] == [
        "taken",
        "empty",
        "classified",
        "extension",
        "known",
        "taken",
    ]
    assert all(each.sentence.endswith("。") for each in outcomes)
    assert job is not None
    assert Job.objects.count() == 1
    assert job.arguments == {"reports": [outcomes[0].report.pk, outcomes[5].report.pk]}  # type: ignore[union-attr]
    assert StoredFile.objects.count() == 2


def test_refused_file_leaves_a_line_and_nothing_else(officer: Actor) -> None:
    outcomes, job = upload_reports(officer, [incoming("密.txt", "机密★\n正文")], county())
    assert (job, Report.objects.count(), StoredFile.objects.count()) == (None, 0, 0)
    line = AuditEvent.objects.get()
    assert (line.action, line.outcome, line.reason) == ("upload.refused", "refused", "classified")
    assert outcomes[0].report is None


def test_same_report_is_read_for_another_region(actor: Callable[..., Actor]) -> None:
    city = actor("officer", "990100")
    for code in ("990101", "990102"):
        region = Region.objects.get(code=code)
        outcomes, _job = upload_reports(city, [incoming("甲.txt", "新增12家企业。")], region)
        assert outcomes[0].code == "taken"


WHO = {
    "officer of the county": ("officer", "990101", True),
    "officer of the city": ("officer", "990100", True),
    "officer of another county": ("officer", "990102", False),
    "liaison of the area": ("area_liaison", "990101", True),
    "leader": ("leader", "990101", False),
    "expert": ("expert", "990101", False),
}


@pytest.mark.parametrize(("role", "place", "may"), WHO.values(), ids=WHO)
def test_reports_come_in_where_the_actor_may(
    actor: Callable[..., Actor], role: str, place: str, may: bool
) -> None:
    someone = actor(role, place)
    files = [incoming("甲.txt", "新增12家企业。")]
    if may:
        assert upload_reports(someone, files, county())[0][0].taken
    else:
        with pytest.raises(Refusal):
            upload_reports(someone, files, county())
        assert Report.objects.count() == 0


def test_one_too_many_bytes_together_are_refused_and_the_rest_kept(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kechuang.office.reports.services.intake.MOST_TOGETHER", 39)
    files = [incoming("甲.txt", "新增12家企业。"), incoming("乙.txt", "新增13家企业。")]
    outcomes, _job = upload_reports(officer, files, county())
    assert [each.code for each in outcomes] == ["taken", "too_much"]


def test_report_that_cannot_be_read_says_why_and_the_next_is_read(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [incoming("坏.txt", "新增12家企业。"), incoming("好.txt", "新增13家企业。")]
    upload_reports(officer, files, county())
    real = readings.read_report

    def stumble(report: Report) -> readings.Read:
        if report.name == "坏":
            raise ZeroDivisionError
        return real(report)

    monkeypatch.setattr(tasks, "read_report", stumble)
    run_waiting_jobs()
    states = dict(Report.objects.values_list("name", "state"))
    assert states == {"坏": "failed", "好": "review"}
    assert Report.objects.get(name="坏").error.endswith("重新执行任务。")
    assert Job.objects.get().result == {"read": 1, "failed": 1}


def test_lost_file_is_told(officer: Actor, tmp_path: Path) -> None:
    upload_reports(officer, [incoming("甲.txt", "新增12家企业。")], county())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.unlink()
    run_waiting_jobs()
    assert Report.objects.get().error.endswith("请联系系统管理员从备份恢复。")


def test_killed_in_the_middle_leaves_no_half_report(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit ends between figures and findings: nothing of it stays, the next run is whole."""
    text = "技术合同成交额由10.5亿元增长到12.6亿元，增长25%。"
    upload_reports(officer, [incoming("甲.txt", text)], county())

    class Killed(BaseException):
        pass

    def kill(*arguments: object, **more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ReportFinding.objects, "bulk_create", kill)
        with pytest.raises(Killed):
            run_waiting_jobs()
    assert (ReportFigure.objects.count(), Report.objects.get().state) == (0, "waiting")
    Job.objects.update(state=Job.State.WAITING, worker="", lease_until=None)
    run_waiting_jobs()
    assert (ReportFigure.objects.count(), ReportFinding.objects.count()) == (3, 1)
    assert Report.objects.get().state == "review"


def test_report_that_was_read_is_not_read_again(read: Callable[..., Report]) -> None:
    report = read()
    keys = set(ReportFigure.objects.values_list("pk", flat=True))
    Job.objects.update(state=Job.State.WAITING, checkpoint={}, worker="", lease_until=None)
    run_waiting_jobs()
    assert set(ReportFigure.objects.values_list("pk", flat=True)) == keys
    assert Job.objects.get(pk=report.job.pk).result == {"read": 0, "failed": 0}  # type: ignore[union-attr]


def test_reading_leaves_its_line(read: Callable[..., Report]) -> None:
    report = read()
    actions = AuditEvent.objects.filter(subject_kind="report", subject_key=str(report.pk))
    assert list(actions.order_by("sequence").values_list("action", flat=True)) == [
        "report.upload",
        "report.read",
    ]


SUBJECTS = {
    "nobody named": ("", "990100"),
    "itself": ("示例市", "990100"),
    "a county below": ("甲县", "990101"),
    "its short name": ("乙", "990102"),
    "a former name": ("旧甲县", "990101"),
    "a place elsewhere": ("丙区", None),
    "a school": ("示例大学", None),
}


@pytest.mark.parametrize(("subject", "code"), SUBJECTS.values(), ids=SUBJECTS)
def test_figure_knows_which_region_it_describes(
    city: Region, subject: str, code: str | None
) -> None:
    Region.objects.filter(code="990101").update(former_names=["旧甲县"])
    report = Report(region=city, region_text="示例省示例市")
    place = readings.Gazetteer(report).place(subject)
    assert (place.code if place else None) == code


def test_folder_is_read_with_its_table(city: Region) -> None:
    found = read_folder(SYSTEM, EXAMPLES, load_about(EXAMPLES / "about.csv"))
    run_waiting_jobs()
    assert found.count("taken") == len(found.outcomes) == 27
    assert "示例省示例市丙区" in found.unknown_regions
    assert found.skipped == ("about.csv：不是报告格式（.csv）",)
    report = Report.objects.get(name="01-jia-county-2024")
    assert (report.region.code, report.year, report.genre) == ("990101", 2024, "县科技工作报告")
    other = Report.objects.get(name="08-bing-district-qa-2025")
    assert (other.region.code, other.region_text) == ("990100", "示例省示例市丙区")
    totals = queries.totals(SYSTEM)
    assert (totals.reports, totals.figures) == (27, ReportFigure.objects.count())
    again = read_folder(SYSTEM, EXAMPLES, AboutTable())
    assert again.count("known") > 0


def test_report_of_a_region_that_is_not_ours_says_nothing_of_the_root(
    city: Region, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "丙.txt").write_text("全区新增高新技术企业12家。", encoding="utf-8")
    read_folder(SYSTEM, folder, AboutTable({"丙.txt": About("示例省示例市丙区", 2024)}))
    run_waiting_jobs()
    assert ReportFigure.objects.get().place is None


def test_text_that_no_database_keeps_is_mended() -> None:
    assert readings.UNKEPT.sub("\ufffd", "a\x00b\ud800c") == "a\ufffdb\ufffdc"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_same_file_from_two_at_once_is_taken_in_once(officer: Actor) -> None:
    ready = threading.Barrier(2)

    def take(name: str) -> str:
        try:
            ready.wait(timeout=10)
            outcomes, _job = upload_reports(officer, [incoming(name, "新增12家。")], county())
            return outcomes[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, ("甲.txt", "乙.txt"))) == ["known", "taken"]
    assert Report.objects.count() == 1
