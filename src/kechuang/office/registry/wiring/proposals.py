"""What this part puts into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.secrets import Revealable, revealables
from kechuang.office.ground.slots import (
    DossierTab,
    SourceOpener,
    dossier_tabs,
    source_openers,
)
from kechuang.office.registry import trail
from kechuang.office.registry.lists.proposals import PROPOSALS
from kechuang.office.registry.models import Proposal
from kechuang.office.registry.queries.proposals import address, secret
from kechuang.office.registry.views.proposals import tab


def fill() -> None:
    """Called once when the room starts."""
    words.fill("proposal", _("更正申请"), trail.PROPOSAL_ACTIONS, trail.PROPOSAL_FIELDS, Proposal)
    listings.fill(PROPOSALS)
    for name, label in (("before", _("原联系电话")), ("after", _("拟改的联系电话"))):
        load = partial(secret, name=name)
        revealables.fill(Revealable(f"proposal-{name}", 25, "proposal", name, label, load))
    dossier_tabs.fill(DossierTab("proposals", _("更正申请"), 80, tab, verb="proposal.view"))
    source_openers.fill(SourceOpener("proposal", 60, address))
