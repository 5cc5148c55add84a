"""The mappings of a scheme file, asked key by key, with everything that is wrong gathered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, cast

from kechuang.reference.problems import Problem
from kechuang.reference.yaml_lines import Lines, Steps

Option = TypeVar("Option", bound=str)


@dataclass
class SchemeFile:
    """A file that is being read: where its nodes stand and what is wrong with its values."""

    path: Path
    lines: Lines
    places: dict[str, Steps] = field(default_factory=dict[str, Steps])
    problems: list[Problem] = field(default_factory=list[Problem])

    def add(self, steps: Steps, code: str, what: str, why: str, remedy: str) -> None:
        """Note a problem at the line of a value."""
        self.problems.append(Problem(self.path, self.lines.of(steps), what, why, remedy, code))


class Part:
    """One mapping of the file. Each key that is asked for is known; `finish` tells the others."""

    def __init__(self, file: SchemeFile, steps: Steps, value: Any) -> None:
        self.file, self.steps = file, steps
        self._values: dict[str, Any] = {}
        self._known: set[str] = set()
        if isinstance(value, dict):
            self._values = cast("dict[str, Any]", value)
        elif value not in (None, ""):
            self.wrong("这里的形状不对", "应为若干行“键: 值”", "照示例方案的写法改")

    def __contains__(self, key: str) -> bool:
        self._known.add(key)
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        yield from self._values

    def wrong(
        self, what: str, why: str, remedy: str, key: str | None = None, code: str = "schema"
    ) -> None:
        """Note a problem of this mapping, or of one of its keys."""
        steps = self.steps if key is None else (*self.steps, key)
        self.file.add(steps, code, what, why, remedy)

    def _value(self, key: str) -> Any:
        self._known.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; missing without a default is a problem."""
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if key in self._values and value not in (None, ""):
            self.wrong(f"“{key}”的形状不对", "这里只写一个词或一句话", "去掉多余的层次", key)
        elif default is None:
            self.wrong(f"缺“{key}”", "这一项必填", f"补上“{key}: …”")
        return default or ""

    def optional(self, key: str) -> str | None:
        """A text, or None where there is none."""
        return self.text(key, "") or None

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return (value.strip(),)
        if isinstance(value, list):
            items = cast("list[Any]", value)
            if all(isinstance(item, str) for item in items):
                return tuple(str(item).strip() for item in items)
        if value not in (None, ""):
            self.wrong(f"“{key}”的形状不对", "应为一个词或几个词的列表", "写成 [甲, 乙]", key)
        return ()

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        least: float = float("-inf"),
        most: float = float("inf"),
    ) -> float:
        """A number, which may be written as a fraction such as 1/3."""
        if key not in self._values and default is not None:
            self._known.add(key)
            return default
        text = self.text(key)
        if not text:
            return default or 0.0
        found = number_of(text)
        if found is None:
            self.wrong(f"“{key}”写成“{text}”", "不是数", "只写数字，如 0.25 或 1/4", key)
            return default or 0.0
        if not least <= found <= most:
            bounds = f"{least:g} 到 {most:g}" if most != float("inf") else f"不小于 {least:g}"
            self.wrong(f"“{key}”写成“{text}”", f"应为{bounds}", "改到这个范围内", key)
        return found

    def whole(self, key: str, default: int, *, least: int = 0, most: int = 10**6) -> int:
        """A whole number."""
        found = self.number(key, default, least=least, most=most)
        if found % 1:
            self.wrong(f"“{key}”写成“{found:g}”", "应为整数", "去掉小数", key)
        return int(found)

    def choice(self, key: str, options: Sequence[Option], default: Option) -> Option:
        """One of several words."""
        written = self.text(key, default)
        if written in options:
            return cast("Option", written)
        near = get_close_matches(written, options, 1)
        remedy = f"是不是“{near[0]}”" if near else "从中选一个"
        self.wrong(f"“{key}”写成“{written}”", f"可选 {'、'.join(options)}", remedy, key)
        return default

    def is_word(self, key: str) -> bool:
        """Whether a value is one word where a mapping could stand too."""
        return isinstance(self._values.get(key), str)

    def part(self, key: str) -> Part:
        """The mapping under a key; empty where there is none."""
        return Part(self.file, (*self.steps, key), self._value(key))

    def parts(self, key: str) -> list[Part]:
        """The mappings of the list under a key."""
        value = self._value(key)
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            self.wrong(f"“{key}”的形状不对", "应为列表，每项以“- ”开头", "照示例方案的写法改", key)
            return []
        items = cast("list[Any]", value)
        return [Part(self.file, (*self.steps, key, at), item) for at, item in enumerate(items)]

    def matrix(self, key: str) -> tuple[tuple[float, ...], ...] | None:
        """Rows of numbers, or None where there are none."""
        value = self._value(key)
        if value in (None, ""):
            return None
        rows = tuple(_numbers(row) for row in cast("list[Any]", value))
        if not rows or any(row is None or len(row) != len(rows) for row in rows):
            why = "应为行列数相等的一组数"
            self.wrong(f"“{key}”的形状不对", why, "写成 [[1, 3], [1/3, 1]]", key)
            return None
        return cast("tuple[tuple[float, ...], ...]", rows)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, self._known, 1)
                remedy = f"是不是“{near[0]}”" if near else "检查拼写，或删去"
                self.wrong(f"不认识“{key}”", f"这里只能写 {'、'.join(self._sorted())}", remedy, key)

    def _sorted(self) -> Iterator[str]:
        yield from sorted(self._known)


def number_of(text: str) -> float | None:
    """A number as it is written, or None.

    >>> number_of("1/4"), number_of("25"), number_of("nan")
    (0.25, 25.0, None)
    """
    try:
        return float(Fraction(text.replace(" ", "").replace(",", "")))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _numbers(row: Any) -> tuple[float, ...] | None:
    if not isinstance(row, list):
        return None
    found = [number_of(str(cell)) for cell in cast("list[Any]", row)]
    return None if None in found else tuple(cast("list[float]", found))
