"""Pages of people. Telephones and identity numbers are masked; seeing one takes a reason."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.secrets import REVEAL, masked
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.registry import pages
from kechuang.office.registry.forms.people import JoinForm, PersonForm
from kechuang.office.registry.forms.records import EndForm, ReasonForm
from kechuang.office.registry.lists.people import PEOPLE as LISTING
from kechuang.office.registry.lists.people import degree_word
from kechuang.office.registry.models import Affiliation, Person, PlatformMember
from kechuang.office.registry.queries import people as queries
from kechuang.office.registry.queries import platforms as platform_queries
from kechuang.office.registry.services import people as services
from kechuang.office.registry.services.people import PEOPLE
from kechuang.office.registry.services.platforms import PLATFORMS
from kechuang.office.registry.views.merging import moved


def person_list(request: HttpRequest) -> HttpResponseBase:
    """All people in reach."""
    acts = []
    if pages.actor_of(request).reach(PEOPLE.change):
        acts.append(pages.Act(_("登记人才"), reverse("registry:person_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def record(request: HttpRequest, code: str) -> HttpResponse:
    """One person: what they are, where they work, at which platforms, what happened."""
    actor = pages.actor_of(request)
    row = queries.visible(actor).filter(party__code=code).first()
    if row is None:
        if goes_on := moved(request, code):
            return goes_on
        raise Http404
    may = actor.reaches(PEOPLE.change, PEOPLE.place(row))
    facts = [
        (_("编号"), row.party.code),
        (_("类别"), queries.kinds_of(row)),
        (_("区划"), row.party.region.name),
        (_("出生日期"), row.born_on),
        (_("最高学位"), degree_word(row)),
        (_("职称"), row.professional_title),
        (_("领域"), queries.fields_of(row)),
        (_("专长"), row.specialty),
        (_("手机"), masked("phone", row.phone)),
        (_("证件号码"), masked("id", row.identity_number)),
        *pages.source_facts(row),
    ]
    state = State("done", _("在库")) if row.is_active else State("normal", _("已出库"))
    acts = [*(_acts(row) if may else ()), *_reveals(actor, row), *(_ends(row) if may else ())]
    head = pages.Head(row.party.name, state, acts)
    sections = [_places(row, may=may)]
    if actor.reach(PLATFORMS.view):
        sections.append(_platforms(actor, row))
    return pages.record_page(request, head, facts, sections, PEOPLE.ref(row))


def _places(row: Person, *, may: bool) -> pages.Section:
    held = Affiliation.objects.filter(person=row).select_related("party").order_by("pk")
    cells = [
        (
            pages.party_link(each.party), each.post, _("是") if each.is_contact else _("否"),
            each.since, each.until or State("done", _("在任")),
            pages.link(reverse("registry:person_leave", args=[each.pk]), _("登记离开"))
            if may and each.until is None
            else "—",
        )
        for each in held
    ]  # fmt: skip
    headers = (_("单位"), _("职务"), _("联系人"), _("自"), _("至"), _("办理"))
    return pages.Section("places", _("所在单位"), headers, cells, _("还没有登记单位。"))


def _platforms(actor: Actor, row: Person) -> pages.Section:
    reached = PLATFORMS.visible(actor).values("pk")
    found = PlatformMember.objects.filter(person=row, platform__in=reached)
    cells = [
        (
            pages.link(reverse("registry:platform", args=[each.platform.code]), each.platform.name),
            platform_queries.kind_word(each.platform.kind), each.duty, each.days_a_year, each.since,
            each.until or State("done", _("在站")),
        )
        for each in found.select_related("platform").order_by("pk")
    ]  # fmt: skip
    headers = (_("平台"), _("类别"), _("职责"), _("每年在站天数"), _("自"), _("至"))
    return pages.Section("platforms", _("所在平台"), headers, cells, _("还没有登记平台。"))


def _acts(row: Person) -> list[pages.Act]:
    def act(route: str, name: Text) -> pages.Act:
        return pages.Act(name, reverse(f"registry:person_{route}", args=[row.party.code]))

    if not row.is_active:
        return [act("bring_back", _("重新入库")), act("change", _("修改"))]
    return [act("join", _("登记单位")), act("change", _("修改"))]


def _ends(row: Person) -> list[pages.Act]:
    if not row.is_active:
        return []
    address = reverse("registry:person_retire", args=[row.party.code])
    return [pages.Act(_("出库"), address, danger=True)]


def _reveals(actor: Actor, row: Person) -> list[pages.Act]:
    if not actor.reaches(REVEAL, PEOPLE.place(row)):
        return []
    wanted = (
        ("person-phone", row.phone, _("查看手机")),
        ("person-identity", row.identity_number, _("查看证件号码")),
    )
    return [
        pages.Act(name, reverse("ground:reveal", args=[code, row.party.code]))
        for code, value, name in wanted
        if value
    ]


def create(request: HttpRequest) -> HttpResponse:
    """Put a person in, once."""
    actor = pages.actor_of(request)
    initial = {
        "as_of": timezone.localdate(),
        "region": actor.region.strip("/").rpartition("/")[2],
    }
    form = PersonForm(pages.given(request), actor=actor, initial=initial)

    def act(form: PersonForm) -> tuple[str, str]:
        row = services.create(
            actor, form.who(), form.values(), form.field_names(), form.provenance(),
            namesake=form.cleaned_data["namesake"],
        )  # fmt: skip
        return _("已登记%(name)s。请接着登记所在单位。") % {"name": row.party.name}, _address(row)

    return pages.task_page(request, _("登记人才"), form, act, reverse("registry:people"))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is known of a person."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = PersonForm(pages.given(request), actor=actor, row=row)

    def act(form: PersonForm) -> tuple[str, str]:
        told = services.change(
            actor, row, form.who(), form.values(), form.field_names(), form.provenance()
        )
        return pages.changed(told), _address(row)

    return pages.task_page(request, _("修改人才"), form, act, _address(row), lead=row.party.name)


def join(request: HttpRequest, code: str) -> HttpResponse:
    """Say where somebody works."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = JoinForm(pages.given(request), actor=actor)

    def act(form: JoinForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.join(
            actor, row, data["party"], data["post"], data["since"], is_contact=data["is_contact"]
        )
        return _("已登记单位“%(name)s”。") % {"name": data["party"].name}, _address(row)

    return pages.task_page(request, _("登记单位"), form, act, _address(row), lead=row.party.name)


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody left an organisation."""
    actor = pages.actor_of(request)
    rows = Affiliation.objects.select_related("person__party__region", "party")
    reached = PEOPLE.changeable(actor).values("pk")
    held = get_object_or_404(rows.filter(person__in=reached), pk=pk)
    form = EndForm(pages.given(request), actor=actor)

    def act(form: EndForm) -> tuple[str, str]:
        services.leave(actor, held, form.cleaned_data["until"])
        return _("已登记离开。"), _address(held.person)

    lead = f"{held.person.party.name} {held.party.name}"
    return pages.task_page(request, _("登记离开单位"), form, act, _address(held.person), lead=lead)


def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take somebody out of the library."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.retire(actor, row, form.cleaned_data["reason"])
        return _("已出库，不再参与抽取和选派。"), _address(row)

    return pages.task_page(
        request, _("出库"), form, act, _address(row), lead=row.party.name, danger=True
    )


def bring_back(request: HttpRequest, code: str) -> HttpResponse:
    """Put somebody back into the library."""
    actor, row = pages.actor_of(request), _changeable(request, code)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.bring_back(actor, row, form.cleaned_data["reason"])
        return _("已重新入库。"), _address(row)

    return pages.task_page(request, _("重新入库"), form, act, _address(row), lead=row.party.name)


def _changeable(request: HttpRequest, code: str) -> Person:
    rows = PEOPLE.changeable(pages.actor_of(request)).filter(merged_into=None)
    return get_object_or_404(rows.prefetch_related("personfield_set"), party__code=code)


def _address(row: Person) -> str:
    return reverse("registry:person", args=[row.party.code])


def section(request: HttpRequest, code: str) -> pages.Section | None:
    """Who works for an organisation, for its dossier."""
    actor = pages.actor_of(request)
    if not actor.reach(PEOPLE.view):
        return None
    cells = [
        (
            pages.link(_address(each.person), each.person.party.name), each.post,
            queries.kinds_of(each.person), each.person.professional_title, each.since,
            pages.source_cell(each.person),
        )
        for each in queries.in_organisation(actor, code, 100)
    ]  # fmt: skip
    headers = (_("姓名"), _("职务"), _("类别"), _("职称"), _("自"), _("来源"))
    return pages.Section("people", _("人才"), headers, cells, _("还没有登记人才。"))
