"""Which names of regions a report may use, given whose report it is."""

from __future__ import annotations

from functools import lru_cache

from kechuang.reading.subjects import RegionNames, own_name
from kechuang.reference import Divisions, load_divisions

_GREAT_REGIONS = ("京津冀", "长三角", "珠三角", "粤港澳大湾区", "成渝地区", "长江经济带")


@lru_cache(maxsize=256)
def region_names(region: str | None) -> RegionNames:
    """The provinces, the prefectures, and what lies in or beside the report's region."""
    divisions = load_divisions()
    return RegionNames(_names(divisions, region))


def _names(divisions: Divisions, region: str | None) -> dict[str, str]:
    names: dict[str, str] = {name: name for name in _GREAT_REGIONS}
    own = divisions.resolve(region) if region else None
    if region and not own:
        last = own_name(region)
        if last:
            names[last] = last
    for each in divisions:
        local = own is not None and (
            own.code in (each.code, each.parent) or each.parent == own.parent
        )
        if each.level in ("province", "prefecture") or local:
            names.setdefault(each.name, each.name)
            if len(each.short_name) >= 2:
                names.setdefault(each.short_name, each.name)
        elif own is not None and divisions.is_within(each.code, own.code):
            names.setdefault(each.name, each.name)
    return names
