"""Addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import cases as views

patterns: list[URLPattern] = [
    path("cases/", views.case_list, name="cases"),
    path("cases/new/", views.create, name="case_create"),
    path("cases/<int:pk>/", views.record, name="case"),
    path("cases/<int:pk>/change/", views.change, name="case_change"),
    path("cases/<int:pk>/figure/", views.figure, name="case_figure"),
    path("cases/<int:pk>/proof/", views.proof, name="case_proof"),
    path("cases/<int:pk>/usable/", views.usable, name="case_usable"),
    path("cases/<int:pk>/retire/", views.retire, name="case_retire"),
    path("cases/<int:pk>/use/", views.use, name="case_use"),
    path("cases/<int:pk>/word/", views.word, name="case_word"),
    path("cases/figures/<int:pk>/remove/", views.figure_remove, name="case_figure_remove"),
    path("cases/proofs/<int:pk>/remove/", views.proof_remove, name="case_proof_remove"),
]
