"""Building the made-up city in an installation that holds nothing yet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files

import polars as pl
from django.db import transaction
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.accounts.services import create_user, grant_membership
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts, create_all
from kechuang.office.regions.models import Region
from kechuang.office.regions.services import change_installation, found
from kechuang.office.registry.made_up import make
from kechuang.office.site.demo import carriers, desk, filings, stories
from kechuang.office.site.demo.parties import CITY, FIRMS, institutions, persons
from kechuang.office.site.demo.people import ENTERPRISE, PEOPLE, Person
from kechuang.office.site.demo.registry import fill
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


def build(count: int = FIRMS, today: date | None = None) -> Built:
    """Build the city, whole or not at all. Raises `InUse` where there is an installation.

    Of `count` firms a few are there twice under two names. The figures are of the three full
    years before `today`.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        found(SYSTEM, _divisions(), CITY, "示例市科学技术局")
        # The example is looked at on one machine, so nobody must first fetch a telephone.
        change_installation(SYSTEM, {"second_factor": "nobody", "enterprise_pages": True})
        frames = make(count - stories.TWINS, seed=SEED, today=day)
        firms = [*_firms(frames["firms"]), *stories.twins(frames["firms"])]
        parties = [*institutions(), *firms, *persons()]
        create_all(SYSTEM, parties)
        shown = stories.well_filled(frames)
        people = tuple(_sign_in(person) for person in (*PEOPLE, _enterprise(shown, frames)))
        fill(frames, day)
        chance = random.Random(SEED)  # noqa: S311 - the same city each time
        carriers.fill(frames["firms"], chance, day)
        stories.fill(frames, shown, chance, day)
        filings.fill(random.Random(SEED), day)  # noqa: S311 - the same city each time
        desk.fill(day)
    return Built(Region.objects.count(), len(parties), people)


def _divisions() -> Divisions:
    with as_file(files("kechuang.office.site.demo").joinpath("divisions.csv")) as path:
        return Divisions.load(path)


def _firms(firms: pl.DataFrame) -> Iterator[PartyFacts]:
    for code, name, region in firms.select("code", "name", "region").iter_rows():
        yield PartyFacts(code, name, "enterprise", region)


def _enterprise(code: str, frames: dict[str, pl.DataFrame]) -> Person:
    """Who signs in for the firm whose dossier is well filled."""
    (region,) = frames["firms"].filter(pl.col("code") == code)["region"]
    return Person(ENTERPRISE.username, ENTERPRISE.name, (("enterprise_user", region, code),))


def _sign_in(person: Person) -> SignIn:
    user, password = create_user(
        SYSTEM, username=person.username, name=person.name, region=_home(person), once=False
    )
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
