"""The stages of the cultivation pool and who may be let in by rule, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from kechuang.office.policies.ladder import Stand


@cache
def _read() -> Mapping[str, Any]:
    text = files("kechuang.office.policies").joinpath("pool.yaml").read_text("utf-8")
    return yaml.safe_load(text)


@cache
def stages() -> Mapping[str, str]:
    """The names of all stages by code, in their order.

    >>> list(stages().values())
    ['入库', '培育', '申报', '出库']
    """
    return MappingProxyType({row["code"]: row["name"] for row in _read()["stages"]})


def open_stages() -> dict[str, str]:
    """The stages that an officer may choose: all but the one that an exit gives."""
    return {code: name for code, name in stages().items() if code != end_stage()}


def first_stage() -> str:
    """The stage at which an entry begins."""
    return next(iter(stages()))


def filing_stage() -> str:
    """The stage of a firm that was put into a batch."""
    return next(row["code"] for row in _read()["stages"] if row.get("filing"))


def end_stage() -> str:
    """The stage of a firm that left the pool."""
    return next(row["code"] for row in _read()["stages"] if row.get("end"))


def by_rule() -> frozenset[Stand]:
    """How a firm must stand to a rung so that it is let in from the ladder."""
    return frozenset(Stand(code) for code in _read()["by_rule"])


def soon_days() -> int:
    """How many days ahead a next step is told of."""
    return _read()["soon_days"]
