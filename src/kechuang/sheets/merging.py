"""Returned workbooks made one, cell by cell: nothing is lost, and what disagrees is listed.

`merge` compares plain values; `result` writes them into the form as it was before it was split, so
that the merged workbook looks like the form, with sheets beside it that tell what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import dropwhile
from typing import Final

from kechuang.sheets.errors import SheetError
from kechuang.sheets.insertion import insert_rows
from kechuang.sheets.layouts import Layout, Way, headers_of, row_kind
from kechuang.sheets.packages import Package
from kechuang.sheets.returns import Answer
from kechuang.sheets.snapshots import Snapshot, Value, snapshot, told

OPEN: Final = "FFFFE699"
"""The colour of a cell whose values disagree and of which nobody has decided yet."""
ADDED: Final = "FFDDEBF7"
"""The colour of a row that the form did not have."""
WHOLE: Final = 0
"""The row of a conflict that is about a whole return: rows put in beside the form's."""
Choices = Mapping[tuple[str, int, int], int]
"""Which return counts, by part, row of the form and column."""


@dataclass(frozen=True, slots=True)
class Return:
    """One returned workbook that was taken in: its number, its part, what it says.

    Of two of one part the higher number came later.
    """

    number: int
    part: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell of which two returns of one part say different things: values by number of return."""

    part: str
    row: int
    column: int
    values: tuple[tuple[int, Value], ...]

    @property
    def key(self) -> tuple[str, int, int]:
        """What a decision names it by."""
        return self.part, self.row, self.column


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row that the form did not have, and whose it is."""

    part: str
    values: Mapping[int, Value]


@dataclass(frozen=True)
class Merged:
    """What all returns say together.

    `cells` are by part, row of the form and column; where nobody has decided the latest return
    counts and the cell is among `open`.
    """

    cells: Mapping[tuple[str, int, int], Value]
    conflicts: tuple[Conflict, ...] = ()
    open: frozenset[tuple[str, int, int]] = frozenset()
    added: tuple[AddedRow, ...] = ()
    gone: tuple[tuple[str, int], ...] = ()
    returned: tuple[str, ...] = ()


def merge(returns: Iterable[Return], choices: Choices | None = None) -> Merged:
    """What returns say together; of a cell that disagrees the choice counts, else the latest.

    A return that left a cell blank does not disagree with one that filled it.
    """
    by_part: dict[str, list[Return]] = {}
    for each in returns:
        by_part.setdefault(each.part, []).append(each)
    made = _Merging(choices or {})
    for part, found in by_part.items():
        made.take(part, sorted(found, key=lambda each: each.number))
    return Merged(
        made.cells, tuple(made.conflicts), frozenset(made.open), tuple(made.added),
        tuple(made.gone), tuple(by_part),
    )  # fmt: skip


class _Merging:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.cells: dict[tuple[str, int, int], Value] = {}
        self.conflicts: list[Conflict] = []
        self.open: set[tuple[str, int, int]] = set()
        self.added: list[AddedRow] = []
        self.gone: list[tuple[str, int]] = []

    def take(self, part: str, returns: Sequence[Return]) -> None:
        places = dict.fromkeys(
            (row, column)
            for each in returns
            for row, cells in each.answer.values.items()
            for column in cells
        )
        for row, column in places:
            said = [(each.number, each.answer.values.get(row, {}).get(column)) for each in returns]
            key = (part, row, column)
            self.cells[key] = self._settled(key, [one for one in said if one[1] is not None])
        self._take_added(part, returns)
        latest = returns[-1].answer
        self.gone += [(part, row) for row in latest.gone]

    def _settled(self, key: tuple[str, int, int], said: list[tuple[int, Value]]) -> Value:
        if not said:
            return None
        if len({_same(value) for _number, value in said}) == 1:
            return said[-1][1]
        self.conflicts.append(Conflict(*key, tuple(said)))
        chosen = next((value for number, value in said if number == self.choices.get(key)), None)
        if chosen is None:
            self.open.add(key)
            return said[-1][1]
        return chosen

    def _take_added(self, part: str, returns: Sequence[Return]) -> None:
        """Rows put in are compared as a whole: they have no row of the form to stand for.

        What a later return leaves out again is a difference too.
        """
        since = dropwhile(lambda each: not each.answer.added, returns)
        rows = {each.number: each.answer.added for each in since}
        if not rows:
            return
        number = max(rows)
        if len({tuple(map(_row_key, found)) for found in rows.values()}) > 1:
            key = (part, WHOLE, 0)
            told_rows = tuple((n, f"增加{len(found)}行") for n, found in sorted(rows.items()))
            self.conflicts.append(Conflict(part, WHOLE, 0, told_rows))
            chosen = self.choices.get(key)
            if chosen in rows:
                number = chosen
            else:
                self.open.add(key)
        self.added += [AddedRow(part, values) for values in rows[number]]


