"""Founding an installation: its region, its bureau, and the first two who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from kechuang.office.accounts.services import create_user, grant_membership
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.services import PartyFacts, create
from kechuang.office.regions.models import Region
from kechuang.office.regions.services import found
from kechuang.reference.divisions import Divisions

FIRST: Final = (
    ("xitong", "系统管理员", "system_administrator"),
    ("anquan", "安全管理员", "security_administrator"),
)
"""One who sets the system up and one who grants roles: two persons, as the law wants it."""


@dataclass(frozen=True, slots=True)
class FirstUser:
    """Somebody who may sign in now; the password must be changed at the first sign-in."""

    username: str
    password: str
    name: str


def found_office(divisions: Divisions, root: str, name: str) -> tuple[FirstUser, ...]:
    """Found the installation, whole or not at all.

    Raises `InUse` where there is one already, KeyError for an unknown region.
    """
    with transaction.atomic():
        found(SYSTEM, divisions, root, name)
        bureau = create(SYSTEM, PartyFacts(f"bureau-{root}", name, "bureau", root))
        region = Region.objects.get(code=root)
        first: list[FirstUser] = []
        for username, title, role in FIRST:
            user, password = create_user(SYSTEM, username=username, name=title, region=region)
            grant_membership(SYSTEM, user, role, region, party=bureau)
            first.append(FirstUser(username, password, title))
    return tuple(first)
