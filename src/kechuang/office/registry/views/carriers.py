"""Pages of firms in makerspaces, incubators and accelerators, and of their rooms."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import State, enumerated, figures
from kechuang.office.registry import pages
from kechuang.office.registry.forms.platforms import (
    EnterForm,
    GraduateForm,
    HandOnForm,
    LeaveForm,
    RoomChangeForm,
    RoomChoiceForm,
    RoomForm,
)
from kechuang.office.registry.lists.platforms import STAYS as LISTING
from kechuang.office.registry.models import Incubation, Platform, Room
from kechuang.office.registry.queries import platforms as queries
from kechuang.office.registry.services import carriers as services
from kechuang.office.registry.services.platforms import PLATFORMS

IN_A_PAGE = 200
Outcome = Incubation.Outcome


def stay_list(request: HttpRequest) -> HttpResponseBase:
    """All stays of firms in carriers in reach."""
    return list_page(request, LISTING, "registry/records.html", acts=[])


def sections(actor: Actor, row: Platform, *, may: bool) -> list[pages.Section]:
    """The chain, the rooms and the firms of a carrier, for its page."""
    return [_chain(actor, row), _firms(row, may=may), _rooms(row, may=may)]


def _chain(actor: Actor, row: Platform) -> pages.Section:
    reached = PLATFORMS.visible(actor)
    before = list(reached.filter(next_stage=row).order_by("code"))
    after = list(reached.filter(pk=row.next_stage_id))  # type: ignore[attr-defined]
    cells = [
        (pages.link(_address(each), each.name), queries.kind_word(each.kind), place)
        for stages, place in ((before, _("上一级")), ([row], _("本载体")), (after, _("下一级")))
        for each in stages
    ]
    headers = (_("载体"), _("类别"), _("位置"))
    return pages.Section("chain", _("孵化链条"), headers, cells)


def _firms(row: Platform, *, may: bool) -> pages.Section:
    today = timezone.localdate()
    here = Incubation.objects.filter(platform=row, left_on=None).select_related("party", "room")
    cells = [
        (
            pages.party_link(each.party), each.room.number if each.room else "", each.entered_on,
            queries.months(each, today), _stay_links(row, each) if may else "—",
        )
        for each in here.order_by("-entered_on", "-pk")[:IN_A_PAGE]
    ]  # fmt: skip
    counts = queries.raised(row)
    lead = enumerated(
        f"{Outcome(code).label}{counts[code]}" for code in Outcome.values if code in counts
    )
    headers = (_("企业"), _("房间"), _("入驻日期"), _("已在孵（月）"), _("办理"))
    listed = f"{reverse('registry:platform_firms')}?in={row.code}"
    acts = [pages.Act(_("全部入驻记录"), listed)]
    empty = _("现在没有在孵企业。")
    return pages.Section("firms", _("在孵企业"), headers, cells, empty, acts, lead)


def _stay_links(row: Platform, stay: Incubation) -> object:
    acts = [("graduate", _("毕业")), ("leave", _("退出")), ("move", _("换房"))]
    if row.next_stage_id:  # type: ignore[attr-defined]
        acts.insert(1, ("hand_on", _("转入下一级")))
    links = [
        pages.link(reverse(f"registry:platform_firm_{route}", args=[stay.pk]), name)
        for route, name in acts
    ]
    return pages.together(links)


def _rooms(row: Platform, *, may: bool) -> pages.Section:
    found = queries.rooms(row)
    cells = [
        (
            pages.link(
                reverse("registry:platform_room_change", args=[each.room.pk]) if may else None,
                each.room.number,
            ),
            figures(Decimal(each.room.area) / 100),
            pages.party_link(each.stay.party) if each.stay else State("todo", _("空闲")),
            each.room.note,
        )
        for each in found
    ]  # fmt: skip
    headers = (_("房号"), _("面积（平方米）"), _("使用企业"), _("备注"))
    free = sum(each.stay is None for each in found)
    told = _("共%(total)s间，空闲%(free)s间。")
    lead = told % {"total": len(found), "free": free} if found else ""
    acts = []
    if may and row.status != Platform.Status.CANCELLED:
        acts.append(pages.Act(_("加房间"), reverse("registry:platform_room", args=[row.code])))
    empty = _("还没有登记房间。")
    return pages.Section("rooms", _("房间"), headers, cells, empty, acts, lead)


def raised_section(actor: Actor, code: str) -> list[pages.Section]:
    """Where a firm was raised, for its dossier; nothing where it never was."""
    today = timezone.localdate()
    rows = queries.stays(actor).filter(party__code=code).order_by("-entered_on", "-pk")
    cells = [
        (
            pages.link(_address(each.platform), each.platform.name),
            queries.kind_word(each.platform.kind), each.entered_on, each.left_on,
            queries.months(each, today), queries.outcome_state(each), each.reason,
        )
        for each in rows
    ]  # fmt: skip
    headers = (
        _("载体"), _("类别"), _("入驻日期"), _("离开日期"), _("在孵（月）"), _("去向"),
        _("毕业条件或退出原因"),
    )  # fmt: skip
    return [pages.Section("raised", _("孵化经历"), headers, cells)] if cells else []


def add_room(request: HttpRequest, code: str) -> HttpResponse:
    """Put a room in."""
    actor, row = pages.actor_of(request), _carrier(request, code)
    form = RoomForm(pages.given(request), actor=actor)

    def act(form: RoomForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.add_room(actor, row, data["number"], form.hundredths(), data["note"])
        return _("已加房间%(number)s。") % {"number": data["number"]}, _address(row)

    return pages.task_page(request, _("加房间"), form, act, _address(row), lead=row.name)


def change_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the area or the note of a room."""
    actor = pages.actor_of(request)
    rows = Room.objects.select_related("platform__region", "platform__host__region")
    reached = PLATFORMS.changeable(actor).values("pk")
    room = get_object_or_404(rows.filter(platform__in=reached), pk=pk)
    initial = {"area": f"{room.area / 100:.2f}", "note": room.note}
    form = RoomChangeForm(pages.given(request), actor=actor, initial=initial)

    def act(form: RoomChangeForm) -> tuple[str, str]:
        services.change_room(actor, room, form.hundredths(), form.cleaned_data["note"])
        return _("已保存，变更已记录。"), _address(room.platform)

    lead = f"{room.platform.name} {room.number}"
    return pages.task_page(request, _("修改房间"), form, act, _address(room.platform), lead=lead)


