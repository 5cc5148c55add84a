"""A narrative work report becomes checked figures, each with its place in the text."""

from __future__ import annotations

from kechuang.reading.checks import check
from kechuang.reading.model import About, Figure, Finding, Reading
from kechuang.reading.reader import read_file, read_stepwise, read_text

__all__ = [
    "About",
    "Figure",
    "Finding",
    "Reading",
    "check",
    "read_file",
    "read_stepwise",
    "read_text",
]
