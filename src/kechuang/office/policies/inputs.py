"""From the registry to the engine: the facts of enterprises on a day as rules take them.

What counts of several sources is the registry's present view of it. A related table of which the
registry holds nothing at all is not known; of one that it holds, a firm without rows has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import polars as pl

from kechuang.eligibility.data.columns import TYPES
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.policies.rules import SUBJECT
from kechuang.office.registry.queries.frames import frames, held_frames
from kechuang.reference import load_dictionary
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule

KEY: Final = "enterprise_code"
PLACE: Final = "region_code"
RELATED: Final = ("ip", "titles", "rd_costs", "institutions")
REVENUE, REVENUE_CLASS = "revenue__y0", "revenue_class"
SMALL, MIDDLE = 5_000_000_000, 20_000_000_000
"""5000 万元 and 2 亿元 in 分: where the classes of revenue end."""

Fields = frozenset[tuple[str, str]]
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one enterprise: facts by column, related rows by frame."""

    facts: Mapping[str, Fact]
    rows: Mapping[str, Sequence[Mapping[str, Fact]]]


def needed(rules: Sequence[Rule], book: Rulebook, day: date) -> Fields:
    """The fields that rules read, pairs of frame and code, with those that others follow from."""
    found = {(SUBJECT, PLACE)}
    for rule in rules:
        lowered = lower_rule(rule, book, day)
        found |= {(SUBJECT, column.field.code) for column in lowered.columns}
        for frame, columns in lowered.row_columns.items():
            found |= {(frame, column.field.code) for column in columns}
    if (SUBJECT, REVENUE_CLASS) in found:
        found.add((SUBJECT, "revenue"))
    return frozenset(found)


def frames_between(
    first: int, last: int, day: date, fields: Fields, held: frozenset[str]
) -> Frames:
    """The frames of the enterprises whose keys lie between two; `held` are the tables known."""
    read = frames(SYSTEM, day, fields, (first, last))
    found = {name: read[name] for name in RELATED if name in read and name in held}
    wanted = {frame for frame, _code in fields}
    for name in wanted & held - set(found):
        found[name] = _empty(name, fields)
    return {SUBJECT: with_what_follows(read[SUBJECT]), **found}


def facts_of(party: int, day: date, fields: Fields) -> Facts | None:
    """What is known of one enterprise; None where it is none or no longer at work."""
    found = frames_between(party, party, day, fields, held_frames())
    return next(iter(every(found).values()), None)


def every(found: Frames) -> dict[str, Facts]:
    """The enterprises of frames one by one, by code."""
    related = {
        name: cast("dict[Any, list[Any]]", frame.rows_by_key(KEY, named=True))
        for name, frame in found.items()
        if name != SUBJECT
    }
    return {
        row[KEY]: Facts(row, {name: rows.get(row[KEY], []) for name, rows in related.items()})
        for row in found[SUBJECT].iter_rows(named=True)
    }


def with_what_follows(enterprises: pl.DataFrame) -> pl.DataFrame:
    """The enterprises with what follows from other facts where nobody filled it in."""
    if not {REVENUE, REVENUE_CLASS} <= set(enterprises.columns):
        return enterprises
    revenue = pl.col(REVENUE)
    told = (
        pl.when(revenue <= 0)
        .then(pl.lit("none"))
        .when(revenue <= SMALL)
        .then(pl.lit("small"))
        .when(revenue <= MIDDLE)
        .then(pl.lit("middle"))
        .when(revenue > MIDDLE)
        .then(pl.lit("large"))
    )
    return enterprises.with_columns(pl.coalesce(REVENUE_CLASS, told).alias(REVENUE_CLASS))


def _empty(name: str, fields: Fields) -> pl.DataFrame:
    dictionary = load_dictionary()
    wanted = [
        field for field in dictionary.of(name) if field.code == KEY or (name, field.code) in fields
    ]
    return pl.DataFrame(schema={field.code: TYPES[field.type] for field in wanted})
