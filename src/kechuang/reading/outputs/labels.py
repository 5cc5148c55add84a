"""The words that people read, from `labels.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from kechuang.figures.model import Bound
from kechuang.reading.model import Kind


@cache
def labels() -> dict[str, Any]:
    """All labels as the file holds them."""
    source = files("kechuang.reading.outputs").joinpath("labels.toml")
    return tomllib.loads(source.read_text("utf-8"))


def kind_name(kind: Kind) -> str:
    """A kind in Chinese.

    >>> kind_name("growth")
    '增速'
    """
    return str(labels()["kinds"][kind]["name"])


def kind_sign(kind: Kind) -> str:
    """The one character that stands for a kind where there is little room."""
    return str(labels()["kinds"][kind]["sign"])


def bound_name(bound: Bound) -> str:
    """How a number is meant, in Chinese."""
    return str(labels()["bounds"][bound]["name"])


def check_name(check: str) -> str:
    """A check in Chinese; one without a label keeps its own name."""
    return str(labels()["checks"].get(check, check))


def column(name: str) -> str:
    """The Chinese head of a column.

    >>> column("measure")
    '指标'
    """
    return str(labels()["columns"][name])


def is_sure(confidence: float) -> bool:
    """Whether a figure needs no second look."""
    return confidence >= float(labels()["sure"])
