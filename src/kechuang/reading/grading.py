"""How sure a reading is: what is known of such readings, less a share for each doubt."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from kechuang.reading.drafts import Draft


@cache
def _scale() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("kechuang.reading").joinpath("grading.toml").read_text("utf-8"))


def grade(draft: Draft) -> float:
    """A number between 0 and 1; from 0.9 on, figure, kind and measure are meant to be right."""
    scale = _scale()
    start = scale["start"]["known" if draft.indicator else "unknown"]
    taken = sum(scale["doubts"][doubt] for doubt in doubts_of(draft))
    return round(max(start - taken, scale["limits"]["lowest"]), 2)


def doubts_of(draft: Draft) -> list[str]:
    """The names of what makes a reading doubtful, as in `grading.toml`."""
    limits = _scale()["limits"]
    length = len(draft.measure or "")
    named = {
        "no_measure": length == 0,
        "short_measure": 0 < length < limits["short"],
        "long_measure": length > limits["long"],
        "standard": draft.kind == "standard",
        "change": draft.kind == "change",
        "distributed": "distributed" in draft.doubts,
        "borrowed": "borrowed" in draft.doubts,
        "words": draft.quantity.form == "words",
        "bare": draft.quantity.form == "bare",
        "ratio": draft.quantity.form == "ratio",
        "rule_book": draft.mode == "policy",
    }
    return [name for name, holds in named.items() if holds]
