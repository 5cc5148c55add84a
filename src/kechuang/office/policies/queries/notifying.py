"""Whom a list would have told of what, who has an account, who was told before long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.queries import ENTERPRISE, in_force
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.parties.models import Party
from kechuang.office.policies import wording
from kechuang.office.policies.ladder import HELD, NAMES, Rung, Stand, rungs
from kechuang.office.policies.models import (
    FirmMessage,
    FirmSending,
    Prospect,
    ReminderEvent,
)
from kechuang.office.policies.models.runs import Verdict
from kechuang.office.policies.queries import goals, ladder, runs
from kechuang.office.policies.queries import reminders as reminder_queries
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.policies.reminders import timing
from kechuang.office.policies.rules import rulebook
from kechuang.office.policies.telling import MESSAGES, NOTIFY, NOTIFY_VIEW
from kechuang.office.policies.wording import Words
from kechuang.office.regions.queries import installation
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries import qualifications
from kechuang.office.registry.queries.organisations import AT_WORK

LADDER: Final = "ladder_"
CHANGES: Final = "verdict_changes"
GOAL_FIRMS: Final = "goal_firms"
SCREENING: Final = "screening"


@dataclass(frozen=True, slots=True)
class ToTell:
    """A firm with the causes of which it would be told, and how many accounts it has."""

    party: Party
    words: tuple[Words, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be told of what, and who would not and why.

    `reached` have an account, `unreached` are told by telephone or letter. `lately` were told of
    the same cause before long: they are in `again` and not in the others, unless they are asked
    for.
    """

    reached: tuple[ToTell, ...]
    unreached: tuple[ToTell, ...]
    again: tuple[ToTell, ...]
    left: tuple[tuple[Party, str], ...]

    @property
    def comes(self) -> tuple[ToTell, ...]:
        """All who would be told."""
        return (*self.reached, *self.unreached)

    def seen(self) -> Iterator[str]:
        """What a page shows of it, to notice when it is something else by now."""
        for each in self.comes:
            causes = ",".join(sorted(one.cause for one in each.words))
            yield f"{each.party.pk}:{bool(each.accounts)}:{causes}"


def listings() -> tuple[str, ...]:
    """The codes of the lists from which firms are told."""
    return (*(f"{LADDER}{code}" for code in rungs()), CHANGES, GOAL_FIRMS)


def preview(actor: Actor, listing: str, keys: Sequence[int], *, again: bool = False) -> Preview:
    """What telling the firms of these rows of a list would do; who is out of reach is left out."""
    told, left = _words(actor, listing, keys)
    parties = _reached(actor, {*told, *left})
    accounts = accounts_of(list(parties))
    lately = set() if again else told_lately(list(parties))
    comes: list[ToTell] = []
    before: list[ToTell] = []
    for key, party in parties.items():
        fresh = tuple(each for each in told.get(key, ()) if (key, each.cause) not in lately)
        if fresh:
            comes.append(ToTell(party, fresh, accounts[key]))
        elif key in told:
            before.append(ToTell(party, tuple(told[key]), accounts[key]))
    why = [(party, left[key]) for key, party in parties.items() if key not in told]
    return Preview(
        tuple(each for each in comes if each.accounts),
        tuple(each for each in comes if not each.accounts),
        tuple(before),
        tuple(why),
    )


def kind_of(words: Words) -> str:
    """Which words these are, whatever they are about: the list and the stand."""
    parts = words.cause.split(":")
    return ":".join((parts[0], *parts[2:3])) if parts[0] == "ladder" else parts[0]


def _reached(actor: Actor, keys: Iterable[int]) -> dict[int, Party]:
    """The enterprises at work among parties that an actor may tell, by name."""
    rows = Organisation.objects.filter(AT_WORK, party__in=list(keys))
    rows = limit(rows.select_related("party__region"), actor, NOTIFY)
    return {each.party.pk: each.party for each in rows.order_by("initials", "pk")}


