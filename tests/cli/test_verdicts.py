"""`kechuang eligible`, `explain` and `whatif`, as an officer uses them, also wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from kechuang.cli import main

ROOT = Path(__file__).resolve().parents[2]
DATA = str(ROOT / "examples" / "enterprises")
RULE = ("--rule", "tech_sme_national", "--as-of", "2026-07-01")
REFUSED = "91999200MA00000015"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_everyone_is_judged_and_counted() -> None:
    result = call("eligible", DATA, *RULE)

    assert result.exit_code == 0
    assert "共 30 家" in result.output
    assert "符合" in result.output
    assert "缺的数据" in result.output


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "json", "jsonl"])
def test_verdicts_are_written_in_the_form_of_the_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"结论.{suffix}"

    result = call("eligible", DATA, *RULE, "--trace", "--output", str(path))

    assert result.exit_code == 0, result.output
    assert path.stat().st_size > 0


def test_the_written_frame_has_a_row_for_each_subject_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "结论.parquet"
    call("eligible", DATA, *RULE, "--trace", "--output", str(path))

    frame = pl.read_parquet(path)

    assert frame.height == 30
    assert frame["enterprise_code"][0] == REFUSED
    assert frame.row(0, named=True)["trace"]["condition_staff"] is False
    assert frame.filter(pl.col("verdict") == "unknown")["missing"].list.len().min() == 1
    assert frame.filter(pl.col("verdict") != "unknown")["missing"].list.len().max() == 0


@pytest.mark.parametrize("engine", ["duckdb", "python"])
def test_another_engine_says_the_same(tmp_path: Path, engine: str) -> None:
    paths = [tmp_path / f"{name}.parquet" for name in ("polars", engine)]
    for path, name in zip(paths, ("polars", engine), strict=True):
        result = call("eligible", DATA, *RULE, "--engine", name, "--trace", "--output", str(path))
        assert result.exit_code == 0, result.output

    assert pl.read_parquet(paths[0]).equals(pl.read_parquet(paths[1]))


def test_an_explanation_names_value_threshold_article_and_both_years() -> None:
    result = call("explain", DATA, *RULE, "--id", REFUSED)

    assert result.exit_code == 0
    assert "不符合；现为 520 人，要求 ≤ 500 人（评价办法 第六条（二））" in result.output
    assert "本年度能否（2026年）：不能" in result.output
    assert "下一年度还差什么（2027年）" in result.output


def test_the_record_of_a_decision_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "决定.json"

    result = call(
        "explain", DATA, *RULE, "--id", REFUSED, "--format", "json", "--output", str(path)
    )

    assert json.loads(path.read_text("utf-8"))["verdict"] == "不符合"
    assert json.loads(result.stdout) == json.loads(path.read_text("utf-8"))


def test_a_lower_mark_lets_firms_in_and_says_where_they_are() -> None:
    result = call("whatif", DATA, *RULE, "--set", "enough=50 分")

    assert result.exit_code == 0
    assert "进来" in result.output
    assert "县区" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("eligible", DATA, "--rule", "tech_sme"), 3, "没有规则“tech_sme”"),
        (("eligible", DATA, "--rule", "hnte", "--as-of", "2001-01-01"), 3, "没有生效的版本"),
        (("eligible", DATA, "--rule", "hnte", "--as-of", "soon"), 2, "soon"),
        (("eligible", "none.csv", *RULE), 4, "none.csv"),
        (("eligible", DATA, *RULE, "--output", "x.doc"), 2, "看不出 --output 的格式"),
        (("eligible", DATA, *RULE, "--format", "csv"), 2, "要写成文件"),
        (("eligible", DATA, *RULE, "--output", "/nowhere/x.csv"), 5, "写“/nowhere/x.csv”失败"),
        (("eligible", DATA, *RULE, "--rules", "none"), 3, "没有“none”"),
        (("explain", DATA, *RULE, "--id", "X"), 3, "数据里没有“X”"),
        (("whatif", DATA, *RULE, "--set", "enough=50"), 4, "单位不对"),
        (("whatif", DATA, *RULE, "--set", "enough=50 人"), 4, "单位不对"),
        (("whatif", DATA, *RULE, "--set", "enough"), 4, "没有参数"),
        (("whatif", DATA, *RULE, "--set", "enuogh=50 分"), 4, "enough"),
    ],
)
def test_what_is_wrong_is_said_with_its_exit_code(
    arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = call(*arguments)

    assert result.exit_code == code, result.output
    assert words in result.output


def test_bad_data_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("统一社会信用代码,营业收入（2025年，万元）\nA,12\nB,#REF!\n", encoding="utf-8")

    result = call("eligible", str(path), *RULE)

    assert result.exit_code == 4
    assert "第 3 行" in result.output
    assert "营业收入" in result.output
