"""Pages of batches: the list, the board, opening, deadlines, stages, documents, programmes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.filings.forms.batches import (
    BatchForm,
    CloseForm,
    DeadlinesForm,
    NewStageForm,
    NoticeForm,
    PaperForm,
    ProgrammeForm,
    StageForm,
    notice_of,
)
from kechuang.office.filings.lists.batches import BATCHES
from kechuang.office.filings.models import Batch, BatchDocument, BatchStage, Cause
from kechuang.office.filings.practice import setting
from kechuang.office.filings.queries import batches as queries
from kechuang.office.filings.queries import figures, filings
from kechuang.office.filings.queries.figures import NAMES, Figures, list_address
from kechuang.office.filings.services import batches as services
from kechuang.office.filings.telling import CHANGE, EXPORT, ISSUE, OPEN, place_of_batch
from kechuang.office.filings.views.shared import board_of, own, seen
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import State
from kechuang.office.ground.showing import figures as number
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry import pages
from kechuang.office.registry.forms.records import ReachForm
from kechuang.office.registry.queries.qualifications import level_word, title_word

LATE_SHOWN = 10


def batch_list(request: HttpRequest) -> HttpResponseBase:
    """All batches in reach."""
    actor = pages.actor_of(request)
    acts = []
    if actor.reach(OPEN):
        acts.append(pages.Act(_("开批次"), reverse("filings:batch_create")))
    if actor.reach(CHANGE):
        acts.append(pages.Act(_("催办"), reverse("filings:chase")))
    acts.append(pages.Act(_("存量与净增"), reverse("filings:stock")))
    if actor.reach(OPEN):
        acts.append(pages.Act(_("自设项目"), reverse("filings:programmes")))
    return list_page(request, BATCHES, "registry/records.html", acts=acts)


def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of a batch: how many at each stage, who is late, deadlines, figures."""
    actor, found = pages.actor_of(request), seen(request, pk)
    today = timezone.localdate()
    stages = queries.stages_of(found)
    late = filings.standing_is(filings.visible(actor).filter(batch=found), "late")
    compared = figures.comparison(actor, found, today)
    now = compared[0] if compared else figures.figures(actor, found, today)
    subject = SourceRef("batch", str(found.pk))
    context = {
        "batch": found,
        "state": State("done", _("已办结")) if found.closed_on else None,
        "acts": list(_acts(actor, found)),
        "more": list(_more(actor, found)),
        "facts": _facts(found),
        "columns": figures.board(actor, found, stages, today),
        "deadlines": [(name, day, _left(day, today)) for name, day in _deadlines(found)],
        "figures": list(_rows(now, compared[1] if compared else None)),
        "previous": found.previous,
        "causes": [
            (Cause(code).label, count, list_address(found, cause=code))
            for code, count in now.causes.items()
        ],
        "late": list(late.order_by("next_due", "pk")[:LATE_SHOWN]),
        "late_url": list_address(found, standing="late"),
        "all_url": list_address(found),
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "filings/board.html", context)


def _acts(actor: Actor, found: Batch) -> Iterator[pages.Act]:
    if actor.reach(CHANGE) and not found.closed_on:
        yield pages.Act(_("加入企业"), reverse("filings:firms_add", args=[found.pk]))
    if actor.reach(ISSUE) and not found.closed_on:
        yield pages.Act(_("登记证书"), reverse("filings:certificates", args=[found.pk]))
    if actor.reach(EXPORT):
        yield pages.Act(_("推荐函和汇总表"), reverse("filings:letter", args=[found.pk]))


def _more(actor: Actor, found: Batch) -> Iterator[pages.Act]:
    if not actor.reaches(OPEN, place_of_batch(found)):
        return
    if found.closed_on:
        yield pages.Act(_("重新打开"), reverse("filings:batch_reopen", args=[found.pk]))
    else:
        for route, name in (
            ("batch_deadlines", _("截止日期")), ("batch_stages", _("阶段和材料")),
            ("batch_change", _("修改")), ("batch_close", _("办结")),
        ):  # fmt: skip
            yield pages.Act(name, reverse(f"filings:{route}", args=[found.pk]))
    yield pages.Act(_("照此开下一年"), reverse("filings:batch_again", args=[found.pk]))


def _facts(found: Batch) -> list[tuple[str, object]]:
    title = title_word(found.title) if found.title else ""
    if found.level:
        title = f"{title} {level_word(found.level)}"
    return [
        (_("项目"), found.programme_name),
        (_("通知"), " ".join(
            str(part) for part in (found.notice_number, found.notice_on) if part)),
        (_("认定机关"), found.deciding),
        (_("申报系统"), found.system),
        (_("发证后登记为"), title or _("不登记称号")),
        (_("区划"), found.region.name),
        (_("阶段和材料的依据"), found.source),
        (_("备注"), found.note),
    ]  # fmt: skip


