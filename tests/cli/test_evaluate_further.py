"""`kechuang evaluate` with draws, explanations and charts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from kechuang.cli import main

ROOT = Path(__file__).resolve().parents[2]
COUNTIES = str(ROOT / "examples" / "evaluation" / "示例县域数据.csv")
PROVINCES = str(ROOT / "examples" / "evaluation" / "示例省数据.csv")
TITLE = "内部测算，非官方结果"
WIDE = {"COLUMNS": "160"}
COSTS = "指标,每步,最多步数,每步成本\n高新技术企业数量,5,10,20\nR&D人员,50,10,60\n"


def call(*arguments: str, scheme: str = "example_county", data: str = COUNTIES) -> Result:
    return CliRunner().invoke(main, ["evaluate", scheme, data, *arguments], env=WIDE)


@pytest.fixture
def costs(tmp_path: Path) -> str:
    path = tmp_path / "成本.csv"
    path.write_text(COSTS, encoding="utf-8")
    return str(path)


def test_draws_tell_intervals_classes_and_what_matters() -> None:
    result = call("--draws", "200", "--seed", "3")

    assert result.exit_code == 0, result.output
    assert f"{TITLE}：名次区间（抽样 200 次，种子 3）" in result.stdout
    assert "A 档（%）" in result.stdout
    assert "去掉一项指标" in result.stdout


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    one, again = call("--draws", "100"), call("--draws", "100", "--seed", "1")
    other = call("--draws", "100", "--seed", "2")

    assert one.stdout == again.stdout != other.stdout.replace("种子 2", "种子 1")


def test_a_unit_is_explained(costs: str) -> None:
    result = call("--explain", "示例市庚县", "--costs", costs)

    assert result.exit_code == 0, result.output
    assert "示例市庚县由第 10 名到第 11 名，下降 1 位" in result.stdout
    assert "其他单位的数据" in result.stdout
    assert "同这一项停在上年相比" in result.stdout
    assert "+5 家" in result.stdout
    assert "升不到 A 档" in result.stdout
    assert "升到 B 档最省的办法" in call("--explain", "示例市壬县", "--costs", costs).stdout


def test_what_cannot_be_explained_is_said(costs: str) -> None:
    new = call("--explain", "示例市巳市", "--costs", costs)
    assert new.exit_code == 0, new.output
    assert "示例市巳市 2024年没有参加" in new.stderr
    assert "已在最高一档" in new.stderr
    first = call("--explain", "示例甲省", scheme="older_yardsticks", data=PROVINCES)
    assert "没有上一年的结果" in first.stderr


def test_another_scheme_before_has_its_part(tmp_path: Path) -> None:
    shipped = ROOT / "src" / "kechuang" / "evaluation" / "schemes" / "example_county.yaml"
    old = tmp_path / "旧方案.yaml"
    text = shipped.read_text("utf-8").replace("standard: 8000", "standard: 4000")
    old.write_text(text, encoding="utf-8")
    result = call("--explain", "示例市庚县", "--before", str(old), "--format", "json")

    assert result.exit_code == 0, result.output
    [causes] = [
        each["rows"] for each in json.loads(result.stdout)["further"] if "原因" in each["name"]
    ]
    by_name = {row["原因"]: row["得分增加"] for row in causes}
    assert by_name["测算办法"] < 0
    assert sum(by_name.values()) == pytest.approx(2 * by_name["合计"])


def test_charts_are_written_to_a_folder(tmp_path: Path, costs: str) -> None:
    folder = tmp_path / "图"
    result = call(
        "--draws", "50", "--explain", "示例市庚县", "--costs", costs, "--plot", str(folder)
    )

    assert result.exit_code == 0, result.output
    names = {each.name for each in folder.iterdir()}
    assert names == {
        "得分.svg", "名次区间.svg", "名次变化.svg",
        "名次变动原因-示例市庚县.svg", "改进一步-示例市庚县.svg",
    }  # fmt: skip
    for each in folder.iterdir():
        text = each.read_text("utf-8")
        ElementTree.fromstring(text)  # noqa: S314 - our own text
        assert TITLE in text


def test_a_table_of_one_year_has_no_flow(tmp_path: Path) -> None:
    result = call("--plot", str(tmp_path), scheme="older_yardsticks", data=PROVINCES)

    assert [each.name for each in tmp_path.iterdir()] == ["得分.svg"]
    assert "没有画名次变化图" in result.stderr


@pytest.mark.parametrize("suffix", ["xlsx", "json", "md"])
def test_files_hold_what_was_asked_for(tmp_path: Path, costs: str, suffix: str) -> None:
    path = tmp_path / f"结果.{suffix}"
    result = call(
        "--draws", "50", "--explain", "示例市庚县", "--costs", costs, "--output", str(path)
    )

    assert result.exit_code == 0, result.output
    wanted = ["名次区间", "选择的影响", "名次变动原因", "各项变动", "改进一步", "最省的办法"]
    if suffix == "xlsx":
        assert set(wanted) <= set(load_workbook(path).sheetnames)
    elif suffix == "json":
        assert [each["name"] for each in json.loads(path.read_text("utf-8"))["further"]] == wanted
    else:
        assert len(re.findall("^## ", path.read_text("utf-8"), re.MULTILINE)) == len(wanted)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--explain", "没有的县"], 4, "找不到单位"),
        (["--costs", "成本.csv"], 2, "--explain"),
        (["--before", "example_county"], 2, "--explain"),
        (["--explain", "示例市庚县", "--costs", "没有.csv"], 3, "没有.csv"),
        (["--explain", "示例市庚县", "--before", "没有的方案"], 3, "没有的方案"),
        (["--draws", "0"], 2, "--draws"),
        (["--draws", "10000000000"], 2, "--draws"),
        (["--draws", "10", "--seed", "-1"], 2, "--seed"),
        (["--plot", str(Path("没有的文件夹", "图"))], 5, "图写不到"),
    ],
)
def test_what_cannot_be_done_is_told(options: list[str], code: int, says: str) -> None:
    result = call(*options)

    assert result.exit_code == code, result.output
    assert says in result.output
