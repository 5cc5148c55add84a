"""What a person decides on a figure or a finding, and how a report is confirmed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.showing import figures as spoken
from kechuang.office.ground.slots import SourceRef
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.queries import open_figures, sure_figures
from kechuang.office.reports.readings import Gazetteer, kept_value
from kechuang.office.reports.services.keeping import place_of

MEANING: Final = (
    "value", "value_max", "unit", "bound", "kind", "measure", "subject", "period", "indicator",
)  # fmt: skip
Decision = ReportFigure.Decision


class Conflict(Exception):  # noqa: N818 - an answer to an act that came too late
    """Somebody else was there first, or the report is closed; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure says, as a person corrects it."""

    value: Decimal | None
    value_max: Decimal | None
    unit: str
    bound: str
    kind: str
    measure: str
    subject: str
    period: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to a figure: its name in the trail, the decision, and why."""

    code: str
    decision: str
    note: str = ""


def accept_figure(actor: Actor, figure: ReportFigure, version: int) -> ReportFigure:
    """Take a figure over as it was read."""
    with _deciding(actor, figure, version) as (report, found):
        before = _plain(found)
        _restore(report, found)
        if found.value is None:
            raise Conflict(_("这个数太大，读不出可用的数值。请更正后再采纳，或剔除。"))
        _settle(actor, report, found, before, Act("accept", Decision.ACCEPTED))
    return found


def correct_figure(
    actor: Actor, figure: ReportFigure, version: int, meaning: Meaning, note: str = ""
) -> ReportFigure:
    """Take a figure over with another meaning; what the engine read is kept beside it."""
    with _deciding(actor, figure, version) as (report, found):
        before = _plain(found)
        found.proposed = found.proposed or {name: before[name] for name in MEANING}
        for name, value in asdict(meaning).items():
            setattr(found, name, value)
        found.value, found.value_max = kept_value(meaning.value), kept_value(meaning.value_max)
        if found.value is None:
            raise Conflict(_("数值大得无法保存。请换一个单位，或剔除这个数字。"))
        found.place = Gazetteer(report).place(found.subject)
        _settle(actor, report, found, before, Act("correct", Decision.CORRECTED, note))
    return found


def reject_figure(actor: Actor, figure: ReportFigure, version: int, reason: str) -> ReportFigure:
    """Leave a figure out; the reason is kept."""
    with _deciding(actor, figure, version) as (report, found):
        act = Act("reject", Decision.REJECTED, reason)
        _settle(actor, report, found, _plain(found), act)
    return found


def reopen_figure(actor: Actor, figure: ReportFigure, version: int) -> ReportFigure:
    """Take a decision back: the figure stands as it was read and waits again."""
    with _deciding(actor, figure, version) as (report, found):
        before = _plain(found)
        _restore(report, found)
        _settle(actor, report, found, before, Act("reopen", Decision.PROPOSED))
    return found


def accept_sure(actor: Actor, report: Report) -> int:
    """Take over every figure that the engine is sure of and no check speaks against."""
    with acting(actor, "report.review", place_of(report)):
        _open_report(report)
        found = list(sure_figures(report).order_by("position").values_list("pk", "position"))
        taken = 0
        for start in range(0, len(found), 500):
            keys = [key for key, _position in found[start : start + 500]]
            taken += ReportFigure.objects.filter(pk__in=keys, decision=Decision.PROPOSED).update(
                decision=Decision.ACCEPTED, version=F("version") + 1, note="", **_who(actor)
            )
        if taken:
            changes: audit.Changes = {
                "accepted": (0, taken),
                "positions": (None, spans([position for _key, position in found])),
            }
            audit.record(actor, _line("report_figure.accept_sure", report, changes))
    return taken


def decide_finding(
    actor: Actor, finding: ReportFinding, version: int, state: str, note: str = ""
) -> ReportFinding:
    """Say of a finding that it holds, that it does not, or that it is open again."""
    with acting(actor, "report.review", place_of(finding.report)):
        report = _open_report(finding.report)
        found = ReportFinding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if found.version != version:
            raise Conflict(
                _late(
                    found.decided_name,
                    found.decided_at,
                    str(ReportFinding.State(found.state).label),
                )
            )
        before = found.state
        found.state, found.note, found.version = state, note[:300], version + 1
        for name, value in _who(actor).items():
            setattr(found, name, value)
        found.save(
            update_fields=["state", "note", "version", "decided_by", "decided_name", "decided_at"]
        )
        line = audit.Line(
            "report_finding.decide",
            SourceRef("report_finding", str(found.pk)),
            f"{report.name}：{found.message}",
            place_of(report),
            {"state": (before, found.state)},
            reason=note,
        )
        audit.record(actor, line)
    return found


def confirm_report(actor: Actor, report: Report) -> Report:
    """Close the review; refused while a figure waits for a decision."""
    with acting(actor, "report.review", place_of(report)):
        found = _open_report(report)
        left = open_figures(found).count()
        if left:
            raise Conflict(
                _("还有%(count)d个数字没有核对，不能确认。请先采纳、更正或剔除。") % {"count": left}
            )
        _move(actor, found, Report.State.CONFIRMED, "report.confirm")
    return found


