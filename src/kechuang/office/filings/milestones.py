"""How far a filing got, for figures: which stages say that it was filed, recommended, published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

CERTIFIED: Final = frozenset({"certified"})
PUBLISHED: Final = frozenset({"published", "filed"}) | CERTIFIED
RECOMMENDED: Final = (
    frozenset({"recommended", "city_reviewed", "province_reviewed"}) | PUBLISHED
)  # fmt: skip
APPLIED: Final = frozenset({"submitted", "returned", "failed"}) | RECOMMENDED
WAITING: Final = frozenset({"published", "filed"})
"""Stages after which the certificate that a renewal follows waits for the next one."""
REFUSED: Final = frozenset({"failed", "abandoned"})
SETTLING: Final = WAITING | REFUSED | {"returned"}
"""Stages that say whether a renewal is published; all others leave it as it was."""
RENEWALS: Final = frozenset({"renewed", "reviewed"})
"""Kinds of filings whose certificate follows the one that the firm holds."""
KEEPING: Final = frozenset({"renamed", "moved_in"})
"""Kinds that keep the certificate that the firm holds."""
MILESTONES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "applied": APPLIED,
        "recommended": RECOMMENDED,
        "published": PUBLISHED,
        "certified": CERTIFIED,
        "returned": frozenset({"returned"}),
        "failed": frozenset({"failed"}),
        "abandoned": frozenset({"abandoned"}),
    }
)
"""For each figure the stages any of which says that a filing got there.

Nobody skips a milestone: who was published had been recommended and filed, also where nobody
wrote those days down. Who failed had been filed; whether the county recommended it is not known.
"""


def waits(meanings: Iterable[str]) -> bool:
    """Whether a renewal is published after these stages, in the order in which they came.

    >>> waits(["submitted", "published"]), waits(["published", "failed"])
    (True, False)
    """
    last = [each for each in meanings if each in SETTLING][-1:]
    return bool(WAITING.intersection(last))


def rate(part: int, whole: int) -> Decimal | None:
    """A share in per cent with one decimal, half up; None of nothing.

    >>> rate(1, 3), rate(0, 0)
    (Decimal('33.3'), None)
    """
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def same_day(day: date, years: int) -> date:
    """The same day so many years earlier; the 29th of February becomes the 28th.

    >>> same_day(date(2028, 2, 29), 1)
    datetime.date(2027, 2, 28)
    """
    year = day.year - years
    if (day.month, day.day) == (2, 29):
        return date(year, 2, 28)
    return day.replace(year=year)
