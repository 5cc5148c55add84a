"""The permission matrix: read from its file, and turned into what an actor may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from kechuang.office.ground.actors import NOBODY, Actor, Reach


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its name, which kinds of party it speaks for, and the group it belongs to."""

    code: str
    name: str
    speaks_for: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be allowed: its name, and how far each role may do it."""

    code: str
    name: str
    who: Mapping[str, Reach]


@dataclass(frozen=True, slots=True)
class Separation:
    """Roles that one person may not hold together, and why.

    `always` is not relaxed for small bureaus.
    """

    roles: frozenset[str]
    always: bool
    why: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole matrix."""

    roles: Mapping[str, Role]
    verbs: Mapping[str, Verb]
    separations: tuple[Separation, ...]

    def grants(self, role: str) -> Mapping[str, Reach]:
        """What a role may do and how far."""
        return MappingProxyType(
            {verb.code: verb.who[role] for verb in self.verbs.values() if role in verb.who}
        )

    def holders(self, verb: str) -> tuple[Role, ...]:
        """The roles that have a verb."""
        found = self.verbs.get(verb)
        return tuple(self.roles[role] for role in found.who) if found else ()


class MatrixError(ValueError):
    """The matrix contradicts itself."""


def read_matrix(text: str) -> Matrix:
    """The matrix that a file says.

    Raises `MatrixError` where it names a role that it does not list.
    """
    data: dict[str, Any] = yaml.safe_load(text)
    roles = {
        code: Role(code, each["name"], tuple(each["speaks_for"]), each["group"])
        for code, each in data["roles"].items()
    }
    verbs = {
        code: Verb(code, each["name"], {role: Reach(far) for role, far in each["who"].items()})
        for code, each in data["verbs"].items()
    }
    separations = tuple(
        Separation(frozenset(each["roles"]), each["when"] == "always", each["why"])
        for each in data["separation"]
    )
    named = {role for verb in verbs.values() for role in verb.who}
    named |= {role for each in separations for role in each.roles}
    if unknown := sorted(named - set(roles)):
        raise MatrixError(f"matrix.yaml 提到没有列出的角色：{'、'.join(unknown)}。请先列出。")
    return Matrix(MappingProxyType(roles), MappingProxyType(verbs), separations)


@cache
def matrix() -> Matrix:
    """The matrix of this version."""
    path = files("kechuang.office.accounts").joinpath("matrix.yaml")
    return read_matrix(path.read_text(encoding="utf-8"))


@cache
def _grants(role: str) -> Mapping[str, Reach]:
    return matrix().grants(role)


def actor_of(membership: Any, *, address: str = "") -> Actor:
    """The actor of a user in one membership, whose user, region and party are loaded."""
    user = membership.user
    return Actor(
        code=user.username,
        name=user.name,
        role=membership.role,
        region=membership.region.path,
        party=membership.party.code if membership.party else "",
        grants=_grants(membership.role),
        address=address,
    )


def actor_without_role(user: Any, *, address: str = "") -> Actor:
    """The actor of a user who holds no role now."""
    return Actor(code=user.username, name=user.name, address=address) if user else NOBODY
