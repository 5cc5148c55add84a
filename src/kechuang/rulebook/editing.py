"""Changing a YAML file in places; all else stays as it is written, comments and order too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from kechuang.reference.yaml_lines import LOADER, Steps

PLAIN: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z_@.\u4e00-\u9fff-]*")
"""Texts that stand in a file without quotes."""


class Editing:
    """Changes to one file, collected, then made at once with `text`."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Any = _read(source)
        self._words: dict[int, tuple[Any, list[tuple[int, int, str]]]] = {}
        self._inserted: list[tuple[int, str]] = []
        self._rewritten: list[tuple[int, int, str]] = []

    # --- finding

    def node(self, steps: Steps) -> Any:
        """The node at the end of a way from the top; KeyError where there is none."""
        node = self.root
        for step in steps:
            node = node.value[step] if isinstance(step, int) else _pair(node, step)[1]
        return node

    def has(self, steps: Steps) -> bool:
        """Whether there is something at the end of a way."""
        try:
            self.node(steps)
        except (KeyError, IndexError):
            return False
        return True

    def value(self, steps: Steps) -> str:
        """The text of a scalar."""
        return str(self.node(steps).value)

    # --- changing

    def replace(self, steps: Steps, text: str) -> None:
        """Give a scalar another text."""
        node = self.node(steps)
        self.change(steps, 0, len(node.value), text)

    def change(self, steps: Steps, start: int, end: int, text: str) -> None:
        """Put other words into a part of a scalar; parts that are changed must not overlap."""
        node = self.node(steps)
        self._words.setdefault(id(node), (node, []))[1].append((start, end, text))

    def rewrite(self, steps: Steps, words: str) -> None:
        """Write YAML on one line in the place of a sequence or mapping that stands on one line."""
        node = self.node(steps)
        self._rewritten.append((node.start_mark.index, node.end_mark.index, words))

    def put(self, steps: Steps, key: str, text: str) -> None:
        """Set a key of a mapping to a text: its value is replaced, or it is written last but early.

        In a mapping over several lines a new key stands below the first one.
        """
        if self.has((*steps, key)):
            self.replace((*steps, key), text)
            return
        node = self.node(steps)
        if node.flow_style:
            self._inserted.append((node.end_mark.index - 1, f", {key}: {written(text)}"))
            return
        first = node.value[0][0]
        indent = " " * first.start_mark.column
        self._inserted.append((self._end_of(node.value[0][1]), f"\n{indent}{key}: {written(text)}"))

    def add(self, steps: Steps, item: str) -> None:
        """Write an item, as YAML on one line, at the end of a sequence."""
        node = self.node(steps)
        last = node.value[-1] if node.value else None
        if node.flow_style:
            comma = ", " if last is not None else ""
            self._inserted.append((node.end_mark.index - 1, f"{comma}{item}"))
            return
        assert last is not None  # noqa: S101 - a sequence over lines has an item
        indent = " " * node.start_mark.column
        self._inserted.append((self._end_of(last), f"\n{indent}- {item}"))

    def below(self, key: str, lines: str) -> None:
        """Write lines of the top level below what stands at a key of it."""
        self._inserted.append((self._end_of(self.node((key,))), f"\n{lines}"))

    def _end_of(self, node: Any) -> int:
        """Where the last line of a node ends, before its line break."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            end = node.end_mark.index
        else:
            last: Any = node.value[-1]
            return self._end_of(last[1] if isinstance(last, tuple) else last)
        found = self.source.find("\n", max(end - 1, 0))
        return len(self.source) if found < 0 else found

    # --- the end

    def text(self) -> str:
        """The file with all changes."""
        edits: list[tuple[int, int, str]] = [(at, at, text) for at, text in self._inserted]
        edits += self._rewritten
        for node, parts in self._words.values():
            edits += self._of_scalar(node, parts)
        found = self.source
        placed = [(start, end, order, text) for order, (start, end, text) in enumerate(edits)]
        for start, end, _order, text in sorted(placed, reverse=True):
            found = found[:start] + text + found[end:]
        return found

    def _of_scalar(
        self, node: Any, parts: list[tuple[int, int, str]]
    ) -> Iterator[tuple[int, int, str]]:
        start, end = node.start_mark.index, node.end_mark.index
        new = node.value
        for begin, stop, text in sorted(parts, reverse=True):
            new = new[:begin] + text + new[stop:]
        quote = 1 if node.style in ("'", '"') else 0
        raw = self.source[start + quote : end - quote]
        if raw != node.value or (not quote and not _same(new)):
            yield start, end, written(new) if not quote else json.dumps(new, ensure_ascii=False)
            return
        if quote and set(new) & {"'", '"', "\\"}:
            yield start, end, json.dumps(new, ensure_ascii=False)
            return
        for begin, stop, text in parts:
            yield start + quote + begin, start + quote + stop, text


def _same(text: str) -> bool:
    """Whether a text without quotes would be read as itself inside any mapping or sequence."""
    try:
        ((_key, value),) = _read(f"{{a: {text}}}").value
    except (yaml.YAMLError, ValueError):
        return False
    return value.value == text


def _read(source: str) -> Any:
    loader = LOADER(source)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _pair(node: Any, key: str) -> tuple[Any, Any]:
    if isinstance(node, yaml.MappingNode):
        for found, value in node.value:
            if found.value == key:
                return found, value
    raise KeyError(key)


def written(text: str) -> str:
    """A text as a YAML scalar on one line, in quotes where it needs them.

    >>> written("评价办法"), written("办法 第六条"), written("a: b")
    ('评价办法', '"办法 第六条"', '"a: b"')
    """
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def flow(values: dict[str, str]) -> str:
    """A mapping of texts on one line.

    >>> flow({"id": "办法", "title": "某 办法"})
    '{id: 办法, title: "某 办法"}'
    """
    return "{" + ", ".join(f"{written(key)}: {written(text)}" for key, text in values.items()) + "}"
