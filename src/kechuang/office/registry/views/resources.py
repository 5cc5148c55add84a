"""Pages of instruments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import figures
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.parts import InstrumentForm
from kechuang.office.registry.forms.records import ReasonForm
from kechuang.office.registry.lists.resources import INSTRUMENTS as LISTING
from kechuang.office.registry.models import Instrument
from kechuang.office.registry.queries import resources as queries
from kechuang.office.registry.services import resources as services
from kechuang.office.registry.services.resources import INSTRUMENTS
from kechuang.office.registry.standing import in_wan


def instrument_list(request: HttpRequest) -> HttpResponseBase:
    """All instruments in reach."""
    acts = []
    if pages.actor_of(request).reach(INSTRUMENTS.change):
        acts.append(pages.Act(_("登记仪器"), reverse("registry:instrument_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def record(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument and what happened to it."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), code=code)
    may = actor.reaches(INSTRUMENTS.change, INSTRUMENTS.place(row))
    facts = [
        (_("仪器编号"), row.code),
        (_("所属单位"), pages.party_link(row.party)),
        (_("区划"), row.party.region.name),
        (_("型号"), row.model),
        (_("类别"), row.category),
        (_("原值（万元）"), worth(row)),
        (_("启用日期"), row.in_use_since),
        (_("放置地点"), row.place),
        (_("对外开放"), row.shareable),
        (_("收费标准"), row.fee),
        (_("服务内容"), row.uses),
        (_("联系人"), row.contact_name),
        *pages.source_facts(row),
    ]
    head = pages.Head(
        row.name,
        queries.standing(row),
        _acts(row) if may else (),
    )
    return pages.record_page(request, head, facts, [], INSTRUMENTS.ref(row))


def worth(row: Instrument) -> str:
    """The original value in 万元, empty where nobody knows it."""
    value = in_wan(row.original_value)
    return "" if value is None else figures(value)


def _acts(row: Instrument) -> list[pages.Act]:
    change = pages.Act(_("修改"), reverse("registry:instrument_change", args=[row.code]))
    if row.is_active:
        address = reverse("registry:instrument_retire", args=[row.code])
        return [change, pages.Act(_("停用"), address, danger=True)]
    address = reverse("registry:instrument_bring_back", args=[row.code])
    return [pages.Act(_("恢复使用"), address), change]


def create(request: HttpRequest) -> HttpResponse:
    """Put an instrument in."""
    actor = pages.actor_of(request)
    initial = {"party": text_of(request.GET.get("party", "")), "as_of": timezone.localdate()}
    form = InstrumentForm(pages.given(request), actor=actor, initial=initial)

    def act(form: InstrumentForm) -> tuple[str, str]:
        party = form.cleaned_data["party"]
        row = services.create(actor, party, form.values(), form.provenance())
        return _("已登记仪器“%(name)s”。") % {"name": row.name}, _address(row)

    return pages.task_page(request, _("登记仪器"), form, act, reverse("registry:instruments"))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is known of an instrument."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = InstrumentForm(pages.given(request), actor=actor, row=row)

    def act(form: InstrumentForm) -> tuple[str, str]:
        told = services.change(actor, row, form.values(), form.provenance())
        return pages.changed(told), _address(row)

    return pages.task_page(request, _("修改仪器"), form, act, _address(row), lead=row.name)


def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take an instrument out of use."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.retire(actor, row, form.cleaned_data["reason"])
        return _("已停用，不再对外提供。"), _address(row)

    return pages.task_page(
        request, _("停用仪器"), form, act, _address(row), lead=row.name, danger=True
    )


def bring_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take an instrument back into use."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.bring_back(actor, row, form.cleaned_data["reason"])
        return _("已恢复使用。"), _address(row)

    return pages.task_page(request, _("恢复使用仪器"), form, act, _address(row), lead=row.name)


def _changeable(request: HttpRequest, code: str) -> Instrument:
    return get_object_or_404(INSTRUMENTS.changeable(pages.actor_of(request)), code=code)


def _address(row: Instrument) -> str:
    return reverse("registry:instrument", args=[row.code])


def section(request: HttpRequest, code: str) -> pages.Section | None:
    """The instruments of an organisation, for its dossier."""
    actor = pages.actor_of(request)
    if not actor.reach(INSTRUMENTS.view):
        return None
    rows = queries.visible(actor).filter(party__code=code).order_by("code")
    acts = []
    if actor.reach(INSTRUMENTS.change):
        address = f"{reverse('registry:instrument_create')}?{urlencode({'party': code})}"
        acts.append(pages.Act(_("登记仪器"), address))
    headers = (
        _("仪器名称"), _("型号"), _("原值（万元）"), _("启用日期"), _("状态"), _("来源"),
    )  # fmt: skip
    cells = [
        (
            pages.link(_address(each), each.name), each.model, worth(each), each.in_use_since,
            queries.standing(each), pages.source_cell(each),
        )
        for each in rows
    ]  # fmt: skip
    return pages.Section("instruments", _("科研仪器"), headers, cells, _("还没有登记仪器。"), acts)
