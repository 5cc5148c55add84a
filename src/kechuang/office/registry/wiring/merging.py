"""What this part puts into the slots and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.slots import PartyPage, party_pages
from kechuang.office.registry.queries.merging import own_addresses


def fill() -> None:
    """Called once when the room starts."""
    party_pages.fill(PartyPage("merged", 20, own_addresses))
    words.fill(
        "unlike",
        _("“不是同一家”的认定"),
        {"unlike.mark": _("认定不是同一家"), "unlike.lift": _("撤销认定")},
        {"reason": _("理由")},
    )
