"""Pages of filings: the lists, a record with its time line, one act on it, a dossier's tab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.filings.forms.filings import (
    AdvanceForm,
    FilingForm,
    LookAfterForm,
    PapersForm,
    stages_of_text,
    usual_next,
)
from kechuang.office.filings.lists.filings import CHASE, FILINGS
from kechuang.office.filings.models import FilingDocument
from kechuang.office.filings.queries import batches, filings
from kechuang.office.filings.services import filings as services
from kechuang.office.filings.telling import CHANGE, VIEW, place_of
from kechuang.office.filings.views.shared import board_of, filing_of, record_of
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry import pages
from kechuang.office.registry.forms.records import ReasonForm

PAPER_STATES = {"received": "done", "faulty": "late", "waived": "normal", "": "todo"}


def filing_list(request: HttpRequest) -> HttpResponseBase:
    """The filings in reach; the address says of which batch."""
    acts: list[pages.Act] = []
    key = request.GET.get("batch", "")
    if key.isdecimal():
        acts = [pages.Act(_("看板"), board_of(int(key[:18])))]
    return list_page(request, FILINGS, "registry/records.html", acts=acts)


def chase(request: HttpRequest) -> HttpResponseBase:
    """Whom to follow up: late, due before long, returned and not answered."""
    actor = pages.actor_of(request)
    acts = [pages.Act(_("只看我跟进的"), f"?officer={actor.code}"), pages.Act(_("全部"), "?")]
    return list_page(request, CHASE, "registry/records.html", acts=acts)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing: how far it is, its stages as a time line, its documents, the next act."""
    actor = pages.actor_of(request)
    row = get_object_or_404(filings.visible(actor).select_related("qualification"), pk=pk)
    may = actor.reaches(CHANGE, place_of(row))
    entries = filings.entries_of(row)
    kept = [each for each in entries if each.taken_back_at is None]
    stages = batches.stages_of(row.batch)
    back = kept[-1].pk if may and len(kept) > 1 else None
    subject = SourceRef("filing", str(row.pk))
    context = {
        "filing": row,
        "state": filings.standing(row),
        "acts": list(_acts(row)) if may else [],
        "next_act": filings.next_act(row),
        "next_url": reverse("filings:filing_advance", args=[row.pk]) if may else "",
        "facts": _facts(row),
        "entries": [(each, each.pk == back) for each in entries],
        "to_come": [each for each in stages if _is_to_come(row, each)],
        "papers": list(_papers(row)),
        "returns": sum(each.stage.meaning == "returned" for each in kept),
        "may": may,
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "filings/filing.html", context)


def _is_to_come(row: Any, stage: Any) -> bool:
    over = row.stage.is_end
    return not over and stage.order > row.stage.order and not stage.needs_reason


def _acts(row: Any) -> Iterator[pages.Act]:
    def address(route: str) -> str:
        return reverse(f"filings:{route}", args=[row.pk])

    if not row.stage.is_end and not row.batch.closed_on:
        yield pages.Act(_("推进阶段"), address("filing_advance"))
        yield pages.Act(_("登记收件"), address("filing_papers"))
    yield pages.Act(_("跟进人"), address("filing_look_after"))
    yield pages.Act(_("修改"), address("filing_change"))


def _facts(row: Any) -> list[tuple[str, object]]:
    facts = [
        (_("企业"), pages.party_link(row.party)),
        (_("批次"), pages.link(board_of(row.batch), row.batch.name)),
        (_("申报类别"), row.get_kind_display()),
        (_("阶段"), row.stage.name),
        (_("下一个截止"), row.next_due),
        (_("受理编号"), row.number),
        (_("跟进人"), row.officer_name),
        (_("备注"), row.note),
    ]
    if row.qualification is not None:
        address = reverse("registry:qualification", args=[row.qualification.pk])
        facts.append((_("登记的称号"), pages.link(address, row.qualification.number or _("称号"))))
    return facts


def _papers(row: Any) -> Iterator[tuple[str, State, FilingDocument | None, bool]]:
    """Each document of the batch, how it stands with this filing, what is known of it."""
    held = {each.document_id: each for each in _held(row)}  # type: ignore[attr-defined]
    for each in batches.documents_of(row.batch):
        kept = held.get(each.pk)
        if kept is not None:
            label = FilingDocument.State(kept.state).label
            yield each.name, State(PAPER_STATES[kept.state], label), kept, each.optional
        elif each.optional:
            yield each.name, State("normal", _("未收（可以没有）")), None, True
        else:
            yield each.name, State("todo", _("未收")), None, False


def _held(row: Any) -> list[FilingDocument]:
    return list(FilingDocument.objects.filter(filing=row).order_by("pk"))


