"""A returned workbook compared with what was sent: what was filled in, and what was changed.

Rows are found again by what stands in their closed cells, so that rows put in, taken out or moved
by somebody who lifted the protection are told and not mistaken for others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Final

from kechuang.sheets.areas import cell_name
from kechuang.sheets.layouts import SIGNERS, Layout, Rule, Way, row_kind
from kechuang.sheets.marker import SHEET, Marker, read_marker
from kechuang.sheets.packages import Package
from kechuang.sheets.snapshots import Cell, Snapshot, Value, snapshot, told
from kechuang.sheets.values import read_value

REFUSING: Final = frozenset(
    {"no_sheet", "header_changed", "not_number", "not_whole", "not_date", "not_listed", "too_small",
     "too_large", "too_early", "too_late", "too_long", "error_value"}
)  # fmt: skip
"""What keeps a workbook from being taken in; everything else is told and taken."""
ANY: Final = Rule()
MOST_FINDINGS: Final = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a returned workbook: a code, the cell there, what was and what is."""

    code: str
    cell: str = ""
    header: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one returned workbook says.

    `values` are by row of the form and column; `added` are rows that the form does not have, `gone`
    the rows of the form that were taken out, `signers` who stands for it.
    """

    values: Mapping[int, Mapping[int, Value]]
    added: tuple[Mapping[int, Value], ...] = ()
    gone: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    signers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What keeps it from being taken in."""
        return tuple(each for each in self.findings if each.code in REFUSING)


@dataclass(frozen=True)
class Sent:
    """The sheet of one part as it was sent: `rows` are those of the form in their order."""

    sheet: Snapshot
    layout: Layout
    rows: tuple[int, ...]

    def table(self) -> list[tuple[int, int]]:
        """The rows of the table with the rows of the form that they are; 0 for blank ones."""
        placed: list[tuple[int, int]] = []
        wanted = iter(self.rows)
        row, left = self.layout.first, len(self.rows)
        while left:
            if row_kind(self.sheet, self.layout, row) == "total":
                placed.append((row, 0))
            else:
                placed.append((row, next(wanted)))
                left -= 1
            row += 1
        for _at in range(self.layout.spare):
            placed.append((row, 0))
            row += 1
        while row_kind(self.sheet, self.layout, row) == "total":
            placed.append((row, 0))
            row += 1
        return placed


def sent_part(content: bytes, layout: Layout, rows: Sequence[int]) -> Sent:
    """The workbook of a part as `Splitter` made it."""
    return Sent(snapshot(Package.open(content), layout.sheet), layout, tuple(rows))


def marker_of(package: Package, key: bytes) -> Marker:
    """Of which collection and part a workbook is. Raises `MarkerError`."""
    if all(sheet.name != SHEET for sheet in package.sheets):
        return read_marker({}, key)
    hidden = snapshot(package, SHEET)
    lines = {
        hidden.at(row, 1).text: hidden.at(row, 2).text for row in range(1, hidden.last_row + 1)
    }
    return read_marker(lines, key)


def read_return(package: Package, sent: Sent) -> Answer:
    """What a returned workbook says, beside what was sent."""
    sheet = _sheet_of(package, sent.layout.sheet)
    if sheet is None:
        return Answer({}, findings=(Finding("no_sheet", was=sent.layout.sheet),))
    offset = _header_offset(sheet, sent)
    if offset is None:
        return Answer({}, findings=tuple(_header_findings(sheet, sent)))
    return _Reading(sheet, sent, offset).answer()


