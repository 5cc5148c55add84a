"""Firms with facts for the tests of the registry."""

from __future__ import annotations

from datetime import date
from typing import Any

from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import CellCorrection, Organisation, Standing, YearlyFact
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.sources import load_sources

DAY = date(2026, 3, 1)


def firm(code: str, place: str = "990101", name: str = "", **values: Any) -> Party:
    """An enterprise with its organisation, and nothing known of it but what is given."""
    party = Party.objects.create(
        code=code,
        name=name or f"示例{code}公司",
        kind="enterprise",
        region=Region.objects.get(code=place),
    )
    Organisation.objects.create(
        party=party,
        kind="enterprise",
        initials=initials(party.name),
        name_key=name_key(party.name),
        **{**sourced("registration"), **values},
    )
    return party


def sourced(source: str, as_of: date = DAY) -> dict[str, Any]:
    """The columns that say where a row comes from."""
    return {
        "source": source,
        "rank": load_sources()[source].rank,
        "as_of": as_of,
        "confirmed_by": "zhang",
        "confirmed_name": "张三",
    }


def yearly(party: Party, year: int, source: str, as_of: date = DAY, **values: Any) -> YearlyFact:
    """What a source says of a year."""
    return YearlyFact.objects.create(party=party, year=year, **sourced(source, as_of), **values)


def standing(party: Party, source: str, as_of: date = DAY, **values: Any) -> Standing:
    """What a source says without a year."""
    return Standing.objects.create(party=party, **sourced(source, as_of), **values)


def correction(party: Party, year: int, field: str, **values: Any) -> CellCorrection:
    """A cell set by hand."""
    given = {"reason": "核对报表", **sourced("bureau"), **values}
    return CellCorrection.objects.create(party=party, year=year, field=field, **given)
