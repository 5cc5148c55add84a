"""Names of firms against a register of firms, however a list writes them."""

from __future__ import annotations

from kechuang.matching.names.matching import match, name_key
from kechuang.matching.names.model import (
    DOUBTFUL,
    Candidate,
    Firm,
    Listed,
    Match,
    Reason,
    Verdict,
    Why,
)
from kechuang.matching.names.register import Register

__all__ = [
    "DOUBTFUL",
    "Candidate",
    "Firm",
    "Listed",
    "Match",
    "Reason",
    "Register",
    "Verdict",
    "Why",
    "match",
    "name_key",
]
