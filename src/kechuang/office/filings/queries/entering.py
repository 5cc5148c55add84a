"""What speaks against putting firms into a batch: they are gone, filed elsewhere, or hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.office.filings.models import Batch, Filing, Kind
from kechuang.office.registry.models import Organisation, Qualification

AT_A_TIME: Final = 500
Status = Organisation.Status
GONE: Final = (Status.DEREGISTERED, Status.REVOKED)


@dataclass(frozen=True, slots=True)
class Caution:
    """Why a firm should not file: `refused` where it cannot, otherwise somebody has to say so."""

    why: str
    refused: bool = False


def cautions(batch: Batch, codes: Iterable[str], kind: str, on: date) -> dict[str, Caution]:
    """By party code what speaks against a firm on a day; nothing for those that may file.

    `kind` is a code of `Kind`: only who files for the first time should not hold the title.
    """
    every = list(dict.fromkeys(codes))
    found: dict[str, Caution] = {}
    for start in range(0, len(every), AT_A_TIME):
        part = every[start : start + AT_A_TIME]
        told: dict[str, list[str]] = {}
        refused: set[str] = set()
        for code, status in _gone(part):
            told.setdefault(code, []).append(str(Status(status).label))
            if status == Status.DEREGISTERED:
                refused.add(code)
        for code, name in _elsewhere(batch, part):
            why = _("已在“%(batch)s”申报同一项目") % {"batch": name}
            told.setdefault(code, []).append(why)
        if kind == Kind.FIRST and batch.title:
            for code in _holders(batch, part, on):
                told.setdefault(code, []).append(_("已有这项称号且在有效期内，不是首次"))
        found |= {code: Caution(_("；").join(why), code in refused) for code, why in told.items()}
    return found


def _gone(codes: list[str]) -> Iterator[tuple[str, str]]:
    rows = Organisation.objects.filter(party__code__in=codes, status__in=GONE)
    yield from rows.order_by("pk").values_list("party__code", "status")


def _elsewhere(batch: Batch, codes: list[str]) -> Iterator[tuple[str, str]]:
    """Firms on their way in another batch of the programme that is open."""
    rows = Filing.objects.filter(
        party__code__in=codes, batch__programme=batch.programme, batch__closed_on=None,
        stage__is_end=False, duplicate_of=None,
    ).exclude(batch=batch)  # fmt: skip
    yield from rows.order_by("batch", "pk").values_list("party__code", "batch__name")


def _holders(batch: Batch, codes: list[str], on: date) -> QuerySet[Qualification, str]:
    """Firms that hold the title of the batch on a day."""
    rows = Qualification.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=on),
        party__code__in=codes, title=batch.title, status=Qualification.Status.VALID,
    )  # fmt: skip
    if batch.level:
        rows = rows.filter(level=batch.level)
    return rows.order_by("party__code").values_list("party__code", flat=True).distinct()
