"""Addresses of the pages of batches and programmes."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.filings.views import batches as views
from kechuang.office.filings.views import bulk, ends

patterns: list[URLPattern] = [
    path("batches/", views.batch_list, name="batches"),
    path("batches/new/", views.create, name="batch_create"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/again/", views.again, name="batch_again"),
    path("batches/<int:pk>/change/", views.change, name="batch_change"),
    path("batches/<int:pk>/deadlines/", views.deadlines, name="batch_deadlines"),
    path("batches/<int:pk>/close/", views.close, name="batch_close"),
    path("batches/<int:pk>/reopen/", views.reopen, name="batch_reopen"),
    path("batches/<int:pk>/stages/", views.stages, name="batch_stages"),
    path("batches/<int:pk>/stages/new/", views.stage_create, name="stage_create"),
    path("batches/<int:pk>/papers/new/", views.paper_create, name="paper_create"),
    path("batches/<int:pk>/firms/", bulk.firms_add, name="firms_add"),
    path("batches/<int:pk>/certificates/", ends.certificates, name="certificates"),
    path("batches/<int:pk>/letter/", ends.letter, name="letter"),
    path("stages/<int:pk>/change/", views.stage_change, name="stage_change"),
    path("stages/<int:pk>/drop/", views.stage_drop, name="stage_drop"),
    path("papers/<int:pk>/drop/", views.paper_drop, name="paper_drop"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/new/", views.programme_create, name="programme_create"),
    path("stock/", ends.stock, name="stock"),
]
