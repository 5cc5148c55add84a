"""The wiring of the registry, a module for each part. To be imported once models are there."""

from __future__ import annotations

from typing import Final

from kechuang.office.registry.wiring import (
    agreements,
    facts,
    import_pages,
    imports,
    merging,
    morning,
    organisations,
    people,
    platforms,
    proposals,
    qualifications,
    resources,
    rights,
)

PARTS: Final = (
    organisations,
    facts,
    qualifications,
    rights,
    platforms,
    people,
    resources,
    agreements,
    proposals,
    merging,
    morning,
    imports,
    import_pages,
)


def fill() -> None:
    """Let every part say what it offers."""
    for part in PARTS:
        part.fill()
