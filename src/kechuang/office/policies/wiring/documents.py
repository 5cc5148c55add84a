"""What policy documents put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    SearchSource,
    SourceOpener,
    search_sources,
    source_openers,
)
from kechuang.office.policies import trail
from kechuang.office.policies.lists.documents import DOCUMENTS
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries import documents


def fill() -> None:
    """Documents are listed, found, opened and told in the trail."""
    listings.fill(DOCUMENTS)
    search_sources.fill(SearchSource("policy_documents", 65, documents.find))
    source_openers.fill(SourceOpener("policy_document", 62, documents.address))
    actions, fields = trail.POLICY_ACTIONS, trail.POLICY_FIELDS
    words.fill("policy_document", _("政策文件"), actions, fields, PolicyDocument)
