"""What is wrong with data, and what is worth knowing about it, in words for whoever fills it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kechuang.files.safe import one_line

KEPT: Final = 100
"""Problems that are told one by one; of the others only the number is told."""
SHOWN: Final = 40
"""Characters of a value that a message quotes."""

CODES: Final = {
    # --- the file
    "missing": "there is no such file or folder",
    "permission": "the file may not be read",
    "empty": "the file holds no byte",
    "unsupported": "a format that is not read",
    "mismatch": "the extension says one format, the content is another",
    "encrypted": "the workbook asks for a password",
    "broken": "the file is damaged",
    "not_text": "a CSV file in an encoding that cannot be told",
    "too_large": "the workbook would unpack to more than can be held",
    "no_subject": "no file or sheet holds the frame that is judged",
    "frame_twice": "two files or sheets for one frame",
    "sheets": "several sheets, and none of them is named after the frame",
    # --- the table
    "no_header": "the table has no header",
    "no_rows": "the table has no rows",
    "no_key": "the column that tells the rows apart is missing",
    "cell_count": "a row with more or fewer cells than the header",
    "no_unit": "money whose header does not say its unit",
    "wrong_unit": "a unit in the header that does not fit the field",
    "bad_year": "a year in the header that is not kept, or of a field that has none",
    "column_twice": "two columns for one field",
    "dtype": "a column of a frame or parquet file that has another type than the field",
    # --- the cell
    "spreadsheet_error": "the formula of a cell failed",
    "not_calculated": "the formula of a cell was never calculated",
    "lost_digits": "a long code that the spreadsheet keeps as a number and has rounded",
    "totals": "a row of totals or remarks where a code should stand",
    "masked": "a value of which characters are hidden",
    "not_number": "a cell that is no number",
    "mixed_units": "an amount with a unit of its own that is not the header's",
    "decimals": "more decimals than the field keeps",
    "magnitude": "a number too large to be true, and to be exact",
    "negative": "a count below zero",
    "not_boolean": "a cell that is neither yes nor no",
    "not_date": "a cell that is no date, or a day that does not exist",
    "not_option": "a cell that is none of the field's options",
    # --- the rows
    "key_missing": "a row without its key",
    "key_twice": "two rows with the same key",
}
"""Every code with its meaning; docs/data.md lists the same."""

NOTE_CODES: Final = {
    "ignored_column": "a column of no field, or of one that is not needed",
    "ignored_sheet": "a sheet named after no frame",
    "ignored_file": "a file named after no frame",
    "absent_field": "a field that was asked for and that no column holds: unknown for everyone",
    "absent_frame": "a frame that was asked for and that no table holds: unknown for everyone",
    "unmatched_rows": "rows that belong to nobody in the frame that is judged",
    "encoding": "a CSV file that is not UTF-8",
}
"""Every code of a note with its meaning; docs/data.md lists the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: its file, or empty for a frame in memory, and its sheet, if any."""

    file: str
    sheet: str = ""

    def __str__(self) -> str:
        return " ".join(
            part for part in (self.file, f"表“{self.sheet}”" if self.sheet else "") if part
        )


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing that is wrong with data.

    `row` is the row as the spreadsheet counts it, 0 where the table as a whole is meant. `column`
    is its letter and header, `value` what stands there. `code` is one of `CODES` and stable;
    `what`, `why` and `remedy` are Chinese.

    >>> place = Place("企业.csv")
    >>> told = ("约50", "不是数", "有字", "只写数")
    >>> print(DataProblem("not_number", place, 3, "B 列“净利润”", *told))
    企业.csv 第 3 行 B 列“净利润”：“约50”不是数。原因：有字。处理：只写数。
    """

    code: str
    place: Place
    row: int
    column: str
    value: str
    what: str
    why: str
    remedy: str

    @property
    def file(self) -> str:
        """The file, or empty for a frame in memory."""
        return self.place.file

    @property
    def sheet(self) -> str:
        """The sheet of a workbook, or the frame in memory."""
        return self.place.sheet

    def __str__(self) -> str:
        parts = (str(self.place), f"第 {self.row} 行" if self.row else "", self.column)
        quoted = f"“{self.value}”" if self.value else ""
        where = " ".join(part for part in parts if part)
        return f"{where}：{quoted}{self.what}。原因：{self.why}。处理：{self.remedy}。"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about data that were read all the same; `code` is one of `NOTE_CODES`."""

    code: str
    place: Place
    message: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if str(self.place) else self.message


class DataError(ValueError):
    """Data that cannot be used. `problems` holds at most `KEPT` of the `total` problems."""

    def __init__(self, problems: Iterable[DataProblem], total: int = 0) -> None:
        self.problems = tuple(problems)
        self.total = max(total, len(self.problems))
        lines = [str(problem) for problem in self.problems]
        if self.total > len(lines):
            lines.append(f"还有 {self.total - len(lines)} 处，改完以上各处后再查。")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Problems:
    """What was found so far: the first `KEPT` in full, the number of all."""

    kept: list[DataProblem] = field(default_factory=list[DataProblem])
    total: int = 0

    def __iter__(self) -> Iterator[DataProblem]:
        return iter(self.kept)

    def add(self, problem: DataProblem) -> None:
        """Take one in."""
        self.extend([problem])

    def extend(self, problems: Iterable[DataProblem], total: int = 0) -> None:
        """Take several in that stand for `total`."""
        found = list(problems)
        self.kept += found[: max(0, KEPT - len(self.kept))]
        self.total += max(total, len(found))

    def check(self) -> None:
        """Raise what was found, in order of file and row.

        Raises:
            DataError: there is something.
        """
        if self.total:
            order = {
                place: at for at, place in enumerate(dict.fromkeys(p.place for p in self.kept))
            }
            raise DataError(sorted(self.kept, key=lambda p: (order[p.place], p.row)), self.total)


def quoted(value: object) -> str:
    """A value as a message quotes it: on one line, harmless, cut where it is long.

    >>> quoted("一" * 50)[-3:]
    '一一…'
    """
    text = one_line(str(value))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