class _Reading:
    """One comparison: rows are paired first, then told cell by cell."""

    def __init__(self, sheet: Snapshot, sent: Sent, offset: int) -> None:
        self.sheet, self.sent, self.layout = sheet, sent, sent.layout
        self.findings: list[Finding] = []
        first, last = self.layout.columns
        self.columns = range(first, last + 1)
        self.pairs, self.extra, self.missing = _paired(sheet, sent, offset, self._closed_columns())
        self.headers = _headers(sent)

    def _closed_columns(self) -> tuple[int, ...]:
        return tuple(each for each in self.columns if each not in self.layout.fill)

    def answer(self) -> Answer:
        table = dict(self.sent.table())
        values: dict[int, dict[int, Value]] = {}
        added: list[dict[int, Value]] = []
        gone: list[int] = []
        for row, form in table.items():
            new = self.pairs.get(row)
            if new is None:
                if form:
                    gone.append(form)
                    self._note(
                        "row_removed", cell_name(row, self.layout.columns[0]), was=self._row(row)
                    )
                continue
            if form:
                values[form] = self._filled(row, new)
            elif row_kind(self.sent.sheet, self.layout, row) != "total":
                added += self._added(new)
        for new in self.extra:
            found = self._added(new)
            if found and self.layout.way is not Way.STACK:
                self._note("row_added", cell_name(new, self.layout.columns[0]), now=self._told(new))
            added += found
        self._compare_closed(table)
        self._check_totals(table)
        signers = self._signers()
        blank = [word for word in SIGNERS[:3] if not signers.get(word)]
        if blank:
            self._note("unsigned", now="、".join(blank))
        return Answer(values, tuple(added), tuple(gone), tuple(self.findings), signers)

    def _filled(self, row: int, new: int) -> dict[int, Value]:
        found: dict[int, Value] = {}
        for column in self.layout.fill:
            before, cell = self.sent.sheet.at(row, column), self.sheet.at(new, column)
            if before.formula:
                continue
            if cell.formula and cell.value is None:
                self._note(
                    "formula_without_value", cell_name(new, column), column, now=cell.formula
                )
            found[column] = self._value(cell, new, column)
        return found

    def _value(self, cell: Cell, row: int, column: int) -> Value:
        read = read_value(cell.value, self.layout.rules.get(column, ANY))
        if read.fault:
            self._note(read.fault, cell_name(row, column), column, now=told(cell.value))
        return read.value

    def _added(self, new: int) -> list[dict[int, Value]]:
        cells = {column: self.sheet.at(new, column) for column in self.columns}
        filled = {c: cell for c, cell in cells.items() if not cell.formula and not cell.is_blank}
        if not filled:
            return []
        return [{column: self._value(cell, new, column) for column, cell in filled.items()}]

    def _compare_closed(self, table: Mapping[int, int]) -> None:
        """Closed cells of the whole sheet: constants and formulas are as they were sent."""
        fill, last = set(self.layout.fill), max(table, default=self.layout.first)
        for (row, column), before in self.sent.sheet.cells.items():
            new = self.pairs.get(row)
            inside = self.layout.first <= row <= last
            if new is None or before.is_blank or row <= self.layout.header[1]:
                continue
            is_total = inside and not table.get(row)
            if inside and not is_total and column in fill and not before.formula:
                continue
            if not inside and any(word in before.text for word in SIGNERS):
                continue
            after = self.sheet.at(new, column)
            if before.formula:
                if not after.formula:
                    self._note(
                        "formula_changed", cell_name(new, column), column,
                        was=f"={before.formula}", now=told(after.value),
                    )  # fmt: skip
            elif told(before.value).strip() != told(after.value).strip():
                self._note(
                    "closed_changed", cell_name(new, column), column, before.text, after.text
                )

    def _check_totals(self, table: Mapping[int, int]) -> None:
        """A total that was typed is the sum of the rows."""
        rows = [new for row, form in table.items() if form and (new := self.pairs.get(row))]
        for row, form in table.items():
            new = self.pairs.get(row)
            if form or new is None or row_kind(self.sent.sheet, self.layout, row) != "total":
                continue
            for column in self.columns:
                cell = self.sheet.at(new, column)
                if cell.formula or not isinstance(cell.value, Decimal):
                    continue
                parts = [self.sheet.at(each, column).value for each in rows]
                total = sum((each for each in parts if isinstance(each, Decimal)), Decimal(0))
                if abs(total - cell.value) > Decimal("0.005") * max(1, len(parts)):
                    self._note(
                        "total_wrong", cell_name(new, column), column, told(total), told(cell.value)
                    )

    def _signers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        places = {(row, col): cell for (row, col), cell in self.sheet.cells.items() if cell.value}
        for (row, column), cell in places.items():
            for word in SIGNERS:
                text = cell.text
                if not text.startswith((f"{word}：", f"{word}:")):
                    continue
                name = text[len(word) + 1 :].strip(" 　_＿") or self.sheet.at(row, column + 1).text
                if name:
                    found[word] = name
        return found

    def _note(
        self, code: str, cell: str = "", column: int = 0, was: str = "", now: str = ""
    ) -> None:
        if len(self.findings) < MOST_FINDINGS:
            header = self.headers.get(column, "")
            self.findings.append(Finding(code, cell, header, was[:200], now[:200]))

    def _row(self, row: int) -> str:
        return _told_row(self.sent.sheet, row, self.columns)

    def _told(self, row: int) -> str:
        return _told_row(self.sheet, row, self.columns)


