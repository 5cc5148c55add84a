"""Finding records that have a name, a code and pinyin initials: platforms, instruments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from kechuang.office.ground.normalise import normalise_code


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows by a part of the name, the start of the code, or pinyin initials."""
    return rows.filter(
        Q(name__icontains=text)
        | Q(code__istartswith=normalise_code(text))
        | Q(initials__startswith=text.lower())
    )
