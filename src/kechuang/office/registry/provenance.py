"""Saying where a value comes from, and refusing what may not be kept or edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.sources import BUREAU, Source, load_sources


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where values come from: a code of `sources.yaml`, their day, the number of a document."""

    source: str
    as_of: date
    document: str = ""


def here(today: date | None = None) -> Provenance:
    """What an officer types without naming a source: the bureau's own ledger, today."""
    return Provenance(BUREAU, today or timezone.localdate())


def check_source(code: str) -> Source:
    """The source of this code.

    Raises `ValidationError` where there is none, or where it may never be kept for one firm.
    """
    source = load_sources().get(code)
    if source is None:
        raise ValidationError({"source": _("没有这种来源。请从列表中选择。")})
    if source.refused:
        raise ValidationError({"source": source.why})
    return source


def check_editable(row: Sourced) -> None:
    """Refuse to edit by hand what another body keeps.

    Raises `ValidationError` naming the source and what to do instead.
    """
    source = load_sources()[row.source]
    if source.official:
        told = _("这条数据来自“%(source)s”，由原部门管理，这里不能修改。请导入新的名单来更新。")
        raise ValidationError(told % {"source": source.name})


def columns(
    actor: Actor, provenance: Provenance, batch: ImportBatch | None = None
) -> dict[str, Any]:
    """The columns of `Sourced` that this actor writes now."""
    source = check_source(provenance.source)
    return {
        "source": source.code,
        "rank": source.rank,
        "document": provenance.document,
        "as_of": provenance.as_of,
        "confirmed_by": actor.code,
        "confirmed_name": actor.name,
        "changed_at": timezone.now(),
        "batch": batch,
    }


def place_of(party: Party) -> Place:
    """Where the records of a party belong; its region must have been fetched with it."""
    return Place(party.region.path, party.code)
