"""The list of letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import LetterTask
from kechuang.office.desk.queries.incoming import (
    STANDINGS,
    VIEW,
    search,
    standing,
    standing_is,
    visible,
)
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_day, by_text, choice, region_column


def prepare(rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch who has each letter, for all rows at once."""
    by_key = {row.pk: row for row in rows}
    for row in rows:
        row.holders = []
    if "holders" in columns:
        tasks = LetterTask.objects.filter(letter__in=by_key).select_related("user").order_by("pk")
        for task in tasks:
            by_key[task.letter_id].holders.append(task.user.name)  # type: ignore[attr-defined]


def _address(row: Any) -> str:
    return reverse("desk:incoming_letter", args=[row.pk])


INCOMING: Final = Listing(
    code="incoming",
    name=_("来文办理"),
    verb=VIEW,
    queryset=visible,
    columns=(
        Column("title", _("标题"), lambda row: row.title, sort="title", link=_address),
        Column("number", _("文号"), lambda row: row.number, sort="number"),
        Column("issuer", _("来文单位"), lambda row: row.issuer, sort="issuer"),
        region_column("region"),
        Column(
            "received_on", _("收到日期"), lambda row: row.received_on, sort="received_on",
            align="date",
        ),
        Column("due_on", _("办结期限"), lambda row: row.due_on, sort="due_on", align="date"),
        Column("standing", _("状态"), lambda row: standing(row.due_on, row.done_on is not None)),
        Column("holders", _("承办人"), lambda row: list(dict.fromkeys(row.holders))),
        Column(
            "done_on", _("办结日期"), lambda row: row.done_on, sort="done_on", align="date",
            default=False,
        ),
    ),
    filters=(
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        by_region("region", VIEW),
        by_text("issuer", _("来文单位")),
        Filter(
            "holder",
            _("承办人"),
            "text",
            lambda rows, name: rows.filter(
                pk__in=LetterTask.objects.filter(user__name__icontains=name).values("letter")
            ),
        ),
        by_day("due_by", _("期限不晚于"), "due_on__lte"),
        by_day("received_from", _("收到不早于"), "received_on__gte"),
    ),
    search=search,
    searched=_("标题、文号、来文单位"),
    sort="due_on",
    empty=_("还没有登记来文。请点“登记来文”。"),
    export_verb="incoming.export",
    prepare=prepare,
)  # fmt: skip
