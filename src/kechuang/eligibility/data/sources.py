"""Which file or sheet holds which frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kechuang.eligibility.data.csv_file import read_csv
from kechuang.eligibility.data.errors import Note, Place, Problems
from kechuang.eligibility.data.opening import FORMS, form_of, no_permission, opened
from kechuang.eligibility.data.parquet_file import read_parquet
from kechuang.eligibility.data.raw import RawTable, RefusedError, refused
from kechuang.eligibility.data.xlsx_file import Workbook
from kechuang.reference.fields import Dictionary

LOCK_FILES = "~$"
"""What office programs leave beside a file that is open."""


@dataclass(slots=True)
class Sources:
    """The raw tables of a file or folder, by frame.

    `is_wanted` says which frames are read at all; `reads_header` which columns of a typed file.
    """

    dictionary: Dictionary
    subject: str
    is_wanted: Callable[[str], bool]
    reads_header: Callable[[str, str], bool]
    problems: Problems
    notes: list[Note]
    tables: dict[str, RawTable] = field(default_factory=dict[str, RawTable])

    def read(self, path: Path) -> None:
        """Read the tables of a file or folder; what cannot be read goes into the problems."""
        try:
            if path.is_dir():
                self._folder(path)
            else:
                self._file(path, self.subject, is_alone=True)
        except RefusedError as error:
            self.problems.add(error.problem)
            return
        if self.subject not in self.tables and not self.problems.total:
            self.problems.add(self._no_subject(Place(path.name)).problem)

    # --- folders and files

    def _folder(self, folder: Path) -> None:
        chosen: dict[str, Path] = {}
        try:
            paths = sorted(folder.iterdir())
        except PermissionError as error:
            raise no_permission(Place(folder.name)) from error
        for path in paths:
            if path.is_dir() or path.name.startswith((".", LOCK_FILES)):
                continue
            frame = self.dictionary.frame_named(path.stem)
            if frame is None or form_of(path) is None:
                known = "、".join(FORMS)
                why = "文件名不是表名" if frame is None else f"不是 {known} 文件"
                message = f"没有读：{why}"
                self.notes.append(Note("ignored_file", Place(path.name), message))
            elif not self.is_wanted(frame.code):
                continue
            elif frame.code in chosen:
                why = f"{chosen[frame.code].name} 也是“{frame.name}”表"
                problem = refused("frame_twice", Place(path.name), "重复", why, "只留一个文件")
                self.problems.add(problem.problem)
            else:
                chosen[frame.code] = path
        for frame_code, path in chosen.items():
            try:
                self._file(path, frame_code, is_alone=False)
            except RefusedError as error:
                self.problems.add(error.problem)

    def _file(self, path: Path, frame: str, *, is_alone: bool) -> None:
        form = opened(path)
        place = Place(path.name)
        if form == "csv":
            table, encoding = read_csv(path, place, self.problems)
            self.tables[frame] = table
            if not encoding.startswith("utf-8"):
                message = f"按 {encoding.upper()} 解码"
                self.notes.append(Note("encoding", place, message))
        elif form == "parquet":
            self.tables[frame] = read_parquet(
                path, place, lambda header: self.reads_header(frame, header)
            )
        else:
            book = Workbook.open(path) if form == "xlsx" else Workbook.open_old(path)
            if is_alone:
                self._workbook(book)
            else:
                self.tables[frame] = self._one_sheet(book, frame)

    # --- sheets

    def _workbook(self, book: Workbook) -> None:
        """Every sheet that is named after a frame; else the only one that is not empty."""
        named: dict[str, str] = {}
        others: list[str] = []
        for sheet in book.sheets:
            frame = self.dictionary.frame_named(sheet)
            if frame is None:
                others.append(sheet)
            elif frame.code in named:
                why = f"表“{named[frame.code]}”也是“{frame.name}”"
                place = Place(book.path.name, sheet)
                raise refused("frame_twice", place, "重复", why, "只留一张")
            else:
                named[frame.code] = sheet
        if not named:
            self.tables[self.subject] = self._only_filled(book, others, self.subject)
            return
        if self.subject not in named:
            raise self._no_subject(Place(book.path.name))
        for sheet in others:
            message = "没有读：工作表名不是表名"
            self.notes.append(Note("ignored_sheet", Place(book.path.name, sheet), message))
        for frame_code, sheet in named.items():
            if self.is_wanted(frame_code):
                self.tables[frame_code] = _filled(book, sheet)

    def _one_sheet(self, book: Workbook, frame: str) -> RawTable:
        """The sheet of a workbook that is named after its file's frame, or the only filled one."""
        for sheet in book.sheets:
            found = self.dictionary.frame_named(sheet)
            if found is not None and found.code == frame:
                return _filled(book, sheet)
        return self._only_filled(book, book.sheets, frame)

    def _only_filled(self, book: Workbook, sheets: list[str], frame: str) -> RawTable:
        tables = [table for sheet in sheets if (table := book.read(sheet)) is not None]
        if len(tables) == 1:
            return tables[0]
        place = Place(book.path.name)
        if not tables:
            raise _empty(place)
        name = self.dictionary.frames[frame].name
        why = f"有 {len(tables)} 张有内容的工作表，没有一张叫“{name}”"
        remedy = f"把要用的一张改名为“{name}”，或删去其余的"
        raise refused("sheets", place, "不知道读哪一张表", why, remedy)

    def _no_subject(self, place: Place) -> RefusedError:
        frame = self.dictionary.frames[self.subject]
        why = f"没有名为“{frame.name}”或 {frame.code} 的文件或工作表"
        remedy = f"把主表命名为“{frame.name}”"
        return refused("no_subject", place, f"里没有“{frame.name}”表", why, remedy)


def _filled(book: Workbook, sheet: str) -> RawTable:
    table = book.read(sheet)
    if table is None:
        raise _empty(Place(book.path.name, sheet))
    return table


def _empty(place: Place) -> RefusedError:
    why = "没有表头，也没有数据"
    return refused("no_header", place, "是空的表", why, "换成有内容的表，或删去空表")
