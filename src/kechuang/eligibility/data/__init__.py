"""Data in and out: files and frames with Chinese headers and units, and canonical frames.

Canonical columns are field codes (`revenue__y0` for a yearly field); money is whole 分, a number
a whole number of its last decimal place, null is missing and never zero.
"""

from __future__ import annotations

from kechuang.eligibility.data.errors import CODES, NOTE_CODES, DataError, DataProblem, Note, Place
from kechuang.eligibility.data.loading import Loaded, load_frames, prepare
from kechuang.eligibility.data.people import for_people
from kechuang.eligibility.data.writing import OUT_FORMS, OutForm, WriteError, write_frame

__all__ = [
    "CODES",
    "NOTE_CODES",
    "OUT_FORMS",
    "DataError",
    "DataProblem",
    "Loaded",
    "Note",
    "OutForm",
    "Place",
    "WriteError",
    "for_people",
    "load_frames",
    "prepare",
    "write_frame",
]
