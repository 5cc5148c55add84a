"""The verbs of facts: record what a source says, correct one cell by hand, take that back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.eligibility.data.cells import Value
from kechuang.eligibility.data.headers import NUMERIC, Meaning
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry.choosing import NO_YEAR, as_correction, corrected, known
from kechuang.office.registry.models import CellCorrection, Standing, YearlyFact
from kechuang.office.registry.models.columns import column_of
from kechuang.office.registry.provenance import (
    Provenance,
    check_editable,
    check_source,
    columns,
    here,
    place_of,
)
from kechuang.office.registry.queries.facts import STANDING, YEARLY, Chosen, chosen, standing
from kechuang.office.registry.services.doubts import find_doubts, settle_doubt
from kechuang.reference import Field

__all__ = [
    "FIRST_YEAR",
    "correct_cell",
    "find_doubts",
    "lift_correction",
    "record_standing",
    "record_yearly",
    "settle_doubt",
]

FIRST_YEAR: Final = 1990
F = TypeVar("F", YearlyFact, Standing)


def record_yearly(
    actor: Actor, party: Party, year: int, values: Mapping[str, Value], provenance: Provenance
) -> YearlyFact:
    """Keep what a source says of a party and a year; what is not given stays, None empties a cell.

    Values are as in a frame: money in whole 分, a number an integer of its last decimal place.

    Raises:
        ValidationError: by field; or the source is refused, unknown, or not edited by hand.
    """
    _check_year(year)
    with acting(actor, "fact.change", place_of(party)):
        _lock(party)
        row = _of_source(YearlyFact.objects.filter(party=party, year=year), provenance)
        row = row or YearlyFact(party=party, year=year)
        _keep(actor, row, YEARLY, values, provenance)
        find_doubts([party.pk], [year])
    return row


def record_standing(
    actor: Actor, party: Party, values: Mapping[str, Value], provenance: Provenance
) -> Standing:
    """The same for facts that have no year."""
    with acting(actor, "fact.change", place_of(party)):
        _lock(party)
        row = _of_source(Standing.objects.filter(party=party), provenance) or Standing(party=party)
        _keep(actor, row, STANDING, values, provenance)
    return row


def correct_cell(
    actor: Actor, party: Party, year: int, field: str, value: Value, reason: str
) -> CellCorrection:
    """Set one value over all sources, with the reason; year 0 for a fact that has no year.

    None says that the sources are wrong and the right value is not known.

    Raises:
        ValidationError: no reason, a wrong value, or what counts is another body's data.
    """
    known_fields = _fields_of_year(year)
    meaning = _field(known_fields, field)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明更正的理由和依据。")})
    value = _checked(meaning, value)
    with acting(actor, "fact.change", place_of(party)):
        _lock(party)
        before = _counts(party, year, field)
        if before is not None and not before.is_corrected:
            check_editable(before.row)
        row = CellCorrection.objects.filter(party=party, year=year, field=field).first()
        row = row or CellCorrection(party=party, year=year, field=field)
        row.number, row.text = as_correction(value)
        row.reason = reason.strip()
        _fill(row, columns(actor, here()))
        row.save()
        changes = {field: (plain(before.value if before else None), plain(value))}
        _tell(actor, "fact.correct", party, year, changes, row.reason)
        find_doubts([party.pk], [year] if year else [])
    return row


def lift_correction(actor: Actor, party: Party, year: int, field: str) -> None:
    """Take a correction back: the sources count again. Nothing to do where there is none."""
    meaning = _field(_fields_of_year(year), field)
    with acting(actor, "fact.change", place_of(party)):
        _lock(party)
        row = CellCorrection.objects.filter(party=party, year=year, field=field).first()
        if row is None:
            return
        before = corrected(meaning, row.number, row.text)
        row.delete()
        now = _counts(party, year, field)
        changes = {field: (plain(before), plain(now.value if now else None))}
        _tell(actor, "fact.lift", party, year, changes)
        find_doubts([party.pk], [year] if year else [])


def plain(value: Value) -> Plain:
    """A value as the trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value


