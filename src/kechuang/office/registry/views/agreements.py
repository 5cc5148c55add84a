"""Pages of agreements."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.uploads import Incoming
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.parts import AgreementForm, ProlongForm, SignForm
from kechuang.office.registry.forms.records import DayReasonForm, FileForm, ReasonForm
from kechuang.office.registry.lists.agreements import AGREEMENTS as LISTING
from kechuang.office.registry.models import Agreement, AgreementParty
from kechuang.office.registry.queries import agreements as queries
from kechuang.office.registry.services import agreements as services
from kechuang.office.registry.services.agreements import AGREEMENTS
from kechuang.office.registry.views import resources


def agreement_list(request: HttpRequest) -> HttpResponseBase:
    """All agreements in reach."""
    acts = []
    if pages.actor_of(request).reach(AGREEMENTS.change):
        acts.append(pages.Act(_("登记协议"), reverse("registry:agreement_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement, who signed it, and what happened to it."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    may = actor.reaches(AGREEMENTS.change, AGREEMENTS.place(row))
    facts = [
        (_("协议名称"), row.name),
        (_("协议编号"), row.number),
        (_("种类"), row.get_kind_display()),  # type: ignore[attr-defined]
        (_("区划"), row.region.name),
        (_("签订日期"), row.signed_on),
        (_("自"), row.since),
        (_("至"), row.until),
        (_("主要内容"), row.content),
        (_("协议文本"), _text(actor, row)),
    ]
    if row.ended_on:
        facts += [(_("提前终止日期"), row.ended_on), (_("终止原因"), row.ended_reason)]
    signed = [
        (
            pages.party_link(each.party),
            each.role,
            pages.link(reverse("registry:agreement_remove_party", args=[each.pk]), _("移除"))
            if may
            else "",
        )
        for each in queries.signed_by(row)
    ]
    headers = (_("单位"), _("身份"), _("办理")) if may else (_("单位"), _("身份"))
    section = pages.Section(
        "parties", _("协议各方"), headers, [each[: len(headers)] for each in signed]
    )
    head = pages.Head(
        row.name,
        queries.standing(row),
        _acts(row) if may else (),
    )
    facts += pages.source_facts(row)
    return pages.record_page(request, head, facts, [section], AGREEMENTS.ref(row))


def _text(actor: Actor, row: Agreement) -> object:
    """The file of an agreement, a link for whoever may fetch it."""
    file = row.file
    if file is None:
        return ""
    place = Place(file.region, file.party, file.owner)
    may = actor.reaches("file.download", place)
    return pages.link(reverse("ground:file", args=[file.pk]) if may else None, file.name)


def _acts(row: Agreement) -> list[pages.Act]:
    def act(route: str, name: str, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"registry:agreement_{route}", args=[row.pk]), danger)

    text = _("更换协议文本") if row.file else _("上传协议文本")
    acts = [act("change", _("修改")), act("party", _("加一方")), act("file", text)]
    if row.ended_on:
        return acts
    prolong = [act("prolong", _("延期"))] if row.until else []
    return [*prolong, *acts, act("end", _("提前终止"), danger=True)]


def create(request: HttpRequest) -> HttpResponse:
    """Put an agreement in with its parties."""
    actor = pages.actor_of(request)
    initial = {
        "first": text_of(request.GET.get("party", "")),
        "as_of": timezone.localdate(),
        "region": actor.region.strip("/").rpartition("/")[2],
    }
    form = AgreementForm(pages.given(request), actor=actor, initial=initial)

    def act(form: AgreementForm) -> tuple[str, str]:
        data = form.cleaned_data
        parties = [(data["first"], data["first_role"])]
        if data["second"]:
            parties.append((data["second"], data["second_role"]))
        row = services.create(actor, form.values(), parties, form.provenance())
        return _("已登记协议“%(name)s”。") % {"name": row.name}, _address(row)

    return pages.task_page(request, _("登记协议"), form, act, reverse("registry:agreements"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of an agreement."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = AgreementForm(pages.given(request), actor=actor, row=row)

    def act(form: AgreementForm) -> tuple[str, str]:
        told = services.change(actor, row, form.values(), form.provenance())
        return pages.changed(told), _address(row)

    return pages.task_page(request, _("修改协议"), form, act, _address(row), lead=row.name)


def add_party(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who signed too."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = SignForm(pages.given(request), actor=actor)

    def act(form: SignForm) -> tuple[str, str]:
        party = form.cleaned_data["party"]
        services.add_party(actor, row, party, form.cleaned_data["role"])
        return _("已加上“%(name)s”。") % {"name": party.name}, _address(row)

    return pages.task_page(request, _("加一方"), form, act, _address(row), lead=row.name)


def remove_party(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a party that was put in by mistake."""
    actor = pages.actor_of(request)
    rows = AgreementParty.objects.select_related("agreement__region", "party")
    reached = AGREEMENTS.changeable(actor).values("pk")
    signed = get_object_or_404(rows.filter(agreement__in=reached), pk=pk)
    row = signed.agreement
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.remove_party(actor, signed, form.cleaned_data["reason"])
        return _("已移除“%(name)s”。") % {"name": signed.party.name}, _address(row)

    lead = f"{row.name} {signed.party.name}"
    return pages.task_page(
        request, _("移除协议的一方"), form, act, _address(row), lead=lead, danger=True
    )


