"""The registry, for programs: a router for each part."""

from __future__ import annotations

from ninja import Router

from kechuang.office.ground.api_support import strict
from kechuang.office.registry.api import (
    agreements,
    facts,
    imports,
    organisations,
    people,
    platforms,
    proposals,
    qualifications,
    resources,
    rights,
)

router = Router(tags=["registry"])
for part in (
    organisations,
    facts,
    qualifications,
    rights,
    platforms,
    people,
    resources,
    agreements,
    proposals,
    imports,
):
    router.add_router("", strict(part.router))
