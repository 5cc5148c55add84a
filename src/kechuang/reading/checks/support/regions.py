"""How many divisions share a list: counties of a province, cities of a province, provinces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kechuang.reading.checks.support.settings import any_of
from kechuang.reference import Division, load_divisions

_RANKED_LEVELS = frozenset({"province", "prefecture", "county"})


@dataclass(frozen=True, slots=True)
class Within:
    """A region and how many divisions of one level it holds."""

    region: str
    units: int


@cache
def _count(region_code: str, level: str) -> int:
    divisions = load_divisions()
    return sum(
        division.level == level
        and (not region_code or divisions.is_within(division.code, region_code))
        for division in divisions
    )


def places_within(full_name: str, scope: str) -> Within | None:
    """Among how many divisions a place is ranked, or None where that is not sure.

    `full_name` is the ranked place with what it belongs to as far as known, `scope` a word such as
    全省, or words that name the ranking region.

    >>> places_within("河北省邯郸市曲周县", "全省")
    Within(region='河北省', units=167)
    >>> places_within("某公司", "全省") is None
    True
    """
    division = load_divisions().resolve(full_name)
    if division is None or division.level not in _RANKED_LEVELS:
        return None
    if any_of("rank", "country").search(scope):
        return Within("全国", _count("", division.level))
    region = _region(division, scope)
    return None if region is None else Within(region.name, _count(region.code, division.level))


def _region(division: Division, scope: str) -> Division | None:
    above = load_divisions().parents(division.code)
    for region in above:
        if region.name in scope:
            return region
    if any_of("rank", "of_the_prefecture").search(scope):
        return above[0] if above and division.level == "county" else None
    if any_of("rank", "of_the_province").search(scope):
        return above[-1] if above else None
    return None
