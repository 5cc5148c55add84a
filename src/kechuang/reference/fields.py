"""The field dictionary: the name, unit, period and caliber of every fact, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast

from kechuang.reference.field_checks import field_problems
from kechuang.reference.field_model import (
    MOST_COUNT,
    MOST_MONEY,
    MOST_PLACES,
    YEARS_KEPT,
    Change,
    Field,
    FieldType,
    Frame,
    Lever,
    Period,
)
from kechuang.reference.field_rows import FieldFile, FieldRow, read_fields
from kechuang.reference.problems import Problem, ReferenceDataError
from kechuang.reference.words import plain_header

__all__ = [
    "MOST_COUNT",
    "MOST_MONEY",
    "MOST_PLACES",
    "YEARS_KEPT",
    "Change",
    "Dictionary",
    "Field",
    "FieldType",
    "Frame",
    "Lever",
    "Period",
    "check_fields",
    "load_dictionary",
]

_Key = tuple[str, str]


class Dictionary:
    """All frames and fields."""

    def __init__(self, frames: list[Frame], fields: list[Field]) -> None:
        self.frames: Mapping[str, Frame] = {frame.code: frame for frame in frames}
        self.fields: Mapping[_Key, Field] = {(each.frame, each.code): each for each in fields}
        self._named: dict[_Key, Field] = {}
        for each in fields:
            for name in (each.code, each.name, *each.also):
                self._named.setdefault((each.frame, plain_header(name)), each)
        self._frames_named = {
            plain_header(name): frame for frame in frames for name in (frame.code, frame.name)
        }

    @classmethod
    def load(cls, extra: Path | None = None) -> Dictionary:
        """The shipped dictionary, with a bureau's own file of the same form laid over it.

        In `extra` the code of a new frame, or of a new field of a shipped frame, starts with
        `local_`. An entry with the code of a shipped field only adds its `also` to it: meaning,
        unit and period of a shipped field cannot be changed, so that rules mean the same
        everywhere. Raises `ReferenceDataError` with everything that is wrong in `extra`.
        """
        shipped = _shipped()
        if shipped.problems:
            raise ReferenceDataError(list(shipped.problems))
        frames = {row.code: _frame(row) for row in shipped.frames}
        fields = {(row.frame, row.code): _field(row) for row in shipped.fields}
        if extra is not None:
            own = read_fields(extra)
            problems = [*own.problems, *field_problems(own, shipped)]
            if problems:
                raise ReferenceDataError(sorted(problems, key=lambda problem: problem.line))
            _lay_over(frames, fields, own)
        return cls(list(frames.values()), list(fields.values()))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def field(self, frame: str, code: str) -> Field:
        """The field of that code in that frame; KeyError where there is none."""
        return self.fields[frame, code]

    def resolve(self, frame: str, written: str) -> Field | None:
        """The field that a rule means: a code, or the part of it after the frame's own name.

        >>> load_dictionary().resolve("ip", "class").code
        'ip_class'
        """
        return self.fields.get((frame, written)) or self.fields.get((frame, f"{frame}_{written}"))

    def named(self, frame: str, name: str) -> Field | None:
        """The field that people call so in that frame: by code, name or synonym, however spelled.

        >>> load_dictionary().named("enterprises", "年销售收入").code
        'revenue'
        """
        return self._named.get((frame, plain_header(name)))

    def frame_named(self, name: str) -> Frame | None:
        """The frame of that code or Chinese name.

        >>> load_dictionary().frame_named("知识产权").code
        'ip'
        """
        return self._frames_named.get(plain_header(name))

    def of(self, frame: str) -> list[Field]:
        """The fields of a frame in the dictionary's order."""
        return [each for each in self if each.frame == frame]


def _frame(row: FieldRow) -> Frame:
    return Frame(
        code=row.code,
        name=row.text("name"),
        name_en=row.text("en"),
        key=row.text("key"),
        of=row.text("of"),
        unit=row.text("unit"),
        valid=row.text("valid"),
    )


def _field(row: FieldRow) -> Field:
    efforts = row.mapped("effort")
    return Field(
        code=row.code,
        frame=row.frame,
        name=row.text("name"),
        name_en=row.text("en"),
        also=row.listed("also"),
        type=cast("FieldType", row.text("type")),
        unit=row.text("unit"),
        places=int(row.text("places") or 0),
        period=cast("Period", row.text("period")),
        caliber=row.text("caliber"),
        change=cast("Change", row.text("change")),
        lever=cast("Lever", row.text("lever")),
        effort={key: int(value) for key, value in efforts.items()}
        if efforts
        else int(row.text("effort") or 1),
        options=dict(row.mapped("options")),
    )


def _lay_over(frames: dict[str, Frame], fields: dict[_Key, Field], own: FieldFile) -> None:
    for row in own.frames:
        frames.setdefault(row.code, _frame(row))
    for row in own.fields:
        shipped = fields.get((row.frame, row.code))
        if shipped is None:
            fields[row.frame, row.code] = _field(row)
            continue
        also = tuple(dict.fromkeys((*shipped.also, *row.listed("also"))))
        fields[row.frame, row.code] = replace(shipped, also=also)


def _shipped() -> FieldFile:
    with as_file(files("kechuang.reference").joinpath("fields.yaml")) as path:
        return read_fields(path)


@cache
def load_dictionary(extra: Path | None = None) -> Dictionary:
    """The dictionary, read once: see `Dictionary.load`."""
    return Dictionary.load(extra)


def check_fields(path: Path) -> list[Problem]:
    """Everything that is wrong with a bureau's own field file, in order of line.

    The shipped file itself may be given too; then no prefix is asked of its codes.
    """
    own = read_fields(path)
    with as_file(files("kechuang.reference").joinpath("fields.yaml")) as shipped_path:
        is_shipped = path.exists() and path.samefile(shipped_path)
        shipped = None if is_shipped else read_fields(shipped_path)
    problems = [*own.problems, *field_problems(own, shipped)]
    return sorted(problems, key=lambda problem: problem.line)
