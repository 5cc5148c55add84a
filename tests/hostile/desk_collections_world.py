"""One record of every model of the desk's collections, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collections_world import ARGUMENTS as COLLECTIONS_ARGUMENTS
from collections_world import BODIES as COLLECTIONS_BODIES
from collections_world import FACTORIES as COLLECTIONS_FACTORIES
from django.db.models import Model

FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {**COLLECTIONS_FACTORIES}
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {**COLLECTIONS_ARGUMENTS}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {**COLLECTIONS_BODIES}
