"""The nearest peers on the part of the job that they do, on the same strings in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any

from kechuang.figures.numerals import parse_numeral
from kechuang.figures.periods import find_periods
from kechuang.figures.quantities import find_quantities

DIGITS = "零一二三四五六七八九"
YEAR = 2024


def chinese_numeral(value: int) -> str:
    """A whole number below 10,000 in Chinese numerals.

    >>> chinese_numeral(1205)
    '一千二百零五'
    """
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return out.replace("一十", "十", 1) if out.startswith("一十") else out


def compare(count: int, seed: int) -> list[tuple[str, str]]:
    """Numerals beside cn2an, sums of money and times beside jionlp."""
    draw = random.Random(seed)  # noqa: S311
    cn2an: Any = import_module("cn2an")
    jionlp: Any = import_module("jionlp")
    numerals = [
        chinese_numeral(draw.randrange(1, 10_000)) + draw.choice("万亿") for _ in range(count)
    ]
    money = [
        f"{draw.randrange(1, 9999)}.{draw.randrange(10, 99)}{draw.choice('万亿')}元"
        for _ in range(count)
    ]
    times = [f"{draw.randrange(2015, 2026)}年{draw.randrange(1, 13)}月" for _ in range(count)]
    return [
        _row(
            "numerals, beside cn2an",
            numerals,
            parse_numeral,
            lambda text: cn2an.cn2an(text, "smart"),
        ),
        _row(
            "sums of money, beside jionlp",
            money,
            _our_money,
            lambda text: jionlp.parse_money(text)["num"],
        ),
        _row("months, beside jionlp", times, _our_month, lambda text: _their_month(jionlp, text)),
    ]


def _row(
    name: str, texts: Sequence[str], ours: Callable[[str], Any], theirs: Callable[[str], Any]
) -> tuple[str, str]:
    own, own_seconds = _timed(texts, ours)
    other, other_seconds = _timed(texts, theirs)
    same = sum(_alike(one, two) for one, two in zip(own, other, strict=True))
    micro = 1e6 / len(texts)
    return (
        name,
        f"agree on {same} of {len(texts)}; ours {own_seconds * micro:.1f} µs, theirs "
        f"{other_seconds * micro:.1f} µs: {other_seconds / own_seconds:.1f} × faster",
    )


def _timed(texts: Sequence[str], read: Callable[[str], Any]) -> tuple[list[Any], float]:
    read(texts[0])
    began = time.process_time()
    out = [read(text) for text in texts]
    return out, time.process_time() - began


def _alike(one: Any, two: Any) -> bool:
    if one is None or two is None:
        return False
    if isinstance(one, Decimal):
        return one == Decimal(str(two))
    return one == two


def _our_money(text: str) -> Decimal:
    return find_quantities(text)[0].value


def _our_month(text: str) -> str | None:
    return find_periods(text, year=YEAR)[0].period


def _their_month(jionlp: Any, text: str) -> str:
    return jionlp.parse_time(text, time_base=time.time())["time"][0][:7]
