"""One mentor for many entries of the pool: all or none, one notice for each rung."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import technology_firm

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Notice
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.services import pool
from kechuang.office.policies.services.pool import Tending
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db
RULES = ("tech_sme_national",)


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990100", name="经办"))


@pytest.fixture
def mentor(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101", name="辅导"))


@pytest.fixture
def entries(city: Region, officer: Actor) -> list[PoolEntry]:
    """Three firms of 甲县 for two rungs, and one of 乙区."""
    today = timezone.localdate()
    places = {"F01": "990101", "F02": "990101", "F03": "990101", "F04": "990102"}
    rungs = {"F01": "hnte", "F02": "hnte", "F03": "gazelle", "F04": "hnte"}
    return [
        pool.admit(officer, technology_firm(code, place), rungs[code], Tending(), today)
        for code, place in places.items()
    ]


def test_several_get_a_mentor_and_the_mentor_one_notice_a_rung(
    entries: list[PoolEntry], officer: Actor, mentor: Actor
) -> None:
    pool.change(officer, entries[0], mentor.code, "计划")
    Notice.objects.all().delete()
    changed = pool.assign(officer, entries[:3], mentor.code)
    assert [row.party.code for row in changed] == ["F02", "F03"]
    kept = PoolEntry.objects.filter(mentor=mentor.code, mentor_name="辅导").order_by("pk")
    assert [row.plan for row in kept] == ["计划", "", ""]
    told = sorted(Notice.objects.values_list("to", "text"))
    assert [name for name, _text in told] == [mentor.code, mentor.code]
    assert ["高新技术企业" in text for _name, text in told].count(True) == 1
    assert AuditEvent.objects.filter(action="pool.change").count() == 3


def test_none_is_changed_where_the_mentor_does_not_reach_one(
    entries: list[PoolEntry], officer: Actor, mentor: Actor
) -> None:
    with pytest.raises(ValidationError, match="管不到“示例F04公司”"):
        pool.assign(officer, entries, mentor.code)
    assert not PoolEntry.objects.exclude(mentor="").exists()


def test_ticked_rows_of_the_list_get_a_mentor(
    entries: list[PoolEntry], signed_in: Callable[..., Client], mentor: Actor
) -> None:
    client, address = signed_in("officer", "990100"), reverse("policies:pool_mentors")
    assert address in client.get(reverse("policies:pool")).content.decode()
    ticked = {"selected": [str(row.pk) for row in entries[:2]]}
    page = client.post(address, ticked)
    text = page.content.decode()
    assert "选中了2家" in text
    assert "示例F01公司" in text
    given = page.context["form"].initial["selected"]
    wrong = client.post(address, {"selected": given, "mentor": ""})
    assert wrong.context["form"].errors
    done = client.post(address, {"selected": given, "mentor": mentor.code}, follow=True)
    assert "已为2家指定辅导人" in done.content.decode()
    assert PoolEntry.objects.filter(mentor=mentor.code).count() == 2
    nothing = client.post(address, {}, follow=True)
    assert "没有选中在库的企业" in nothing.content.decode()
