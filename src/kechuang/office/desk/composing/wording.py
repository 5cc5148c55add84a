"""Figures in the words of official Chinese: money, shares, changes. Rounding is half up."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from kechuang.office.ground.showing import figures

YI: Final = 10_000_000_000  # 1亿元 in 分
WAN: Final = Decimal(1_000_000)


def money(fen: int) -> str:
    """Money in 万元, from one 亿元 on in 亿元; two places at most.

    >>> money(1_284_500_000), money(12_845_000_000), money(9_999_999_999_999)
    ('1,284.5万元', '1.28亿元', '1,000亿元')
    """
    if abs(fen) >= YI:
        return f"{_short(Decimal(fen) / YI)}亿元"
    return f"{_short(Decimal(fen) / WAN)}万元"


def share(part: int, whole: int) -> str | None:
    """What part of a whole, with one place; None where the whole is nothing or less.

    >>> share(64, 1280), share(1, 0)
    ('5%', None)
    """
    if whole <= 0:
        return None
    return f"{_short(Decimal(part) * 100 / whole, 1)}%"


def change(now: int, before: int) -> str | None:
    """The change against the year before; None where that was nothing or less.

    >>> change(112, 100), change(95, 100), change(100, 100), change(5, 0)
    ('同比增长12%', '同比下降5%', '与上年持平', None)
    """
    if before <= 0:
        return None
    rate = (Decimal(now - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rate == 0:
        return "与上年持平"
    return f"同比{'增长' if rate > 0 else '下降'}{_short(abs(rate), 1)}%"


def month(day: date) -> str:
    """A month as it is written.

    >>> month(date(2010, 5, 1))
    '2010年5月'
    """
    return f"{day.year}年{day.month}月"


def whole_day(day: date) -> str:
    """A day as it is written.

    >>> whole_day(date(2026, 1, 9))
    '2026年1月9日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, ended at a comma where it is too long, then 等.

    >>> cut("轴承、曲轴、齿轮的研发，制造与销售", 9)
    '轴承、曲轴等'
    """
    plain = text.strip().rstrip("。；;，,、")
    if len(plain) <= most:
        return plain
    short = plain[: most - 1]
    ends = [short.rfind(mark) for mark in "；;。，,、"]
    last = max(ends)
    return f"{short[:last] if last > 0 else short}等"


def _short(value: Decimal, places: int = 2) -> str:
    return figures(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
