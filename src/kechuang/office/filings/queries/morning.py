"""What of filings waits for somebody this morning: each number is the total of its list."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.filings.practice import setting
from kechuang.office.filings.queries import filings
from kechuang.office.filings.telling import CHANGE
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import Item


def items(actor: Actor) -> Iterator[Item]:
    """Late filings, those due before long with the first day, returned ones not answered."""
    if actor.reach(CHANGE) is None:
        return
    told = {
        "late": (_("申报逾期，请催办"), "late"),
        "soon": (_("申报在%(days)d天内截止") % {"days": setting("soon_days")}, "soon"),
        "unanswered": (_("退回未重交的申报"), "todo"),
    }
    conditions = {each: filings.standing_of(each) for each in told}
    found = (
        filings.to_chase(actor)
        .order_by()
        .aggregate(
            first=Min("next_due", filter=conditions["soon"]),
            **{each: Count("pk", filter=condition) for each, condition in conditions.items()},
        )
    )
    for standing, (text, state) in told.items():
        if count := found[standing]:
            url = f"{reverse('filings:chase')}?{urlencode({'standing': standing})}"
            due = found["first"] if standing == "soon" else None
            yield Item(text, url, count, due=due, state=state)
