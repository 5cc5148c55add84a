"""Which roles one person may not hold together, as the matrix says and the installation relaxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from kechuang.office.accounts.permissions import Separation, matrix


@dataclass(frozen=True, slots=True)
class Held:
    """A role and the days on which it is held; no end means for good."""

    role: str
    since: date
    until: date | None = None

    def overlaps(self, other: Held) -> bool:
        """Whether there is a day on which both are held."""
        return self.since <= (other.until or date.max) and other.since <= (self.until or date.max)


def separations(*, small: bool) -> tuple[Separation, ...]:
    """What applies here: in a small bureau only what is never relaxed."""
    return tuple(each for each in matrix().separations if each.always or not small)


def apart(first: str, second: str, *, small: bool) -> Separation | None:
    """The rule by which two different roles are never in one hand."""
    if first == second:
        return None
    for each in separations(small=small):
        if {first, second} <= each.roles:
            return each
    return None


def conflict(new: Held, held: Iterable[Held], *, small: bool) -> tuple[Separation, Held] | None:
    """The first rule that a new role would break, and the role that stands in its way."""
    for other in held:
        rule = apart(new.role, other.role, small=small)
        if rule is not None and new.overlaps(other):
            return rule, other
    return None


def pairs() -> dict[tuple[str, str], bool]:
    """Each pair of roles that are apart, and whether they always are."""
    found: dict[tuple[str, str], bool] = {}
    for each in matrix().separations:
        for first, second in combinations(sorted(each.roles), 2):
            found[first, second] = found.get((first, second), False) or each.always
    return found
