"""What waits for somebody this morning: each number is the total of the list that it opens.

A number is counted by the list's own query and conditions, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.listings import Listing, listings
from kechuang.office.ground.slots import Item
from kechuang.office.registry.care import expiry_days
from kechuang.office.registry.queries import duplicates
from kechuang.office.registry.queries.fact_lists import year_due

NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class Due:
    """One line: the list that it opens and how that is narrowed, who is told, in which words.

    It is told to whoever has `verb`; `own` tells it also to an organisation of its own records,
    where the list's verb reaches only those.
    """

    listing: str
    route: str
    query: Callable[[], Mapping[str, str]]
    verb: str
    text: Callable[[], str]
    state: str
    own: bool = False


def _expiring() -> str:
    return _("称号在%(days)d天内到期，准备重新申报") % {"days": expiry_days(timezone.localdate())}


def _platforms() -> str:
    days = expiry_days(timezone.localdate())
    return _("平台在%(days)d天内到期，准备复核") % {"days": days}


def _missing() -> str:
    return _("企业缺少%(year)d年数据") % {"year": year_due()}


DUE: Final = (
    Due(
        "registry_doubts", "registry:doubts", lambda: {"state": "open"}, "fact.change",
        lambda: _("年度数据存疑，请核实"), "late",
    ),
    Due(
        "proposals", "registry:proposals", lambda: {"state": "proposed"}, "proposal.decide",
        lambda: _("企业的更正申请待受理"), "todo",
    ),
    Due(
        "imports", "registry:imports", lambda: {"state": "checked"}, "import.run",
        lambda: _("导入已检查完，待确认"), "todo",
    ),
    Due(
        "registry_facts_missing", "registry:facts_missing",
        lambda: {"year": str(year_due())}, "fact.change", _missing, "todo",
    ),
    Due(
        "qualifications", "registry:qualifications", lambda: {"standing": "expiring"},
        "qualification.change", _expiring, "soon", own=True,
    ),
    Due(
        "platforms", "registry:platforms", lambda: {"standing": "expiring"}, "platform.change",
        _platforms, "soon", own=True,
    ),
)  # fmt: skip


def items(actor: Actor) -> Iterator[Item]:
    """What waits for this actor; what there is nothing of is left out. A query a line."""
    for due in DUE:
        listing = listings.find(due.listing)
        if listing is None or not _is_told(actor, due, listing):
            continue
        query = due.query()
        if count := total(actor, listing, query):
            url = f"{reverse(due.route)}?{urlencode(query)}"
            yield Item(due.text(), url, count, state=due.state)
    if count := len(duplicates.organisations(actor, only=NAME)):
        text = _("企业名称相同，可能重复建档")
        yield Item(text, f"{reverse('registry:duplicates')}?reason={NAME}", count)


def total(actor: Actor, listing: Listing, query: Mapping[str, str]) -> int:
    """How many rows a list has under these conditions."""
    rows = listing.queryset(actor)
    for condition in listing.filters:
        if value := query.get(condition.code):
            rows = condition.apply(rows, value)
    return rows.order_by().count()


def _is_told(actor: Actor, due: Due, listing: Listing) -> bool:
    if actor.reach(due.verb) is not None:
        return actor.reach(listing.verb) is not None
    return due.own and actor.reach(listing.verb) is Reach.PARTY
