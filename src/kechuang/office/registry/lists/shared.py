"""Columns and conditions that the lists of plain records share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Filter
from kechuang.office.ground.slots import Text
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.sources import load_sources, usable_sources

Rows = QuerySet[Any]


def party_column(name: Text, code: str = "party") -> Column:
    """The organisation of a row, with the way to its dossier."""
    return Column(
        code,
        name,
        lambda row: getattr(row, code).name,
        sort=f"{code}__name",
        link=lambda row: dossier(getattr(row, code).code),
    )


def dossier(code: str) -> str | None:
    """The address of the dossier of an organisation."""
    try:
        return reverse("registry:organisation", args=[code])
    except NoReverseMatch:
        return None


def region_column(path: str) -> Column:
    """The region of a row; `path` leads to it."""

    def name(row: Any) -> str:
        for step in path.split("__"):
            row = getattr(row, step)
        return row.name

    return Column("region", _("区划"), name, sort=f"{path}__path")


def source_columns() -> tuple[Column, ...]:
    """Where a row comes from, at first not shown."""
    return (
        Column(
            "source",
            _("来源"),
            lambda row: load_sources()[row.source].told,
            sort="rank",
            default=False,
        ),
        Column("document", _("文号"), lambda row: row.document, default=False),
        Column(
            "as_of", _("截至日期"), lambda row: row.as_of, sort="as_of", align="date", default=False
        ),
        Column("confirmed", _("确认人"), lambda row: row.confirmed_name, default=False),
    )


def choice(
    code: str, name: Text, words: Callable[[], Mapping[str, Any]],
    apply: Callable[[Rows, str], Rows] | None = None,
) -> Filter:  # fmt: skip
    """A condition on a column with options."""

    def equal(rows: Rows, value: str) -> Rows:
        return rows.filter(**{code: value})

    return Filter(code, name, "choice", apply or equal, lambda _actor: words().items())


def by_party(name: Text, path: str = "party") -> Filter:
    """The rows of an organisation: a part of its name, or its code."""

    def apply(rows: Rows, text: str) -> Rows:
        return rows.filter(Q((f"{path}__name__icontains", text)) | Q((f"{path}__code", text)))

    return Filter(path, name, "text", apply)


def by_text(code: str, name: Text) -> Filter:
    """The rows whose column holds a text."""
    return Filter(
        code, name, "text", lambda rows, text: rows.filter(**{f"{code}__icontains": text})
    )


def by_day(code: str, name: Text, look_up: str) -> Filter:
    """The rows that a comparison with a day finds, as `expires_on__lte`."""
    return Filter(
        code, name, "date", lambda rows, day: rows.filter(**{look_up: date.fromisoformat(day)})
    )


def by_source() -> Filter:
    """The rows of a source."""
    return choice("source", _("来源"), lambda: {each.code: each.told for each in usable_sources()})


def on(day: Callable[[Rows, date], Rows]) -> Filter:
    """As of which day states are told; it stands before the condition on the state."""
    return Filter(
        "on", _("状态截至"), "date", lambda rows, text: day(rows, date.fromisoformat(text))
    )


def flag(code: str, name: Text) -> Filter:
    """The rows of which something holds or not."""
    return Filter(
        code,
        name,
        "choice",
        lambda rows, value: rows.filter(**{code: value == "1"}),
        lambda _actor: [("1", _("是")), ("0", _("否"))],
    )


def found_by_party(text: str) -> Q:
    """Whose organisation has this text in its name or these initials."""
    named = Party.objects.filter(name__icontains=text).values("pk")
    if not text.isascii():
        return Q(party__in=named)
    spelt = Organisation.objects.filter(initials__startswith=text.lower()).values("pk")
    return Q(party__in=named) | Q(party__in=spelt)
