"""What the ladder puts into the lists."""

from __future__ import annotations

from kechuang.office.ground.listings import listings
from kechuang.office.policies.lists.ladder import LISTINGS


def fill() -> None:
    """A list for each rung."""
    for listing in LISTINGS.values():
        listings.fill(listing)