def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring one filing to a stage."""
    actor, row = pages.actor_of(request), filing_of(request, pk)
    shown = stages_of_text(request.POST.get("shown", "")).get(row.pk, row.stage.pk)
    stages = [each for each in batches.stages_of(row.batch) if each.pk != shown]
    if row.batch.title:
        stages = [each for each in stages if each.meaning != "certified"]
    initial = {"stage": usual_next(stages, row.stage)}
    form = AdvanceForm(
        pages.given(request), actor=actor, stages=stages, filings=[row], initial=initial
    )

    def act(form: AdvanceForm) -> tuple[str, str]:
        data = form.cleaned_data
        try:
            done = services.advance(
                actor, row.batch, [row.party.code], data["stage"], data["on"], data["reason"],
                cause=data["cause"], document=data["document"], shown=data["shown"],
            )  # fmt: skip
        except services.FilingsMoved:
            form.look_again()
            raise
        if done.left:
            raise ValidationError(list(done.left.values()))
        name = dict(form.fields["stage"].choices)[data["stage"]]  # type: ignore[attr-defined]
        return _("已到“%(stage)s”。") % {"stage": name}, record_of(row)

    lead = _("%(party)s现在“%(stage)s”（%(day)s）。") % {
        "party": row.party.name, "stage": row.stage.name, "day": row.stage_on.isoformat(),
    }  # fmt: skip
    return pages.task_page(
        request, _("推进阶段"), form, act, record_of(row), lead=lead, button=_("登记")
    )


def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the newest step back that was made by mistake."""
    actor = pages.actor_of(request)
    entry = get_object_or_404(filings.changeable_entries(actor), pk=pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.take_back(actor, entry, form.cleaned_data["reason"])
        return _("已收回，这一步连同原因留在记录里。"), record_of(entry.filing)

    lead = f"{entry.filing.party.name} {entry.stage.name} {entry.on.isoformat()}"
    return pages.task_page(
        request, _("收回这一步"), form, act, record_of(entry.filing), lead=lead, danger=True
    )


def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which documents are there."""
    actor, row = pages.actor_of(request), filing_of(request, pk)
    held = {each.document_id: each for each in _held(row)}  # type: ignore[attr-defined]
    asked = batches.documents_of(row.batch)
    form = PapersForm(pages.given(request), actor=actor, papers=asked, held=held)

    def act(form: PapersForm) -> tuple[str, str]:
        data = form.cleaned_data
        told = services.receive(actor, row, form.states(), data["on"], data["note"])
        return pages.changed(told), record_of(row)

    lead = f"{row.party.name} {row.batch.name}"
    return pages.task_page(request, _("登记收件"), form, act, record_of(row), lead=lead)


def look_after(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who follows one filing up."""
    actor, row = pages.actor_of(request), filing_of(request, pk)
    form = LookAfterForm(
        pages.given(request), actor=actor, initial={"officer": row.officer or actor.code}
    )

    def act(form: LookAfterForm) -> tuple[str, str]:
        told = services.look_after(actor, [row], form.cleaned_data["officer"])
        return pages.changed(told), record_of(row)

    lead = f"{row.party.name} {row.batch.name}"
    return pages.task_page(request, _("指定跟进人"), form, act, record_of(row), lead=lead)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the kind, the number or the note."""
    actor, row = pages.actor_of(request), filing_of(request, pk)
    initial = {"kind": row.kind, "number": row.number, "note": row.note}
    form = FilingForm(pages.given(request), actor=actor, initial=initial)

    def act(form: FilingForm) -> tuple[str, str]:
        data = form.cleaned_data
        told = services.change(actor, row, data["kind"], data["number"], data["note"])
        return pages.changed(told), record_of(row)

    lead = f"{row.party.name} {row.batch.name}"
    return pages.task_page(request, _("修改申报"), form, act, record_of(row), lead=lead)


def dossier_tab(request: HttpRequest, code: str) -> str:
    """申报: every filing of an organisation, how far it is and how often it was returned."""
    actor: Actor = pages.actor_of(request)
    if not actor.reach(VIEW):
        return ""
    rows = list(filings.visible(actor).filter(party__code=code).order_by("-batch__year", "-pk"))
    FILINGS.prepare(rows, frozenset({"returns"}))  # type: ignore[misc]
    headers = (
        _("批次"), _("年度"), _("申报类别"), _("阶段"), _("日期"), _("退回（次）"), _("状态"),
        _("跟进人"),
    )  # fmt: skip
    cells = [
        (
            pages.link(record_of(each), each.batch.name), str(each.batch.year),
            each.get_kind_display(), each.stage.name, each.stage_on, each.returns,
            filings.standing(each), each.officer_name,
        )
        for each in rows
    ]  # fmt: skip
    return pages.tab([pages.Section("filings", _("历次申报"), headers, cells, _("还没有申报过。"))])
