"""The registry of the made-up city: firms and institutions, their facts and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import (
    IntellectualProperty,
    Organisation,
    Qualification,
    Standing,
    YearlyFact,
)
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.sources import load_sources
from kechuang.office.site.demo.writing import insert, keys_of

OFFICER: Final = {"confirmed_by": "jingban", "confirmed_name": "经办甲"}
RANKS: Final = {code: source.rank for code, source in load_sources().items()}
KINDS: Final = {
    "bureau": "bureau", "department": "bureau", "township": "bureau", "park": "park",
    "institution": "university",
}  # fmt: skip
OWN: Final = (
    "credit_code", "industry_code", "size_class", "above_designated_size", "founded_on",
    "registered_capital", "address", "main_business", "contact_name", "status", "initials",
    "name_key",
)  # fmt: skip


def sourced(source: str, as_of: date) -> dict[str, Any]:
    """Where a row comes from, for a row of a model."""
    return {"source": source, "rank": RANKS[source], "as_of": as_of, **OFFICER}


def fill(frames: Mapping[str, pl.DataFrame], today: date) -> None:
    """Write what the frames say, and one line that tells how much."""
    fill_firms(frames, today)
    Organisation.objects.bulk_create(_institutions(today))


def fill_firms(frames: Mapping[str, pl.DataFrame], today: date) -> None:
    """Write the firms of the frames, whose parties are there, and the line that tells of it."""
    parties = keys_of(Party, "code")
    tables = (
        (Organisation, organisations(frames["firms"], today)),
        (YearlyFact, frames["yearly"]),
        (Standing, frames["standing"]),
        (Qualification, frames["titles"]),
        (IntellectualProperty, frames["rights"]),
    )
    counts = {
        model._meta.model_name or "": (0, insert(model, _of_tables(frame, parties)))
        for model, frame in tables
    }
    line = audit.Line("registry.fill", SourceRef("registry", ""), place=Place("/"), changes=counts)
    audit.record(SYSTEM, line)


def organisations(firms: pl.DataFrame, today: date) -> pl.DataFrame:
    """What the table of organisations holds of the firms: `code` names the party."""
    return firms.select(
        "code",
        pl.lit("enterprise").alias("kind"),
        *(pl.col("code" if name == "credit_code" else name).alias(name) for name in OWN),
        pl.lit("registration").alias("source"),
        pl.lit(date(today.year, 1, 5)).alias("as_of"),
    )


def _of_tables(frame: pl.DataFrame, parties: Mapping[str, int]) -> pl.DataFrame:
    """A frame with the party's key and the columns of its source."""
    return frame.with_columns(
        pl.col("code").replace_strict(parties, return_dtype=pl.Int64).alias("party_id"),
        pl.col("source").replace_strict(RANKS, return_dtype=pl.Int64).alias("rank"),
        *(pl.lit(value).alias(name) for name, value in OFFICER.items()),
    ).drop("code")


def _institutions(today: date) -> list[Organisation]:
    """The organisations that are no firms."""
    parties = Party.objects.filter(kind__in=KINDS).order_by("pk")
    return [
        Organisation(
            party=party,
            kind="institute" if "科学院" in party.name else KINDS[party.kind],
            initials=initials(party.name),
            name_key=name_key(party.name),
            address=f"示例市科技路{number}号",
            **sourced("bureau", date(today.year, 1, 5)),
        )
        for number, party in enumerate(parties, start=1)
    ]
