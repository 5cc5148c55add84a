"""Records that look like one: pairs with their reasons, likeliest first.

Groups with the same key are found by the database over its indices; only their members are read.
What somebody marked as not the same is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Substr

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.parties.models import Party
from kechuang.office.registry.care import Likeness, likenesses
from kechuang.office.registry.models import (
    Affiliation,
    FormerName,
    IntellectualProperty,
    Organisation,
    Person,
    Unlike,
)

MERGE: Final = "organisation.merge"
MERGE_PEOPLE: Final = "person.change"
MOST: Final = 5_000
"""Rows that one reason may bring: what is beyond comes up as those are dealt with."""
ALL_WITH_ALL: Final = 8
"""Members of a group up to which each is held against each; of more, against the first."""
Members = Iterable[tuple[Any, int]]
Found = dict[tuple[int, int], set[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties, the smaller key first, why they look like one, and how much."""

    first: int
    second: int
    reasons: tuple[Likeness, ...]
    points: int


def mergeable(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that an actor may merge, with party and region."""
    rows = Organisation.objects.select_related("party__region").filter(merged_into=None)
    return limit(rows, actor, MERGE)


def mergeable_people(actor: Actor) -> QuerySet[Person]:
    """The people whom an actor may merge, with party and region."""
    rows = Person.objects.select_related("party__region").filter(merged_into=None)
    return limit(rows, actor, MERGE_PEOPLE)


def unlikes(actor: Actor) -> QuerySet[Unlike]:
    """The pairs that somebody marked as not the same, where the actor may merge the first."""
    return limit(Unlike.objects.select_related("party", "other"), actor, MERGE)


def organisations(actor: Actor, only: str = "") -> list[Pair]:
    """Organisations that look like one and that the actor reaches both.

    `only` is `name` where the most common and quickest reason is enough.
    """
    if actor.reach(MERGE) is None:
        return []
    found: Found = defaultdict(set)
    here = mergeable(actor).select_related(None).order_by()
    _note(found, "name", _same_name(here))
    if only == "name":
        return _ranked(found)
    _note(found, "credit_code", _same_entity(here))
    _note_code(found, here)
    _note_former(found, here)
    _note(found, "property", _same_right(here))
    return _ranked(found)


def people(actor: Actor) -> list[Pair]:
    """People who look like one: the same name, and born on one day or in one organisation."""
    if actor.reach(MERGE_PEOPLE) is None:
        return []
    found: Found = defaultdict(set)
    here = mergeable_people(actor).select_related(None).order_by()
    names = here.values("party__name").annotate(many=Count("*")).filter(many__gt=1)
    rows = here.filter(party__name__in=names.values("party__name"))
    named = dict(rows.values_list("pk", "party__name")[:MOST])
    born = rows.exclude(born_on=None).values_list("party__name", "born_on", "pk")[:MOST]
    _note(found, "person_birth", (((name, day), pk) for name, day, pk in born))
    posts = Affiliation.objects.order_by().filter(person__in=rows)
    held = posts.values_list("person", "party")[:MOST]
    _note(found, "person_organisation", (((named.get(pk), at), pk) for pk, at in held))
    return _ranked(found)


# --- reasons


def _same_name(here: QuerySet[Organisation]) -> Members:
    keys = _twice(Organisation.objects.exclude(name_key=""), "name_key")
    rows = here.filter(name_key__in=keys).order_by("name_key", "pk")
    return rows.values_list("name_key", "pk")[:MOST]


def _same_entity(here: QuerySet[Organisation]) -> Members:
    """The entity's own part of the credit code: two codes with the same are of one entity."""
    rows = here.exclude(credit_code=None).annotate(entity=Substr("credit_code", 9, 9))
    keys = rows.values("entity").annotate(many=Count("*")).filter(many__gt=1).values("entity")
    return rows.filter(entity__in=keys).order_by("entity", "pk").values_list("entity", "pk")[:MOST]


def _note_code(found: Found, here: QuerySet[Organisation]) -> None:
    """A record whose own code is the credit code of another."""
    coded = here.exclude(credit_code=None).exclude(credit_code=F("party__code"))
    holders = Party.objects.filter(code=OuterRef("credit_code"))
    wanted = dict(coded.filter(Exists(holders)).values_list("credit_code", "pk")[:MOST])
    for code, pk in here.filter(party__code__in=wanted).values_list("party__code", "pk"):
        _mark(found, "code", pk, wanted[code])


def _note_former(found: Found, here: QuerySet[Organisation]) -> None:
    """A former name of one that is the name of another, or a former name of another too."""
    named = Organisation.objects.filter(name_key=OuterRef("name_key"))
    rows = FormerName.objects.exclude(name_key="").order_by("name_key", "party_id")
    former = rows.filter(party__organisation__in=here)
    other = former.filter(Exists(named.exclude(party=OuterRef("party"))))
    by_key: dict[str, list[int]] = defaultdict(list)
    for key, pk in other.values_list("name_key", "party_id")[:MOST]:
        by_key[key].append(pk)
    for key, pk in here.filter(name_key__in=by_key).values_list("name_key", "pk"):
        for each in by_key[key]:
            _mark(found, "former_name", each, pk)
    both = former.filter(name_key__in=_twice(FormerName.objects.exclude(name_key=""), "name_key"))
    _note(found, "former_names", both.values_list("name_key", "party_id")[:MOST])


def _same_right(here: QuerySet[Organisation]) -> Members:
    """A right that two hold in the same place among its owners: co-owners have different ones.

    A former owner handed it on: that makes nobody look like the new one.
    """
    held = IntellectualProperty.objects.filter(transferred_on=None)
    numbers = _twice(held, "number")
    rows = held.filter(number__in=numbers, party__organisation__in=here)
    found = rows.order_by("number", "party_id").values_list("number", "owner_rank", "party_id")
    return (((number, rank), pk) for number, rank, pk in found[:MOST])


def _twice(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The values of a column that stand more than once."""
    return (
        rows.order_by().values(column).annotate(many=Count("*")).filter(many__gt=1).values(column)
    )


# --- pairs


def _note(found: Found, reason: str, members: Members) -> None:
    """Hold the members of each group against each other."""
    groups: dict[Any, set[int]] = defaultdict(set)
    for key, pk in members:
        groups[key].add(pk)
    for group in groups.values():
        ordered = sorted(group)
        few = len(ordered) <= ALL_WITH_ALL
        for first, second in combinations(ordered, 2) if few else _star(ordered):
            _mark(found, reason, first, second)


def _star(ordered: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((ordered[0], each) for each in ordered[1:])


def _mark(found: Found, reason: str, first: int, second: int) -> None:
    if first != second:
        found[min(first, second), max(first, second)].add(reason)


def _ranked(found: Found) -> list[Pair]:
    if not found:
        return []
    firsts = {first for first, _second in found}
    # So many keys stand in no single query; the marks themselves are few.
    marked = Unlike.objects.order_by().values_list("party_id", "other_id")
    apart = {pair for pair in marked if pair[0] in firsts}
    known = likenesses()
    pairs = []
    for (first, second), codes in found.items():
        if (first, second) not in apart:
            reasons = sorted((known[code] for code in codes), key=lambda each: -each.points)
            points = sum(each.points for each in reasons)
            pairs.append(Pair(first, second, tuple(reasons), points))
    return sorted(pairs, key=lambda pair: (-pair.points, pair.first, pair.second))
