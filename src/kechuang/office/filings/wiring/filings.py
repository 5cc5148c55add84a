"""What filings put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.filings import trail
from kechuang.office.filings.merging import RULE
from kechuang.office.filings.models import Filing
from kechuang.office.filings.queries import filings
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.slots import (
    SearchSource,
    SourceOpener,
    merge_rules,
    search_sources,
    source_openers,
)


def fill() -> None:
    """Filings are told in the trail, found, opened, and move when two parties become one."""
    words.fill("filing", _("申报"), trail.FILING_ACTIONS, trail.FILING_FIELDS, Filing)
    source_openers.fill(SourceOpener("filing", 51, filings.address))
    search_sources.fill(SearchSource("filings", 50, filings.find))
    merge_rules.fill(RULE)
