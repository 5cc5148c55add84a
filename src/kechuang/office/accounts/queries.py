"""Reading users and memberships."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from kechuang.office.accounts.models import Membership, User


def memberships_in_force(user: User, day: date) -> QuerySet[Membership]:
    """The memberships that a user holds on a day."""
    return (
        Membership.objects.filter(user=user, since__lte=day)
        .filter(Q(until=None) | Q(until__gte=day))
        .select_related("user", "region", "party")
    )
