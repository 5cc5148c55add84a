"""What is known of many reports beforehand: a CSV of file, region, year and genre."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kechuang.reading.documents.load import decoded
from kechuang.reading.model import About

COLUMNS: Final = ("file", "region", "year", "genre")
UNKNOWN_YEARS: Final = frozenset({"", "nd"})
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100


class AboutError(ValueError):
    """A table of reports that cannot be used: a sentence in Chinese naming row and column."""


@dataclass(frozen=True, slots=True)
class AboutTable:
    """What is known of each report, by file name.

    >>> table = parse_about("file,region,year,genre\\n甲县.txt,示例省示例市甲县,2024,总结\\n")
    >>> table.of(Path("报告/甲县.docx")).year
    2024
    """

    by_name: Mapping[str, About] = field(default_factory=dict[str, About])
    by_stem: Mapping[str, About | None] = field(default_factory=dict[str, About | None])

    def of(self, path: Path, default: About | None = None) -> About:
        """What is known of a file; what its row leaves open is taken from `default`.

        The file is found by its name, else by its name without extension where only one row has it,
        so that a table of texts also serves for the same reports as docx.
        """
        other = default or About()
        known = self.by_name.get(path.name) or self.by_stem.get(path.stem)
        if known is None:
            return other
        return About(
            region=known.region or other.region,
            year=known.year if known.year is not None else other.year,
            genre=known.genre or other.genre,
        )

    def knows(self, path: Path) -> bool:
        """Whether a row names the file."""
        return (self.by_name.get(path.name) or self.by_stem.get(path.stem)) is not None


def load_about(path: Path) -> AboutTable:
    """Read the table from a CSV in UTF-8, UTF-16 or GB18030.

    Raises:
        DocumentError: the file cannot be opened or decoded.
        AboutError: its columns or one of its rows are wrong.
    """
    return parse_about(decoded(path), name=str(path))


def parse_about(text: str, *, name: str = "表") -> AboutTable:
    """The table from its text; `name` is what messages call it.

    Raises:
        AboutError: its columns or one of its rows are wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    by_name: dict[str, About] = {}
    by_stem: dict[str, About | None] = {}
    rows: dict[str, int] = {}
    try:
        places = _places(next(reader, list[str]()), name)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            file, about = _row(cells, places, f"{name} 第 {reader.line_num} 行")
            if file in by_name:
                raise AboutError(
                    f"{name} 第 {reader.line_num} 行 file 列：“{file}”与第 {rows[file]} 行重复，"
                    "请只留一行。"
                )
            by_name[file] = about
            rows[file] = reader.line_num
            stem = Path(file).stem
            by_stem[stem] = None if stem in by_stem else about
    except csv.Error as error:
        raise AboutError(
            f"{name} 第 {reader.line_num} 行不是完整的 CSV（{error}）：请检查引号是否成对。"
        ) from error
    return AboutTable(by_name, by_stem)


def _places(header: Sequence[str], name: str) -> dict[str, int]:
    names = [cell.strip().lower() for cell in header]
    lacking = [column for column in COLUMNS if column not in names]
    if lacking:
        raise AboutError(
            f"{name} 第 1 行缺少列 {'、'.join(lacking)}（现有：{'、'.join(header) or '空'}）："
            f"请在首行写明 {','.join(COLUMNS)}，没有内容的列留空即可。"
        )
    doubled = [column for column in COLUMNS if names.count(column) > 1]
    if doubled:
        raise AboutError(f"{name} 第 1 行的列 {'、'.join(doubled)} 出现两次：请删去一列。")
    return {column: names.index(column) for column in COLUMNS}


def _row(cells: Sequence[str], places: Mapping[str, int], where: str) -> tuple[str, About]:
    values = {
        column: cells[place].strip() if place < len(cells) else ""
        for column, place in places.items()
    }
    # Excel's own file dialogs paste whole paths; only the name counts.
    file = values["file"].replace("\\", "/").rpartition("/")[2]
    if not file:
        raise AboutError(f"{where} file 列是空的：请填写文件名，或删去这一行。")
    return file, About(
        region=values["region"] or None,
        year=_year(values["year"], where),
        genre=values["genre"] or None,
    )


def _year(text: str, where: str) -> int | None:
    if text.lower() in UNKNOWN_YEARS:
        return None
    # isascii: 二〇二四 and full-width digits would pass isdigit or int alike.
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        return int(text)
    raise AboutError(
        f"{where} year 列：“{text}”不是 {FIRST_YEAR} 至 {LAST_YEAR} 的四位年份，"
        "请改为如 2024 的数字；年份不明时留空或写 nd。"
    )
