"""`kechuang reference check`: a bureau's own indicators, divisions or fields before use."""

from __future__ import annotations

from pathlib import Path

import click

from kechuang.reading.documents import DocumentError, decoded
from kechuang.reference import Problem, check_catalogue, check_divisions, check_fields

FOUND = 1
DIVISION_COLUMN, INDICATOR_COLUMN = "short_name", "zh_name"
FIELD_FILES = frozenset({".yaml", ".yml"})


def run(path: Path) -> int:
    """Check one file, print what is wrong with it, and return the exit code."""
    try:
        header = decoded(path).partition("\n")[0]
    except DocumentError as error:
        click.echo(f"[{error.code}] {error.sentence('zh')}", err=True)
        return error.exit_code
    problems = _problems(path, header)
    for problem in problems:
        click.echo(str(problem))
    summary = f"{len(problems)} 处要改" if problems else "没有问题，可以使用"
    click.echo(f"{path.name}：{summary}", err=True)
    return FOUND if problems else 0


def _problems(path: Path, header: str) -> list[Problem]:
    if path.suffix.lower() in FIELD_FILES:
        return check_fields(path)
    columns = {column.strip() for column in header.lstrip("\ufeff").split(",")}
    if DIVISION_COLUMN in columns:
        return check_divisions(path)
    if INDICATOR_COLUMN in columns:
        return check_catalogue(path)
    told = "、".join(sorted(columns)) or "空"
    return [
        Problem(
            path,
            1,
            f"首行的列“{told}”认不出",
            f"指标文件有 {INDICATOR_COLUMN} 列，区划文件有 {DIVISION_COLUMN} 列，字段文件是 .yaml",
            "照 examples 里的 indicators-example.csv 或 divisions-example.csv 写首行",
        )
    ]
