"""Unified social credit codes (GB 32100): their characters, their shape, their check character."""

from __future__ import annotations

import re
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SHAPE: Final = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{10}}", re.ASCII)


def check_character(first: str) -> str:
    """The last character that belongs to the first seventeen of a credit code (GB 32100).

    >>> check_character("91990101MA0000001")
    'Y'
    """
    total = sum(LETTERS.index(each) * weight for each, weight in zip(first, WEIGHTS, strict=True))
    return LETTERS[-total % 31]


def is_credit_code(code: str) -> bool:
    """Whether a text has the shape of a credit code and its check character is right."""
    return SHAPE.fullmatch(code) is not None and check_character(code[:17]) == code[17]
