"""Five registries through which a lower room shows what a higher one has.

A higher room fills them in when it starts (`AppConfig.ready`); a lower room only reads them, and
stores nothing of the higher room but a `SourceRef`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

from kechuang.office.ground.actors import Actor

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
    """A tab on the record of a party: `render` gives safe HTML, or nothing to hide it."""

    code: str
    name: Text
    order: int
    render: Callable[[HttpRequest, str], str]


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
    """What a room does when two parties turn out to be one: `move` from one code to the other."""

    code: str
    order: int
    move: Callable[[Actor, str, str], None]


@dataclass(frozen=True, slots=True)
class SourceOpener:
    """How a source is opened: its address for this actor, or None where they may not see it."""

    code: str  # the kind of the SourceRef
    order: int
    url: Callable[[Actor, str], str | None]


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


def open_source(actor: Actor, source: SourceRef) -> str | None:
    """Where a source can be seen; None where nobody opens it or the actor may not."""
    opener = source_openers.find(source.kind)
    return opener.url(actor, source.key) if opener else None
