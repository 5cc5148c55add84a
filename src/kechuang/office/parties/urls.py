"""Addresses of parties."""

from __future__ import annotations

from django.urls import path, register_converter

from kechuang.office.parties import views


class PartyCode:
    """A party's code in an address."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}"

    def to_python(self, value: str) -> str:
        """The code."""
        return value

    def to_url(self, value: str) -> str:
        """The code."""
        return value


register_converter(PartyCode, "party")

app_name = "parties"
urlpatterns = [
    path("", views.party_list, name="list"),
    path("new/", views.create, name="create"),
    path("of/<party:code>/", views.record, name="record"),
    path("of/<party:code>/change/", views.change, name="change"),
]
