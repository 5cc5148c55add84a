"""Reading the cultivation pool: who is in it, whom a rule lets in, what is due, who may mentor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import in_force
from kechuang.office.filings.models import Batch
from kechuang.office.filings.queries import batches
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import Notice
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Item
from kechuang.office.policies.ladder import NAMES, Rung, Stand, rungs
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.pool import by_rule, soon_days
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.policies.telling import POOL, POOL_CHANGE
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries import qualifications
from kechuang.office.registry.queries.organisations import AT_WORK

NOBODY = "-"
"""What a filter says for entries without a mentor."""


def visible(actor: Actor) -> QuerySet[PoolEntry]:
    """The entries that an actor may see, with party and region."""
    return limit(_rows(), actor, POOL)


def changeable(actor: Actor) -> QuerySet[PoolEntry]:
    """The entries that an actor may change and that have not ended, with party and region."""
    return limit(_rows().filter(ended_on=None), actor, POOL_CHANGE)


def _rows() -> QuerySet[PoolEntry]:
    return PoolEntry.objects.select_related("party__region")


def admissible(actor: Actor) -> QuerySet[Organisation]:
    """The enterprises at work that an actor may let in, with party and region."""
    rows = Organisation.objects.select_related("party__region")
    at_work = rows.filter(AT_WORK)
    return limit(at_work, actor, POOL_CHANGE)


# --- conditions


def due_is(rows: QuerySet[Any], due: str, day: date | None = None) -> QuerySet[Any]:
    """Entries in the pool whose next step is `late`, due before long (`soon`), or not set."""
    today = day or timezone.localdate()
    rows = rows.filter(ended_on=None)
    if due == "late":
        return rows.filter(next_on__lt=today)
    if due == "soon":
        return rows.filter(next_on__range=(today, today + timedelta(days=soon_days())))
    return rows.filter(next_on=None)


def _parties(rung: str) -> QuerySet[Any]:
    """The keys of all parties with an entry for a rung."""
    return PoolEntry.objects.filter(rung=rung).order_by().values("party_id")


def holders(rung: Rung, day: date | None = None) -> QuerySet[Any]:
    """The keys of the parties that hold a title of a rung on a day."""
    rows = Qualification.objects.filter(title__in=rung.titles).order_by()
    on_day = qualifications.on_day(rows, day or timezone.localdate())
    return qualifications.standing_is(on_day, "valid").values("party_id")


def certified(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Entries in the pool whose firm has reached the rung: they are to be let out."""
    reached = Q(pk__in=())
    for code, rung in rungs().items():
        reached |= Q(rung=code, party__in=holders(rung).filter(party__in=_parties(code)))
    return rows.filter(reached, ended_on=None)


def stands(rows: Sequence[PoolEntry]) -> dict[int, str]:
    """How the firms of entries stand to their rungs today, by the key of the entry.

    A query for each rung that occurs. The caller has limited the entries.
    """
    run = ladder_run()
    found: dict[int, str] = {}
    for code in {row.rung for row in rows} & set(rungs()):
        wanted = [row for row in rows if row.rung == code]
        keys = [row.party_id for row in wanted]  # type: ignore[attr-defined]
        firms = Organisation.objects.filter(pk__in=keys).order_by()
        key = run.pk if run else None
        standing = ladder.standing(firms, rungs()[code], run=key, among=_parties(code))
        by_party = dict(standing.values_list("pk", "stand"))
        for row in wanted:
            found[row.pk] = by_party.get(row.party_id, "")  # type: ignore[attr-defined]
    return found


# --- whom a rule lets in


@dataclass(frozen=True, slots=True)
class Admitting:
    """Who of some firms of the ladder would come into the pool, and why others would not."""

    comes: tuple[Any, ...]
    stays: tuple[tuple[Any, str], ...]


