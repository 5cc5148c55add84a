"""Files from outside: checked as a whole before anything of them is kept.

A room calls `receive` and stores what comes back; a refusal says in a sentence what to do.
"""

from __future__ import annotations

from kechuang.office.ground.uploads.check import (
    REPORT_KINDS,
    SCAN_KINDS,
    TABLE_KINDS,
    check_upload,
    receive,
    received,
)
from kechuang.office.ground.uploads.model import (
    KINDS,
    MIB,
    CheckedUpload,
    Incoming,
    Kind,
    UploadRefused,
)

__all__ = [
    "KINDS",
    "MIB",
    "REPORT_KINDS",
    "SCAN_KINDS",
    "TABLE_KINDS",
    "CheckedUpload",
    "Incoming",
    "Kind",
    "UploadRefused",
    "check_upload",
    "receive",
    "received",
]
