"""Intellectual property: put a right in, correct it, say that it was granted or has lapsed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import require
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.records import Register, check_option, check_order, refuse, stamp
from kechuang.office.registry.standing import options

PENDING: Final = "pending"
VALID: Final = "valid"
LAPSED: Final = "lapsed"
OPTIONS: Final = {
    "kind": "ip_kind", "ip_class": "ip_class", "status": "status", "acquired_by": "acquired_by",
}  # fmt: skip
HANDED_ON: Final = (
    "number", "name", "kind", "ip_class", "applied_on", "granted_on", "expires_on", "status",
    "owner_rank", "high_value",
)  # fmt: skip
"""What of a right stays as it is under a new owner; whether it can be used is asked anew."""
CLASSES: Final = {"invention": "I", "utility_model": "II", "design": "II", "software": "II"}
"""The class that a kind of right is counted in, where the kind alone decides it."""

PROPERTIES: Final = Register(
    kind="property",
    model=IntellectualProperty,
    view="property.view",
    change="property.change",
    related=("party__region",),
    place=lambda row: place_of(row.party),
    name=lambda row: row.name or row.number,
    key=lambda row: str(row.pk),
    fields=(
        "number", "name", "kind", "ip_class", "applied_on", "granted_on", "expires_on", "status",
        "acquired_by", "owner_rank", "usable_for_hnte", "high_value", "for_main_product",
        "applied_with_benefit", "acquired_on", "transferred_on",
    ),
    options={name: ("ip", field) for name, field in OPTIONS.items()},
)  # fmt: skip


def create(
    actor: Actor, party: Party, values: Mapping[str, Any], provenance: Provenance
) -> IntellectualProperty:
    """Put a right of a party in; its region must have been fetched with it.

    Raises `ValidationError` by field.
    """
    row = IntellectualProperty(party=party, **values)
    _check(row)
    return PROPERTIES.create(actor, row, provenance)


def change(
    actor: Actor, row: IntellectualProperty, values: Mapping[str, Any], provenance: Provenance
) -> audit.Changes:
    """Correct what was typed, or replace an official row by a newer list; gives what changed."""
    return PROPERTIES.update(actor, row, values, provenance, _check)


def grant(
    actor: Actor, row: IntellectualProperty, granted_on: date, expires_on: date | None, number: str
) -> audit.Changes:
    """Say that an application was granted; `number` is that of the grant, empty where it stays."""

    def alter(kept: IntellectualProperty) -> None:
        if kept.status != PENDING:
            raise refuse("granted_on", _("只有审中的申请可以登记授权。"))
        kept.status, kept.granted_on, kept.expires_on = VALID, granted_on, expires_on
        kept.number = number or kept.number
        _check(kept)

    return PROPERTIES.write(actor, row, "grant", alter)


def lapse(actor: Actor, row: IntellectualProperty, on: date, reason: str) -> audit.Changes:
    """Say that a right ended or an application came to nothing, when and why."""

    def alter(kept: IntellectualProperty) -> None:
        if kept.status == LAPSED:
            raise refuse("on", _("这一项已经失效。"))
        _check_kept(kept, "on")
        start = kept.granted_on or kept.applied_on
        if start and on < start:
            told = _("失效日期%(on)s早于%(start)s。请核对。")
            raise refuse("on", told, on=on, start=start)
        kept.status = LAPSED
        kept.expires_on = min(on, kept.expires_on) if kept.expires_on else on

    return PROPERTIES.write(actor, row, "lapse", alter, reason)


def transfer(
    actor: Actor, row: IntellectualProperty, to: Party, on: date, provenance: Provenance
) -> IntellectualProperty:
    """Hand a right on to another organisation from a day; gives the new owner's row.

    The row stays in the history of both. The region of `to` must have been fetched with it, and
    the actor must be allowed to change the rights of both. Raises `ValidationError` by field.
    """
    with PROPERTIES.within(actor, row) as kept:
        _check_transfer(kept, to, on)
        new = IntellectualProperty(
            party=to, came_from=kept, acquired_on=on, acquired_by="transfer",
            **{name: getattr(kept, name) for name in HANDED_ON},
        )  # fmt: skip
        require(actor, PROPERTIES.change, PROPERTIES.place(new))
        _check(new)
        stamp(new, actor, provenance)
        new.save(force_insert=True)
        kept.transferred_on, kept.changed_at = on, timezone.now()
        kept.save(update_fields=["transferred_on", "changed_at"])
        day = on.isoformat()
        gone: audit.Changes = {"transferred_on": (None, day), "to_party": (None, to.name)}
        come: audit.Changes = {"acquired_on": (None, day), "from_party": (None, kept.party.name)}
        PROPERTIES.tell(actor, kept, "transfer", gone, provenance.document)
        PROPERTIES.tell(actor, new, "acquire", come, provenance.document)
    return new


def take_back(actor: Actor, row: IntellectualProperty, reason: str) -> None:
    """Say that a transfer was put in by mistake: the new owner's row goes, the right is back.

    Raises `ValidationError` where the new owner's row was changed or handed on since.
    """
    with PROPERTIES.within(actor, row) as kept:
        if kept.transferred_on is None:
            raise refuse("reason", _("这一项没有转出。"))
        rows = IntellectualProperty.objects.select_related("party__region")
        new = rows.select_for_update(of=("self",)).filter(came_from=kept).first()
        day, kept.transferred_on = kept.transferred_on.isoformat(), None
        changes: dict[str, tuple[audit.Plain, audit.Plain]] = {"transferred_on": (day, None)}
        if new is not None:
            if new.transferred_on or any(getattr(new, n) != getattr(kept, n) for n in HANDED_ON):
                told = _("“%(party)s”名下的记录之后有改动，不能撤销。请先核对那里的记录。")
                raise refuse("reason", told, party=new.party.name)
            require(actor, PROPERTIES.change, PROPERTIES.place(new))
            gone: audit.Changes = {"acquired_on": (day, None)}
            PROPERTIES.tell(actor, new, "return", gone, reason)
            changes["to_party"] = (new.party.name, None)
            new.delete()
        kept.changed_at = timezone.now()
        kept.save(update_fields=["transferred_on", "changed_at"])
        PROPERTIES.tell(actor, kept, "take_back", changes, reason)


def _check_transfer(row: IntellectualProperty, to: Party, on: date) -> None:
    if row.status == LAPSED:
        raise refuse("on", _("这一项已经失效。"))
    _check_kept(row, "on")
    if to == row.party:
        raise refuse("party", _("受让人就是现在的权利人。请选另一家。"))
    start = row.acquired_on or row.granted_on or row.applied_on
    if start and on < start:
        raise refuse("on", _("转让日期%(on)s早于%(start)s。请核对。"), on=on, start=start)
    if on > timezone.localdate():
        raise refuse("on", _("转让日期%(on)s在今天之后。登记生效后再来办理。"), on=on)


def _check_kept(row: IntellectualProperty, field: str) -> None:
    if row.transferred_on:
        raise refuse(field, _("这一项已于%(on)s转出。请到受让人名下办理。"), on=row.transferred_on)


def _check(row: IntellectualProperty) -> None:
    for name, field in OPTIONS.items():
        check_option(row, name, options("ip", field))
    check_order(row, "applied_on", "granted_on")
    check_order(row, "granted_on", "expires_on")
    if row.status == PENDING and row.granted_on:
        raise refuse("granted_on", _("审中的申请还没有授权日期。已授权的请把状态选为有效。"))
    row.ip_class = row.ip_class or CLASSES.get(row.kind, "")
    same = IntellectualProperty.objects.filter(party=row.party, number=row.number)
    if same.exclude(pk=row.pk).exists():
        told = _("编号%(number)s在“%(party)s”名下已有。请打开已有的记录。")
        raise refuse("number", told, number=row.number, party=row.party.name)
