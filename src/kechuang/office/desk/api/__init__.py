"""This room, for programs: a router for each part."""

from __future__ import annotations

from ninja import Router

from kechuang.office.desk.api import (
    briefs,
    cases,
    collections,
    comparisons,
    fillings,
    incoming,
)
from kechuang.office.ground.api_support import strict

router = Router(tags=["desk"])
for part in (
    comparisons,
    fillings,
    collections,
    briefs,
    cases,
    incoming,
):
    router.add_router("", strict(part.router))
