"""Makerspaces, incubators, accelerators: rooms, and firms that enter, graduate, go on, leave."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Incubation, Platform, Room
from kechuang.office.registry.records import refuse
from kechuang.office.registry.services.platforms import CARRIERS, PLATFORMS

Outcome = Incubation.Outcome

CONDITIONS: Final = {
    "hnte": "有效期内高新技术企业",
    "investment": "累计获得天使或风险投资超过500万元",
    "revenue": "连续两年营业收入累计超过1000万元",
    "listed": "被兼并、收购或在国内外资本市场挂牌上市",
    "other": "其他（写明依据）",
}
"""What lets a firm graduate; one fulfilled is enough. The words are kept as data."""


def add_room(actor: Actor, platform: Platform, number: str, area: int, note: str) -> Room:
    """Put a room in, `area` in hundredths of a square metre."""
    with PLATFORMS.within(actor, platform) as kept:
        _carrier(kept, "number")
        if Room.objects.filter(platform=kept, number=number).exists():
            raise refuse("number", _("房号%(number)s已有。"), number=number)
        room = Room.objects.create(platform=kept, number=number, area=area, note=note)
        PLATFORMS.tell(actor, kept, "add_room", {"room": (None, number), "area": (None, area)})
    return room


def change_room(actor: Actor, room: Room, area: int, note: str) -> None:
    """Correct the area or the note of a room."""
    with PLATFORMS.within(actor, room.platform) as kept:
        found = Room.objects.select_for_update().get(pk=room.pk)
        before = found.area
        found.area, found.note = area, note
        found.save(update_fields=["area", "note"])
        PLATFORMS.tell(actor, kept, "change_room", {"room": (room.number, room.number),
                                                    "area": (before, area)})  # fmt: skip


def enter(
    actor: Actor, platform: Platform, party: Party, on: date, room: Room | None
) -> Incubation:
    """Let a firm enter a carrier, into a room that is free, or without one."""
    with PLATFORMS.within(actor, platform) as kept:
        return _enter(actor, kept, party, on, room)


def graduate(actor: Actor, stay: Incubation, on: date, condition: str, basis: str) -> None:
    """Say that a firm graduated, and by which condition."""
    words = CONDITIONS[condition]
    if condition == "other" and not basis:
        raise refuse("basis", _("请写明毕业依据。"))
    reason = basis if condition == "other" else _joined(words, basis)
    _leave(actor, stay, on, Outcome.GRADUATED, reason)


def leave(actor: Actor, stay: Incubation, on: date, reason: str) -> None:
    """Say that a firm left without graduating, and why."""
    _leave(actor, stay, on, Outcome.LEFT, reason)


def hand_on(actor: Actor, stay: Incubation, on: date, room: Room | None, reason: str) -> Incubation:
    """Hand a firm on to the next carrier of the chain: it leaves here and enters there.

    The actor must reach both carriers.
    """
    following = stay.platform.next_stage
    if following is None:
        raise refuse("on", _("这个载体没有登记下一级载体。请先在平台资料里选好。"))
    with PLATFORMS.within(actor, following) as there:
        _leave(actor, stay, on, Outcome.HANDED_ON, _joined(there.name, reason))
        return _enter(actor, there, stay.party, on, room)


def move(actor: Actor, stay: Incubation, room: Room | None) -> None:
    """Let a firm move into another room, or give its room back."""
    with PLATFORMS.within(actor, stay.platform) as kept:
        found = _open(stay)
        _free(kept, room)
        before = found.room.number if found.room else None
        found.room = room
        found.save(update_fields=["room"])
        changes = {"firm": (None, stay.party.name), "room": (before, room and room.number)}
        PLATFORMS.tell(actor, kept, "move", changes)


def _enter(actor: Actor, kept: Platform, party: Party, on: date, room: Room | None) -> Incubation:
    _carrier(kept, "party")
    if kept.status == Platform.Status.CANCELLED:
        raise refuse("party", _("“%(name)s”已撤销，不能再入驻。"), name=kept.name)
    stays = Incubation.objects.filter(platform=kept, party=party)
    if stays.filter(left_on=None).exists():
        raise refuse("party", _("“%(name)s”已经在孵。"), name=party.name)
    if stays.filter(left_on__gt=on).exists() or stays.filter(entered_on=on).exists():
        told = _("入驻日期%(on)s落在这家企业以前的入驻期里。请核对。")
        raise refuse("on", told, on=on)
    _free(kept, room)
    stay = Incubation.objects.create(platform=kept, party=party, entered_on=on, room=room)
    changes: dict[str, Any] = {
        "firm": (None, party.name),
        "entered_on": (None, on.isoformat()),
        "room": (None, room and room.number),
    }
    PLATFORMS.tell(actor, kept, "enter", changes)
    return stay


def _leave(actor: Actor, stay: Incubation, on: date, outcome: Outcome, reason: str) -> None:
    with PLATFORMS.within(actor, stay.platform) as kept:
        found = _open(stay)
        if on < found.entered_on:
            told = _("离开日期%(on)s早于入驻日期%(start)s。请核对。")
            raise refuse("on", told, on=on, start=found.entered_on)
        found.left_on, found.outcome, found.reason = on, outcome, reason[:200]
        found.save(update_fields=["left_on", "outcome", "reason"])
        changes = {"firm": (None, stay.party.name), "left_on": (None, on.isoformat())}
        PLATFORMS.tell(actor, kept, str(outcome), changes, found.reason)


def _open(stay: Incubation) -> Incubation:
    found = (
        Incubation.objects.select_for_update(of=("self",)).select_related("room").get(pk=stay.pk)
    )
    if found.left_on:
        raise refuse("on", _("这家企业已于%(on)s离开。"), on=found.left_on)
    return found


def _carrier(kept: Platform, field: str) -> None:
    if kept.kind not in CARRIERS:
        raise refuse(field, _("只有众创空间、孵化器、加速器和星创天地登记房间和入驻企业。"))


def _free(kept: Platform, room: Room | None) -> None:
    if room is None:
        return
    if room.platform_id != kept.pk:  # type: ignore[attr-defined]
        raise refuse("room", _("房间不在这个载体里。请从列表中选择。"))
    tenant = Incubation.objects.filter(room=room, left_on=None).select_related("party").first()
    if tenant:
        told = _("房间%(number)s现由“%(firm)s”使用。请选空闲的房间。")
        raise refuse("room", told, number=room.number, firm=tenant.party.name)


def _joined(first: str, second: str) -> str:
    return f"{first}：{second}" if second else first
