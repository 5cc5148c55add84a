"""`kechuang evaluate`, as an officer uses it, also wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kechuang.cli import main

ROOT = Path(__file__).resolve().parents[2]
COUNTIES = str(ROOT / "examples" / "evaluation" / "示例县域数据.csv")
PROVINCES = str(ROOT / "examples" / "evaluation" / "示例省数据.csv")
TITLE = "内部测算，非官方结果"
WIDE = {"COLUMNS": "160"}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", *arguments], env=WIDE)


def test_the_newest_year_is_shown_under_the_title() -> None:
    result = call("示例县域方案", COUNTIES)

    assert result.exit_code == 0, result.output
    assert f"{TITLE}：示例县域方案 2025年" in result.stdout
    assert f"{TITLE}：同上年比" in result.stdout
    assert "未经核实" in result.stdout
    assert "示例市巳市上年没有参加" in result.stdout


def test_a_first_year_has_nothing_to_grow_from() -> None:
    result = call("example_county", COUNTIES, "--year", "2023")

    assert result.exit_code == 4
    assert "缺上一年的数据" in result.stderr
    assert result.stdout == ""


def test_a_table_without_years_is_evaluated_as_one() -> None:
    result = call("older_yardsticks", PROVINCES)

    assert result.exit_code == 0, result.output
    assert "示例甲省" in result.stdout
    assert "同上年比" not in result.stdout


def test_checks_are_shown_when_asked_for() -> None:
    result = call("example_county", COUNTIES, "--checks")

    assert result.exit_code == 0, result.output
    assert "一致性系数" in result.stdout
    assert "去掉后名次平均变动" in result.stdout
    assert "一致性系数" not in call("example_county", COUNTIES).stdout


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "md"])
def test_results_are_written_in_the_form_of_the_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"结果.{suffix}"

    result = call("example_county", COUNTIES, "--output", str(path))

    assert result.exit_code == 0, result.output
    assert path.stat().st_size > 0
    assert "已写入" in result.stderr


def test_written_results_can_be_read_again_as_a_table(tmp_path: Path) -> None:
    call("example_county", COUNTIES, "--output", str(tmp_path / "结果.csv"))

    lines = (tmp_path / "结果.csv").read_text(encoding="utf-8-sig").splitlines()

    assert lines[0] == f"{TITLE}：示例县域方案 2025年"
    assert lines[1].startswith("名次,单位代码,单位,分组,得分,档次,创新投入")
    assert len(lines) == 2 + 15


@pytest.mark.parametrize("form", ["json", "md"])
def test_json_and_markdown_go_to_standard_output(form: str) -> None:
    result = call("example_county", COUNTIES, "--format", form)

    assert result.exit_code == 0, result.output
    assert TITLE in result.stdout
    if form == "json":
        assert json.loads(result.stdout)["units"][0]["class"] in {"A", "B", "C"}


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (("没有的方案", COUNTIES), 3, "附带的方案 example_county、older_yardsticks"),
        (("没有.yaml", COUNTIES), 3, "没有方案“没有.yaml”"),
        (("example_county", "没有.csv"), 3, "没有“没有.csv”这个文件"),
        (("example_county", str(ROOT)), 3, "是文件夹"),
        (("example_county", PROVINCES), 4, "没有指标“地方财政科技支出”一列"),
        (("example_county", COUNTIES, "--year", "2020"), 4, "数据里有 2023、2024、2025"),
        (("example_county", COUNTIES, "--year", "25"), 2, "25"),
        (("example_county", COUNTIES, "--format", "csv"), 2, "请加 --output"),
        (("example_county", COUNTIES, "--output", "结果.doc"), 2, "看不出 --output 的格式"),
        (("example_county", COUNTIES, "--format", "table", "--output", "a.csv"), 2, "只在屏幕上"),
        (("example_county", COUNTIES, "--output", "没有的夹/结果.csv"), 5, "失败"),
        ((COUNTIES, "example_county"), 4, "先写方案，再写数据"),
        (("example_county",), 2, "DATA"),
    ],
)
def test_what_is_asked_wrongly_is_told(arguments: tuple[str, ...], code: int, what: str) -> None:
    result = call(*arguments)

    assert result.exit_code == code, result.output
    assert what in result.stderr
    assert "Traceback" not in result.output


def test_every_fault_of_a_scheme_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "本局方案.yaml"
    path.write_text(
        "scheme: own\nname: 本局方案\nweights: shares\nbranches:\n"
        "  - {code: total, name: 总分}\n"
        "indicators:\n"
        "  - {code: a, name: 甲项, parent: total, weight: 0.5}\n"
        "  - {code: b, name: 乙项, parent: total, weight: 0.4}\n",
        encoding="utf-8",
    )

    result = call(str(path), COUNTIES)

    assert result.exit_code == 4
    assert "本局方案.yaml:5：“总分”下面各项的权重加不起来" in result.stderr
    assert "0.5 + 0.4 = 0.9，应为 1" in result.stderr
