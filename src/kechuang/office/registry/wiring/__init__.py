"""The wiring of the registry, a module for each part."""

from __future__ import annotations

from importlib import import_module
from typing import Final

PARTS: Final = (
    "organisations",
    "facts",
    "qualifications",
    "rights",
    "platforms",
    "people",
    "resources",
    "agreements",
    "proposals",
    "merging",
    "morning",
    "imports",
    "import_pages",
)


def fill() -> None:
    """Let every part say what it offers."""
    for part in PARTS:
        import_module(f"kechuang.office.registry.wiring.{part}").fill()
