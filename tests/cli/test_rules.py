"""`kechuang rules`: rule files checked, run and listed; wrong input is told with its remedy."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kechuang.cli import main
from kechuang.rulebook.library import rule_files
from tracked import ROOT

EXAMPLES = ROOT / "examples" / "rules"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(
        main, ["rules", *(str(word) for word in words)], catch_exceptions=False
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of an example rule, to be spoiled."""
    path = tmp_path / "own.yaml"
    shutil.copy(EXAMPLES / "local_rd_award.2026.yaml", path)
    return path


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


# --- check


def test_the_shipped_rules_have_no_problem() -> None:
    result = run("check")

    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{len(rule_files())} 个规则文件：没有问题" in result.stderr


def test_a_folder_of_ones_own_is_checked_beside_the_shipped_rules() -> None:
    result = run("check", EXAMPLES)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 个规则文件：没有问题" in result.stderr


def test_a_problem_is_told_with_line_cause_and_remedy(own: Path) -> None:
    spoil(own, ">= 1 项", ">= 1 万元")
    result = run("check", own)

    assert result.exit_code == 1
    place, _, told = result.stdout.partition("：")
    assert place == f"{own}:25"
    assert told == (
        "“>=”两边单位不同。原因：一边是以项计的数，一边是以元计的数。"
        "处理：换成同一种单位的字段或数。\n"
    )
    assert "1 处要改" in result.stderr


def test_a_rule_that_collides_with_a_shipped_one_is_told(own: Path) -> None:
    spoil(own, "rule: local_rd_award", "rule: hnte")
    result = run("check", own)

    assert result.exit_code == 1
    assert "“hnte”两个版本的生效期重叠" in result.stdout


def test_a_shipped_file_may_be_named() -> None:
    assert run("check", rule_files()[0]).exit_code == 0


# --- test


def test_cases_of_the_examples_pass_and_every_number_is_caught() -> None:
    result = run("test", EXAMPLES, "--thresholds")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 条规则的 16 个例全部通过" in result.stderr
    assert "每个参数改一步都有例发觉" in result.stderr


def test_a_case_that_comes_out_otherwise_is_told(own: Path) -> None:
    spoil(own, "amount: 8 万元", "amount: 9 万元")
    result = run("test", own)

    assert result.exit_code == 1
    assert result.stdout == (
        f"{own}:35：例“恰好4%”的“amount”应为“9 万元”，算出“8 万元”。"
        "处理：核对文件条款，改例或改规则。\n"
    )
    assert "1 个未通过" in result.stderr


def test_a_number_that_no_case_notices_is_named_and_the_code_stays_0(own: Path) -> None:
    spoil(own, ', "9900 万元 → 符合", "8000 万元 → 符合"', "")
    spoil(own, '"10000.01 万元 → 不符合"', '"20000 万元 → 不符合"')
    result = run("test", own, "--thresholds")

    assert result.exit_code == 0
    assert result.stdout == f"{own}：“share”（4%）改小一步，没有一个例发觉\n"
    assert "1 个参数改一步没有例发觉" in result.stderr


def test_a_rule_that_must_be_mended_is_not_run(own: Path) -> None:
    spoil(own, ">= 1 项", ">= 1 万元")
    result = run("test", own)

    assert (result.exit_code, result.stdout) == (4, "")
    assert f"{own}:25：" in result.stderr
    assert "kechuang rules check" in result.stderr


def test_a_case_that_cannot_be_computed_is_told(own: Path) -> None:
    spoil(
        own, "value: rd_expense_deduction * 2%", "value: rd_expense_deduction * revenue / revenue"
    )
    result = run("test", own)

    assert result.exit_code == 1
    assert "例“恰好4%”无法计算：min( ) 里不能有除法。原因：比值可能不存在。" in result.stdout


def test_what_only_shows_in_computing_is_told_by_the_check(own: Path) -> None:
    spoil(
        own, "value: rd_expense_deduction * 2%", "value: rd_expense_deduction * revenue / revenue"
    )
    result = run("check", own)

    assert result.exit_code == 1
    assert f"{own}:1：min( ) 里不能有除法。原因：比值可能不存在。处理：" in result.stdout


# --- list


def test_every_version_is_listed() -> None:
    lines = run("list", "--rules", EXAMPLES).stdout.splitlines()
    mine = [line.split() for line in lines if "local_rd_award" in line]

    assert mine == [
        ["local_rd_award", "2025", "甲县研发投入奖励", "2025-01-01", "至", "2025-12-31"],
        ["local_rd_award", "2026", "甲县研发投入奖励", "2026-01-01", "起", "1"],
    ]


def test_only_what_is_in_force_is_listed_for_a_day() -> None:
    lines = run("list", "--rules", EXAMPLES, "--as-of", "2025-12-31").stdout.splitlines()

    assert [line.split()[1] for line in lines if "local_rd_award" in line] == ["2025"]


# --- wrong input


