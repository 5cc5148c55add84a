"""Tables of this room."""

from __future__ import annotations

from kechuang.office.filings.models.base import By, Cause, Kind, Meaning
from kechuang.office.filings.models.batches import Batch, BatchDocument, BatchStage, Programme
from kechuang.office.filings.models.filings import Filing, FilingDocument, StageEntry

__all__ = [
    "Batch",
    "BatchDocument",
    "BatchStage",
    "By",
    "Cause",
    "Filing",
    "FilingDocument",
    "Kind",
    "Meaning",
    "Programme",
    "StageEntry",
]
