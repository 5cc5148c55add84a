"""Addresses of this room, a module for each part."""

from __future__ import annotations

from itertools import chain

from kechuang.office.desk.urls import (
    briefs,
    cases,
    collections,
    comparisons,
    fillings,
    incoming,
)

app_name = "desk"
urlpatterns = list(
    chain(
        comparisons.patterns,
        fillings.patterns,
        collections.patterns,
        briefs.patterns,
        cases.patterns,
        incoming.patterns,
    )
)