# --- what stands there, and what may


def _lock(party: Party) -> None:
    """One at a time for a party, so that a source never speaks twice of a year."""
    Party.objects.select_for_update(of=("self",)).get(pk=party.pk)


def _of_source(rows: QuerySet[F], provenance: Provenance) -> F | None:
    """The row of this source, if it may be edited by hand."""
    check_source(provenance.source)
    row = rows.filter(source=provenance.source).first()
    if row is not None:
        check_editable(row)
    return row


def _keep(
    actor: Actor,
    row: YearlyFact | Standing,
    fields: Mapping[str, Field],
    values: Mapping[str, Value],
    provenance: Provenance,
) -> None:
    """Write the values into a row and tell what changed."""
    checked: dict[str, Value] = {}
    mistakes: dict[str, ValidationError] = {}
    for code, value in values.items():
        field = _field(fields, code)
        try:
            checked[code] = _checked(field, value)
        except ValidationError as error:
            mistakes[code] = error
    if mistakes:
        raise ValidationError({code: each.messages for code, each in mistakes.items()})
    before = _plain(row, checked)
    for code, value in checked.items():
        setattr(row, code, column_of(fields[code]).get_default() if value is None else value)
    _fill(row, columns(actor, provenance))
    row.save()
    year = row.year if isinstance(row, YearlyFact) else NO_YEAR
    changes = audit.changes_between(before, _plain(row, checked))
    _tell(actor, "fact.record", row.party, year, changes)


def _plain(row: YearlyFact | Standing, codes: Iterable[str]) -> dict[str, Plain]:
    """What the trail keeps of a row: nothing of one that is not there yet."""
    if row.pk is None:
        return {}
    found = {"source": row.source, "document": row.document, "as_of": plain(row.as_of)}
    return {**found, **{code: plain(known(getattr(row, code))) for code in codes}}


def _checked(field: Field, value: Value) -> Value:
    """A value that a column may hold; raises `ValidationError` that names the field."""
    if value is None or value == "":
        return None
    told = {"field": field.name, "value": value}
    if field.type in NUMERIC:
        least, most = Meaning(field).least, field.most
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            words = _("“%(field)s”不能是%(value)s：个数不小于零，金额不超过十万亿元。请核对。")
            raise ValidationError(words % told)
        return value
    kind = {"boolean": bool, "date": date}.get(field.type, str)
    if not isinstance(value, kind) or (field.options and value not in field.options):
        words = _("“%(field)s”不能是“%(value)s”。请从可选的值里选。")
        raise ValidationError(words % told)
    return value


def _fields_of_year(year: int) -> Mapping[str, Field]:
    if year == NO_YEAR:
        return STANDING
    _check_year(year)
    return YEARLY


def _field(fields: Mapping[str, Field], code: str) -> Field:
    field = fields.get(code)
    if field is None:
        words = _("没有“%(code)s”这一项。请从列出的各项里选择。")
        raise ValidationError({"field": words % {"code": code}})
    return field


def _check_year(year: int) -> None:
    last = timezone.localdate().year
    if not FIRST_YEAR <= year <= last:
        words = _("年度填的是%(year)s，应在%(first)d至%(last)d之间。")
        raise ValidationError({"year": words % {"year": year, "first": FIRST_YEAR, "last": last}})


def _counts(party: Party, year: int, field: str) -> Chosen | None:
    if year == NO_YEAR:
        return standing([party.pk], [field]).get((party.pk, field))
    return chosen([party.pk], [year], [field]).get((party.pk, year, field))


def _fill(row: Model, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _tell(
    actor: Actor, action: str, party: Party, year: int, changes: audit.Changes, reason: str = ""
) -> None:
    name = f"{party.name} {year}" if year else party.name
    subject = SourceRef("yearly_fact", f"{party.code} {year}")
    audit.record(actor, audit.Line(action, subject, name, place_of(party), changes, reason))