def _deadlines(found: Batch) -> list[tuple[str, date]]:
    named = (
        (_("县级截止"), found.county_due), (_("市级截止"), found.city_due),
        (_("省级截止"), found.province_due),
    )  # fmt: skip
    return [(name, day) for name, day in named if day]


def _left(day: date, today: date) -> State:
    days = (day - today).days
    if days < 0:
        return State("normal", _("已过%(days)s天") % {"days": f"{-days:,}"})
    told = _("还有%(days)s天") % {"days": f"{days:,}"}
    return State("soon" if days <= setting("soon_days") else "normal", told)


def _rows(now: Figures, before: Figures | None) -> Iterator[dict[str, Any]]:
    """The figures of a batch beside those of last year's on the same day."""
    yield _row(_("名单"), now.total, before and before.total, list_address(now.batch),
               before and list_address(before.batch))  # fmt: skip
    for code, name in NAMES.items():
        yield _row(
            name, now.counts[code], before and before.counts[code],
            list_address(now.batch, reached=code, on=now.day.isoformat()),
            before and list_address(before.batch, reached=code, on=before.day.isoformat()),
        )  # fmt: skip
    yield _row(_("退回"), now.returns, before and before.returns, "", "", unit=_("次"))
    yield {
        "name": _("通过率"),
        "unit": "%",
        "now": _rate(now),
        "before": before and _rate(before),
        "difference": "",
        "now_url": "",
        "before_url": "",
    }


def _row(
    name: object, now: int, before: int | None, now_url: str, before_url: str | None,
    unit: str = "",
) -> dict[str, Any]:  # fmt: skip
    difference = "" if before is None else f"{now - before:+,}"
    return {
        "name": name, "unit": unit or _("家"), "now": number(now),
        "before": None if before is None else number(before), "difference": difference,
        "now_url": now_url, "before_url": before_url or "",
    }  # fmt: skip


def _rate(of: Figures) -> str:
    return "—" if of.pass_rate is None else number(of.pass_rate, 1)


# --- opening and changing


def create(request: HttpRequest) -> HttpResponse:
    """Open a batch of a programme."""
    actor = pages.actor_of(request)
    form = BatchForm(pages.given(request), actor=actor)

    def act(form: BatchForm) -> tuple[str, str]:
        data = form.cleaned_data
        made = services.open_batch(actor, data["region"], data["programme"], form.facts())
        return _("已开“%(name)s”。接着加入企业。") % {"name": made.name}, board_of(made)

    return pages.task_page(request, _("开批次"), form, act, reverse("filings:batches"))


def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the next year's batch as this one was."""
    actor, found = pages.actor_of(request), own(request, pk)
    year = found.year + 1
    initial = {
        "year": year,
        "name": found.name.replace(str(found.year), str(year)),
        "deciding": found.deciding,
        "system": found.system,
    }
    form = NoticeForm(pages.given(request), actor=actor, initial=initial)

    def act(form: NoticeForm) -> tuple[str, str]:
        made = services.open_again(actor, found, form.facts())
        return _("已开“%(name)s”，阶段和材料与上一年相同。") % {"name": made.name}, board_of(made)

    lead = _("阶段、材料、认定机关照“%(name)s”，截止日期请按新通知填。") % {"name": found.name}
    return pages.task_page(request, _("照此开下一年"), form, act, board_of(found), lead=lead)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a batch says of its notice."""
    actor, found = pages.actor_of(request), own(request, pk)
    form = NoticeForm(pages.given(request), actor=actor, initial=notice_of(found))
    for name in services.DEADLINES:
        del form.fields[name]

    def act(form: NoticeForm) -> tuple[str, str]:
        told = services.change_batch(actor, found, form.cleaned_data)
        return pages.changed(told), board_of(found)

    return pages.task_page(request, _("修改批次"), form, act, board_of(found), lead=found.name)


def deadlines(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the deadlines."""
    actor, found = pages.actor_of(request), own(request, pk)
    initial = {name: getattr(found, name) for name in services.DEADLINES}
    form = DeadlinesForm(pages.given(request), actor=actor, initial=initial)

    def act(form: DeadlinesForm) -> tuple[str, str]:
        days = [form.cleaned_data[name] for name in services.DEADLINES]
        told = services.set_deadlines(actor, found, *days)
        return pages.changed(told), board_of(found)

    return pages.task_page(request, _("截止日期"), form, act, board_of(found), lead=found.name)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a batch is finished."""
    actor, found = pages.actor_of(request), own(request, pk)
    form = CloseForm(pages.given(request), actor=actor, initial={"on": timezone.localdate()})

    def act(form: CloseForm) -> tuple[str, str]:
        services.close_batch(actor, found, form.cleaned_data["on"])
        return _("已办结。"), board_of(found)

    return pages.task_page(request, _("办结批次"), form, act, board_of(found), lead=found.name)


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a batch go on."""
    actor, found = pages.actor_of(request), own(request, pk)
    form = ReachForm(pages.given(request), actor=actor)

    def act(_form: Any) -> tuple[str, str]:
        services.close_batch(actor, found, None)
        return _("已重新打开。"), board_of(found)

    lead = _("“%(name)s”重新打开后可以继续加入企业、推进阶段。") % {"name": found.name}
    return pages.task_page(request, _("重新打开"), form, act, board_of(found), lead=lead)


