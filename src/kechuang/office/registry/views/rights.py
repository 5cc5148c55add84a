"""Pages of intellectual property."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import enumerated
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.parts import GrantForm, PropertyForm, TransferForm
from kechuang.office.registry.forms.records import DayReasonForm, ReasonForm
from kechuang.office.registry.lists.rights import PROPERTIES as LISTING
from kechuang.office.registry.lists.rights import class_word, kind_word, way_word
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.queries import rights as queries
from kechuang.office.registry.services import rights as services
from kechuang.office.registry.services.rights import LAPSED, PENDING, PROPERTIES

IN_A_TAB = 50


def property_list(request: HttpRequest) -> HttpResponseBase:
    """All rights in reach."""
    acts = []
    if pages.actor_of(request).reach(PROPERTIES.change):
        acts.append(pages.Act(_("登记知识产权"), reverse("registry:property_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One right and what happened to it."""
    actor = pages.actor_of(request)
    rows = queries.visible(actor).select_related("came_from__party")
    row = get_object_or_404(rows, pk=pk)
    may = actor.reaches(PROPERTIES.change, PROPERTIES.place(row))
    facts = [
        (_("名称"), row.name),
        (_("编号"), row.number),
        (_("权利人"), pages.party_link(row.party)),
        (_("区划"), row.party.region.name),
        (_("种类"), kind_word(row)),
        (_("类别"), class_word(row)),
        (_("申请日期"), row.applied_on),
        (_("授权日期"), row.granted_on),
        (_("到期日期"), row.expires_on),
        (_("取得方式"), way_word(row)),
        *_moves(row),
        (_("权利人排名"), row.owner_rank),
        (_("可用于高企认定"), row.usable_for_hnte),
        (_("高价值"), row.high_value),
        (_("与主导产品相关"), row.for_main_product),
        (_("已实际应用并产生效益"), row.applied_with_benefit),
        *pages.source_facts(row),
    ]
    head = pages.Head(
        PROPERTIES.name(row),
        queries.standing(row),
        _acts(row) if may else (),
    )
    return pages.record_page(request, head, facts, [], PROPERTIES.ref(row))


def _moves(row: IntellectualProperty) -> list[tuple[str, object]]:
    """From whom a right came and to whom it went; nothing of one that stayed where it was."""
    found: list[tuple[str, object]] = []
    before = row.came_from
    if row.acquired_on:
        giver = pages.party_link(before.party) if before else ""
        found += [(_("受让日期"), row.acquired_on), (_("转让人"), giver)]
    if row.transferred_on:
        after = row.intellectualproperty_set.select_related("party").first()  # type: ignore[attr-defined]
        taker = pages.party_link(after.party) if after else ""
        found += [(_("转出日期"), row.transferred_on), (_("受让人"), taker)]
    return found


def _acts(row: IntellectualProperty) -> list[pages.Act]:
    def act(route: str, name: str, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"registry:property_{route}", args=[row.pk]), danger)

    acts = [act("change", _("修改"))]
    if row.status == PENDING:
        acts = [act("grant", _("登记授权")), *acts]
    if row.transferred_on:
        return [act("change", _("修改")), act("take_back", _("撤销转让"), danger=True)]
    if row.status != LAPSED:
        acts.append(act("transfer", _("登记转让")))
        acts.append(act("lapse", _("登记失效"), danger=True))
    return acts


