"""Addresses of the registry, a module for each part."""

from __future__ import annotations

from itertools import chain

from kechuang.office.registry.urls import (
    agreements,
    facts,
    imports,
    merging,
    organisations,
    people,
    platforms,
    proposals,
    qualifications,
    resources,
    rights,
)

app_name = "registry"
urlpatterns = list(
    chain(
        organisations.patterns,
        facts.patterns,
        qualifications.patterns,
        rights.patterns,
        platforms.patterns,
        people.patterns,
        resources.patterns,
        agreements.patterns,
        proposals.patterns,
        merging.patterns,
        imports.patterns,
    )
)
