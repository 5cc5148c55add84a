"""Conditions of searches that all rooms share."""

from __future__ import annotations

from django.db.models import Q


def holds(path: str, text: str) -> Q:
    """The rows whose value holds a text, whatever its case.

    Chinese has no case. Without it a database does not turn each value into capitals, which takes
    most of the time of such a search.

    >>> holds("name", "辰光"), holds("name", "ABC")
    (<Q: (AND: ('name__contains', '辰光'))>, <Q: (AND: ('name__icontains', 'ABC'))>)
    """
    has_case = text.upper() != text.lower()
    return Q((f"{path}__icontains" if has_case else f"{path}__contains", text))
