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
    rows = filings.to_chase(actor)
    for standing, (text, state) in told.items():
        found = filings.standing_is(rows, standing).order_by()
        told_of = found.aggregate(count=Count("pk"), first=Min("next_due"))
        if count := told_of["count"]:
            url = f"{reverse('filings:chase')}?{urlencode({'standing': standing})}"
            due = told_of["first"] if standing == "soon" else None
            yield Item(text, url, count, due=due, state=state)