def _same(value: Value) -> str:
    return f"{type(value).__name__}:{told(value).strip()}"


def _row_key(values: Mapping[int, Value]) -> tuple[tuple[int, str], ...]:
    return tuple((column, _same(value)) for column, value in sorted(values.items()))


@dataclass(frozen=True, slots=True)
class Aside:
    """A sheet beside the merged one: its name, its rows with the heads first, widths."""

    name: str
    rows: Sequence[Sequence[Value]]
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Result:
    """The merged workbook, and the rows that could not be put into the form itself."""

    content: bytes
    left_out: tuple[AddedRow, ...] = field(default=())


def result(content: bytes, layout: Layout, merged: Merged, asides: Sequence[Aside] = ()) -> Result:
    """The form with everything that was returned in it, and sheets beside it.

    Rows that the form does not have stand below its table, where the form lets rows be put in.
    """
    package = Package.open(content)
    form = snapshot(package, layout.sheet)
    left: tuple[AddedRow, ...] = ()
    if layout.way is Way.ROWS:
        _write_cells(package, layout, form, merged)
        left = _put_rows(package, layout, form, merged.added)
    elif layout.way is Way.SUM:
        _write_sums(package, layout, form, merged)
    else:
        left = _put_rows(package, layout, form, stacked(merged), fresh=True)
    for aside in (*_by_part(layout, form, merged), *asides):
        _put_aside(package, aside)
    return Result(package.save(), left)


def stacked(merged: Merged) -> tuple[AddedRow, ...]:
    """The rows that parts wrote into a blank table, part by part, blank ones left out."""
    rows: dict[tuple[str, int], dict[int, Value]] = {}
    for (part, row, column), value in merged.cells.items():
        if value is not None:
            rows.setdefault((part, row), {})[column] = value
    found = [
        AddedRow(part, rows[part, row])
        for part, row in sorted(rows, key=lambda key: (merged.returned.index(key[0]), key[1]))
    ]
    return tuple(
        row
        for part in merged.returned
        for row in (
            *(each for each in found if each.part == part),
            *(each for each in merged.added if each.part == part),
        )
    )


def sums(merged: Merged) -> dict[tuple[int, int], Decimal]:
    """The numbers of the same cell of all parts, added up."""
    found: dict[tuple[int, int], Decimal] = {}
    for (_part, row, column), value in merged.cells.items():
        if isinstance(value, Decimal):
            found[row, column] = found.get((row, column), Decimal(0)) + value
    return found


def _write_cells(package: Package, layout: Layout, form: Snapshot, merged: Merged) -> None:
    sheet = package.sheet(layout.sheet)
    for (part, row, column), value in merged.cells.items():
        key = (part, row, column)
        if _same(form.at(row, column).value) != _same(value):
            sheet.write(row, column, value)
        if key in merged.open:
            style = sheet.style(row, column)
            sheet.set_style(row, column, package.styles.variant(style, fill=OPEN))
    _add_up(package, layout, form)


