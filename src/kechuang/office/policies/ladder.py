"""The rungs of the ladder as data, and the states in which a firm stands to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml
from django.utils.translation import gettext_lazy as _

from kechuang.eligibility.nearest import Distance
from kechuang.office.ground.showing import in_chinese
from kechuang.office.ground.slots import Text


class Stand(StrEnum):
    """How a firm stands to a rung. The first that holds counts, so that each firm is counted once.

    What it holds goes before what it filed, and that before what a rule says of it.
    """

    CERTIFIED = "certified"
    EXPIRING = "expiring"
    AWAITING = "awaiting"
    FILING = "filing"
    QUALIFIED = "qualified"
    NEAR = "near"
    SCREENED = "screened"
    OPEN = "open"


NAMES: Final[Mapping[Stand, Text]] = {
    Stand.CERTIFIED: _("已认定"),
    Stand.EXPIRING: _("即将到期"),
    Stand.AWAITING: _("到期待发证"),
    Stand.FILING: _("在申报"),
    Stand.QUALIFIED: _("达标未申报"),
    Stand.NEAR: _("差一项"),
    Stand.SCREENED: _("初筛符合"),
    Stand.OPEN: _("待补数据"),
}
HELD: Final = (Stand.CERTIFIED, Stand.EXPIRING, Stand.AWAITING)
LACKING: Final = (Stand.NEAR, Stand.SCREENED, Stand.OPEN)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: the rules by which it is reached, the titles by which it is held.

    `name` is Chinese, as it is kept and handed on; `rung_name` is for pages.
    """

    code: str
    name: str
    name_en: str
    rules: tuple[str, ...]
    screening: str
    titles: tuple[str, ...]


@cache
def _read() -> Mapping[str, Any]:
    text = files("kechuang.office.policies").joinpath("ladder.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def is_near(distance: Distance | None) -> bool:
    """Whether one change at most stands in the way, and that one is within reach."""
    if distance is None or len(distance.way.changes) > 1:
        return False
    most = _read()["near"]
    return all(
        each.share <= Fraction(most["percent"], 100)
        if each.share is not None
        else each.pieces <= most["pieces"]
        for each in distance.way.changes
    )


@cache
def rungs() -> Mapping[str, Rung]:
    """All rungs by code, the lowest first.

    >>> list(rungs())[0], rungs()["hnte"].screening
    ('tech_sme_national', 'hnte_screening')
    """
    rows: Mapping[str, Mapping[str, Any]] = _read()["rungs"]
    return MappingProxyType(
        {
            code: Rung(
                code,
                row["name"],
                row["en"],
                tuple(row["rules"]),
                row.get("screening", ""),
                tuple(row["titles"]),
            )
            for code, row in rows.items()
        }
    )


def experts() -> frozenset[str]:
    """The sources, as rules name them, of what experts give when a filing is judged.

    >>> "技术专家" in experts()
    True
    """
    return frozenset(_read()["experts"])


def rung_name(code: str) -> str:
    """What a rung is called in the language of the page; a code that is gone stays as it is."""
    rung = rungs().get(code)
    if rung is None:
        return code
    return rung.name if in_chinese() else rung.name_en
