"""How long something holds, in words and colour: 临期 is amber, 逾期 red."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import DateField, QuerySet, Value
from django.utils.translation import gettext as _

from kechuang.office.ground.showing import State
from kechuang.office.registry.care import expiry_days
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.sources import load_sources
from kechuang.reference import load_dictionary

FEN_OF_WAN: Final = Decimal(1_000_000)


def until(expires_on: date | None, day: date) -> State:
    """What a reader must know of a last day: holds, ends before long, is over.

    >>> str(until(date(2026, 3, 1), date(2026, 2, 27)))
    '临期（还有2天）'
    """
    if expires_on is None:
        return State("done", _("有效"))
    days = (expires_on - day).days
    if days < 0:
        return State("late", _("已到期%(days)s天") % {"days": f"{-days:,}"})
    if days <= expiry_days(day):
        return State("soon", _("临期（还有%(days)s天）") % {"days": days})
    return State("done", _("有效"))


def with_day(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """The rows with the day for which they are asked (`day`) and the end of its 临期 (`soon`)."""
    ahead = timedelta(days=expiry_days(day))
    soon = day + ahead if day <= date.max - ahead else date.max
    field = DateField()
    return rows.annotate(day=Value(day, output_field=field), soon=Value(soon, output_field=field))


def options(frame: str, field: str) -> Mapping[str, str]:
    """The options of a field of the dictionary: code and name."""
    return load_dictionary().field(frame, field).options


def in_wan(fen: int | None) -> Decimal | None:
    """Whole 分 in 万元, exactly.

    >>> in_wan(1_234_500)
    Decimal('1.2345')
    """
    return None if fen is None else Decimal(fen) / FEN_OF_WAN


def told_source(row: Sourced) -> str:
    """Where a row comes from: its source, the number of the document, its day, who confirmed it."""
    source = load_sources()[row.source].told
    parts = [source, row.document, row.as_of.isoformat(), row.confirmed_name]
    return " · ".join(part for part in parts if part)
