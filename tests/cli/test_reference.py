"""`kechuang reference check` tells a bureau what is wrong with its own data, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kechuang.cli import main

INDICATORS = "code,zh_name,zh_aliases,unit,kind,better,definition_en,source,status\n"
DIVISIONS = "code,name,parent,level,short_name,aliases\n"


def checked(path: Path) -> Result:
    return CliRunner().invoke(main, ["reference", "check", str(path)], catch_exceptions=False)


@pytest.mark.parametrize(
    "name", ["indicators-example.csv", "divisions-example.csv", "fields-example.yaml"]
)
def test_the_examples_have_no_problem(project_root: Path, name: str) -> None:
    result = checked(project_root / "examples" / name)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "没有问题" in result.stderr


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        pytest.param(
            INDICATORS + "bearing,轴承产值,,亿元,flow,higher,,,unverified\n",
            2,
            "bearing",
            id="code",
        ),
        pytest.param(
            INDICATORS + "local_a,轴承产值,,只只,flow,higher,,,unverified\n", 2, "只只", id="unit"
        ),
        pytest.param(DIVISIONS + "990001,某县,123456,county,某县,\n", 2, "123456", id="parent"),
        pytest.param("a,b\n1,2\n", 1, "认不出", id="columns"),
    ],
)
def test_a_problem_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    result = checked(path)

    assert result.exit_code == 1
    assert f"own.csv:{line}：" in result.stdout
    assert told in result.stdout
    assert "处理：" in result.stdout


def test_a_field_file_is_known_by_its_extension(tmp_path: Path) -> None:
    path = tmp_path / "本局字段.yaml"
    path.write_text("fields:\n  enterprises:\n    local_a: {name: 甲}\n", encoding="utf-8")
    result = checked(path)

    assert result.exit_code == 1
    assert "本局字段.yaml:3：“local_a”缺类型" in result.stdout
    assert "3 处要改" in result.stderr


def test_a_missing_file_has_its_own_code(tmp_path: Path) -> None:
    result = checked(tmp_path / "none.csv")

    assert result.exit_code == 3
    assert "[missing]" in result.stderr
