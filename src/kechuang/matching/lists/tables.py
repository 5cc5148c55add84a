"""The names of a table: which column holds them, told by what its cells look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kechuang.matching.lists.looks import (
    LONGEST,
    code_in,
    is_ditto,
    is_head,
    is_name,
    is_other_head,
    is_short_line,
    is_total,
)
from kechuang.matching.lists.model import Left, NameList, Taken
from kechuang.matching.names import Listed

LEAST_SHARE: Final = 0.3
"""Of the filled cells of a column of names so many look like names."""
TRUSTED_SHARE: Final = 0.5
"""Where so many cells of a column look like names, the others are names that are cut short."""
HEAD_ROWS: Final = 12
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells and where it stands."""

    cells: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: how many of its cells are filled and look like names, and its head."""

    at: int
    filled: int
    names: int
    codes: int
    head: int  # the row of its head, -1 where none was found
    is_other: bool

    @property
    def share(self) -> float:
        return self.names / self.filled if self.filled else 0.0

    @property
    def score(self) -> float:
        if self.is_other:
            return 0.0
        return (self.share + (0.5 if self.head >= 0 else 0.0)) * min(self.names or 1, 50)


def names_of_table(rows: Sequence[Row], title: str) -> NameList:
    """The names of a table; `title` says which table it is.

    Short cells below the head of the column of names count as names whatever they look like.
    """
    width = max((len(row.cells) for row in rows), default=0)
    columns = [_column(rows, at) for at in range(width)]
    best = max(columns, key=lambda each: each.score, default=None)
    if best is None or not best.names or (best.head < 0 and best.share < LEAST_SHARE):
        shown = " ".join(rows[0].cells)[:SHOWN] if rows else ""
        return NameList((), (Left("no_names", title, shown, len(rows)),) if rows else ())
    codes = max(columns, key=lambda each: each.codes)
    code_at = codes.at if codes.codes and codes.at != best.at else -1
    taken, left = _taken(rows, best, code_at)
    others = [each for each in columns if each.names and each is not best]
    left += [
        Left("other_columns", title, _head_or_first(rows, each)[:SHOWN], each.names)
        for each in others
    ]
    head = _head(rows, best)
    return NameList(tuple(taken), tuple(left), (f"{title}{f'“{head}”' if head else ''}",))


def _column(rows: Sequence[Row], at: int) -> _Column:
    cells = [row.cells[at].strip() if at < len(row.cells) else "" for row in rows]
    top = cells[:HEAD_ROWS]
    head = next((number for number, cell in enumerate(top) if is_head(cell)), -1)
    return _Column(
        at,
        sum(bool(cell) for cell in cells),
        sum(is_name(cell) for cell in cells),
        sum(bool(code_in(cell)) for cell in cells),
        head,
        any(is_other_head(cell) for cell in top),
    )


def _head(rows: Sequence[Row], column: _Column) -> str:
    return rows[column.head].cells[column.at].strip() if column.head >= 0 else ""


def _head_or_first(rows: Sequence[Row], column: _Column) -> str:
    """The head of a column of other units, or the first text in it."""
    cells = [row.cells[column.at].strip() for row in rows if column.at < len(row.cells)]
    heads = (cell for cell in cells[:HEAD_ROWS] if is_head(cell) or is_other_head(cell))
    return next(heads, next(filter(None, cells), ""))


def _taken(rows: Sequence[Row], column: _Column, code_at: int) -> tuple[list[Taken], list[Left]]:
    taken: list[Taken] = []
    left: list[Left] = []
    empty = 0
    is_trusted = column.head >= 0 or column.share >= TRUSTED_SHARE
    for row in rows[column.head + 1 :]:
        cell = row.cells[column.at].strip() if column.at < len(row.cells) else ""
        code = code_in(row.cells[code_at]) if 0 <= code_at < len(row.cells) else ""
        if is_ditto(cell) and taken:
            taken.append(Taken(Listed(taken[-1].listed.name, code), row.place, is_ditto=True))
        elif not cell and not code:
            empty += any(each.strip() for each in row.cells)
        elif len(cell) > LONGEST:
            left.append(Left("too_long", row.place, cell[:SHOWN]))
        elif _is_row_of_totals(row, column.at):
            left.append(Left("text", row.place, " ".join(row.cells).strip()[:SHOWN]))
        elif is_name(cell) or code or (is_trusted and is_short_line(cell)):
            taken.append(Taken(Listed(" ".join(cell.split()), code), row.place))
        else:
            left.append(Left("text", row.place, cell[:SHOWN]))
    if empty:
        left.append(Left("empty_name", rows[0].place, "", empty))
    return taken, left


def _is_row_of_totals(row: Row, at: int) -> bool:
    """Whether a row begins, before the column of names, with what heads a row of totals."""
    return any(is_total(cell) for cell in row.cells[:at] if cell.strip())
