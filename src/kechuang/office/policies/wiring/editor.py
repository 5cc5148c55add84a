"""What revisions of rules put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import SourceOpener, source_openers
from kechuang.office.policies import trail
from kechuang.office.policies.lists.editor import PREVIEW_CHANGES, REVISIONS
from kechuang.office.policies.models import RuleRevision
from kechuang.office.policies.queries import editor
from kechuang.office.policies.services.previews import PREVIEWING


def fill() -> None:
    """Revisions are listed, opened, previewed as jobs and told in the trail."""
    listings.fill(REVISIONS)
    listings.fill(PREVIEW_CHANGES)
    kinds.fill(PREVIEWING)
    actions, fields = trail.REVISION_ACTIONS, trail.REVISION_FIELDS
    words.fill("rule_revision", _("规则修订"), actions, fields, RuleRevision)
    source_openers.fill(SourceOpener("rule_revision", 63, editor.address))
