"""The register of firms as columns: every name of each, taken apart, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from kechuang.matching.names.judging import Parts
from kechuang.matching.names.model import Firm
from kechuang.matching.names.parsing import parsed, sounds
from kechuang.matching.names.places import Line, Places
from kechuang.matching.names.words import name_words

CURRENT, FORMER, BRANCH_OF = "current", "former", "branch_of"
SEED: Final = 20240101
LONGEST: Final = 40
"""Characters of a name in which a slip is looked for."""
_COLUMNS: Final = ("name", "plain", "bare", "regions", "core", "stem", "form")


@dataclass(frozen=True, slots=True)
class OurName:
    """A name of a firm: which firm it is, and whether it has it now."""

    firm: int
    kind: str
    parts: Parts


class Register:
    """Firms with all their names."""

    def __init__(self, firms: Sequence[Firm]) -> None:
        self.firms = firms
        self.places = Places.around({firm.line for firm in firms if firm.line})
        self.by_credit_code = {
            firm.credit_code: number for number, firm in enumerate(firms) if firm.credit_code
        }
        self._by_code = {firm.code: number for number, firm in enumerate(firms)}
        self.names = self._parsed()

    def number_of(self, code: str) -> int:
        """The place of the firm with this code of the caller."""
        return self._by_code[code]

    def line(self, firm: int) -> Line:
        """The regions that a firm lies in, from the top down."""
        return self.firms[firm].line

    def _parsed(self) -> pl.DataFrame:
        former = [(number, name) for number, firm in enumerate(self.firms) for name in firm.former]
        firm = [*range(len(self.firms)), *(number for number, _ in former)]
        names = [*(each.name for each in self.firms), *(name for _, name in former)]
        kinds = [CURRENT] * len(self.firms) + [FORMER] * len(former)
        frame = pl.DataFrame(
            {
                "firm": pl.Series(firm, dtype=pl.UInt32),
                "kind": pl.Series(kinds, dtype=pl.String),
                "name": pl.Series(names, dtype=pl.String),
            }
        )
        frame = pl.concat([frame, parsed(frame["name"], self.places)], how="horizontal")
        return pl.concat([frame, self._of_branches(frame)])

    def _of_branches(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The firms that branches among ours belong to, under the branch."""
        ends = "|".join(name_words().branch_ends)
        rows = frame.filter((pl.col("tail") != "") & pl.col("tail").str.contains(f"(?:{ends})$"))
        firm_name = pl.concat_str("head", "form")
        return rows.with_columns(
            kind=pl.lit(BRANCH_OF),
            bare=firm_name,
            plain=firm_name,
            stem=pl.col("head"),
            core=pl.col("head").str.slice(pl.col("taken")),
            tail=pl.lit(""),
        )

    def found(self, listed: pl.DataFrame) -> Mapping[str, Mapping[str, Sequence[OurName]]]:
        """The names that may be meant by names of a list, taken apart in the same way.

        Under `bare`, `core`, `sound`, `core_slip` and `stem_slip`: by that column of the listed
        name; slips are found by the number of `slips`.
        """
        said = sounds(pl.concat([self.names["core"], listed["core"]]))
        ours, theirs = said[: self.names.height], said[self.names.height :]
        frame = self.names.with_columns(ours.alias("sound"))
        wanted = listed.with_columns(theirs.alias("sound"))
        found: dict[str, dict[str, list[OurName]]] = {}
        for column in ("bare", "core", "sound"):
            hits = frame.filter(pl.col(column).is_in(wanted[column].unique().implode()))
            by_key: dict[str, list[OurName]] = {}
            for key, name in zip(hits[column], _names(hits), strict=True):
                by_key.setdefault(key, []).append(name)
            found[column] = by_key
        self._find_by_sound(found, wanted)
        for column in ("core", "stem"):
            found[f"{column}_slip"] = self._slips(frame, listed[column].unique(), column)
        return found

    def _find_by_sound(
        self, found: dict[str, dict[str, list[OurName]]], wanted: pl.DataFrame
    ) -> None:
        """Give what sounds alike under the core of the listed name."""
        by_sound = found["sound"]
        pairs = wanted.select("core", "sound").unique().iter_rows()
        found["sound"] = {core: by_sound[said] for core, said in pairs if said in by_sound}

    def _slips(
        self, frame: pl.DataFrame, texts: pl.Series, column: str
    ) -> dict[str, list[OurName]]:
        """The names whose text is one slip away from each of these.

        Two texts that differ by one character are equal when the right one is left out of each or
        of one of them; so all that are left with one character less are compared by a number.
        """
        by_number: dict[int, list[str]] = {}
        for gone, numbers in _shortened(texts):
            for text, number in zip(gone, numbers, strict=True):
                by_number.setdefault(number, []).append(text)
        wanted = pl.Series(list(by_number), dtype=pl.UInt64).implode()
        rows = frame.with_row_index("row").select("row", column)
        pairs: set[tuple[str, int]] = set()
        for place, numbers in _numbers(rows[column]):
            kept = pl.DataFrame([rows["row"].gather(place), numbers]).filter(
                pl.col(numbers.name).is_in(wanted)
            )
            pairs.update(
                (text, row) for row, number in kept.iter_rows() for text in by_number[number]
            )
        order = sorted({row for _, row in pairs})
        names = dict(zip(order, _names(frame[order]), strict=True)) if order else {}
        found: dict[str, list[OurName]] = {}
        for text, row in sorted(pairs):
            found.setdefault(text, []).append(names[row])
        return found


def _numbers(texts: pl.Series) -> Iterator[tuple[pl.Series, pl.Series]]:
    """For each place that a character can be left out of: the rows, and what is left as a number.

    First come all texts whole.
    """
    frame = texts.to_frame("text").with_row_index("at")
    frame = frame.with_columns(long=pl.col("text").str.len_chars()).filter(
        pl.col("long").is_between(2, LONGEST)
    )
    yield frame["at"], frame["text"].hash(SEED).alias("number")
    for place in range(int(frame["long"].max() or 0)):  # type: ignore[arg-type]
        frame = frame.filter(pl.col("long") > place)
        left = frame.select(
            pl.concat_str(
                pl.col("text").str.slice(0, place), pl.col("text").str.slice(place + 1)
            ).alias("left")
        )["left"]
        yield frame["at"], left.hash(SEED).alias("number")


def _shortened(texts: pl.Series) -> Iterator[tuple[Iterable[str], Iterable[int]]]:
    for rows, numbers in _numbers(texts):
        yield texts.gather(rows).to_list(), numbers.to_list()


def _names(frame: pl.DataFrame) -> list[OurName]:
    return [
        OurName(firm, kind, parts_of(values))
        for firm, kind, *values in frame.select("firm", "kind", *_COLUMNS).iter_rows()
    ]


def parts_of(values: Sequence[str]) -> Parts:
    """The parts of a row of `_COLUMNS`."""
    name, plain, bare, regions, core, stem, form = values
    return Parts(name, plain, bare, tuple(regions.split()), core, stem, form)


def all_parts(names: pl.Series, places: Places) -> tuple[pl.DataFrame, list[Parts]]:
    """Names taken apart: the columns to look up by, and each row as parts."""
    frame = parsed(names, places).with_columns(names.alias("name"))
    return frame, [parts_of(row) for row in frame.select(*_COLUMNS).iter_rows()]