# --- stages and documents of one batch


def stages(request: HttpRequest, pk: int) -> HttpResponse:
    """The stages and documents of a batch."""
    found = own(request, pk)
    rows = queries.stages_of(found)
    names = {each.code: each.name for each in rows}
    papers = queries.documents_of(found)
    context = {
        "batch": found,
        "stages": rows,
        "papers": [(each, names.get(each.stage, "")) for each in papers],
    }
    return render(request, "filings/stages.html", context)


def stage_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more stage."""
    actor, found = pages.actor_of(request), own(request, pk)
    rows = queries.stages_of(found)
    form = NewStageForm(pages.given(request), actor=actor, stages=rows)

    def act(form: NewStageForm) -> tuple[str, str]:
        data = form.cleaned_data
        after = next(each for each in rows if each.code == data["after"])
        row = services.add_stage(
            actor, found, data["name"], after, due=data["due"], needs_reason=data["needs_reason"]
        )
        return _("已加阶段“%(name)s”。") % {"name": row.name}, _stages_of(found)

    return pages.task_page(request, _("加一个阶段"), form, act, _stages_of(found), lead=found.name)


def stage_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or last day for a stage."""
    actor, row = pages.actor_of(request), _stage(request, pk)
    initial = {"name": row.name, "due": row.due}
    form = StageForm(pages.given(request), actor=actor, initial=initial)

    def act(form: StageForm) -> tuple[str, str]:
        data = form.cleaned_data
        told = services.change_stage(actor, row, data["name"], data["due"])
        return pages.changed(told), _stages_of(row.batch)

    lead = row.batch.name
    return pages.task_page(request, _("修改阶段"), form, act, _stages_of(row.batch), lead=lead)


def stage_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stage out."""
    actor, row = pages.actor_of(request), _stage(request, pk)
    form = ReachForm(pages.given(request), actor=actor)

    def act(_form: Any) -> tuple[str, str]:
        services.drop_stage(actor, row)
        return _("已删除阶段“%(name)s”。") % {"name": row.name}, _stages_of(row.batch)

    return pages.task_page(
        request, _("删除阶段"), form, act, _stages_of(row.batch),
        lead=f"{row.batch.name} {row.name}", danger=True,
    )  # fmt: skip


def paper_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more document."""
    actor, found = pages.actor_of(request), own(request, pk)
    rows = queries.stages_of(found)
    form = PaperForm(pages.given(request), actor=actor, stages=rows)

    def act(form: PaperForm) -> tuple[str, str]:
        data = form.cleaned_data
        row = services.add_document(
            actor, found, data["name"], data["stage"], optional=data["optional"]
        )
        return _("已加材料“%(name)s”。") % {"name": row.name}, _stages_of(found)

    return pages.task_page(request, _("加一份材料"), form, act, _stages_of(found), lead=found.name)


def paper_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer ask for a document."""
    actor = pages.actor_of(request)
    reached = queries.changeable(actor).values("pk")
    rows = BatchDocument.objects.select_related("batch__region").filter(batch__in=reached)
    row = get_object_or_404(rows, pk=pk)
    form = ReachForm(pages.given(request), actor=actor)

    def act(_form: Any) -> tuple[str, str]:
        services.drop_document(actor, row)
        return _("不再要“%(name)s”。") % {"name": row.name}, _stages_of(row.batch)

    return pages.task_page(
        request, _("删除材料"), form, act, _stages_of(row.batch),
        lead=f"{row.batch.name} {row.name}", danger=True,
    )  # fmt: skip


def _stage(request: HttpRequest, pk: int) -> BatchStage:
    reached = queries.changeable(pages.actor_of(request)).values("pk")
    rows = BatchStage.objects.select_related("batch__region").filter(batch__in=reached)
    return get_object_or_404(rows, pk=pk)


def _stages_of(found: Batch) -> str:
    return reverse("filings:batch_stages", args=[found.pk])


# --- programmes of a bureau


def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes that bureaus in reach added."""
    actor = pages.actor_of(request)
    context = {"programmes": queries.programmes(actor, OPEN)}
    return render(request, "filings/programmes.html", context)


def programme_create(request: HttpRequest) -> HttpResponse:
    """Add a programme."""
    actor = pages.actor_of(request)
    form = ProgrammeForm(pages.given(request), actor=actor)

    def act(form: ProgrammeForm) -> tuple[str, str]:
        row = services.add_programme(actor, form.cleaned_data["region"], form.values())
        told = _("已新增项目“%(name)s”，开批次时可选。") % {"name": row.name}
        return told, reverse("filings:programmes")

    return pages.task_page(request, _("新增项目"), form, act, reverse("filings:programmes"))