def test_a_day_that_does_not_exist_is_refused() -> None:
    result = run("list", "--as-of", "2026-02-30")

    assert result.exit_code == 2
    assert "“2026-02-30”不是日期：请写成 2026-07-01 这样的年-月-日。" in result.stderr


@pytest.mark.parametrize("words", [["check"], ["test"], ["list", "--rules"]])
def test_a_missing_path_is_told(words: list[str], tmp_path: Path) -> None:
    result = run(*words, tmp_path / "none")

    assert result.exit_code == 3
    assert "[missing]" in result.stderr
    assert "请核对路径" in result.stderr


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text("rule: a\n", encoding="utf-8")
    result = run("check", tmp_path)

    assert result.exit_code == 3
    assert "[no_rules]" in result.stderr


def test_a_folder_that_may_not_be_entered_is_told(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: path != own.parent)
    result = run("check", own.parent)

    assert (result.exit_code, result.stdout) == (5, "")
    assert f"[permission] 没有权限读取“{own.parent}”" in result.stderr


@pytest.mark.requires_ordinary_user
def test_a_file_that_may_not_be_read_is_told(own: Path) -> None:
    own.chmod(0)
    result = run("check", own)

    assert result.exit_code == 5
    assert "[permission]" in result.stderr


# --- show


def test_a_rule_is_shown_with_its_parameters() -> None:
    result = run("show", "local_rd_award", "--rules", EXAMPLES, "--as-of", "2026-07-01")

    assert result.exit_code == 0
    assert result.stdout.startswith("# 甲县研发投入奖励（2026 版）\n")
    assert "研发费用（加计扣除口径） ÷ 营业收入 ≥ 4%" in result.stdout
    assert "| **listed** |" in result.stdout


@pytest.mark.parametrize(
    ("words", "version"),
    [
        (["local_rd_award", "--as-of", "2025-12-31"], "2025"),
        (["local_rd_award@2025"], "2025"),
        (["local_rd_award@2026", "--as-of", "2025-12-31"], "2026"),
        ([str(EXAMPLES / "local_rd_award.2025.yaml")], "2025"),
    ],
)
def test_the_version_is_that_of_the_day_of_the_name_or_of_the_file(
    words: list[str], version: str
) -> None:
    result = run("show", *words, "--rules", EXAMPLES)

    assert result.exit_code == 0
    assert result.stdout.startswith(f"# 甲县研发投入奖励（{version} 版）\n")


def test_a_version_that_has_ended_is_shown_as_of_its_last_day() -> None:
    result = run("show", "local_rd_award@2025", "--rules", EXAMPLES)

    assert "参数按 2025-12-31 取值" in result.stdout


def test_the_page_and_the_data_are_written_to_a_file(tmp_path: Path) -> None:
    page, data = tmp_path / "规则.html", tmp_path / "规则.json"
    for form, path in (("html", page), ("json", data)):
        result = run("show", "hnte", "--format", form, "--lang", "en", "--output", path)
        assert (result.exit_code, result.stdout) == (0, "")

    assert page.read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="en">')
    assert json.loads(data.read_text(encoding="utf-8"))["rule"] == "hnte"


def test_an_unknown_rule_is_told_with_the_nearest_names() -> None:
    result = run("show", "hnt")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "没有规则“hnt”。原因：相近的有 hnte。处理：" in result.stderr


@pytest.mark.parametrize("words", [["hnte@1999"], ["hnte", "--as-of", "1999-01-01"]])
def test_a_version_that_does_not_exist_or_is_not_in_force_is_told(words: list[str]) -> None:
    result = run("show", *words)

    assert result.exit_code == 3
    assert "原因：各版本 2016：2016-01-01 起。处理：" in result.stderr


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = run("show", "hnte", "--output", tmp_path / "none" / "a.md")

    assert result.exit_code == 4
    assert "请检查磁盘空间和路径后再试" in result.stderr


# --- diff


def test_two_versions_are_compared() -> None:
    result = run("diff", "local_rd_award@2025", "local_rd_award@2026", "--rules", EXAMPLES)

    assert result.exit_code == 0
    assert "| 改动 | amount.cap | 20 万元 （奖励金额） | 30 万元 （奖励金额） |" in result.stdout
    assert "| 增加 | listed |" in result.stdout


def test_two_files_are_compared_in_every_form(own: Path) -> None:
    old = EXAMPLES / "local_rd_award.2025.yaml"
    spoil(own, "rule: local_rd_award", "rule: local_own")
    data = json.loads(run("diff", old, own, "--format", "json").stdout)

    assert {"added", "changed"} <= {each["change"] for each in data}
    assert run("diff", old, own, "--format", "html", "--lang", "en").stdout.startswith("<!DOCTYPE")


def test_what_does_not_differ_is_said() -> None:
    result = run("diff", "hnte", "hnte@2016")

    assert result.exit_code == 0
    assert "没有差别。" in result.stdout


def test_an_unknown_rule_is_told_before_a_comparison() -> None:
    result = run("diff", "hnte", "hntee")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "没有规则“hntee”" in result.stderr
