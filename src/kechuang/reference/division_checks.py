"""What must hold in a file of divisions. Each check looks at one cause and says all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kechuang.reference.problems import Problem
from kechuang.reference.tables import Row
from kechuang.reference.words import reference_words

COLUMNS: Final = ("code", "name", "parent", "level", "short_name", "aliases")
_CODE: Final = re.compile(r"[0-9]{6,12}", re.ASCII)


def division_problems(path: Path, rows: list[Row], shipped: list[Row]) -> list[Problem]:
    """What is wrong with `rows` of the file `path`, laid over the rows of the shipped file."""
    known = {row["code"]: row for row in shipped}
    parents = {row["code"]: row["parent"] for row in (*shipped, *rows)}
    problems: list[Problem] = []
    for row in rows:
        base = known.get(row["code"])
        if base is None:
            problems += _in_new_row(path, row, parents)
        else:
            problems += _contradicts(path, row, base)
    problems += _codes_twice(path, rows)
    problems += _names_twice(path, rows, shipped)
    return problems


def _in_new_row(path: Path, row: Row, parents: dict[str, str]) -> Iterator[Problem]:
    if not _CODE.fullmatch(row["code"]):
        yield Problem(
            path,
            row.line,
            f"代码“{row['code']}”不合格式",
            "区划代码是 6 至 12 位数字",
            "按 GB/T 2260 填 6 位；自设单元用未占用的号码",
        )
    if not row["name"]:
        yield Problem(path, row.line, "缺名称", "name 为空", "填写区划全称")
    if row["level"] not in reference_words().levels:
        yield Problem(
            path,
            row.line,
            f"层级“{row['level']}”不认识",
            "level 一列只能用规定的词",
            f"从 {'、'.join(reference_words().levels)} 中选一个",
        )
    yield from _parent_problems(path, row, parents)


def _parent_problems(path: Path, row: Row, parents: dict[str, str]) -> Iterator[Problem]:
    above = row["parent"]
    if above and above not in parents:
        yield Problem(
            path,
            row.line,
            f"上级“{above}”不存在",
            "自带区划和本文件里都没有这个代码",
            "核对上级代码；上级也是自设的，先加上级一行",
        )
        return
    seen = {row["code"]}
    while above:
        if above in seen:
            yield Problem(
                path,
                row.line,
                f"“{row['name']}”的上级绕成了圈",
                f"沿上级往上又回到了 {above}",
                "改正其中一行的 parent",
            )
            return
        seen.add(above)
        above = parents.get(above, "")


def _contradicts(path: Path, row: Row, base: Row) -> Iterator[Problem]:
    changed = [
        column
        for column in COLUMNS
        if column != "aliases" and row[column] and row[column] != base[column]
    ]
    if changed:
        yield Problem(
            path,
            row.line,
            f"代码“{row['code']}”已属“{base['name']}”，却要改它的 {'、'.join(changed)}",
            "自带区划只能追加别名",
            "这些格留空或照抄；如是另一个单元，换一个未占用的代码",
        )


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
    """Two divisions right under one parent must not answer to the same name."""
    known = {row["code"]: row["parent"] for row in shipped}
    owners = {
        (row["parent"], name): (row["code"], row["name"]) for row in shipped for name in _names(row)
    }
    for row in rows:
        above = known.get(row["code"], row["parent"])
        for name in _names(row):
            code, owner = owners.setdefault((above, name), (row["code"], row["name"]))
            if code != row["code"]:
                yield Problem(
                    path,
                    row.line,
                    f"名称“{name}”在同一上级下有两个单元在用",
                    f"“{owner}”（{code}）已用这个全称、简称或别名",
                    "两个单元的简称都写成全称，或删去这个别名",
                )


def _names(row: Row) -> dict[str, None]:
    names = (row["name"], row["short_name"], *row.listed("aliases"))
    return dict.fromkeys(name for name in names if name)
