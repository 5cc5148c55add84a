"""The made-up city: the same each time, in an empty installation only, quickly."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from django.db import transaction

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.models import AuditEvent
from kechuang.office.parties.codes import is_credit_code
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.regions.services import InUse
from kechuang.office.site.demo import build

pytestmark = pytest.mark.django_db

FEW = 60
SECONDS = 20


class _TakenBack(Exception):  # noqa: N818 - it only ends the transaction
    pass


def everything() -> list[list[tuple[object, ...]]]:
    """What was built, without passwords, keys and times."""
    return [
        list(Region.objects.values_list("code", "name", "level", "path")),
        list(Party.objects.values_list("code", "name", "kind", "region__code")),
        list(User.objects.values_list("username", "name", "region__code")),
        sorted(
            Membership.objects.values_list("user__username", "role", "region__code", "party__code"),
            key=str,
        ),
    ]


@pytest.mark.both_databases
def test_whole_city_is_built_in_time() -> None:
    begin = time.perf_counter()
    built = build()
    assert time.perf_counter() - begin < SECONDS
    assert Party.objects.filter(kind="enterprise").count() == 3_000
    assert (built.regions, built.parties) == (Region.objects.count(), Party.objects.count())


def test_city_has_the_nine_counties_and_everybody_of_the_matrix() -> None:
    build(FEW)
    counties = Region.objects.filter(parent__code="990100", level="county")
    assert "".join(region.name[0] for region in counties) == "甲乙丙丁戊己庚辛壬"
    assert set(Membership.objects.values_list("role", flat=True)) == set(matrix().roles)


def test_same_seed_builds_the_same_city() -> None:
    cities: list[list[list[tuple[object, ...]]]] = []
    for _ in range(2):
        with suppress(_TakenBack), transaction.atomic():
            build(FEW)
            cities.append(everything())
            raise _TakenBack
    assert cities[0] == cities[1]
    assert Party.objects.count() == 0


def test_codes_of_firms_are_right_in_shape_and_lie_in_no_real_region() -> None:
    build(FEW)
    codes = list(Party.objects.filter(kind="enterprise").values_list("code", flat=True))
    assert [code for code in codes if not is_credit_code(code)] == []
    assert {code[2:6] for code in codes} == {"9901"}
    assert len(codes) == len(set(codes)) == FEW


def test_passwords_differ_and_are_kept_nowhere_in_words() -> None:
    built = build(FEW)
    passwords = [person.password for person in built.people]
    assert len(set(passwords)) == len(passwords) == User.objects.count()
    trail = " ".join(str(event.changes) for event in AuditEvent.objects.all())
    assert [password for password in passwords if password in trail] == []
    kept = " ".join(User.objects.values_list("password", flat=True))
    assert [password for password in passwords if password in kept] == []
    assert all(
        User.objects.get(username=each.username).check_password(each.password)
        for each in built.people
    )


def test_city_is_built_once() -> None:
    build(FEW)
    before = everything()
    with pytest.raises(InUse):
        build(FEW)
    assert everything() == before


def test_names_of_firms_are_made_up_and_differ() -> None:
    build(FEW)
    names = list(Party.objects.filter(kind="enterprise").values_list("name", flat=True))
    assert len(set(names)) == FEW
    assert [name for name in names if not re.search(r"公司|厂|合作社|集团", name)] == []
