"""Instruments: put one in, correct it, take it out of use and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Instrument
from kechuang.office.registry.names import initials
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.records import Register, check_code, refuse

INSTRUMENTS: Final = Register(
    kind="instrument",
    model=Instrument,
    view="instrument.view",
    change="instrument.change",
    related=("party__region",),
    place=lambda row: place_of(row.party),
    name=lambda row: row.name,
    key=lambda row: row.code,
    fields=(
        "code", "name", "model", "category", "original_value", "in_use_since", "place",
        "shareable", "fee", "contact_name", "uses", "is_active",
    ),
)  # fmt: skip


def create(
    actor: Actor, party: Party, values: Mapping[str, Any], provenance: Provenance
) -> Instrument:
    """Put an instrument of a party in; its region must have been fetched with it.

    Raises `ValidationError` by field.
    """
    row = Instrument(party=party, **values)
    check_code(row.code)
    if Instrument.objects.filter(code=row.code).exists():
        raise refuse("code", _("仪器编号%(code)s已用。请核对，或另编一个。"), code=row.code)
    _check(row)
    return INSTRUMENTS.create(actor, row, provenance)


def change(
    actor: Actor, row: Instrument, values: Mapping[str, Any], provenance: Provenance
) -> audit.Changes:
    """Correct what was typed; the code stays. Gives what changed."""
    told = {name: value for name, value in values.items() if name != "code"}
    return INSTRUMENTS.update(actor, row, told, provenance, _check)


def retire(actor: Actor, row: Instrument, reason: str) -> audit.Changes:
    """Say that an instrument is out of use: nobody is offered it any more."""

    def alter(kept: Instrument) -> None:
        kept.is_active = False

    return INSTRUMENTS.write(actor, row, "retire", alter, reason)


def bring_back(actor: Actor, row: Instrument, reason: str) -> audit.Changes:
    """Say that an instrument is in use again."""

    def alter(kept: Instrument) -> None:
        kept.is_active = True

    return INSTRUMENTS.write(actor, row, "bring_back", alter, reason)


def _check(row: Instrument) -> None:
    if row.original_value is not None and row.original_value < 0:
        raise refuse("original_value", _("原值不能小于零。"))
    row.initials = initials(row.name)
