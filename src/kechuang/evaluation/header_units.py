"""The unit that a header gives in brackets, held against the unit of the scheme.

A column in 万元 under a scheme in 亿元 would be wrong by ten thousand without anybody seeing it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kechuang.evaluation.errors import EvaluationError
from kechuang.figures.units import unit_table

_BRACKET: Final = re.compile(r"\(([^()]*)\)\s*$")
_PREFIX: Final = re.compile(r"(?:单位:?)?\s*")
_MAGNITUDES: Final = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_SHARES: Final = {"%": -2, "‰": -3}


def magnitudes(unit: str) -> tuple[int, ...] | None:
    """The powers of ten in a unit, one for each side of a /; None where it is no unit.

    >>> magnitudes("万元"), magnitudes("亿元"), magnitudes("件/万人"), magnitudes("2025年")
    ((4,), (8,), (0, 4), None)
    """
    sides = unicodedata.normalize("NFKC", unit).strip().split("/")
    found = [_magnitude(side) for side in sides]
    return None if None in found else tuple(each for each in found if each is not None)


def _magnitude(word: str) -> int | None:
    if _is_unit(word):
        return _SHARES.get(word, 0)
    if word[:1] not in _MAGNITUDES:
        return None
    rest = _magnitude(word[1:])
    return None if rest is None else rest + _MAGNITUDES[word[0]]


def _is_unit(word: str) -> bool:
    table = unit_table()
    return word in _SHARES or re.fullmatch(table.pattern, word) is not None


def check_unit(header: str, unit: str, name: str) -> None:
    """Refuse a header whose unit is of another size than that of the indicator.

    Words that count the same size (家, 个, 项) may stand for each other; what is no unit is passed
    over, and so is everything where the scheme names no unit.

    Raises:
        EvaluationError: the two differ by a power of ten.
    """
    found = _BRACKET.search(unicodedata.normalize("NFKC", header))
    written = _PREFIX.sub("", found.group(1), count=1) if found else ""
    given, wanted = magnitudes(written), magnitudes(unit)
    if given is None or wanted is None or given == wanted:
        return
    why = f"表头“{header}”的单位是{written}，方案里“{name}”的单位是{unit}，差成倍数"
    remedy = f"把这一列换算成{unit}并改表头，或改方案的 unit 和与它有关的数"
    raise EvaluationError("units", "单位对不上", why, remedy)
