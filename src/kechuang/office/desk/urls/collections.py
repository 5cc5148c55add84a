"""Addresses of collections."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.desk.views import collection_answers as answers
from kechuang.office.desk.views import collections

patterns: list[URLPattern] = [
    path("collections/", collections.collection_list, name="collections"),
    path("collections/new/", collections.create, name="collection_create"),
    path("collections/parts/", collections.part_list, name="collection_parts"),
    path("collections/parts/<int:pk>/", answers.part, name="collection_part"),
    path("collections/parts/<int:pk>/contact/", collections.contact, name="collection_contact"),
    path("collections/own/", answers.own_list, name="collection_own"),
    path("collections/own/<int:pk>/", answers.own, name="collection_own_part"),
    path("collections/own/<int:pk>/file/", answers.own_file, name="collection_own_file"),
    path("collections/returns/<int:pk>/scan/", answers.scan, name="collection_scan"),
    path("collections/returns/<int:pk>/withdraw/", answers.withdraw, name="collection_withdraw"),
    path("collections/<int:pk>/", collections.record, name="collection"),
    path("collections/<int:pk>/about/", collections.change, name="collection_change"),
    path("collections/<int:pk>/layout/", collections.layout, name="collection_layout"),
    path("collections/<int:pk>/send/", collections.send, name="collection_send"),
    path("collections/<int:pk>/receive/", collections.receive, name="collection_receive"),
    path("collections/<int:pk>/missing/", collections.missing, name="collection_missing"),
    path("collections/<int:pk>/remind/", collections.remind, name="collection_remind"),
    path("collections/<int:pk>/merge/", collections.merge, name="collection_merge"),
    path("collections/<int:pk>/conflicts/", collections.conflicts, name="collection_conflicts"),
    path("collections/<int:pk>/close/", collections.close, name="collection_close"),
    path("collections/<int:pk>/reopen/", collections.reopen, name="collection_reopen"),
]
