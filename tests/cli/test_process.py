"""The command as a process: how fast it answers, and how it ends when it is stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from kechuang.cli import main; main()"]
TEXT = "2024年，全市技术合同成交额23.29亿元，同比增长44.79%。\n"


def test_the_version_answers_at_once() -> None:
    seconds: list[float] = []
    for _ in range(3):
        begin = time.perf_counter()
        done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
        seconds.append(time.perf_counter() - begin)
        assert done.stdout.startswith("kechuang ")
    assert min(seconds) < 0.3


def test_the_version_imports_no_engine() -> None:
    code = (
        "import sys; from kechuang.cli import main; main(['--version'], standalone_mode=False);"
        "print(sorted({'lxml', 'rich', 'xlsxwriter', 'kechuang.reading'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_early_costs_no_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT * 2_000, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, "read", str(tmp_path / "a.txt"), "--format", "jsonl"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read().decode()
        assert process.wait() == 0
    assert "Error" not in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_stopped_command_leaves_nothing_half_written(
    tmp_path: Path, number: signal.Signals, code: int, jobs: str
) -> None:
    reports, output = tmp_path / "报告", tmp_path / "数据.csv"
    reports.mkdir()
    output.write_text("旧", encoding="utf-8")
    (reports / "表.xlsx").touch()
    for name in ("a.txt", "b.txt"):
        (reports / name).write_text(TEXT * 100_000, encoding="utf-8")
    words = [str(reports), "--jobs", jobs, "--output", str(output)]
    with subprocess.Popen([*COMMAND, "read", *words], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert "表.xlsx" in process.stderr.readline().decode()  # reading begins right after
        process.send_signal(number)
        told = process.stderr.read().decode()
        assert process.wait() == code
    assert "Traceback" not in told
    assert output.read_text(encoding="utf-8") == "旧"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["报告", "数据.csv"]
