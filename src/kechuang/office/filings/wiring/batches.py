"""What batches put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.filings import trail
from kechuang.office.filings.lists.batches import BATCHES
from kechuang.office.filings.models import Batch, Programme
from kechuang.office.filings.queries import batches
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import SourceOpener, source_openers


def fill() -> None:
    """Batches are listed, told in the trail and opened."""
    listings.fill(BATCHES)
    words.fill("batch", _("申报批次"), trail.BATCH_ACTIONS, trail.BATCH_FIELDS, Batch)
    words.fill(
        "programme",
        _("申报项目"),
        trail.PROGRAMME_ACTIONS,
        trail.PROGRAMME_FIELDS,
        Programme,
    )
    source_openers.fill(SourceOpener("batch", 50, batches.address))
