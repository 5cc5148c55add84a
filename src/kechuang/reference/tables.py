"""Reading a table of reference data: CSV with a fixed header, saved by Excel or an editor."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from kechuang.reference.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line in the file, and its cells by column, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def listed(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several values with | between them."""
        return tuple(part.strip() for part in self.cells[column].split("|") if part.strip())


def _decoded(data: bytes) -> str | None:
    """Text of a file saved as UTF-8, or as GB18030 as Excel in Chinese does; else None."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_table(path: Path, columns: tuple[str, ...]) -> tuple[list[Row], list[Problem]]:
    """The rows of the CSV file at `path`, and what keeps the file or a row from being read.

    The header must be exactly `columns`, in this order. Empty lines are passed over.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        why = error.strerror or str(error)
        return [], [Problem(path, 1, "文件打不开", why, "检查路径和读取权限")]
    if text is None or "\0" in text:
        why = "既不是 UTF-8 也不是 GB18030 文本"
        return [], [Problem(path, 1, "文件不是文本表格", why, "另存为 UTF-8 编码的 CSV")]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        remedy = "检查这一行附近的引号和换行"
        return [], [Problem(path, reader.line_num, "表格读不下去", str(error), remedy)]
    return _rows(path, lines, columns)


def _rows(
    path: Path, lines: list[tuple[int, list[str]]], columns: tuple[str, ...]
) -> tuple[list[Row], list[Problem]]:
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    if header != list(columns):
        why = f"应为 {','.join(columns)}，实为 {','.join(header) or '空'}"
        return [], [Problem(path, 1, "表头不对", why, "按应有的列名和顺序改表头")]
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            why = f"应有 {len(columns)} 格，实有 {len(cells)} 格"
            remedy = "补齐或删去多余的逗号；含逗号的格用双引号括起"
            problems.append(Problem(path, line, "格数不对", why, remedy))
            continue
        stripped = (cell.strip() for cell in cells)
        rows.append(Row(line, dict(zip(columns, stripped, strict=True))))
    return rows, problems