def accounts_of(parties: Sequence[int]) -> Counter[int]:
    """How many accounts each of these firms has at the pages of enterprises now."""
    return Counter(party for party, _user in users_of(parties))


def users_of(parties: Sequence[int]) -> list[tuple[int, str]]:
    """Firms and the user names of their accounts; nobody where enterprises have no pages."""
    here = installation()
    if here is None or not here.enterprise_pages:
        return []
    rows = Membership.objects.filter(
        in_force(timezone.localdate()), role=ENTERPRISE, party__in=parties, user__is_active=True
    )
    pairs = rows.order_by().values_list("party_id", "user__username").distinct()
    return sorted(pairs)


def told_lately(parties: Sequence[int]) -> set[tuple[int, str]]:
    """Firms and causes of which they were told within the period."""
    since = timezone.now() - timedelta(days=again_days())
    rows = FirmMessage.objects.filter(party__in=parties, sending__sent_at__gte=since)
    return set(rows.order_by().values_list("party_id", "cause"))


def again_days() -> int:
    """Within how many days a firm is not told of a cause twice."""
    return timing(timezone.localdate()).again_days


def bureau_of(actor: Actor) -> str:
    """The name of the bureau for which an actor works: that of the region, or of the office."""
    bureaus = Party.objects.filter(kind=Party.Kind.BUREAU, region__path=actor.region)
    name = bureaus.order_by("pk").values_list("name", flat=True).first()
    here = installation()
    return name or (here.name if here else "")


# --- what each list says


def _words(
    actor: Actor, listing: str, keys: Sequence[int]
) -> tuple[dict[int, list[Words]], dict[int, str]]:
    """By the key of the party: what it is told, and why there is nothing to tell it."""
    if listing == CHANGES:
        return _of_changes(actor, keys)
    if listing == GOAL_FIRMS:
        return _of_goals(actor, keys)
    return _of_rung(actor, rungs()[listing.removeprefix(LADDER)], keys)


_Found = tuple[dict[int, list[Words]], dict[int, str]]


def _of_rung(actor: Actor, rung: Rung, keys: Sequence[int]) -> _Found:
    rows = list(ladder.listed(actor, rung.code).filter(pk__in=keys).order_by("pk"))
    prospects = ladder.prospects_of(rung.code, [row.pk for row in rows])
    ending = _ending(rung, [row.pk for row in rows])
    told: dict[int, list[Words]] = {}
    left: dict[int, str] = {}
    for row in rows:
        stand = Stand(row.stand)
        words = (
            ending.get(row.pk)
            if stand is Stand.EXPIRING
            else _of_prospect(rung, prospects.get(row.pk))
            if stand not in {*HELD, Stand.FILING}
            else None
        )
        if words is None:
            left[row.pk] = _("状态是“%(stand)s”，没有要通知的") % {"stand": NAMES[stand]}
        else:
            told[row.pk] = [words]
    return told, left


def _ending(rung: Rung, parties: Sequence[int]) -> dict[int, Words]:
    today = timezone.localdate()
    rows = Qualification.objects.filter(title__in=rung.titles, party__in=parties)
    rows = qualifications.standing_is(qualifications.on_day(rows, today), "expiring")
    return {
        row.party_id: wording.expiring(rung.code, rung.name, row.number, row.expires_on)
        for row in rows.order_by("-expires_on", "pk")
    }


def _of_prospect(rung: Rung, found: Prospect | None) -> Words | None:
    run = ladder_run()
    if found is None or run is None:
        return None
    match found.state:
        case Prospect.State.QUALIFIED:
            return wording.qualified(rung.code, rung.name, run.as_of)
        case Prospect.State.OPEN:
            return wording.open_facts(rung.code, rung.name, run.as_of, found.missing)
        case _:
            return wording.near(
                rung.code, rung.name, run.as_of, found.lacks, this_year=found.this_year,
                missing=found.missing,
            )  # fmt: skip


