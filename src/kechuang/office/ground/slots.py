"""Registries through which a lower room shows what a higher one has.

A higher room fills them in when it starts (`AppConfig.ready`); a lower room only reads them, and
stores nothing of the higher room but a `SourceRef`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

from kechuang.office.ground.actors import Actor, Place

Text = str | Promise


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a value came from: the kind of thing and its key."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class DossierTab:
    """A tab on the record of a party: `render` gives safe HTML, or nothing to hide it.

    `verb` is what the actor must have so that the tab is there at all; empty: nothing more than
    to see the party.
    """

    code: str
    name: Text
    order: int
    render: Callable[[HttpRequest, str], str]
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that somebody must do today: words, an address, and by when."""

    text: str
    url: str
    count: int = 1
    due: date | None = None
    state: str = "todo"  # todo, soon, late, normal, done


@dataclass(frozen=True, slots=True)
class MorningItems:
    """What a room puts on the first page of a role."""

    code: str
    name: Text
    order: int
    items: Callable[[Actor], Iterable[Item]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, its kind in words, and its address."""

    name: str
    kind: Text
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Where the search box looks: at most `limit` hits that the actor may see."""

    code: str
    order: int
    find: Callable[[Actor, str, int], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class MergeRule:
    """What a room does when two parties turn out to be one: `move` from one code to the other.

    `covers` are the columns that it moves, as `app.Model.field`: those that point to a party and
    those that hold its code. A column that no rule covers fails a test.
    """

    code: str
    order: int
    covers: tuple[str, ...]
    move: Callable[[Actor, str, str], None]


@dataclass(frozen=True, slots=True)
class SourceOpener:
    """How a source is opened: its address for this actor, or None where they may not see it."""

    code: str  # the kind of the SourceRef
    order: int
    url: Callable[[Actor, str], str | None]


@dataclass(frozen=True, slots=True)
class ListExport:
    """Another way to take away what a list shows.

    `listing` is the code of the list, `code` where it is empty; `url` gives the address for the
    query of the list.
    """

    code: str
    name: Text
    order: int
    verb: str
    url: Callable[[str], str]
    listing: str = ""


@dataclass(frozen=True, slots=True)
class PartyPage:
    """The page of a higher room on which some parties are seen and changed.

    `urls` gives for this actor the addresses of those parties of these codes that the room has
    something of and the actor may see.
    """

    code: str
    order: int
    urls: Callable[[Actor, Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PartyFollower:
    """What a room does when a party was changed: it hears the code and what changed, from → to.

    It runs in the same transaction, after the party has been written.
    """

    code: str
    order: int
    follow: Callable[[Actor, str, Mapping[str, tuple[object, object]]], None]


@dataclass(frozen=True, slots=True)
class PartyAct:
    """Something that a higher room does with a party: a button on its record.

    It is there for who has `verb` where the party belongs; `url` gives the address by the code.
    """

    code: str
    name: Text
    order: int
    verb: str
    url: Callable[[str], str]


class Entry(Protocol):
    """What a registry holds: it has a code of its own and a place in the order."""

    @property
    def code(self) -> str:
        """What it is found by."""
        ...

    @property
    def order(self) -> int:
        """Where it stands."""
        ...


S = TypeVar("S", bound=Entry)


class Slot(Generic[S]):
    """What higher rooms have put in, in order."""

    def __init__(self) -> None:
        self._filled: dict[str, S] = {}

    def fill(self, entry: S) -> None:
        """Put an entry in; a code is taken once."""
        if entry.code in self._filled:
            raise ValueError(f"slot entry {entry.code!r} is there already: choose another code")
        self._filled[entry.code] = entry

    def find(self, code: str) -> S | None:
        """The entry of this code."""
        return self._filled.get(code)

    def __iter__(self) -> Iterator[S]:
        return iter(sorted(self._filled.values(), key=lambda entry: (entry.order, entry.code)))


dossier_tabs: Slot[DossierTab] = Slot()
morning_items: Slot[MorningItems] = Slot()
search_sources: Slot[SearchSource] = Slot()
merge_rules: Slot[MergeRule] = Slot()
source_openers: Slot[SourceOpener] = Slot()
list_exports: Slot[ListExport] = Slot()
party_pages: Slot[PartyPage] = Slot()
party_followers: Slot[PartyFollower] = Slot()
party_acts: Slot[PartyAct] = Slot()


def tabs_for(actor: Actor) -> list[DossierTab]:
    """The tabs that are there for this actor, in their order."""
    return [tab for tab in dossier_tabs if not tab.verb or actor.reach(tab.verb) is not None]


def acts_for(actor: Actor, code: str, place: Place) -> list[tuple[Text, str]]:
    """What higher rooms offer this actor to do with a party that belongs there: name, address."""
    return [(act.name, act.url(code)) for act in party_acts if actor.reaches(act.verb, place)]


def addresses_of_parties(actor: Actor, codes: Sequence[str]) -> dict[str, str]:
    """Where higher rooms show parties, of those that one does and the actor may see."""
    found: dict[str, str] = {}
    for page in party_pages:
        found = {**page.urls(actor, codes), **found}
    return found


def open_source(actor: Actor, source: SourceRef) -> str | None:
    """Where a source can be seen; None where nobody opens it or the actor may not."""
    opener = source_openers.find(source.kind)
    return opener.url(actor, source.key) if opener else None
