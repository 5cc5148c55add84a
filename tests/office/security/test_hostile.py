"""The fixtures that make sloppy code fail do make it fail."""

from __future__ import annotations

import pytest

from kechuang.office.accounts.models import Membership
from kechuang.office.regions.models import Region


@pytest.mark.both_databases
def test_rows_that_nobody_ordered_come_in_any_order(city: Region) -> None:
    seen = {tuple(Region.objects.order_by().values_list("code", flat=True)) for _ in range(60)}
    assert len(seen) > 1


def test_rows_in_order_stay_in_order(city: Region) -> None:
    seen = {tuple(Region.objects.values_list("code", flat=True)) for _ in range(60)}
    assert seen == {("990000", "990100", "990101", "990102")}


@pytest.mark.django_db
def test_lock_over_several_tables_without_naming_one_fails() -> None:
    with pytest.raises(AssertionError, match="without of="):
        list(Membership.objects.select_for_update().select_related("user"))


@pytest.mark.django_db
def test_lock_that_names_its_table_is_as_good_as_one_over_a_single_table() -> None:
    named = Membership.objects.select_for_update(of=("self",)).select_related("user")
    assert [list(named), list(Membership.objects.select_for_update())] == [[], []]
