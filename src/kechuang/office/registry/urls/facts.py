"""Addresses of the pages of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import facts

patterns: list[URLPattern] = [
    path("facts/", facts.fact_list, name="facts"),
    path("facts/missing/", facts.missing_list, name="facts_missing"),
    path("facts/<party:code>/<int:year>/", facts.fact, name="fact"),
    path("facts/<party:code>/<int:year>/record/", facts.fact_record, name="fact_record"),
    path(
        "facts/<party:code>/<int:year>/correct/<slug:field>/",
        facts.fact_correct,
        name="fact_correct",
    ),
    path("facts/<party:code>/<int:year>/lift/<slug:field>/", facts.fact_lift, name="fact_lift"),
    path("doubts/", facts.doubt_list, name="doubts"),
    path("doubts/<int:pk>/", facts.doubt, name="doubt"),
]
