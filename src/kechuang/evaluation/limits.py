"""The limits of `limits.toml`, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Limits:
    """When outliers are treated, for how many units at most, and what alpha says agreement."""

    skewness: float
    kurtosis: float
    points: int
    alpha: float


@cache
def limits() -> Limits:
    """The limits as shipped."""
    data = tomllib.loads(files("kechuang.evaluation").joinpath("limits.toml").read_text("utf-8"))
    return Limits(**data["treatment"], **data["agreement"])
