"""One record of every model of the room desk, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from kechuang.office.registry import models as registry

FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- briefs
    **{
        route: {"code": lambda world: world.of(registry.Organisation).party.code}
        for route in ("desk:brief", "api:brief")
    },
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {}
