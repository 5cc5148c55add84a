"""Names of organisations and people: what they are found by and what makes two alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Final

_FORMS: Final = (
    "集团股份有限公司", "集团有限责任公司", "集团有限公司", "股份有限公司", "有限责任公司",
    "有限公司", "分公司", "公司",
)  # fmt: skip
_NOISE: Final = re.compile(r"[\s()\[\]{}<>《》〈〉【】〔〕“”\"'‘’·•.,，。、\-—_/]+")
LONGEST: Final = 120


def name_key(name: str) -> str:
    """A name without brackets, marks, width and legal form: alike names have the same key.

    >>> name_key("示例（集团）轴承有限责任公司") == name_key("示例集团轴承有限公司")
    True
    """
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()
    for form in _FORMS:
        if plain.endswith(form) and len(plain) > len(form):
            plain = plain.removesuffix(form)
            break
    return plain[:LONGEST]


def initials(name: str) -> str:
    """The first letters of a name in pinyin; letters and digits stay, all else goes.

    Each character is read by itself, in its most common way.

    >>> initials("示例轴承A厂")
    'slzcac'
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(_initial(each) for each in plain)[:LONGEST]


@lru_cache(maxsize=100_000)
def _initial(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else ""
    # Its dictionary takes a third of a second to load, and few processes need it.
    pypinyin = import_module("pypinyin")
    (letters,) = pypinyin.lazy_pinyin(character, style=pypinyin.Style.FIRST_LETTER)
    return letters if letters.isascii() else ""