def _told_row(sheet: Snapshot, row: int, columns: Sequence[int]) -> str:
    words = (sheet.at(row, column).text for column in columns)
    return " ".join(word for word in words if word)


def _sheet_of(package: Package, name: str) -> Snapshot | None:
    """The sheet of that name; where it was renamed, the only one that is no help."""
    names = [sheet.name for sheet in package.sheets if sheet.name != SHEET]
    if name in names:
        return snapshot(package, name)
    return snapshot(package, names[0]) if len(names) == 1 else None


def _headers(sent: Sent) -> dict[int, str]:
    rows = range(sent.layout.header[0], sent.layout.header[1] + 1)
    found: dict[int, str] = {}
    for column in range(sent.layout.columns[0], sent.layout.columns[1] + 1):
        words = [sent.sheet.at(row, column).text for row in rows]
        found[column] = "".join(words[-1:]) or "".join(words)
    return found


def _header_offset(sheet: Snapshot, sent: Sent) -> int | None:
    """How many rows further down the header stands; None where it is not as it was sent."""
    for offset in (0, 1, -1, 2, -2, 3, -3):
        if sent.layout.header[0] + offset >= 1 and not any(_header_changes(sheet, sent, offset)):
            return offset
    return None


def _header_changes(sheet: Snapshot, sent: Sent, offset: int) -> Iterator[Finding]:
    for row in range(sent.layout.header[0], sent.layout.header[1] + 1):
        for column in range(sent.layout.columns[0], sent.layout.columns[1] + 1):
            was, now = sent.sheet.at(row, column).text, sheet.at(row + offset, column).text
            if "".join(was.split()) != "".join(now.split()):
                yield Finding("header_changed", cell_name(row + offset, column), was, was, now)


def _header_findings(sheet: Snapshot, sent: Sent) -> list[Finding]:
    return list(_header_changes(sheet, sent, 0))[:MOST_FINDINGS]


Pairs = dict[int, int]


def _paired(
    sheet: Snapshot, sent: Sent, offset: int, closed: Sequence[int]
) -> tuple[Pairs, list[int], list[int]]:
    """Which row of the sent sheet is which of the returned one; rows put in; rows taken out."""
    header = sent.layout.header[1]
    table = sent.table()
    ends = max(sent.sheet.last_row, max((row for row, _form in table), default=header))
    old = list(range(header + 1, ends + 1))
    new = list(range(header + 1 + offset, sheet.last_row + 1))
    before = [_key(sent.sheet, row, closed, sent.sheet, row) for row in old]
    straight = [_key(sheet, row + offset, closed, sent.sheet, row) for row in old]
    if before == straight:
        pairs = {row: row + offset for row in old}
        return pairs, [row for row in new if row > ends + offset], []
    after = [_key(sheet, row, closed, None, 0) for row in new]
    return _aligned(old, new, before, after)


def _key(
    sheet: Snapshot, row: int, closed: Sequence[int], pattern: Snapshot | None, at: int
) -> tuple[str, ...]:
    """What a row is known by: the words in its closed cells, formulas left out."""
    words: list[str] = []
    for column in closed:
        cell = sheet.at(row, column)
        is_formula = cell.formula or (pattern is not None and pattern.at(at, column).formula)
        words.append("" if is_formula else cell.text)
    return tuple(words)


def _aligned(
    old: Sequence[int],
    new: Sequence[int],
    before: Sequence[tuple[str, ...]],
    after: Sequence[tuple[str, ...]],
) -> tuple[Pairs, list[int], list[int]]:
    pairs: Pairs = {}
    extra: list[int] = []
    missing: list[int] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, low, high in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and end - start == high - low):
            pairs.update(zip(old[start:end], new[low:high], strict=True))
            continue
        left = list(range(low, high))
        for place in range(start, end):
            best = next((at for at in left if _alike(before[place], after[at])), None)
            if best is None:
                missing.append(old[place])
            else:
                pairs[old[place]] = new[best]
                left.remove(best)
        extra += [new[at] for at in left]
    return pairs, extra, missing


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether at least half of the words of two rows are the same."""
    words = [(one, other) for one, other in zip(before, after, strict=True) if one or other]
    return bool(words) and 2 * sum(one == other for one, other in words) >= len(words)
