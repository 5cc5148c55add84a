"""A made-up city of any size, as plain frames: the same number and seed give the same firms.

Nothing here knows the database. A firm is made from its number alone, so that the first three
thousand of two million are the three thousand of the city that the examples show.
"""

from __future__ import annotations

from kechuang.office.registry.made_up.city import FRAMES, City, blocks, make

__all__ = ["FRAMES", "City", "blocks", "make"]
