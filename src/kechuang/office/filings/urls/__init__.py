"""Addresses of this room, a module for each part."""

from __future__ import annotations

from itertools import chain

from kechuang.office.filings.urls import (
    batches,
    filings,
)

app_name = "filings"
urlpatterns = list(
    chain(
        batches.patterns,
        filings.patterns,
    )
)
