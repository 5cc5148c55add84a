"""This room, for programs: a router for each part."""

from __future__ import annotations

from ninja import Router

from kechuang.office.filings.api import (
    batches,
    filings,
)
from kechuang.office.ground.api_support import strict

router = Router(tags=["filings"])
for part in (
    batches,
    filings,
):
    router.add_router("", strict(part.router))
