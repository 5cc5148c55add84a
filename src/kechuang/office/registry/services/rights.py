"""Intellectual property: put a right in, correct it, say that it was granted or has lapsed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.records import Register, check_option, check_order, refuse
from kechuang.office.registry.standing import options

PENDING: Final = "pending"
VALID: Final = "valid"
LAPSED: Final = "lapsed"
OPTIONS: Final = {
    "kind": "ip_kind", "ip_class": "ip_class", "status": "status", "acquired_by": "acquired_by",
}  # fmt: skip
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
        "applied_with_benefit",
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
        start = kept.granted_on or kept.applied_on
        if start and on < start:
            told = _("失效日期%(on)s早于%(start)s。请核对。")
            raise refuse("on", told, on=on, start=start)
        kept.status = LAPSED
        kept.expires_on = min(on, kept.expires_on) if kept.expires_on else on

    return PROPERTIES.write(actor, row, "lapse", alter, reason)


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
