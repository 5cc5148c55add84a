"""Pages of titles."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.office.ground.lists import list_page
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.parts import AwaitForm, QualificationForm, RenewalForm
from kechuang.office.registry.forms.records import DayReasonForm, ReasonForm
from kechuang.office.registry.lists.qualifications import QUALIFICATIONS as LISTING
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.queries import qualifications as queries
from kechuang.office.registry.services import qualifications as services
from kechuang.office.registry.services.qualifications import QUALIFICATIONS

Status = Qualification.Status


def qualification_list(request: HttpRequest) -> HttpResponseBase:
    """All titles in reach."""
    acts = [pages.Act(_("称号存量"), reverse("registry:qualification_stock"))]
    if pages.actor_of(request).reach(QUALIFICATIONS.change):
        acts.insert(0, pages.Act(_("登记称号"), reverse("registry:qualification_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def stock(request: HttpRequest) -> HttpResponse:
    """How many organisations hold each title on a day; each number leads to its list."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(request.GET.get("on", "") or today.isoformat())
    except ValueError:
        day = today
    rows = [
        {
            "title": queries.title_word(each.title),
            "level": queries.level_word(each.level),
            "stock": each,
            "query": urlencode({"on": day.isoformat(), "title": each.title, "level": each.level}),
        }
        for each in queries.stock(pages.actor_of(request), day)
    ]
    context = {"rows": rows, "day": day, "list": reverse("registry:qualifications")}
    return render(request, "registry/stock.html", context)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One title, the certificates before and after it, and what happened to it."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    may = actor.reaches(QUALIFICATIONS.change, QUALIFICATIONS.place(row))
    facts = [
        (_("称号"), queries.title_word(row.title)),
        (_("单位"), pages.party_link(row.party)),
        (_("区划"), row.party.region.name),
        (_("级别"), queries.level_word(row.level)),
        (_("证书编号"), row.number),
        (_("批次"), row.batch_name),
        (_("认定方式"), row.get_recognition_display()),  # type: ignore[attr-defined]
        (_("发证机关"), row.issuer),
        (_("发证日期"), row.issued_on),
        (_("有效期至"), row.expires_on),
    ]
    if row.awaiting_document:
        facts.append((_("拟认定公示文号"), row.awaiting_document))
    if row.status == Status.CANCELLED:
        facts += [(_("撤销日期"), row.cancelled_on), (_("撤销原因"), row.cancelled_reason)]
    line = pages.Section(
        "line",
        _("历次证书"),
        (_("证书编号"), _("批次"), _("发证日期"), _("有效期至"), _("状态"), _("来源")),
        [
            (
                pages.link(reverse("registry:qualification", args=[each.pk]), each.number or "—"),
                each.batch_name, each.issued_on, each.expires_on, queries.standing(each),
                pages.source_cell(each),
            )
            for each in queries.line_of(row, actor)
        ],
    )  # fmt: skip
    head = pages.Head(
        QUALIFICATIONS.name(row),
        queries.standing(row),
        _acts(row) if may else (),
        title=f"{row.party.name} {row.number}".strip(),
    )
    facts += [(_("备注"), row.note), *pages.source_facts(row)]
    return pages.record_page(request, head, facts, [line], QUALIFICATIONS.ref(row))


def _acts(row: Qualification) -> list[pages.Act]:
    def act(route: str, name: str, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"registry:qualification_{route}", args=[row.pk]), danger)

    if row.status == Status.CANCELLED:
        return [act("reinstate", _("恢复"))]
    acts = [act("change", _("修改"))]
    if not row.renewed:  # type: ignore[attr-defined]
        acts = [act("renew", _("登记续证")), act("await", _("设为到期待发证")), *acts]
    return [*acts, act("cancel", _("登记撤销"), danger=True)]


