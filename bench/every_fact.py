"""Made-up enterprises that have every fact which some rule of the rulebook asks for.

`python -m bench.every_fact FOLDER --rows N --seed S` writes a parquet file for each frame.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from bench.enterprises import AS_OF, Draw, credit_codes
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Column
from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook, in_force
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

SUBJECT: Final = "enterprises"
A_ROW_EACH: Final = {"ip": 1.0, "rd_costs": 2.0}
"""Related rows an enterprise has on average; OTHERWISE in the other frames."""
OTHERWISE: Final = 0.2
MISSING: Final = 0.03
REGIONS: Final = ("130102", "130402", "370102", "440103", "110108", "320102")
INDUSTRIES: Final = ("C3912", "C2710", "I6510", "M7310", "F5110", "A0110")


def rules_of(book: Rulebook) -> list[Rule]:
    """The rules that judge enterprises and are in force."""
    return [rule for rule in book if rule.subject == SUBJECT and in_force(rule, AS_OF)]


def columns_of(book: Rulebook) -> dict[str, dict[str, Column]]:
    """Every column, by frame, that some rule reads."""
    found: dict[str, dict[str, Column]] = {SUBJECT: {}}
    for rule in rules_of(book):
        lowered = lower_rule(rule, book, AS_OF)
        found[SUBJECT] |= {column.name: column for column in lowered.columns}
        for frame, columns in lowered.row_columns.items():
            found.setdefault(frame, {}).update({column.name: column for column in columns})
    return found


def values(field: Field, draw: Draw) -> pl.Series:
    """Values of a field as a frame holds them."""
    match field.type:
        case "money":
            return (10 ** (5 + 6 * draw.share())).cast(pl.Int64)
        case "boolean":
            return draw.holds(0.9)
        case "date":
            last = date(AS_OF.year + 5, 1, 1) if "expire" in field.code else AS_OF
            return draw.day(date(AS_OF.year - 15, 1, 1), last)
        case "choice":
            return draw.one_of(*field.options)
        case "code":
            return draw.one_of(*(REGIONS if "region" in field.code else INDUSTRIES))
        case "text":
            return draw.below(1_000_000).cast(pl.String)
        case _:
            if field.unit == "年":
                return draw.below(5) + AS_OF.year - 4
            return draw.below(200) * 10**field.places


def frame_of(columns: Mapping[str, Column], draw: Draw) -> dict[str, pl.Series]:
    """A frame's columns with gaps."""
    made: dict[str, pl.Series] = {}
    for name, column in columns.items():
        present = draw.holds(1 - MISSING)
        whole = pl.DataFrame({"whole": values(column.field, draw), "present": present})
        made[name] = whole.select(pl.when("present").then("whole")).to_series()
    return made


def write(folder: Path, rows: int, seed: int) -> None:
    """Write the frames."""
    book = load_rulebook()
    folder.mkdir(parents=True, exist_ok=True)
    key = book.dictionary.frames[SUBJECT].key
    codes = credit_codes(pl.int_range(rows, eager=True))
    for number, (frame, columns) in enumerate(columns_of(book).items()):
        count = rows if frame == SUBJECT else int(rows * A_ROW_EACH.get(frame, OTHERWISE))
        draw = Draw(pl.int_range(count, eager=True), seed + number)
        owner = codes if frame == SUBJECT else codes.gather(draw.below(rows))
        made = pl.DataFrame({key: owner, **frame_of(columns, draw)})
        made.write_parquet(folder / f"{frame}.parquet")


def main() -> None:
    """Write enterprises into a folder."""
    parser = argparse.ArgumentParser(prog="bench.every_fact", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    write(options.folder, options.rows, options.seed)


if __name__ == "__main__":
    main()
