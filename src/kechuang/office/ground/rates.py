"""How often somebody may ask in a minute: counted in the cache, nothing is kept."""

from __future__ import annotations

import math
import time
from typing import Final

from django.core.cache import cache

WINDOW_SECONDS: Final = 60


def within(what: str, whose: str, most: int) -> bool:
    """Count one request of somebody; False when there were more than `most` in this minute."""
    key = f"{what}:{whose}:{int(time.time()) // WINDOW_SECONDS}"
    cache.add(key, 0, WINDOW_SECONDS * 2)
    return cache.incr(key) <= most


def seconds_left() -> int:
    """Seconds until the next minute begins, one at least."""
    return max(1, math.ceil(WINDOW_SECONDS - time.time() % WINDOW_SECONDS))
