"""The field dictionary: the name, unit, period and caliber of every fact, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

import yaml

FieldType = Literal["money", "count", "number", "boolean", "date", "code", "choice", "text"]
Period = Literal["year", "now", "event"]
Change = Literal["closed", "evidence", "addable", "fixed"]
YEARS_KEPT: Final = 3
"""A yearly field is kept for the last full year and the two before it: `__y0`, `__y1`, `__y2`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a frame.

    `unit` is the one people write in files; in a frame money is whole 分 and a number is an integer
    of its last decimal place (`places`). `change` says whether a fact can still change: closed
    (a closed accounting year), evidence (happened, proof is due), addable, fixed. `lever` is the
    direction that advice may propose, `effort` the cost of one unit of it.
    """

    code: str
    frame: str
    name: str
    name_en: str
    also: tuple[str, ...]
    type: FieldType
    unit: str
    places: int
    period: Period
    caliber: str
    change: Change
    lever: Literal["up", "down", ""]
    effort: Mapping[str, int] | int
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    def column(self, years_back: int = 0) -> str:
        """The column of a frame that holds it, `years_back` years before the last full year.

        >>> load_dictionary().field("enterprises", "revenue").column(1)
        'revenue__y1'
        """
        return f"{self.code}__y{years_back}" if self.period == "year" else self.code


@dataclass(frozen=True, slots=True)
class Frame:
    """One table that engines pass: its key column, the frame whose rows it belongs to, its unit.

    `valid` is the condition under which a row counts as valid on the day of a verdict, or empty.
    """

    code: str
    name: str
    name_en: str
    key: str
    of: str
    unit: str
    valid: str


class Dictionary:
    """All frames and fields."""

    def __init__(self, frames: list[Frame], fields: list[Field]) -> None:
        self.frames: Mapping[str, Frame] = {frame.code: frame for frame in frames}
        self.fields: Mapping[tuple[str, str], Field] = {
            (each.frame, each.code): each for each in fields
        }

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

    def of(self, frame: str) -> list[Field]:
        """The fields of a frame in the dictionary's order."""
        return [each for each in self if each.frame == frame]


def _frame(code: str, row: Mapping[str, Any]) -> Frame:
    return Frame(
        code=code,
        name=str(row["name"]),
        name_en=str(row.get("en", "")),
        key=str(row["key"]),
        of=str(row.get("of", "")),
        unit=str(row.get("unit", "")),
        valid=str(row.get("valid", "")),
    )


def _field(frame: str, code: str, row: Mapping[str, Any]) -> Field:
    effort = row.get("effort", 1)
    options = cast("dict[Any, Any]", row.get("options", {}))
    return Field(
        code=code,
        frame=frame,
        name=str(row["name"]),
        name_en=str(row.get("en", "")),
        also=tuple(str(each) for each in row.get("also", ())),
        type=row["type"],
        unit=str(row.get("unit", "")),
        places=int(row.get("places", 0)),
        period=row["period"],
        caliber=str(row.get("caliber", "")),
        change=row["change"],
        lever=row.get("lever", ""),
        effort={str(key): int(value) for key, value in effort.items()}
        if isinstance(effort, dict)
        else int(effort),
        options={str(key): str(value) for key, value in options.items()},
    )


@cache
def load_dictionary() -> Dictionary:
    """The dictionary as shipped, read once."""
    source = files("kechuang.reference").joinpath("fields.yaml").read_text("utf-8")
    data = cast("dict[str, Any]", yaml.safe_load(source))
    frames = [_frame(code, row) for code, row in data["frames"].items()]
    fields = [
        _field(frame, code, row)
        for frame, rows in data["fields"].items()
        for code, row in rows.items()
    ]
    return Dictionary(frames, fields)