def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in the text of an agreement."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = FileForm(pages.given(request), request.FILES or None, actor=actor)

    def act(form: FileForm) -> tuple[str, str]:
        file = form.cleaned_data["file"]
        stored = services.attach(actor, row, Incoming(file.name, file))
        return _("已存入协议文本“%(name)s”。") % {"name": stored.name}, _address(row)

    return pages.task_page(
        request, _("协议文本"), form, act, _address(row), lead=row.name, button=_("上传")
    )


def prolong(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an agreement go on longer."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = ProlongForm(pages.given(request), actor=actor)

    def act(form: ProlongForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.prolong(actor, row, data["until"], data["document"])
        return _("已延期至%(until)s。") % {"until": data["until"]}, _address(row)

    return pages.task_page(request, _("协议延期"), form, act, _address(row), lead=row.name)


def end_early(request: HttpRequest, pk: int) -> HttpResponse:
    """End an agreement before its last day."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = DayReasonForm(pages.given(request), actor=actor)

    def act(form: DayReasonForm) -> tuple[str, str]:
        services.end_early(actor, row, form.cleaned_data["on"], form.cleaned_data["reason"])
        return _("已登记提前终止。"), _address(row)

    return pages.task_page(
        request, _("提前终止协议"), form, act, _address(row), lead=row.name, danger=True
    )


def _changeable(request: HttpRequest, pk: int) -> Agreement:
    return get_object_or_404(AGREEMENTS.changeable(pages.actor_of(request)), pk=pk)


def _address(row: Agreement) -> str:
    return reverse("registry:agreement", args=[row.pk])


def dossier_tab(request: HttpRequest, code: str) -> str:
    """合同、协议与仪器: what an organisation signed, and its instruments."""
    sections = [_section(request, code), resources.section(request, code)]
    return pages.tab([each for each in sections if each])


def _section(request: HttpRequest, code: str) -> pages.Section | None:
    actor = pages.actor_of(request)
    if not actor.reach(AGREEMENTS.view):
        return None
    rows = queries.visible(actor)
    signed = AgreementParty.objects.filter(party__code=code).values("agreement")
    rows = rows.filter(pk__in=signed).order_by("-signed_on", "-pk")
    acts = []
    if actor.reach(AGREEMENTS.change):
        address = f"{reverse('registry:agreement_create')}?{urlencode({'party': code})}"
        acts.append(pages.Act(_("登记协议"), address))
    headers = (
        _("协议名称"), _("种类"), _("各方"), _("签订日期"), _("至"), _("状态"), _("来源"),
    )  # fmt: skip
    cells = [
        (
            pages.link(_address(each), each.name), each.get_kind_display(),  # type: ignore[attr-defined]
            queries.parties_of(each), each.signed_on, each.until, queries.standing(each),
            pages.source_cell(each),
        )
        for each in rows
    ]  # fmt: skip
    return pages.Section("agreements", _("合作协议"), headers, cells, _("还没有协议。"), acts)
