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
    now, before = _standings(found), [_standings(each) for each in earlier]
    return [_movement(found, now[unit], [each.get(unit) for each in before]) for unit in now]


@dataclass(frozen=True, slots=True)
class _Standing:
    unit: str
    name: str
    rank: int | None
    band: str | None
    score: float


def _standings(found: Evaluation) -> dict[str, _Standing]:
    return {
        unit: _Standing(unit, name, None if place == UNRANKED else place, band, score)
        for unit, name, place, band, score in zip(
            found.units,
            found.names,
            found.places.tolist(),
            found.classes,
            found.total.tolist(),
            strict=True,
        )
    }


def _movement(found: Evaluation, now: _Standing, earlier: Sequence[_Standing | None]) -> Movement:
    before = earlier[-1] if earlier else None
    earlier_rank = before.rank if before is not None else None
    earlier_class = before.band if before is not None else None
    change = (
        now.score - before.score
        if before is not None and None not in {now.rank, earlier_rank}
        else None
    )
    gains: list[tuple[int, str]] = [
        (each.amount, f"{each.origin} 档升 {each.into} 档")
        for each in found.scheme.class_rewards
        if (each.origin, each.into) == (earlier_class, now.band)
    ]
    gains += _for_rank(found, now.rank, [None if each is None else each.rank for each in earlier])
    return Movement(
        now.unit,
        now.name,
        earlier_rank,
        now.rank,
        earlier_class,
        now.band,
        change,
        None if now.rank is None or earlier_rank is None else earlier_rank - now.rank,
        sum(amount for amount, _ in gains),
        tuple(reason for _, reason in gains),
    )


def _for_rank(
    found: Evaluation, rank: int | None, earlier: Sequence[int | None]
) -> list[tuple[int, str]]:
    """The rewards for a rise of ranks; of several that are reached the greatest counts."""
    known = [place for place in earlier if place is not None]
    if rank is None or not known:
        return []
    reached: list[tuple[int, str]] = []
    for reward in found.scheme.rank_rewards:
        since = min(known) if reward.against == "best" else earlier[-1]
        if since is not None and since - rank >= reward.places:
            told = "比历史最好名次" if reward.against == "best" else "比上年"
            reached.append((reward.amount, f"{told}上升 {since - rank} 位"))
    return [max(reached)] if reached else []
