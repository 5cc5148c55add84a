"""What rooms have put on the first page, and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import Hit, Item, Text, morning_items, search_sources

HITS_OF_A_SOURCE: Final = 20
LATE: Final = frozenset({"late"})
DUE: Final = frozenset({"soon"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do, with the room that it is from."""

    room: Text
    item: Item


@dataclass(frozen=True, slots=True)
class Morning:
    """The first page in three groups: to do, due before long, wrong or overdue."""

    todo: list[Line]
    due: list[Line]
    wrong: list[Line]

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.todo or self.due or self.wrong)


def morning(actor: Actor) -> Morning:
    """What every room has for this actor; what is done or normal is not shown."""
    lines = [Line(room.name, item) for room in morning_items for item in room.items(actor)]
    return Morning(
        todo=[line for line in lines if line.item.state == "todo"],
        due=_by_day([line for line in lines if line.item.state in DUE]),
        wrong=_by_day([line for line in lines if line.item.state in LATE]),
    )


def find(actor: Actor, words: str) -> list[Hit]:
    """What every room finds under these words and the actor may see; each page once."""
    hits = (hit for source in search_sources for hit in source.find(actor, words, HITS_OF_A_SOURCE))
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.url, hit)
    return list(found.values())


def _by_day(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.item.due is None, line.item.due))
