"""Addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import bindings
from kechuang.office.desk.views import briefs as views

patterns: list[URLPattern] = [
    path("briefs/", views.brief_list, name="briefs"),
    path("briefs/several/", views.several, name="briefs_several"),
    path("briefs/word/", views.download, name="brief_word"),
    path("briefs/of/<str:code>/", views.brief, name="brief"),
    path("bindings/", bindings.binding_list, name="bindings"),
    path("bindings/new/", bindings.create, name="binding_create"),
    path("bindings/<int:pk>/", bindings.record, name="binding"),
    path("bindings/<int:pk>/change/", bindings.change, name="binding_change"),
    path("bindings/<int:pk>/documents/", bindings.add, name="binding_add"),
    path("bindings/<int:pk>/upload/", bindings.upload, name="binding_upload"),
    path("bindings/<int:pk>/make/", bindings.make, name="binding_make"),
    path("bindings/pieces/<int:pk>/", bindings.piece, name="binding_piece"),
]
