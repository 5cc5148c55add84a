"""What changed since the years before, and what a scheme gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kechuang.evaluation.evaluating import Evaluation
from kechuang.evaluation.ranking import UNRANKED


@dataclass(frozen=True, slots=True)
class Movement:
    """One unit beside the year before.

    Ranks and classes are None where the unit had none. `rise` counts ranks up since the year
    before, negative for a fall. `amount` is what the scheme gives, in whole 分, and `reasons` say
    for what.
    """

    unit: str
    name: str
    earlier_rank: int | None
    rank: int | None
    earlier_class: str | None
    class_now: str | None
    score_change: float | None
    rise: int | None
    amount: int
    reasons: tuple[str, ...]


def movements(found: Evaluation, earlier: Sequence[Evaluation]) -> list[Movement]:
    """What each unit of a year did since the years before, the oldest first in `earlier`.

    A unit that enters has no earlier rank and no reward; one that leaves is not in the result.
    """
    return [_movement(found, earlier, row) for row in range(len(found.units))]


def _rank(found: Evaluation, unit: str) -> int | None:
    if unit not in found.units:
        return None
    place = int(found.places[found.units.index(unit)])
    return None if place == UNRANKED else place


def _movement(found: Evaluation, earlier: Sequence[Evaluation], row: int) -> Movement:
    unit = found.units[row]
    rank, band = _rank(found, unit), found.classes[row]
    before = earlier[-1] if earlier and unit in earlier[-1].units else None
    earlier_rank = _rank(before, unit) if before is not None else None
    earlier_class = before.classes[before.units.index(unit)] if before is not None else None
    change = (
        float(found.total[row] - before.total[before.units.index(unit)])
        if before is not None and rank is not None and earlier_rank is not None
        else None
    )
    gains: list[tuple[int, str]] = [
        (each.amount, f"{each.origin} 档升 {each.into} 档")
        for each in found.scheme.class_rewards
        if (each.origin, each.into) == (earlier_class, band)
    ]
    gains += _for_rank(found, earlier, unit, rank)
    return Movement(
        unit,
        found.names[row],
        earlier_rank,
        rank,
        earlier_class,
        band,
        change,
        None if rank is None or earlier_rank is None else earlier_rank - rank,
        sum(amount for amount, _ in gains),
        tuple(reason for _, reason in gains),
    )


def _for_rank(
    found: Evaluation, earlier: Sequence[Evaluation], unit: str, rank: int | None
) -> list[tuple[int, str]]:
    """The rewards for a rise of ranks; of several that are reached the greatest counts."""
    known = [place for each in earlier if (place := _rank(each, unit)) is not None]
    if rank is None or not known:
        return []
    reached: list[tuple[int, str]] = []
    for reward in found.scheme.rank_rewards:
        since = min(known) if reward.against == "best" else _rank(earlier[-1], unit)
        if since is not None and since - rank >= reward.places:
            told = "比历史最好名次" if reward.against == "best" else "比上年"
            reached.append((reward.amount, f"{told}上升 {since - rank} 位"))
    return [max(reached)] if reached else []
