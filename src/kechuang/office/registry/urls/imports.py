"""Addresses of imports, of their templates, and of exports in the same form."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import imports

patterns: list[URLPattern] = [
    path("imports/", imports.batches, name="imports"),
    path("imports/new/", imports.create, name="import_create"),
    path("imports/template/", imports.template, name="import_template"),
    path("imports/export/", imports.export, name="import_export"),
    path("imports/<int:pk>/", imports.record, name="import"),
    path("imports/<int:pk>/headers/", imports.map_headers, name="import_headers"),
    path("imports/<int:pk>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/drop/", imports.drop, name="import_drop"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
]