def _of_goals(actor: Actor, keys: Sequence[int]) -> _Found:
    """A goal is the bureau's own: a firm hears of its rung, as from the ladder."""
    by_rung: dict[str, list[int]] = {}
    for row in goals.firms(actor).filter(pk__in=keys).order_by("pk"):
        by_rung.setdefault(row.goal.rung, []).append(row.party.pk)
    told: dict[int, list[Words]] = {}
    left: dict[int, str] = {}
    for code, parties in by_rung.items():
        if code not in rungs():
            continue
        more, without = _of_rung(actor, rungs()[code], parties)
        for key in parties:
            told.setdefault(key, []).extend(more.get(key, ()))
            reason = _("照最近一次运行不止差一项，没有要通知的")
            left[key] = without.get(key, reason)
    told = {key: each for key, each in told.items() if each}
    return told, {key: why for key, why in left.items() if key not in told}


def _of_changes(actor: Actor, keys: Sequence[int]) -> _Found:
    """Of several changes of a firm by one rule the newest counts."""
    told: dict[int, dict[str, Words]] = {}
    left: dict[int, str] = {}
    rows = list(runs.changes(actor).filter(pk__in=keys).order_by("run__pk", "pk"))
    facts = _deciding(rows)
    book = rulebook()
    for row in rows:
        party = row.party.pk
        versions = book.versions(row.rule)
        if not row.before or not row.after or not versions:
            left[party] = _("两次中有一次没有判断，没有要通知的")
        elif versions[-1].kind == SCREENING:
            left[party] = _("初筛是内部口径，不通知企业")
        else:
            told.setdefault(party, {})[row.rule] = wording.changed(
                row.rule, versions[-1].name, row.run.as_of, str(Verdict(row.before).label),
                str(Verdict(row.after).label), facts.get((row.run.pk, row.rule, party), ()),
            )  # fmt: skip
    found = {key: list(each.values()) for key, each in told.items()}
    return found, {key: why for key, why in left.items() if key not in found}


def _deciding(rows: Sequence[Any]) -> Mapping[tuple[int, str, int], list[str]]:
    """The firm's own facts that turned each verdict, where that was worked out."""
    events = ReminderEvent.objects.filter(
        run__in={row.run.pk for row in rows}, party__in={row.party.pk for row in rows}
    )
    return {
        (each.run_id, each.subject, each.party_id): list(reminder_queries.pairs(each))  # type: ignore[attr-defined]
        for each in events.order_by("pk")
    }


# --- what was sent


def sendings(actor: Actor) -> QuerySet[FirmSending]:
    """The sendings that an actor sees, with their region."""
    return limit(FirmSending.objects.select_related("region"), actor, NOTIFY_VIEW)


def messages(actor: Actor) -> QuerySet[FirmMessage]:
    """What firms in reach were told, with firm, region and sending."""
    return limit(_messages(), actor, NOTIFY_VIEW)


def own_messages(actor: Actor) -> QuerySet[FirmMessage]:
    """What the actor's own firm was told."""
    return limit(_messages(), actor, MESSAGES)


def _messages() -> QuerySet[FirmMessage]:
    return FirmMessage.objects.select_related("party__region", "sending")


def reached_is(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Messages that went to an account, were told otherwise, or are still to be told."""
    if value == "account":
        return rows.filter(accounts__gt=0)
    return rows.filter(accounts=0, told_on__isnull=value != "told")


def counts(rows: QuerySet[FirmMessage]) -> dict[str, int]:
    """How many firms of messages were reached in which way."""
    return {
        way: reached_is(rows, way).order_by().values("party").distinct().count()
        for way in ("account", "told", "open")
    }


def message_address(sending: FirmSending) -> str:
    """Where a firm reads what it was told."""
    return reverse("policies:message", args=[sending.pk])


def address(actor: Actor, key: str) -> str | None:
    """Where a sending is seen, None where the actor may not."""
    if key.isdecimal() and sendings(actor).filter(pk=key).exists():
        return reverse("policies:sending", args=[key])
    return None
