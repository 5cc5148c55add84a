"""The codes of parties that are no credit codes: those the office gives, and what none may be."""

from __future__ import annotations

import re
from typing import Final

IDENTITY: Final = re.compile(
    r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]", re.ASCII
)
GIVEN: Final = "org-"
"""How a code begins that the office gives to an organisation which has no credit code yet."""
OWN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}", re.ASCII)


def is_given(code: str) -> bool:
    """Whether a code is one that the office gave.

    >>> is_given("org-000123"), is_given("org-x")
    (True, False)
    """
    return code.startswith(GIVEN) and code.removeprefix(GIVEN).isdecimal()


def looks_like_identity(code: str) -> bool:
    """Whether a text has the shape of a person's identity number, which is no code for a party."""
    return IDENTITY.fullmatch(code) is not None
