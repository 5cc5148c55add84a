"""Who may look after filings, or what else a verb is for."""

from __future__ import annotations

from django.utils import timezone

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import in_force
from kechuang.office.filings.telling import CHANGE
from kechuang.office.ground.actors import Actor


def officers(actor: Actor, verb: str = CHANGE) -> list[tuple[str, str]]:
    """User names and names of those in the actor's region and below who may do this."""
    roles = [role.code for role in matrix().holders(verb)]
    rows = Membership.objects.filter(
        in_force(timezone.localdate()),
        role__in=roles,
        region__path__startswith=actor.region,
        user__is_active=True,
    )
    found = rows.order_by("user__username").values_list("user__username", "user__name")
    return list(dict.fromkeys(found))
