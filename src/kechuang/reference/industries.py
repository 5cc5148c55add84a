"""Codes of the national economic industries (GB/T 4754): sections and the divisions in them."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52),
    "G": (53, 60), "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72),
    "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90),
    "S": (91, 96), "T": (97, 97),
}  # fmt: skip
"""GB/T 4754-2017: each section with its first and last division."""


def section_of(division: str) -> str:
    """The section of a two-digit division, or nothing.

    >>> section_of("39")
    'C'
    """
    number = int(division) if division.isdecimal() else 0
    return next((key for key, (first, last) in SECTIONS.items() if first <= number <= last), "")


def code_prefixes(code: str) -> tuple[str, ...]:
    """What a code of this industry or one below it begins with, written with its section or not.

    >>> code_prefixes("I65")
    ('I65', '65')
    >>> code_prefixes("T")
    ('T', '97')
    """
    letter = code[:1] if code[:1].isalpha() else ""
    digits = code[len(letter) :]
    if digits:
        letter = letter or section_of(digits[:2])
        return (f"{letter}{digits}", digits) if letter else (digits,)
    first, last = SECTIONS.get(letter, (1, 0))
    return (letter, *(f"{division:02d}" for division in range(first, last + 1)))


def region_prefix(code: str) -> str:
    """What the code of a division in this region begins with.

    >>> region_prefix("130000"), region_prefix("130100"), region_prefix("000000")
    ('13', '1301', '')
    """
    while len(code) >= 2 and code.endswith("00"):
        code = code[:-2]
    return code
