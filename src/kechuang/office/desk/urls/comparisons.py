"""Addresses of comparisons and of what is remembered of names."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import comparison_acts as acts
from kechuang.office.desk.views import comparison_decisions as decisions
from kechuang.office.desk.views import comparisons

patterns: list[URLPattern] = [
    path("comparisons/", comparisons.every, name="comparisons"),
    path("comparisons/new/", comparisons.create, name="comparison_create"),
    path("comparisons/names/", decisions.every, name="comparison_names"),
    path("comparisons/names/<int:pk>/revoke/", decisions.revoke, name="comparison_name_revoke"),
    path("comparisons/rows/<int:pk>/", decisions.row, name="comparison_row"),
    path("comparisons/acts/<int:pk>/undo/", acts.undo, name="comparison_undo"),
    path("comparisons/<int:pk>/", comparisons.record, name="comparison"),
    path("comparisons/<int:pk>/same/", comparisons.same, name="comparison_same"),
    path("comparisons/<int:pk>/doubt/", decisions.doubts, name="comparison_doubt"),
    path("comparisons/<int:pk>/unknown/", comparisons.unknown, name="comparison_unknown"),
    path("comparisons/<int:pk>/absent/", comparisons.absent, name="comparison_absent"),
    path("comparisons/<int:pk>/download/", comparisons.download, name="comparison_download"),
    path("comparisons/<int:pk>/again/", comparisons.again, name="comparison_again"),
    path("comparisons/<int:pk>/act/<slug:kind>/", acts.act, name="comparison_act"),
]