def admitting(actor: Actor, rung: Rung, keys: Sequence[int]) -> Admitting:
    """What letting these firms (keys of organisations) in for a rung would do.

    The rows are organisations with their party and `stand`; firms out of reach are left out.
    """
    rows = ladder.standing(admissible(actor).filter(pk__in=keys), rung).order_by("initials", "pk")
    present = set(
        PoolEntry.objects.filter(rung=rung.code, party__in=keys, ended_on=None)
        .order_by()
        .values_list("party_id", flat=True)
    )
    comes: list[Any] = []
    stays: list[tuple[Any, str]] = []
    for row in rows:
        stand = Stand(row.stand)
        if row.pk in present:
            stays.append((row, _("已在库")))
        elif stand not in by_rule():
            told = _("状态是“%(stand)s”，不按规则入库") % {"stand": NAMES[stand]}
            stays.append((row, told))
        else:
            comes.append(row)
    return Admitting(tuple(comes), tuple(stays))


# --- mentors and batches


def regions_of_mentor(code: str) -> tuple[str, ...]:
    """The paths of the regions in which a user may look after firms of the pool."""
    return tuple(_mentors().filter(user__username=code).values_list("region__path", flat=True))


def name_of_mentor(code: str) -> str:
    """What a user who may look after firms is called, empty where there is none."""
    return _mentors().filter(user__username=code).values_list("user__name", flat=True).first() or ""


def _mentors() -> QuerySet[Membership]:
    roles = [role.code for role in matrix().holders(POOL_CHANGE)]
    rows = Membership.objects.filter(
        in_force(timezone.localdate()), role__in=roles, user__is_active=True
    )
    return rows.order_by("pk")


def open_batches(actor: Actor, rung: Rung) -> QuerySet[Batch]:
    """The batches of a rung's titles that have not been closed, newest first."""
    rows = batches.visible(actor).filter(title__in=rung.titles, closed_on=None)
    return rows.order_by("-year", "-pk")


# --- the first page, and where an entry is seen


def items(actor: Actor) -> Iterator[Item]:
    """Next steps of one's own firms that are late or due, firms to let out, firms without mentor.

    Each number is the total of its list.
    """
    if actor.reach(POOL_CHANGE) is None:
        return
    rows = changeable(actor).order_by()
    mine = Q(mentor=actor.code)
    late, soon = (mine & Q(pk__in=due_is(rows, due).values("pk")) for due in ("late", "soon"))
    found = rows.aggregate(
        late=Count("pk", filter=late),
        late_first=Min("next_on", filter=late),
        soon=Count("pk", filter=soon),
        soon_first=Min("next_on", filter=soon),
        certified=Count("pk", filter=Q(pk__in=certified(rows).values("pk"))),
        alone=Count("pk", filter=Q(mentor="")),
    )
    told = (
        ("late", _("培育的下一步已过日期")),
        ("soon", _("培育的下一步在%(days)d天内") % {"days": soon_days()}),
    )
    for due, text in told:
        if count := found[due]:
            url = list_address(due=due, mentor=actor.code)
            yield Item(text, url, count, due=found[f"{due}_first"], state=due)
    if count := found["certified"]:
        yield Item(_("培育的企业已获认定，请登记出库"), list_address(reached="1"), count)
    if count := found["alone"]:
        url = list_address(mentor=NOBODY, state="open")
        yield Item(_("培育的企业没有辅导人"), url, count, state="normal")


def list_address(**conditions: str) -> str:
    """The address of the list under conditions."""
    query = f"?{urlencode(conditions)}" if conditions else ""
    return f"{reverse('policies:pool')}{query}"


def address_of(entry: PoolEntry) -> str:
    """The address of an entry."""
    return reverse("policies:pool_entry", args=[entry.pk])


def was_told(user: str, text: str) -> bool:
    """Whether a user has this very notice already."""
    return Notice.objects.filter(to=user, text=text).exists()


def address(actor: Actor, key: str) -> str | None:
    """Where an entry is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("policies:pool_entry", args=[key])
    return None
