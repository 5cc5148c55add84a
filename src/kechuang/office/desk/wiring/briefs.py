"""What this part puts into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.lists.briefs import BRIEFS
from kechuang.office.desk.queries.briefs import VERB
from kechuang.office.desk.wiring import bindings
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import PartyAct, party_acts


def fill() -> None:
    """Called once when the room starts."""
    bindings.fill()
    listings.fill(BRIEFS)
    party_acts.fill(
        PartyAct("brief", _("企业简介"), 10, VERB, lambda code: reverse("desk:brief", args=[code]))
    )
    words.fill(
        "brief",
        _("企业简介"),
        {VERB: _("编写企业简介")},
        {"characters": _("字数"), "figures": _("数字个数")},
    )
