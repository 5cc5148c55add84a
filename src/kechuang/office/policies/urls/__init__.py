"""Addresses of this room, a module for each part."""

from __future__ import annotations

from itertools import chain

from kechuang.office.policies.urls import diagnosis, documents, goals, ladder, runs

app_name = "policies"
urlpatterns = list(
    chain(runs.patterns, diagnosis.patterns, ladder.patterns, goals.patterns, documents.patterns)
)
