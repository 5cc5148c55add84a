"""`kechuang read`: what goes where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kechuang.cli import main

WRONG = "全市高新技术企业由2023年的100家增加到2024年的150家，增长35%。"
GOOD = "2024年，全市技术合同成交额23.29亿元，同比增长44.79%。"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def invoke(*words: object) -> Result:
        return CliRunner().invoke(main, ["read", *map(str, words)], catch_exceptions=False)

    return invoke


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "甲县.txt").write_text(GOOD, encoding="utf-8")
    (folder / "乙县.md").write_bytes(WRONG.encode("gb18030"))
    (folder / "丙县.html").write_text(f"<p>{GOOD}</p>", encoding="utf-8")
    (folder / "表.xlsx").write_bytes(b"PK")
    return folder


def figures(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_data_go_to_stdout_and_messages_to_stderr(run: Run, reports: Path) -> None:
    result = run(reports, "--format", "jsonl", "--year", 2024)
    assert result.exit_code == 0
    assert [row["doc"] for row in figures(result)].count("甲县") == 2
    assert "跳过 " in result.stderr
    assert "表.xlsx：不是报告格式（.xlsx）" in result.stderr
    assert "按 GB18030 解码" in result.stderr
    assert "3 份报告，7 个数据，1 条疑点" in result.stderr


def test_offsets_refer_to_the_text_that_is_written_out(run: Run, reports: Path) -> None:
    result = run(reports, "--format", "jsonl", "--text", "原文")
    texts = {path.stem: path.read_bytes().decode() for path in Path("原文").iterdir()}
    assert set(texts) == {"甲县", "乙县", "丙县"}
    for row in figures(result):
        assert texts[str(row["doc"])][row["start"] : row["end"]] == row["quote"]  # type: ignore[misc]


def test_one_report_s_text_is_a_file(run: Run) -> None:
    Path("报告.txt").write_bytes(b"\xef\xbb\xbf" + f"一\r\n{GOOD}".encode())
    run("报告.txt", "--text", "原文.txt")
    assert Path("原文.txt").read_bytes() == f"一\r\n{GOOD}".encode()


def test_the_table_shows_figures_and_findings(run: Run, reports: Path) -> None:
    result = run(reports / "乙县.md", "--region", "示例省示例市", "--year", 2024)
    assert "乙县 · 示例省示例市 · 2024年（3 个数据）" in result.stdout
    assert "疑点（1 条）" in result.stdout
    assert "增幅应为50%" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_is_one_object(run: Run, reports: Path) -> None:
    whole = json.loads(run(reports, "--format", "json").stdout)
    assert [len(whole[name]) for name in ("reports", "figures", "findings")] == [3, 7, 1]


def test_a_csv_file_opens_in_excel_and_stdout_has_no_mark(run: Run, reports: Path) -> None:
    run(reports, "--output", "数据.csv")
    data = Path("数据.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    result = run(reports, "--format", "csv")
    assert result.stdout_bytes == data[3:]
    assert len(list(csv.DictReader(io.StringIO(result.stdout, newline="")))) == 7


def test_workbook_page_and_findings_are_written(run: Run, reports: Path) -> None:
    names = ("数据.xlsx", "核对.html", "疑点.jsonl")
    result = run(reports, "--output", names[0], "--html", names[1], "--findings", names[2])
    assert result.stdout == ""
    assert all(f"已写入 {name}" in result.stderr for name in names)
    assert Path(names[0]).read_bytes().startswith(b"PK")
    assert Path(names[1]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    row = json.loads(Path(names[2]).read_text(encoding="utf-8"))
    assert row["check"] == "growth_against_levels"
    assert [figure["quote"] for figure in row["figures"]][-1] == "35%"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["甲县.txt"], 0),
        (["甲县.txt", "--strict"], 0),
        (["乙县.md"], 0),
        (["乙县.md", "--strict"], 1),
        (["乙县.md", "没有.txt", "--strict"], 3),
        (["乙县.md", "没有.txt", "空.txt"], 4),
        (["空.txt"], 4),
    ],
)
def test_the_highest_exit_code_wins(run: Run, reports: Path, words: list[str], code: int) -> None:
    (reports / "空.txt").touch()
    named = [word if word.startswith("-") else str(reports / word) for word in words]
    assert run(*named, "--format", "jsonl").exit_code == code


def test_a_bad_file_does_not_cost_the_others(run: Run, reports: Path) -> None:
    (reports / "坏.docx").write_bytes(b"PK\x03\x04")
    with (reports / "大.txt").open("wb") as stream:
        stream.truncate(1 << 30)
    result = run("没有.txt", reports, "--format", "jsonl")
    assert result.exit_code == 4
    assert len(figures(result)) == 7
    for code in ("missing", "broken", "too_large"):
        assert f"[{code}] " in result.stderr
    assert "3 份报告，7 个数据，1 条疑点，3 份未能读取" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--format", "xlsx"], "请加 --output", id="xlsx to stdout"),
        pytest.param(["--output", "没有/数据.csv"], "“没有”", id="no folder"),
        pytest.param(["--html", "报告"], "是文件夹", id="a folder"),
        pytest.param(["--html", "a", "--findings", "./a"], "同一个文件", id="one file twice"),
        pytest.param(["--output", "报告/甲县.txt"], "会覆盖要读的报告", id="over a report"),
        pytest.param(["--year", "24"], "--year", id="year"),
        pytest.param(["--jobs", "0"], "--jobs", id="jobs"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_written(
    run: Run, reports: Path, words: list[str], message: str
) -> None:
    before = sorted(reports.parent.rglob("*"))
    result = run(reports, *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert sorted(reports.parent.rglob("*")) == before


def test_several_processes_give_the_same_in_the_same_order(run: Run, reports: Path) -> None:
    for number in range(4):
        shutil.copy(reports / "甲县.txt", reports / f"{number}.txt")
    (reports / "坏.pdf").write_bytes(b"%PDF-")
    one = run(reports, "--format", "json")
    two = run(reports, "--format", "json", "--jobs", 2)
    assert (one.exit_code, one.stdout, one.stderr) == (two.exit_code, two.stdout, two.stderr)


def test_a_table_says_what_each_report_is(run: Run, reports: Path) -> None:
    Path("about.csv").write_text(
        "file,region,year,genre\n甲县.txt,示例省示例市甲县,2023,总结\n乙县.md,,nd,\n", "utf-8"
    )
    result = run(reports, "--about", "about.csv", "--region", "示例省示例市", "--format", "json")
    known = {row["doc"]: row for row in json.loads(result.stdout)["reports"]}
    assert (known["甲县"]["region"], known["甲县"]["year"]) == ("示例省示例市甲县", 2023)
    assert (known["乙县"]["region"], known["乙县"]["year"]) == ("示例省示例市", None)
    assert "没有这 1 份报告的行：丙县.html" in result.stderr


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (None, 3, "找不到“about.csv”"),
        ("file,region,year\n", 4, "缺少列 genre"),
        ("file,region,year,genre\na.txt,,12,\n", 4, "第 2 行 year 列"),
    ],
)
def test_a_wrong_table_ends_the_command(
    run: Run, reports: Path, text: str | None, code: int, words: str
) -> None:
    if text is not None:
        Path("about.csv").write_text(text, "utf-8")
    result = run(reports, "--about", "about.csv")
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "code"), [(None, 3), ("code,name\nx,y\n", 4)], ids=["missing", "wrong"]
)
def test_a_wrong_catalogue_ends_the_command(
    run: Run, reports: Path, text: str | None, code: int
) -> None:
    if text is not None:
        Path("own.csv").write_text(text, "utf-8")
    result = run(reports, "--catalogue", "own.csv")
    assert result.exit_code == code
    assert "--catalogue：" in result.stderr
    assert "own.csv" in result.stderr


def test_messages_in_english(run: Run, reports: Path) -> None:
    result = run("没有.txt", reports, "--lang", "en", "--format", "jsonl")
    assert "was not found" in result.stderr
    assert "3 reports, 7 figures, 1 findings, 1 could not be read" in result.stderr


def test_a_hostile_file_name_does_not_reach_the_terminal(run: Run) -> None:
    Path("\x1b[2J坏.txt").touch()
    result = run("\x1b[2J坏.txt")
    assert "\x1b" not in result.stderr
    assert "␛[2J坏.txt" in result.stderr


def test_two_reports_of_one_name_are_pointed_out(run: Run, reports: Path) -> None:
    shutil.copy(reports / "甲县.txt", reports / "甲县.md")
    result = run(reports, "--format", "jsonl", "--text", "原文")
    assert "有 2 份报告同名“甲县”" in result.stderr
    assert Path("原文/甲县 2.txt").is_file()


def test_an_empty_folder_is_not_found(run: Run) -> None:
    Path("空").mkdir()
    result = run("空")
    assert result.exit_code == 3
    assert "没有可读的报告" in result.stderr