def create(request: HttpRequest) -> HttpResponse:
    """Put a right in."""
    actor = pages.actor_of(request)
    initial = {"party": text_of(request.GET.get("party", "")), "as_of": timezone.localdate()}
    form = PropertyForm(pages.given(request), actor=actor, initial=initial)

    def act(form: PropertyForm) -> tuple[str, str]:
        party = form.cleaned_data["party"]
        row = services.create(actor, party, form.values(), form.provenance())
        return _("已为“%(name)s”登记知识产权。") % {"name": party.name}, _address(row)

    return pages.task_page(request, _("登记知识产权"), form, act, reverse("registry:properties"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a right, or replace it by a newer list."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = PropertyForm(pages.given(request), actor=actor, row=row)

    def act(form: PropertyForm) -> tuple[str, str]:
        told = services.change(actor, row, form.values(), form.provenance())
        return pages.changed(told), _address(row)

    lead = PROPERTIES.name(row)
    return pages.task_page(request, _("修改知识产权"), form, act, _address(row), lead=lead)


def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an application was granted."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = GrantForm(pages.given(request), actor=actor)

    def act(form: GrantForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.grant(actor, row, data["granted_on"], data["expires_on"], data["number"])
        return _("已登记授权。"), _address(row)

    lead = PROPERTIES.name(row)
    return pages.task_page(request, _("登记授权"), form, act, _address(row), lead=lead)


def lapse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a right ended."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = DayReasonForm(pages.given(request), actor=actor)

    def act(form: DayReasonForm) -> tuple[str, str]:
        services.lapse(actor, row, form.cleaned_data["on"], form.cleaned_data["reason"])
        return _("已登记失效。"), _address(row)

    lead = PROPERTIES.name(row)
    return pages.task_page(request, _("登记失效"), form, act, _address(row), lead=lead, danger=True)


def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a right on to another organisation."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {"as_of": timezone.localdate()}
    form = TransferForm(pages.given(request), actor=actor, initial=initial)

    def act(form: TransferForm) -> tuple[str, str]:
        data = form.cleaned_data
        new = services.transfer(actor, row, data["party"], data["on"], form.provenance())
        told = _("已转给“%(name)s”。转让前的记录留在原权利人名下。")
        return told % {"name": new.party.name}, _address(new)

    lead = f"{PROPERTIES.name(row)} {row.party.name}"
    return pages.task_page(request, _("登记转让"), form, act, _address(row), lead=lead)


def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a transfer that was put in by mistake."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.take_back(actor, row, form.cleaned_data["reason"])
        return _("转让已撤销，权利仍在“%(name)s”名下。") % {"name": row.party.name}, _address(row)

    lead = PROPERTIES.name(row)
    return pages.task_page(request, _("撤销转让"), form, act, _address(row), lead=lead, danger=True)


def _changeable(request: HttpRequest, pk: int) -> IntellectualProperty:
    return get_object_or_404(PROPERTIES.changeable(pages.actor_of(request)), pk=pk)


def _address(row: IntellectualProperty) -> str:
    return reverse("registry:property", args=[row.pk])


def dossier_tab(request: HttpRequest, code: str) -> str:
    """知识产权: what an organisation holds by kind, and its newest rights."""
    actor = pages.actor_of(request)
    if not actor.reach(PROPERTIES.view):
        return ""
    rows, total = queries.of_party(actor, code, IN_A_TAB)
    counts = [f"{name}{count}" for name, count in queries.counted(actor, code)]
    lead = _("有效：%(counts)s。") % {"counts": enumerated(counts)} if counts else ""
    acts = []
    if total > IN_A_TAB:
        told = _("全部%(total)s项") % {"total": total}
        acts.append(pages.Act(told, f"{reverse('registry:properties')}?party={code}"))
    if actor.reach(PROPERTIES.change):
        address = f"{reverse('registry:property_create')}?{urlencode({'party': code})}"
        acts.append(pages.Act(_("登记知识产权"), address))
    headers = (
        _("名称"), _("编号"), _("种类"), _("类别"), _("授权日期"), _("到期日期"), _("状态"),
        _("来源"),
    )  # fmt: skip
    cells = [
        (
            pages.link(_address(each), PROPERTIES.name(each)), each.number, kind_word(each),
            class_word(each), each.granted_on, each.expires_on, queries.standing(each),
            pages.source_cell(each),
        )
        for each in rows
    ]  # fmt: skip
    empty = _("还没有登记知识产权。")
    return pages.tab(
        [pages.Section("rights", _("知识产权清单"), headers, cells, empty, acts, lead)]
    )