def _add_up(package: Package, layout: Layout, form: Snapshot) -> None:
    """Totals that the form has as numbers are the sums of what was merged."""
    sheet = package.sheet(layout.sheet)
    kinds = {row: row_kind(form, layout, row) for row in range(layout.first, layout.last + 1)}
    rows = [row for row, kind in kinds.items() if kind == "data"]
    for row in (row for row, kind in kinds.items() if kind == "total"):
        for column in layout.fill:
            cell = form.at(row, column)
            if cell.formula or not (cell.value is None or isinstance(cell.value, Decimal)):
                continue
            values = [sheet.value(each, column) for each in rows]
            numbers = [each for each in values if isinstance(each, Decimal)]
            if numbers:
                sheet.write(row, column, sum(numbers, Decimal(0)))


def _write_sums(package: Package, layout: Layout, form: Snapshot, merged: Merged) -> None:
    sheet = package.sheet(layout.sheet)
    for (row, column), value in sums(merged).items():
        if not form.at(row, column).formula:
            sheet.write(row, column, value)
    _add_up(package, layout, form)


def _put_rows(
    package: Package,
    layout: Layout,
    form: Snapshot,
    rows: Sequence[AddedRow],
    *,
    fresh: bool = False,
) -> tuple[AddedRow, ...]:
    """Write rows below the table; those of a blank form begin in its first row."""
    if not rows:
        return ()
    sheet = package.sheet(layout.sheet)
    data = [r for r in range(layout.first, layout.last + 1) if row_kind(form, layout, r) == "data"]
    free = data if fresh else []
    last = data[-1]
    lacking = len(rows) - len(free)
    if lacking > 0:
        try:
            insert_rows(sheet, last + 1, lacking, last)
        except SheetError:
            if not fresh:
                return tuple(rows)
            lacking = 0
    places = [*free, *range(last + 1, last + 1 + max(0, lacking))]
    if fresh:
        head = (layout.header[1], layout.columns[1] + 1)
        sheet.write(*head, "填报单位", sheet.style(head[0], head[1] - 1))
    for row, added in zip(places, rows, strict=False):
        _put_row(package, layout, row, added, fresh=fresh)
    return tuple(rows[len(places) :])


def _put_row(package: Package, layout: Layout, row: int, added: AddedRow, *, fresh: bool) -> None:
    """One row: where the form lacked it, in a colour; in a blank form, with whose it is."""
    sheet = package.sheet(layout.sheet)
    first, last = layout.columns
    for column in range(first, last + 1):
        if sheet.formula(row, column) is not None or (fresh and column not in added.values):
            continue
        style = sheet.style(row, column)
        if not fresh:
            style = package.styles.variant(style, fill=ADDED)
        sheet.write(row, column, added.values.get(column), style)
    if fresh:
        sheet.write(row, last + 1, added.part, sheet.style(row, last))


def _by_part(layout: Layout, form: Snapshot, merged: Merged) -> list[Aside]:
    """For cells that were added up: what each part wrote into them."""
    if layout.way is not Way.SUM:
        return []
    places = sorted(
        {(row, column) for (_p, row, column), v in merged.cells.items() if v is not None}
    )
    headers = headers_of(form, layout)
    heads = [f"{_label(form, layout, row)}·{headers.get(column, '')}" for row, column in places]
    rows = [
        [part, *(merged.cells.get((part, row, column)) for row, column in places)]
        for part in merged.returned
    ]
    return [Aside("分单位", [["单位", *heads], *rows], (24, *(14 for _each in places)))]


def _label(form: Snapshot, layout: Layout, row: int) -> str:
    closed = (c for c in range(layout.columns[0], layout.columns[1] + 1) if c not in layout.fill)
    words = [form.at(row, column).text for column in closed]
    return next((word for word in words if word and not word.isdecimal()), f"第{row}行")


def _put_aside(package: Package, aside: Aside) -> None:
    package.add_sheet(aside.name[:31], [], aside.widths)
    sheet = package.sheet(aside.name[:31])
    for row, values in enumerate(aside.rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is not None and value != "":
                sheet.write(row, column, value)
