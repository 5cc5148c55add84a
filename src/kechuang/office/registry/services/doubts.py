"""The verbs of doubts: find those of a set of parties and years, settle one by an explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry.choosing import PARTY, YEAR
from kechuang.office.registry.doubting import (
    FIELD,
    FOUND,
    OTHER,
    RULE,
    VALUE,
    doubts_in,
    fields_looked_at,
)
from kechuang.office.registry.imports import bulk
from kechuang.office.registry.imports.bulk import PK
from kechuang.office.registry.models import Doubt
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import counting

KEY: Final = [PARTY, YEAR, RULE, FIELD]
STATE, EXPLANATION = "state", "explanation"
OF_VALUE, OF_OTHER = "explained_value", "explained_other"
_KEPT, _BECOMES = "__kept", "__becomes"


def find_doubts(party_ids: Sequence[int] | None = None, years: Sequence[int] | None = None) -> int:
    """Look at these parties and years, or at all, and keep what is found; give what is new or back.

    Doing it again changes nothing. A doubt whose cause is gone is marked so; one that was
    explained is explained as long as those values stand, and again when they come back. The year
    after is looked at too, because a jump is measured from the year before.
    """
    if years is not None and not years:
        return 0
    wanted = (
        None if years is None else sorted({later for year in years for later in (year, year + 1)})
    )
    read = None if wanted is None else sorted({*wanted, *(year - 1 for year in wanted)})
    found = doubts_in(counting.yearly(fields_looked_at(), read, party_ids))
    if wanted is not None:
        found = found.filter(pl.col(YEAR).is_in(wanted))
    with transaction.atomic():
        return _keep(found, _kept(party_ids, wanted))


def settle_doubt(actor: Actor, doubt: Doubt, explanation: str) -> Doubt:
    """Say why a doubted value is right. It stays so until the value changes.

    Raises `ValidationError` without an explanation, or where the doubt is settled already.
    """
    words = explanation.strip()
    if not words:
        raise ValidationError({"explanation": _("请写明为什么这个数是对的，或者怎样核实的。")})
    place = place_of(doubt.party)
    with acting(actor, "fact.change", place):
        kept = Doubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
        if kept.state != Doubt.State.OPEN:
            told = _("这条疑点已是“%(state)s”，不用再处理。")
            raise ValidationError(told % {"state": Doubt.State(kept.state).label})
        kept.state, kept.explanation = Doubt.State.EXPLAINED, words
        kept.explained_value, kept.explained_other = kept.value, kept.other
        kept.settled_by, kept.settled_at = actor.code, timezone.now()
        kept.save(
            update_fields=["state", EXPLANATION, OF_VALUE, OF_OTHER, "settled_by", "settled_at"]
        )
        changes = {
            "state": (Doubt.State.OPEN.value, Doubt.State.EXPLAINED.value),
            "explanation": (None, words),
        }
        line = audit.Line(
            "doubt.settle",
            SourceRef("doubt", str(doubt.pk)),
            f"{doubt.party.name} {doubt.year}",
            place,
            changes,
        )
        audit.record(actor, line)
    return kept


def _kept(party_ids: Sequence[int] | None, years: Sequence[int] | None) -> pl.DataFrame:
    """The doubts kept of these parties and years: `PK`, the columns of `FOUND`, what was said."""
    rows = Doubt.objects.order_by()
    if years is not None:
        rows = rows.filter(year__in=years)
    schema = {PK: ("pk", pl.Int64()), STATE: (STATE, pl.String())}
    schema |= {EXPLANATION: (EXPLANATION, pl.String())}
    schema |= {name: (name, pl.Int64()) for name in (OF_VALUE, OF_OTHER)}
    schema |= {name: (name, dtype) for name, dtype in FOUND.items()}
    return counting.of_parties(rows, schema, party_ids)


def _keep(found: pl.DataFrame, kept: pl.DataFrame) -> int:
    """Bring the table to what was found; give how many doubts wait that did not before."""
    state = Doubt.State
    new = found.join(kept, on=KEY, how="anti").sort(KEY)
    gone = kept.filter(pl.col(STATE) != state.GONE.value).join(found, on=KEY, how="anti")
    both = found.join(kept, on=KEY, suffix=_KEPT)
    is_explained = (
        (pl.col(EXPLANATION) != "")
        & pl.col(VALUE).eq_missing(pl.col(OF_VALUE))
        & pl.col(OTHER).eq_missing(pl.col(OF_OTHER))
    )
    becomes = pl.when(is_explained).then(pl.lit(state.EXPLAINED.value))
    both = both.with_columns(becomes.otherwise(pl.lit(state.OPEN.value)).alias(_BECOMES))
    moved = both.filter(
        pl.col(VALUE).ne_missing(pl.col(f"{VALUE}{_KEPT}"))
        | pl.col(OTHER).ne_missing(pl.col(f"{OTHER}{_KEPT}"))
        | (pl.col(STATE) != pl.col(_BECOMES))
    )
    bulk.insert(Doubt, new)
    bulk.update(Doubt, gone.select(PK, pl.lit(state.GONE.value).alias(STATE)))
    bulk.update(Doubt, moved.select(PK, VALUE, OTHER, pl.col(_BECOMES).alias(STATE)))
    counts = {"found": new.height, "again": moved.height, "gone": gone.height}
    if any(counts.values()):
        told: audit.Changes = {name: (None, count) for name, count in counts.items()}
        audit.record(SYSTEM, audit.Line("doubt.find", SourceRef("doubt", ""), changes=told))
    waits = (pl.col(STATE) != state.OPEN.value) & (pl.col(_BECOMES) == state.OPEN.value)
    return new.height + moved.filter(waits).height