def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Let a firm enter a carrier."""
    actor, row = pages.actor_of(request), _carrier(request, code)
    form = EnterForm(pages.given(request), actor=actor, rooms=queries.free_rooms(row))

    def act(form: EnterForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.enter(actor, row, data["party"], data["on"], form.room())
        return _("“%(name)s”已入驻。") % {"name": data["party"].name}, _address(row)

    return pages.task_page(request, _("企业入驻"), form, act, _address(row), lead=row.name)


def graduate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by which condition a firm graduated."""
    actor, stay = pages.actor_of(request), _stay(request, pk)
    form = GraduateForm(pages.given(request), actor=actor)

    def act(form: GraduateForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.graduate(actor, stay, data["on"], data["condition"], data["basis"])
        return _("“%(name)s”已毕业。") % {"name": stay.party.name}, _address(stay.platform)

    return _stay_page(request, _("企业毕业"), form, act, stay)


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a firm left."""
    actor, stay = pages.actor_of(request), _stay(request, pk)
    form = LeaveForm(pages.given(request), actor=actor)

    def act(form: LeaveForm) -> tuple[str, str]:
        services.leave(actor, stay, form.cleaned_data["on"], form.cleaned_data["reason"])
        return _("“%(name)s”已退出。") % {"name": stay.party.name}, _address(stay.platform)

    return _stay_page(request, _("企业退出"), form, act, stay)


def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a firm on to the next carrier."""
    actor, stay = pages.actor_of(request), _stay(request, pk)
    following = stay.platform.next_stage
    reached = following and actor.reaches(PLATFORMS.change, PLATFORMS.place(following))
    rooms = queries.free_rooms(following) if following and reached else Room.objects.none()
    form = HandOnForm(pages.given(request), actor=actor, rooms=rooms)

    def act(form: HandOnForm) -> tuple[str, str]:
        data = form.cleaned_data
        after = services.hand_on(actor, stay, data["on"], form.room(), data["reason"])
        told = _("“%(name)s”已转入“%(platform)s”。")
        words = {"name": stay.party.name, "platform": after.platform.name}
        return told % words, _address(after.platform)

    return _stay_page(request, _("转入下一级载体"), form, act, stay)


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a firm move to another room."""
    actor, stay = pages.actor_of(request), _stay(request, pk)
    rooms = queries.free_rooms(stay.platform)
    form = RoomChoiceForm(pages.given(request), actor=actor, rooms=rooms)

    def act(form: RoomChoiceForm) -> tuple[str, str]:
        services.move(actor, stay, form.room())
        return _("已换房。"), _address(stay.platform)

    return _stay_page(request, _("换房"), form, act, stay)


def _stay_page(
    request: HttpRequest, title: str, form: pages.F, act: pages.Done[pages.F], stay: Incubation
) -> HttpResponse:
    lead = f"{stay.platform.name} {stay.party.name}"
    return pages.task_page(request, title, form, act, _address(stay.platform), lead=lead)


def _stay(request: HttpRequest, pk: int) -> Incubation:
    return get_object_or_404(queries.changeable_stays(pages.actor_of(request)), pk=pk)


def _carrier(request: HttpRequest, code: str) -> Platform:
    return get_object_or_404(PLATFORMS.changeable(pages.actor_of(request)), code=code)


def _address(row: Platform) -> str:
    return reverse("registry:platform", args=[row.code])
