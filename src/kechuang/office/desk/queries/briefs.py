"""Reading what briefs are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from kechuang.office.desk.composing.composing import Brief, compose
from kechuang.office.desk.composing.gathering import gather
from kechuang.office.desk.composing.sentences import load_sentences
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.models import Organisation

VERB: Final = "brief.make"
MOST: Final = 100
"""How many briefs are made at once."""


def firms(actor: Actor) -> QuerySet[Organisation]:
    """The organisations of which an actor may write briefs, with party and region."""
    rows = Organisation.objects.select_related("party__region", "parent").filter(merged_into=None)
    seen = limit(Organisation.objects.order_by(), actor, "organisation.view")
    return limit(rows, actor, VERB).filter(pk__in=seen.values("pk"))


def briefs(actor: Actor, codes: Sequence[str], day: date | None = None) -> list[Brief]:
    """The briefs of these codes in their order, of those that the actor reaches; `MOST` at most."""
    wanted = list(dict.fromkeys(codes))[:MOST]
    rows = {each.party.code: each for each in firms(actor).filter(party__code__in=wanted)}
    found = [rows[code] for code in wanted if code in rows]
    subjects = gather(actor, found, day or timezone.localdate())
    return [compose(each, load_sentences()) for each in subjects]
