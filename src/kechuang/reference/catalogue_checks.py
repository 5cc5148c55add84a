"""What must hold in a catalogue file. Each check looks at one cause and says all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from kechuang.reference.problems import Problem
from kechuang.reference.tables import Row
from kechuang.reference.words import plain_name, reference_words

COLUMNS: Final = (
    "code",
    "zh_name",
    "zh_aliases",
    "unit",
    "kind",
    "better",
    "definition_en",
    "source",
    "status",
)
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_WEB_ADDRESS: Final = re.compile(r"https?:|www\.|[\w-]+\.(?:com|cn|net|org|gov)\b", re.IGNORECASE)

_Finding = tuple[str, str, str]
"""What, why, what to do."""


def catalogue_problems(path: Path, rows: list[Row], shipped: list[Row] | None) -> list[Problem]:
    """What is wrong with `rows` of the file `path`.

    `shipped` holds the rows of the shipped catalogue that a bureau's own file is laid over, or None
    when the shipped catalogue itself is checked.
    """
    shipped_codes = {row["code"]: row for row in shipped or ()}
    problems: list[Problem] = []
    for row in rows:
        base = shipped_codes.get(row["code"])
        checks = _ALIAS_ROW_CHECKS if base else _ROW_CHECKS
        findings = [finding for check in checks for finding in check(row)]
        if base:
            findings += _contradicts(row, base)
        elif shipped is not None:
            findings += _has_own_prefix(row)
        problems += [Problem(path, row.line, *finding) for finding in findings]
    problems += _codes_twice(path, rows)
    problems += _names_twice(path, rows, shipped or [])
    return problems


def _has_good_code(row: Row) -> Iterator[_Finding]:
    if not _CODE.fullmatch(row["code"]):
        yield (
            f"代码“{row['code']}”不合格式",
            "代码由小写英文词、数字和下划线组成，以字母开头",
            "改成 local_industry_output 这样的代码",
        )


def _has_own_prefix(row: Row) -> Iterator[_Finding]:
    prefix = reference_words().own_prefix
    if not row["code"].startswith(prefix):
        yield (
            f"自有指标代码“{row['code']}”没有前缀",
            f"不带 {prefix} 的代码留给系统自带目录，升级时会相撞",
            f"改为“{prefix}{row['code']}”；如要给自带指标加别名，核对代码拼写",
        )


def _has_name(row: Row) -> Iterator[_Finding]:
    if not row["zh_name"]:
        yield ("缺指标名称", "zh_name 为空", "填写文件中的规范名称")


def _has_known_unit(row: Row) -> Iterator[_Finding]:
    unknown = [part for part in row["unit"].split("/") if part not in reference_words().units]
    if unknown:
        yield (
            f"单位“{row['unit']}”不认识",
            f"“{unknown[0]}”不在单位表中",
            "改用元、万元、亿元、%、家、项、件、人等；复合单位写成 件/万人",
        )


def _has_known_words(row: Row) -> Iterator[_Finding]:
    words = reference_words()
    for column, title, allowed in (
        ("kind", "类型", words.kinds),
        ("better", "方向", words.better),
        ("status", "状态", words.statuses),
    ):
        if row[column] not in allowed:
            yield (
                f"{title}“{row[column]}”不认识",
                f"{column} 一列只能用规定的词",
                f"从 {'、'.join(sorted(allowed))} 中选一个",
            )


def _has_source(row: Row) -> Iterator[_Finding]:
    if not row["source"] and row["status"] == "verified":
        yield (
            "没有依据却标为已核实",
            "source 为空而 status 为 verified",
            "填写文件名称、文号和条款，或把 status 改为 unverified",
        )


def _has_no_web_address(row: Row) -> Iterator[_Finding]:
    if _WEB_ADDRESS.search(row["source"]):
        yield (
            "依据里写了网址",
            "网址会失效，不能当依据",
            "改写为文件名称、文号和条款",
        )


_ROW_CHECKS: Final[tuple[Callable[[Row], Iterator[_Finding]], ...]] = (
    _has_good_code,
    _has_name,
    _has_known_unit,
    _has_known_words,
    _has_source,
    _has_no_web_address,
)
_ALIAS_ROW_CHECKS: Final = (_has_no_web_address,)


def _contradicts(row: Row, base: Row) -> list[_Finding]:
    changed = [
        column
        for column in COLUMNS
        if column != "zh_aliases" and row[column] and row[column] != base[column]
    ]
    if not changed:
        return []
    return [
        (
            f"要改自带指标“{base['zh_name']}”的 {'、'.join(changed)}",
            "自带指标的含义各地一致，只能追加别名",
            f"这些格留空；如是另一个指标，另用 {reference_words().own_prefix} 开头的代码",
        )
    ]


def _codes_twice(path: Path, rows: list[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        if row["code"] in first:
            yield Problem(
                path,
                row.line,
                f"代码“{row['code']}”重复",
                f"第 {first[row['code']]} 行已经用了",
                "合并两行，或给其中一行换代码",
            )
        first.setdefault(row["code"], row.line)


def _names_twice(path: Path, rows: list[Row], shipped: list[Row]) -> Iterator[Problem]:
    owners = {
        plain_name(name): (row["code"], row["zh_name"], "自带目录")
        for row in shipped
        for name in _names(row)
    }
    for row in rows:
        for name in _names(row):
            code, owner, where = owners.setdefault(
                plain_name(name), (row["code"], row["zh_name"], f"第 {row.line} 行")
            )
            if code != row["code"]:
                yield Problem(
                    path,
                    row.line,
                    f"名称“{name}”有两个指标在用",
                    f"{where}的“{owner}”（{code}）已用同一名称或写法等同的名称",
                    "只留给一个指标，另一个用更具体的名称",
                )


def _names(row: Row) -> tuple[str, ...]:
    aliases = row.listed("zh_aliases")
    return (row["zh_name"], *aliases) if row["zh_name"] else aliases
