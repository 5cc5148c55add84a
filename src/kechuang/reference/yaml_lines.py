"""A YAML file as plain values, every scalar a text, with the line of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from kechuang.reference.problems import Problem

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value from the top of the file: keys and positions."""

MOST_BYTES: Final = 1024 * 1024
"""Of one file; the largest that is shipped has a twentieth of it."""
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where there is one: ten times as fast, the same nodes."""


class Lines:
    """The line of each value, counted from 1."""

    def __init__(self) -> None:
        self._lines: dict[Steps, int] = {(): 1}
        self._seen: set[int] = set()

    def is_repeated(self, node: yaml.Node) -> bool:
        """Whether an alias leads to a node again; following aliases could grow without end."""
        if id(node) in self._seen:
            return True
        self._seen.add(id(node))
        return False

    def add(self, steps: Steps, line: int) -> None:
        """Remember where a value begins."""
        self._lines[steps] = line

    def of(self, steps: Steps) -> int:
        """The line of a value, or of the nearest one above it."""
        while steps and steps not in self._lines:
            steps = steps[:-1]
        return self._lines[steps]


def read_yaml(path: Path, content: bytes | None = None) -> tuple[Any, Lines, list[Problem]]:
    """The content of a file, its lines, and what keeps it from being read.

    Every scalar is a text, as it is written: a code such as `no` or `010000` stays itself. With
    `content` nothing is read, and `path` is only what problems are told of.
    """
    lines = Lines()
    try:
        if (path.stat().st_size if content is None else len(content)) > MOST_BYTES:
            why = f"超过 {MOST_BYTES // 1024} KiB"
            return None, lines, [Problem(path, 1, "文件太大", why, "拆成几个文件", "yaml")]
        text = path.read_text("utf-8-sig") if content is None else content.decode("utf-8-sig")
        node = _composed(text)
    except UnicodeDecodeError:
        problem = Problem(path, 1, "文件不是 UTF-8 文本", "编码不同", "另存为 UTF-8", "yaml")
        return None, lines, [problem]
    except OSError as error:
        why = error.strerror or str(error)
        return None, lines, [Problem(path, 1, "文件打不开", why, "检查路径和读取权限", "yaml")]
    except yaml.YAMLError as error:
        return None, lines, [_unreadable(path, error)]
    except RecursionError:
        return None, lines, [_too_deep(path)]
    problems: list[Problem] = []
    try:
        value = _plain(node, (), lines, problems, path)
    except RecursionError:
        return None, lines, [_too_deep(path)]
    return value, lines, problems


def _too_deep(path: Path) -> Problem:
    return Problem(path, 1, "文件套得太深", "超出层数", "拆开多余的层次", "yaml")


def _composed(text: str) -> yaml.Node | None:
    loader = LOADER(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _unreadable(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    detail = str(getattr(error, "problem", "") or getattr(error, "reason", "") or "unreadable")
    place = f"第 {mark.column + 1} 个字符处" if mark is not None else "有的字符"
    why = f"{place}不合格式（{detail}）"
    remedy = "检查缩进、冒号和引号；值里有逗号、方括号、冒号或以 % 开头时，整个用双引号括起"
    return Problem(path, line, "这一行的 YAML 读不下去", why, remedy, "yaml")


def _plain(
    node: yaml.Node | None, steps: Steps, lines: Lines, problems: list[Problem], path: Path
) -> Any:
    if node is None:
        return None
    lines.add(steps, node.start_mark.line + 1)
    if lines.is_repeated(node):
        line = node.start_mark.line + 1
        why = "内容要逐处写明"
        problems.append(Problem(path, line, "用了 YAML 锚点", why, "改为照写一遍", "yaml"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, steps, lines, problems, path)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*steps, position), lines, problems, path)
            for position, item in enumerate(node.value)
        ]
    return str(node.value)


def _mapping(
    node: yaml.MappingNode, steps: Steps, lines: Lines, problems: list[Problem], path: Path
) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            why = "冒号前只能是一个词"
            problems.append(Problem(path, line, "键的写法不对", why, "写成“键: 值”", "yaml"))
            continue
        key = str(key_node.value)
        if key in mapping:
            why = f"第 {lines.of((*steps, key))} 行已经有了"
            problem = Problem(path, line, f"“{key}”写了两次", why, "留下一处", "duplicate")
            problems.append(problem)
        mapping[key] = _plain(value_node, (*steps, key), lines, problems, path)
        lines.add((*steps, key), line)
    return mapping