def create(request: HttpRequest) -> HttpResponse:
    """Put a title in."""
    actor = pages.actor_of(request)
    initial = {"party": text_of(request.GET.get("party", "")), "as_of": timezone.localdate()}
    form = QualificationForm(pages.given(request), actor=actor, initial=initial)

    def act(form: QualificationForm) -> tuple[str, str]:
        party = form.cleaned_data["party"]
        row = services.create(actor, party, form.values(), form.provenance())
        told = _("已为“%(name)s”登记%(title)s。")
        words = {"name": party.name, "title": queries.title_word(row.title)}
        return told % words, _address(row)

    return pages.task_page(request, _("登记称号"), form, act, reverse("registry:qualifications"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a title, or replace it by a newer list."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = QualificationForm(pages.given(request), actor=actor, row=row)

    def act(form: QualificationForm) -> tuple[str, str]:
        told = services.change(actor, row, form.values(), form.provenance())
        return pages.changed(told), _address(row)

    return pages.task_page(request, _("修改称号"), form, act, _address(row), lead=_told(row))


def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Put in the certificate that follows."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {
        "recognition": row.recognition, "issuer": row.issuer, "as_of": timezone.localdate(),
    }  # fmt: skip
    form = RenewalForm(pages.given(request), actor=actor, initial=initial)

    def act(form: RenewalForm) -> tuple[str, str]:
        after = services.renew(actor, row, form.values(), form.provenance())
        return _("已登记续证；原证书保留在历次证书里。"), _address(after)

    return pages.task_page(request, _("登记续证"), form, act, _address(row), lead=_told(row))


def await_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the renewal is published and the certificate to come."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = AwaitForm(pages.given(request), actor=actor)

    def act(form: AwaitForm) -> tuple[str, str]:
        services.await_certificate(actor, row, form.cleaned_data["document"])
        return _("已设为到期待发证，不计入流失。"), _address(row)

    return pages.task_page(request, _("设为到期待发证"), form, act, _address(row), lead=_told(row))


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the title was taken away."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = DayReasonForm(pages.given(request), actor=actor)

    def act(form: DayReasonForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.cancel(actor, row, data["on"], data["reason"])
        return _("已登记撤销。"), _address(row)

    return pages.task_page(
        request, _("登记撤销"), form, act, _address(row), lead=_told(row), danger=True
    )


def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cancellation back."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.reinstate(actor, row, form.cleaned_data["reason"])
        return _("已恢复。"), _address(row)

    return pages.task_page(request, _("恢复称号"), form, act, _address(row), lead=_told(row))


def _changeable(request: HttpRequest, pk: int) -> Qualification:
    return get_object_or_404(QUALIFICATIONS.changeable(pages.actor_of(request)), pk=pk)


def _address(row: Qualification) -> str:
    return reverse("registry:qualification", args=[row.pk])


def _told(row: Qualification) -> str:
    return f"{QUALIFICATIONS.name(row)} {row.number}"


def dossier_tab(request: HttpRequest, code: str) -> str:
    """资质与梯度: the titles of an organisation with their dates, and what expires."""
    actor = pages.actor_of(request)
    if not actor.reach(QUALIFICATIONS.view):
        return ""
    rows = queries.ladder(actor, code)
    soon = [each for each in rows if queries.standing(each).code in ("soon", "late", "todo")]
    lead = _("%(count)s项临期、待发证或已到期。") % {"count": len(soon)} if soon else ""
    acts = []
    if actor.reach(QUALIFICATIONS.change):
        address = f"{reverse('registry:qualification_create')}?{urlencode({'party': code})}"
        acts.append(pages.Act(_("登记称号"), address))
    headers = (
        _("称号"), _("级别"), _("证书编号"), _("批次"), _("发证日期"), _("有效期至"), _("状态"),
        _("来源"),
    )  # fmt: skip
    cells = [
        (
            pages.link(_address(each), queries.title_word(each.title)),
            queries.level_word(each.level), each.number, each.batch_name, each.issued_on,
            each.expires_on, queries.standing(each), pages.source_cell(each),
        )
        for each in rows
    ]  # fmt: skip
    empty = _("还没有登记称号。")
    return pages.tab([pages.Section("titles", _("称号阶梯"), headers, cells, empty, acts, lead)])
