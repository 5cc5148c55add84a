"""The codes of records that are no credit codes: those the office gives, and what none may be.

Parties, platforms, instruments and people are found by their codes in addresses and lists. What a
form, a program and a workbook may give as a code is decided here.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from kechuang.reference.credit_codes import is_credit_code

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


def code_fault(code: str) -> Literal["", "identity", "shape"]:
    """Why a text cannot be a code: it is a person's identity number, or cannot stand in an address.

    >>> code_fault("PT-001"), code_fault("PT/1"), code_fault("990101199001011234")
    ('', 'shape', 'identity')
    """
    if looks_like_identity(code) and not is_credit_code(code):
        return "identity"
    return "" if OWN.fullmatch(code) else "shape"


def looks_like_identity(code: str) -> bool:
    """Whether a text has the shape of a person's identity number, which is no code for a party."""
    return IDENTITY.fullmatch(code) is not None
