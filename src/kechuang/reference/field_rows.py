"""A field file as rows: each frame and each field with its line, nothing judged but the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from kechuang.reference.problems import Problem
from kechuang.reference.yaml_lines import Lines, read_yaml

Cell: TypeAlias = str | tuple[str, ...] | Mapping[str, str]
"""What a key of a row holds: a text, a list of texts, or texts by text."""

FRAME_KEYS: Final = frozenset({"name", "en", "key", "of", "unit", "valid"})
FIELD_KEYS: Final = frozenset(
    {"name", "en", "also", "type", "unit", "places", "period", "caliber"}
    | {"change", "lever", "effort", "options"}
)
_LISTS: Final = frozenset({"also"})
_MAPPINGS: Final = frozenset({"options"})
_EITHER: Final = frozenset({"effort"})


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One frame or field as it is written; `frame` is empty for a frame's own row."""

    line: int
    frame: str
    code: str
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """The text under a key, or an empty one."""
        cell = self.cells.get(key, "")
        return cell if isinstance(cell, str) else ""

    def listed(self, key: str) -> tuple[str, ...]:
        """The list under a key, or an empty one."""
        cell = self.cells.get(key, ())
        return cell if isinstance(cell, tuple) else ()

    def mapped(self, key: str) -> Mapping[str, str]:
        """The texts by text under a key, or none."""
        cell = self.cells.get(key, "")
        return cell if isinstance(cell, Mapping) else {}


@dataclass(frozen=True, slots=True)
class FieldFile:
    """The rows of one file, in its order, and what keeps others from being rows."""

    path: Path
    frames: tuple[FieldRow, ...]
    fields: tuple[FieldRow, ...]
    problems: tuple[Problem, ...]


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.lines = Lines()

    def refuse(self, line: int, what: str, why: str, remedy: str) -> None:
        self.problems.append(Problem(self.path, line, what, why, remedy))

    def read(self) -> FieldFile:
        data, self.lines, problems = read_yaml(self.path)
        self.problems += problems
        frames: list[FieldRow] = []
        fields: list[FieldRow] = []
        if data is not None or not problems:
            top = self.mapping(data, 1, "整个文件")
            self._unknown_parts(top)
            frames = self._rows(top.get("frames"), ("frames",), "", FRAME_KEYS)
            below = self.mapping(top.get("fields"), self.lines.of(("fields",)), "fields")
            for frame, rows in below.items():
                fields += self._rows(rows, ("fields", frame), frame, FIELD_KEYS)
        return FieldFile(self.path, tuple(frames), tuple(fields), tuple(self.problems))

    def mapping(self, value: Any, line: int, name: str) -> Mapping[str, Any]:
        """The value as a mapping; what is none is a problem and counts as empty."""
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            why = "下面应是“代码: {…}”"
            self.refuse(line, f"{name}不是键和值", why, "照 examples 里的 fields-example.yaml 写")
            return {}
        return cast("dict[str, Any]", value)

    def _unknown_parts(self, top: Mapping[str, Any]) -> None:
        why = "字段文件只有 frames（表）和 fields（字段）两部分"
        unknown = [part for part in top if part not in {"frames", "fields"}]
        if "rule" in unknown:
            self.refuse(self.lines.of(("rule",)), "这是规则文件，不是字段文件", why, "换成字段文件")
            return
        for part in unknown:
            self.refuse(self.lines.of((part,)), f"不认识的部分“{part}”", why, "删去或改名")
        if not top:
            why = "没有 frames，也没有 fields"
            self.refuse(1, "文件里没有字段", why, "照 examples 里的 fields-example.yaml 写")

    def _rows(
        self, value: Any, steps: tuple[str, ...], frame: str, keys: frozenset[str]
    ) -> list[FieldRow]:
        rows: list[FieldRow] = []
        name = f"“{frame or 'frames'}”"
        for code, cells in self.mapping(value, self.lines.of(steps), name).items():
            line = self.lines.of((*steps, code))
            kept: dict[str, Cell] = {}
            for key, cell in self.mapping(cells, line, f"“{code}”").items():
                if key not in keys:
                    why = f"可用的是 {'、'.join(sorted(keys))}"
                    self.refuse(line, f"“{code}”里不认识“{key}”", why, "检查拼写，或删去")
                    continue
                plain = _cell(key, cell)
                if plain is None:
                    self.refuse(line, f"“{code}”的 {key} 写法不对", *_form(key))
                else:
                    kept[key] = plain
            rows.append(FieldRow(line, frame, code, kept))
        return rows


def _cell(key: str, value: Any) -> Cell | None:
    """The cell in the form that its key asks for, or None where it has another."""
    if value is None:
        value = ""
    if isinstance(value, str):
        wanted = key not in _LISTS | _MAPPINGS or not value.strip()
        return value.strip() if wanted else None
    if isinstance(value, list) and key in _LISTS:
        items = cast("list[Any]", value)
        if all(isinstance(item, str) for item in items):
            return tuple(str(item).strip() for item in items)
        return None
    if isinstance(value, dict) and key in _MAPPINGS | _EITHER:
        pairs = cast("dict[str, Any]", value)
        if all(isinstance(item, str) for item in pairs.values()):
            return {each: str(item).strip() for each, item in pairs.items()}
    return None


def _form(key: str) -> tuple[str, str]:
    if key in _LISTS:
        return "应是一列名称", f"写成 {key}: [名称一, 名称二]"
    if key in _MAPPINGS:
        return "应是代码和名称", f"写成 {key}: {{small: 小型, large: 大型}}"
    return "应是一个值", f"写成 {key}: 值；值里有逗号或冒号时用双引号括起"


def read_fields(path: Path) -> FieldFile:
    """The frames and fields that a file names, each with its line."""
    return _Reader(path).read()
