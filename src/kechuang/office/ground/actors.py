"""Who acts, in plain values: what services and queries are told of a user.

An actor is a user in one of their roles. Rooms below `accounts` know no user and no membership;
they know what the actor may do and how far it reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

COUNTY = 3  # codes in the path of a county: its province, its prefecture, its own


class Reach(StrEnum):
    """How far a permission goes."""

    ALL = "all"  # the whole installation
    REGION = "region"  # the region of the membership and all below it
    PARTY = "party"  # the actor's own organisation
    SELF = "self"  # what the actor made or what is about the actor


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs: its region's path, its organisation's code, its owner's user name."""

    region: str = ""
    party: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user in one role.

    `region` is the path of the region that the role is held in (`/990000/990100/`), `party` the
    code of the organisation, `grants` how far each verb reaches. `address` is where the request
    came from.
    """

    code: str
    name: str
    role: str = ""
    region: str = ""
    party: str = ""
    grants: Mapping[str, Reach] = field(default_factory=lambda: MappingProxyType({}))
    address: str = ""

    @property
    def place(self) -> Place:
        """Where what this actor makes belongs."""
        return Place(self.region, self.party, self.code)

    @property
    def is_local(self) -> bool:
        """Whether the role is held in a county or below, a part of most installations."""
        return len(self.region.strip("/").split("/")) >= COUNTY

    def reach(self, verb: str) -> Reach | None:
        """How far the actor may do this, None where not at all."""
        return self.grants.get(verb)

    def reaches(self, verb: str, place: Place) -> bool:
        """Whether the actor may do this to a record that belongs there."""
        match self.reach(verb):
            case Reach.ALL:
                return True
            case Reach.REGION:
                return bool(self.region) and place.region.startswith(self.region)
            case Reach.PARTY:
                return bool(self.party) and place.party == self.party
            case Reach.SELF:
                return place.owner == self.code
            case None:
                return False


class Everything(Mapping[str, Reach]):
    """The grants of the system itself: every verb, everywhere."""

    def __getitem__(self, verb: str) -> Reach:
        return Reach.ALL

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


SYSTEM = Actor(code="system", name="系统", role="system", region="/", grants=Everything())
NOBODY = Actor(code="", name="")


_Grants = Callable[[str], Mapping[str, Reach]]
_grants_of_role: list[_Grants] = []


def register_grants(grants: _Grants) -> None:
    """Say how far a role may do what; the room that keeps the permission matrix does it once."""
    _grants_of_role[:] = [grants]


def restored(code: str, name: str, role: str, region: str, party: str) -> Actor:
    """The actor of these plain values, with what its role may do now.

    The system itself comes back as `SYSTEM`; a role that nobody registered may do nothing.
    """
    if (code, role) == (SYSTEM.code, SYSTEM.role):
        return SYSTEM
    actor = Actor(code, name, role, region, party)
    return replace(actor, grants=_grants_of_role[0](role)) if _grants_of_role else actor
