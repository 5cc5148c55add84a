"""What people type, without the harmless differences: full-width forms and stray spaces."""

from __future__ import annotations

from typing import Any, Final

from django import forms

FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
LETTERS_AND_DIGITS: Final = {
    wide: narrow for wide, narrow in FULL_WIDTH.items() if chr(narrow).isalnum() or narrow == 0x20
}


def normalise(text: str) -> str:
    """Letters, digits and spaces in half width, no spaces around.

    Full-width punctuation stays: in Chinese text it is right.

    >>> normalise("　９９０１０１ ")
    '990101'
    """
    return text.translate(LETTERS_AND_DIGITS).strip()


def normalise_code(text: str) -> str:
    """A code, a number or a date: everything in half width, no spaces at all, capital letters.

    >>> normalise_code(" ９１１３－０４ａ ")
    '9113-04A'
    """
    return "".join(text.translate(FULL_WIDTH).split()).upper()


class TextField(forms.CharField):
    """A field for words, forgiving about width and spaces."""

    def to_python(self, value: Any) -> Any:
        """The text in its plain form."""
        return super().to_python(normalise(value) if isinstance(value, str) else value)


class CodeField(forms.CharField):
    """A field for codes, forgiving about width, spaces and small letters."""

    def to_python(self, value: Any) -> Any:
        """The code in its plain form."""
        return super().to_python(normalise_code(value) if isinstance(value, str) else value)
