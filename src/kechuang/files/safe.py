"""Text of unknown origin made harmless for a terminal, a page and a spreadsheet."""

from __future__ import annotations

import re
from typing import Final

CONTROL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
NOT_XML: Final = re.compile("[\ufffe\uffff\ud800-\udfff]")
BREAKS: Final = re.compile("[\t\n\r\u2028\u2029]+")
FORMULA: Final = re.compile("[\\s'\"]*[=+\\-@＝＋－＠\t\r]")
PICTURES: Final = 0x2400


def printable(text: str) -> str:
    r"""The text with every control character shown instead of obeyed; newlines and tabs stay.

    >>> printable("共5项\x1b[2J")
    '共5项␛[2J'
    """

    def shown(found: re.Match[str]) -> str:
        code = ord(found.group())
        return chr(PICTURES + code) if code < 0x20 else "\ufffd"

    return NOT_XML.sub("\ufffd", CONTROL.sub(shown, text))


def one_line(text: str) -> str:
    r"""The text on one line, without control characters.

    >>> one_line("一\n二")
    '一 二'
    """
    return printable(BREAKS.sub(" ", text)).strip()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text, also after white space or a quote."""
    return FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs: a formula gets an apostrophe before it.

    >>> guarded("=1+1"), guarded("35家")
    ("'=1+1", '35家')
    """
    return f"'{text}" if is_formula(text) else text
