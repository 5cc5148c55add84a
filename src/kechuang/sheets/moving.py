"""What becomes of cells, ranges and formulas when rows of a sheet are left out or put in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kechuang.sheets.areas import column_of, letters

LOST: Final = "#REF!"
CELL: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})")
_REFERENCE: Final = re.compile(
    r'"(?:[^"]|"")*"'
    r"|\[[0-9]+\](?:[^!'(),;+*/^&=<>\s-]+!)"
    r"|\[[^\]]*\]"
    r"|(?<![\w.$])(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?"
    r"(?:(?P<first>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]{1,7}))?"
    r"|(?P<top>\$?[0-9]{1,7}):(?P<bottom>\$?[0-9]{1,7}))(?![\w.(!])"
)

Span = tuple[int, int]


@dataclass(frozen=True)
class Kept:
    """The rows of a sheet that stay, of the first `size`; what is behind them always stays.

    >>> Kept((1, 2, 5), 6).row(5), Kept((1, 2, 5), 6).row(3), Kept((1, 2, 5), 6).row(9)
    (3, None, 6)
    >>> Kept((1, 2, 5), 6).span(2, 6), Kept((1, 2, 5), 6).span(3, 4)
    ((2, 3), None)
    """

    rows: Sequence[int]
    size: int

    @cached_property
    def _new(self) -> dict[int, int]:
        return {row: number for number, row in enumerate(self.rows, 1)}

    def row(self, row: int) -> int | None:
        """Where a row stands now; None where it was left out."""
        if row > self.size:
            return row - self.size + len(self.rows)
        return self._new.get(row)

    def span(self, first: int, last: int) -> Span | None:
        """What is left of some rows; None where nothing is."""
        start = self._before(first) + 1
        end = self._before(last + 1)
        return (start, end) if start <= end else None

    def first_left(self, first: int, last: int) -> int:
        """The first of some rows that stays, as it was numbered; `first` where none does."""
        at = bisect_left(self.rows, first)
        return self.rows[at] if at < len(self.rows) and self.rows[at] <= last else first

    def count(self, first: int, last: int) -> int:
        """How many of some rows stay."""
        return self._before(last + 1) - self._before(first)

    def _before(self, row: int) -> int:
        """How many rows stay before a row."""
        if row > self.size:
            return row - 1 - self.size + len(self.rows)
        return bisect_left(self.rows, row)


@dataclass(frozen=True)
class Stretched:
    """A sheet into which `count` rows were put behind row `after`.

    A range that ends at that row, or goes beyond it, grows with it: a total counts the new rows.
    """

    after: int
    count: int

    def row(self, row: int) -> int | None:
        """Where a row stands now."""
        return row + self.count if row > self.after else row

    def span(self, first: int, last: int) -> Span | None:
        """Some rows as they stand now; `last` at the seam takes the new rows in."""
        start = first + self.count if first > self.after else first
        single = first == last
        grows = last > self.after or (last == self.after and not single)
        return start, last + self.count if grows else last

    def first_left(self, first: int, last: int) -> int:  # noqa: ARG002 - as the others
        """The first of some rows that stays: the first."""
        return first


@dataclass(frozen=True)
class Both:
    """Two movements one after the other."""

    first: Moves
    second: Moves

    def row(self, row: int) -> int | None:
        """Where a row stands in the end."""
        between = self.first.row(row)
        return None if between is None else self.second.row(between)

    def span(self, first: int, last: int) -> Span | None:
        """What some rows are in the end."""
        between = self.first.span(first, last)
        return None if between is None else self.second.span(*between)

    def first_left(self, first: int, last: int) -> int:
        """The first of some rows that stays, as it was numbered."""
        return self.first.first_left(first, last)


Moves = Kept | Stretched | Both


def moved_range(reference: str, moves: Moves) -> str | None:
    """A range of cells or rows where it stands now; None where nothing of it is left.

    >>> moved_range("B2:D6", Kept((1, 2, 5), 6)), moved_range("B3", Kept((1, 2, 5), 6))
    ('B2:D3', None)
    """
    first, _colon, last = reference.partition(":")
    start, end = CELL.fullmatch(first), CELL.fullmatch(last or first)
    if start is None or end is None:
        return _moved_rows(first, last or first, moves)
    span = moves.span(int(start[4]), int(end[4])) if last else _single(int(start[4]), moves)
    if span is None:
        return None
    opening = f"{start[1]}{start[2]}{start[3]}{span[0]}"
    return f"{opening}:{end[1]}{end[2]}{end[3]}{span[1]}" if last else opening


def moved_ranges(references: str, moves: Moves) -> str:
    """Several ranges with blanks between them; empty where nothing is left."""
    return " ".join(filter(None, (moved_range(each, moves) for each in references.split())))


def moved_formula(formula: str, sheet: str, here: str, moves: Moves) -> str:
    """A formula of sheet `here` after rows of `sheet` moved.

    >>> moved_formula("SUM(D3:D6)+甲!A5", "表", "表", Kept((1, 2, 5), 6))
    'SUM(D3:D3)+甲!A5'
    >>> moved_formula("表!A5&D5&LOG10(A3)", "表", "说明", Kept((1, 2, 5), 6))
    '表!A3&D5&LOG10(A3)'
    """

    def replace(prefix: str, reference: str) -> str:
        if (_sheet_of(prefix) or here) != sheet:
            return prefix + reference
        return prefix + (moved_range(reference, moves) or LOST)

    return _replaced(formula, replace)


def rows_meant(formula: str, sheet: str, here: str) -> list[Span]:
    """The rows of `sheet` that a formula of `here` looks at.

    >>> rows_meant("SUM(D3:D6)+A1", "表", "表")
    [(3, 6), (1, 1)]
    """
    found: list[Span] = []

    def note(prefix: str, reference: str) -> str:
        if (_sheet_of(prefix) or here) == sheet:
            ends = [each.strip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ") for each in reference.split(":")]
            rows = [int(each.replace("$", "")) for each in ends]
            found.append((rows[0], rows[-1]))
        return ""

    _replaced(formula, note)
    return found


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """A formula as a copy of it reads so many rows below; what is fixed by $ stays.

    >>> shifted("D5*$E$2+SUM(A$1:A5)", 2)
    'D7*$E$2+SUM(A$1:A7)'
    """

    def shift(prefix: str, reference: str) -> str:
        ends = [_shifted(each, rows, columns) for each in reference.split(":")]
        return prefix + ":".join(ends)

    return _replaced(formula, shift)


def _shifted(reference: str, rows: int, columns: int) -> str:
    found = CELL.fullmatch(reference)
    if found is None:  # whole rows
        fixed = reference.startswith("$")
        return reference if fixed else str(int(reference) + rows)
    name = found[2] if found[1] else letters(column_of(found[2]) + columns)
    row = int(found[4]) if found[3] else int(found[4]) + rows
    return f"{found[1]}{name}{found[3]}{row}"


def _replaced(formula: str, change: Callable[[str, str], str]) -> str:
    def one(match: re.Match[str]) -> str:
        reference = match["first"] or match["top"]
        if not reference:
            return match[0]
        end = match["last"] or match["bottom"]
        return change(match["sheet"] or "", f"{reference}:{end}" if end else reference)

    return _REFERENCE.sub(one, formula)


def _sheet_of(prefix: str) -> str:
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _single(row: int, moves: Moves) -> Span | None:
    new = moves.row(row)
    return None if new is None else (new, new)


def _moved_rows(first: str, last: str, moves: Moves) -> str | None:
    rows = first.replace("$", ""), last.replace("$", "")
    if not all(each.isdecimal() for each in rows):
        return f"{first}:{last}" if last != first else first  # whole columns stay
    span = moves.span(int(rows[0]), int(rows[1]))
    if span is None:
        return None
    marks = ("$" if first.startswith("$") else "", "$" if last.startswith("$") else "")
    return f"{marks[0]}{span[0]}:{marks[1]}{span[1]}"
