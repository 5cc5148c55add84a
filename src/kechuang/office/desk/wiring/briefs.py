"""What this part puts into the slots, the lists and the words of the trail."""

from __future__ import annotations


def fill() -> None:
    """Nothing yet."""
