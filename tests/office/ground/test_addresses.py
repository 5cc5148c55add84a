"""Addresses that are remembered are those that `reverse` gives."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, path, reverse, set_script_prefix
from django.views.i18n import set_language

from kechuang.office.ground.addresses import address

ELSEWHERE = (path("tongue/", set_language, name="set_language"),)


@pytest.mark.parametrize(
    ("route", "arguments"),
    [
        ("portal:home", ()),
        ("set_language", ()),
        ("parties:record", ("990101-kjj",)),
        ("reports:record", (7,)),
    ],
)
def test_address_is_that_of_reverse_each_time(route: str, arguments: tuple[object, ...]) -> None:
    assert [address(route, *arguments) for _ in "ab"] == [reverse(route, args=arguments)] * 2


def test_route_that_does_not_exist_is_told_each_time() -> None:
    for _ in "ab":
        with pytest.raises(NoReverseMatch):
            address("parties:record", "a key that no address may hold")


def test_prefix_of_the_site_counts() -> None:
    before = address("portal:home")
    set_script_prefix("/office/")
    try:
        assert address("portal:home") == "/office/"
    finally:
        set_script_prefix("/")
    assert address("portal:home") == before == "/"


def test_table_of_addresses_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = address("set_language")
    monkeypatch.setattr("kechuang.office.ground.addresses.get_urlconf", lambda: ELSEWHERE)
    assert (before, address("set_language")) == ("/language/", "/tongue/")