def reopen_report(actor: Actor, report: Report, reason: str = "") -> Report:
    """Open a confirmed report again, so that its figures may be changed."""
    with acting(actor, "report.review", place_of(report)):
        found = _locked(report)
        if found.state != Report.State.CONFIRMED:
            raise Conflict(_("报告没有确认过，不需要重开。请刷新页面后再看。"))
        _move(actor, found, Report.State.REVIEW, "report.reopen", reason)
    return found


def spans(positions: Iterable[int]) -> str:
    """Positions as short as they can be told.

    >>> spans([1, 2, 3, 7, 9, 10])
    '1-3,7,9-10'
    """
    told: list[list[int]] = []
    for position in positions:
        if told and told[-1][1] == position - 1:
            told[-1][1] = position
        else:
            told.append([position, position])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in told)


@contextmanager
def _deciding(
    actor: Actor, figure: ReportFigure, version: int
) -> Generator[tuple[Report, ReportFigure]]:
    """The frame of a decision on a figure: the permission, the report locked and open, the figure.

    Raises `Conflict` where somebody else decided on it meanwhile.
    """
    with acting(actor, "report.review", place_of(figure.report)):
        report = _open_report(figure.report)
        found = ReportFigure.objects.select_for_update(of=("self",)).get(pk=figure.pk)
        if found.version != version:
            state = str(Decision(found.decision).label)
            raise Conflict(_late(found.decided_name, found.decided_at, state))
        yield report, found


def _locked(report: Report) -> Report:
    """The report as it is now; others who would decide wait until this transaction ends."""
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("region")
        .defer("text")
        .get(pk=report.pk)
    )


def _open_report(report: Report) -> Report:
    found = _locked(report)
    if found.state == Report.State.CONFIRMED:
        raise Conflict(
            _("报告已由%(name)s确认，数字不再改动。确需修改，请先重开报告。")
            % {"name": found.confirmed_name}
        )
    if found.state != Report.State.REVIEW:
        raise Conflict(_("报告还没有识读完。请在任务页查看进度，完成后再核对。"))
    return found


def _late(name: str, at: datetime | None, state: str) -> str:
    told = {"name": name, "state": state, "at": f"{timezone.localtime(at):%H:%M}" if at else ""}
    return (
        _("%(name)s在%(at)s先作了处理，现为“%(state)s”；您的操作没有保存。请看现在的结果，再决定。")
        % told
    )


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "decided_by": actor.code,
        "decided_name": actor.name,
        "decided_at": timezone.now(),
    }


def _restore(report: Report, figure: ReportFigure) -> None:
    """Put back what the engine read."""
    for name, value in figure.proposed.items():
        if name in {"value", "value_max"} and value is not None:
            setattr(figure, name, Decimal(value))
        else:
            setattr(figure, name, value)
    if figure.proposed:
        figure.proposed, figure.place = {}, Gazetteer(report).place(figure.subject)


def _settle(
    actor: Actor,
    report: Report,
    figure: ReportFigure,
    before: Mapping[str, Plain],
    act: Act,
) -> None:
    """Keep a decision with who and when, and write it into the trail."""
    figure.decision, figure.note, figure.version = act.decision, act.note[:300], figure.version + 1
    for name, value in _who(actor).items():
        setattr(figure, name, value)
    figure.save(
        update_fields=[
            "decision", "note", "version", "decided_by", "decided_name", "decided_at",
            "proposed", "place", *MEANING,
        ]
    )  # fmt: skip
    line = audit.Line(
        f"report_figure.{act.code}",
        SourceRef("report_figure", str(figure.pk)),
        f"{report.name}：{figure.quote}",
        place_of(report),
        audit.changes_between(before, _plain(figure)),
        reason=act.note,
    )
    audit.record(actor, line)


def _move(actor: Actor, report: Report, state: str, action: str, reason: str = "") -> None:
    before = report.state
    closed = state == Report.State.CONFIRMED
    report.state = state
    report.confirmed_by = actor.code if closed else ""
    report.confirmed_name = actor.name if closed else ""
    report.confirmed_at = timezone.now() if closed else None
    report.save(update_fields=["state", "confirmed_by", "confirmed_name", "confirmed_at"])
    line = _line(action, report, {"state": (before, state)}, reason)
    audit.record(actor, line)


def _plain(figure: ReportFigure) -> dict[str, Plain]:
    """The decision and the meaning of a figure as plain values, the numbers exact."""
    values: dict[str, Plain] = {"decision": figure.decision}
    for name in MEANING:
        value = getattr(figure, name)
        if isinstance(value, Decimal):
            value = spoken(value).replace(",", "")
        values[name] = value
    return values


def _line(action: str, report: Report, changes: audit.Changes, reason: str = "") -> audit.Line:
    subject = SourceRef("report", str(report.pk))
    return audit.Line(action, subject, report.name, place_of(report), changes, reason=reason)
