"""The verbs of this room: take reports in, decide on what was read, confirm."""

from __future__ import annotations

from kechuang.office.reports.services.decisions import (
    Conflict,
    Meaning,
    accept_figure,
    accept_sure,
    confirm_report,
    correct_figure,
    decide_finding,
    reject_figure,
    reopen_figure,
    reopen_report,
)
from kechuang.office.reports.services.intake import (
    MOST_BYTES,
    MOST_TOGETHER,
    Incoming,
    Outcome,
    ReadIn,
    read_folder,
    upload_reports,
)
from kechuang.office.reports.services.keeping import keep_failure, keep_reading, place_of

__all__ = [
    "MOST_BYTES",
    "MOST_TOGETHER",
    "Conflict",
    "Incoming",
    "Meaning",
    "Outcome",
    "ReadIn",
    "accept_figure",
    "accept_sure",
    "confirm_report",
    "correct_figure",
    "decide_finding",
    "keep_failure",
    "keep_reading",
    "place_of",
    "read_folder",
    "reject_figure",
    "reopen_figure",
    "reopen_report",
    "upload_reports",
]
