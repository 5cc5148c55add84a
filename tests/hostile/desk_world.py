"""One record of every model of the desk, and what the arguments of its routes are, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import desk_briefs_world as briefs
import desk_collections_world as collections
import desk_comparisons_world as comparisons
import desk_fillings_world as fillings
from django.db.models import Model

PARTS = (
    comparisons,
    fillings,
    collections,
    briefs,
)
FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    model: make for part in PARTS for model, make in part.FACTORIES.items()
}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    route: named for part in PARTS for route, named in part.ARGUMENTS.items()
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    route: named for part in PARTS for route, named in part.BODIES.items()
}
