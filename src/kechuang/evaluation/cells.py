"""One cell of a table of indicators to a number, or to what is wrong with it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Final

from kechuang.reference.words import plain_header

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_PERCENT: Final = "%"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is no number, and what to write instead."""

    why: str
    remedy: str


@cache
def _words(name: str) -> frozenset[str]:
    source = files("kechuang.evaluation").joinpath("words.toml").read_text("utf-8")
    listed: list[str] = tomllib.loads(source)[name]
    return frozenset(plain_header(word) for word in listed)


def is_total(text: str) -> bool:
    """Whether a row goes by the name of a sum and is no unit."""
    return plain_header(text) in _words("totals")


def number_of_cell(text: str, unit: str) -> float | Fault | None:
    """The number of a cell, None where it is missing.

    A per cent sign may stand where the indicator's unit is per cent, and nowhere else.

    >>> number_of_cell("1,234.5", "家"), number_of_cell("2.08%", "%"), number_of_cell("—", "家")
    (1234.5, 2.08, None)
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written or plain_header(written) in _words("missing"):
        return None
    if written.startswith("="):
        return Fault("是没有算过的公式", "用表格软件打开，保存后再读")
    digits = written
    if written.endswith(_PERCENT):
        if unit != _PERCENT:
            why = f"带百分号，而这个指标的单位是“{unit or '没有写'}”"
            return Fault(why, "按指标的单位写数，或在方案里把 unit 写成 %")
        digits = written.removesuffix(_PERCENT).rstrip()
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits) or not isfinite(float(digits)):
        return Fault("含有数字以外的字", "只写数字，单位写在表头；不知道就留空")
    return float(digits)
