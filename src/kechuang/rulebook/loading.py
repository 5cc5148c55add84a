"""From a rule file to a `Rule`, or to everything that is wrong with the file."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from kechuang.reference import Problem
from kechuang.reference.fields import Dictionary
from kechuang.reference.yaml_lines import Lines, Steps, read_yaml
from kechuang.rulebook.building import Builder
from kechuang.rulebook.model import Rule

_SAYS: Final = {
    "required": ("缺了必填的项", "补上“{name}”"),
    "additionalProperties": ("有不认识的项", "检查拼写，或删去“{name}”"),
    "enum": ("写成“{value}”，不在可选之列", "从 {allowed} 中选一个"),
    "pattern": ("写成“{value}”，写法不对", "写成 {allowed}"),
    "type": ("这里的形状不对", "应为 {allowed}"),
    "minItems": ("列表是空的", "至少写一项，或删去这一项"),
    "minLength": ("这一项是空的", "填写内容，或删去这一项"),
    "minProperties": ("这一项是空的", "至少写一条"),
    "oneOf": (
        "写法应恰好选一种",
        "条件写 when、all、any 或 at_least；得分写 bands、choose、best_of、sum 或 value",
    ),
    "anyOf": ("这里的形状不对", "写成文字，或一项带 id 的得分"),
}

_KEY: Final = re.compile("[A-Za-z_]+")
_SHAPES: Final = {
    r"^\d{6}$": "130000 这样的六位数字",
    r"^\d{4}-\d{2}-\d{2}$": "2026-04-01 这样的日期",
    "^[a-z][a-z0-9_]*$": "tech_sme 这样的小写字母、数字和下划线",
    "^[0-9A-Za-z_-]+$": "2026 这样的字母和数字",
    "^[a-z][a-z0-9_]*@[0-9A-Za-z_-]+$": "srdi_sme@2022 这样的 规则@版本",
}


@cache
def _validator() -> Draft202012Validator:
    source = files("kechuang.rulebook").joinpath("rule.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(source))


def _errors(data: Any) -> list[ValidationError]:
    validator = cast("Any", _validator())
    return list(validator.iter_errors(data))


def load_rule(
    path: Path, dictionary: Dictionary, content: bytes | None = None
) -> tuple[Rule | None, list[Problem]]:
    """The rule of a file, or None, and what is wrong with the file in order of line.

    What only shows beside other rules or the field dictionary is found by `check_rule`. With
    `content` the file need not exist: `path` is where it would stand.
    """
    data, lines, problems = read_yaml(path, content)
    if problems:
        return None, problems
    problems = [_problem(path, lines, error) for error in _errors(data)]
    if problems:
        return None, sorted(set(problems), key=lambda problem: (problem.line, problem.what))
    problems = _subject(path, cast("dict[str, Any]", data), lines, dictionary)
    if problems:
        return None, problems
    builder = Builder(path, cast("dict[str, Any]", data), lines, dictionary)
    rule = builder.rule(path.read_bytes() if content is None else content)
    return (None if builder.problems else rule), sorted(
        builder.problems, key=lambda problem: (problem.line, problem.what)
    )


def _subject(
    path: Path, data: dict[str, Any], lines: Lines, dictionary: Dictionary
) -> list[Problem]:
    """Without a frame of subjects nothing else in the file has a meaning."""
    subject = str(data["subject"])
    known = [frame.code for frame in dictionary.frames.values() if not frame.of]
    if subject in known:
        return []
    line = lines.of(("subject",))
    remedy = f"从 {'、'.join(known)} 中选一个"
    what = f"对象“{subject}”不存在"
    return [Problem(path, line, what, "字段表里没有这张主表", remedy, "unknown_name")]


def _problem(path: Path, lines: Lines, error: ValidationError) -> Problem:
    kind = str(error.validator)
    steps: Steps = tuple(error.absolute_path)
    why, remedy = _SAYS.get(kind, ("与格式不符", "对照 docs/rulebook.md"))
    name = _names(kind, error)
    if kind == "additionalProperties":
        first = name.split("、")[0]
        steps = (*steps, first)
        if not _KEY.fullmatch(first):
            remedy = "表达式里有逗号或方括号时，整个用双引号括起"
    words = {
        "name": name,
        "value": str(error.instance)[:60],
        "allowed": _allowed(error),
    }
    place = ".".join(str(step) for step in steps if not isinstance(step, int)) or "文件"
    what = f"“{place}”{why.format(**words)}"
    return Problem(
        path, lines.of(steps), what, f"格式规定（{kind}）", remedy.format(**words), "schema"
    )


def _names(kind: str, error: ValidationError) -> str:
    value: Any = error.instance
    instance = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if kind == "required":
        wanted = cast("list[str]", error.validator_value)
        return "、".join(each for each in wanted if each not in instance)
    if kind == "additionalProperties":
        known = cast("dict[str, Any]", cast("dict[str, Any]", error.schema).get("properties", {}))
        return "、".join(each for each in instance if each not in known)
    return ""


def _allowed(error: ValidationError) -> str:
    value: Any = error.validator_value
    if isinstance(value, list):
        return "、".join(str(each) for each in cast("list[Any]", value))
    shapes = _SHAPES | {"object": "若干“键: 值”", "array": "列表", "string": "文字"}
    return shapes.get(str(value), str(value))
