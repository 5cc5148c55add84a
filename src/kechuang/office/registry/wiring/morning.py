"""What the registry puts on the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.slots import MorningItems, morning_items
from kechuang.office.registry.queries.morning import items


def fill() -> None:
    """Called once when the room starts."""
    morning_items.fill(MorningItems("registry", _("一企一档"), 10, items))
