"""Building the made-up city in an installation that holds nothing yet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files

from django.db import transaction

from kechuang.office.accounts.models import User
from kechuang.office.accounts.passwords import one_time_password
from kechuang.office.accounts.services import create_user, grant_membership, keep_password
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import create_all
from kechuang.office.regions.models import Region
from kechuang.office.regions.services import change_installation, found
from kechuang.office.site.demo.parties import CITY, FIRMS, firms, institutions, persons
from kechuang.office.site.demo.people import ENTERPRISE, PEOPLE, Person
from kechuang.reference.divisions import Divisions

SEED = 2026


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody signs in; the password is shown once and kept nowhere."""

    username: str
    password: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What was built."""

    regions: int
    parties: int
    people: tuple[SignIn, ...]


def build(count: int = FIRMS) -> Built:
    """Build the city, whole or not at all. Raises `InUse` where there is an installation."""
    with transaction.atomic():
        found(SYSTEM, _divisions(), CITY, "示例市科学技术局")
        # The example is looked at on one machine, so nobody must first fetch a telephone.
        change_installation(SYSTEM, {"second_factor": "nobody", "enterprise_pages": True})
        chance = random.Random(SEED)  # noqa: S311 - the same city each time
        parties = [*institutions(), *firms(chance, count), *persons()]
        create_all(SYSTEM, parties)
        firm = next(each for each in parties if each.kind == "enterprise")
        enterprise = Person(
            ENTERPRISE.username,
            ENTERPRISE.name,
            (("enterprise_user", firm.region, firm.code),),
        )
        people = tuple(_sign_in(person) for person in (*PEOPLE, enterprise))
    return Built(Region.objects.count(), len(parties), people)


def _divisions() -> Divisions:
    with as_file(files("kechuang.office.site.demo").joinpath("divisions.csv")) as path:
        return Divisions.load(path)


def _sign_in(person: Person) -> SignIn:
    user, _password = create_user(
        SYSTEM, username=person.username, name=person.name, region=_home(person)
    )
    password = one_time_password()
    keep_password(user, password)
    return SignIn(person.username, password, person.name, tuple(_roles(user, person)))


def _home(person: Person) -> Region:
    return Region.objects.get(code=person.roles[0][1])


def _roles(user: User, person: Person) -> Iterator[str]:
    for role, region, party in person.roles:
        grant_membership(
            SYSTEM,
            user,
            role,
            Region.objects.get(code=region),
            party=Party.objects.get(code=party) if party else None,
        )
        yield role
