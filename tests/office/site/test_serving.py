"""The worker beside the site: started again when it dies, gone when the site goes."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from installations import KECHUANG, environment

from kechuang.office.site.supervising import Pauses, kept_running

PATIENCE = 60.0
QUICK = Pauses(first=0.01, longest=0.04, calm=60, stopping=0.5)


def until(happened: Callable[[], bool], what: str) -> None:
    end = monotonic() + PATIENCE
    while not happened():
        assert monotonic() < end, what
        threading.Event().wait(0.02)


def children_of(parent: int) -> set[int]:
    """The processes that another one started and that still run."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, above = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended meanwhile
        if int(above) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


def lines(file: Path) -> int:
    return file.read_text(encoding="utf-8").count("\n") if file.exists() else 0


@pytest.mark.parametrize(
    ("earlier", "ran", "pause"),
    [(0, 0, 1), (1, 0, 2), (32, 5, 60), (60, 119, 60), (60, 120, 1)],
    ids=["first", "doubled", "bounded", "not calm yet", "calm again"],
)
def test_pauses_grow_to_a_bound_and_begin_anew(earlier: float, ran: float, pause: float) -> None:
    assert Pauses().after(earlier, ran) == pause


def test_program_that_ends_is_started_again_and_the_log_says_how_it_ended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    starts = tmp_path / "starts"
    program = f"open({str(starts)!r}, 'a').write('.\\n'); raise SystemExit(3)"
    with kept_running("worker", [sys.executable, "-c", program], QUICK):
        until(lambda: lines(starts) >= 3, "it was not started again")
    after = lines(starts)
    threading.Event().wait(0.2)
    assert lines(starts) == after, "it was started after the end"
    assert "the worker ended (exit code 3); starting it again after 0.01 seconds" in caplog.text
    assert "after 0.02 seconds" in caplog.text


def test_program_that_cannot_be_started_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = tmp_path / "program"
    mark = tmp_path / "mark"
    with kept_running("worker", [str(program)], QUICK):
        until(lambda: "could not be started" in caplog.text, "nothing was told")
        other = tmp_path / "other"
        other.write_text(f"#!/bin/sh\necho > {mark}\nexec sleep 60\n", encoding="utf-8")
        other.chmod(0o700)
        other.rename(program)
        until(mark.exists, "it was not tried again")


def test_program_that_does_not_stop_is_killed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mark = tmp_path / "mark"
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(mark)!r}, 'w').close(); time.sleep(60)"
    )
    before = children_of(os.getpid())
    with (
        caplog.at_level(logging.ERROR),
        kept_running("worker", [sys.executable, "-c", program], QUICK),
    ):
        until(mark.exists, "it was not started")
    assert "did not stop in time" in caplog.text
    assert children_of(os.getpid()) <= before


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The command `kechuang up` on a free port, and the file of what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = tmp_path / "told"
    with told.open("wb") as out:
        process = subprocess.Popen(
            [str(KECHUANG), "up", "--port", str(port)],
            env=environment(tmp_path / "data"),
            cwd=tmp_path,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    yield process, told
    left = {process.pid, *children_of(process.pid)} if process.poll() is None else set()
    for each in left:
        os.kill(each, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize(
    "end", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_worker_that_is_killed_is_started_again_and_ends_with_the_site(
    site: tuple[subprocess.Popen[bytes], Path], end: signal.Signals
) -> None:
    process, told = site
    until(lambda: bool(children_of(process.pid)), "no worker was started")
    (first,) = children_of(process.pid)
    os.kill(first, signal.SIGKILL)
    until(lambda: bool(children_of(process.pid) - {first}), "no new worker was started")
    (second,) = children_of(process.pid)
    assert "the worker ended (signal 9)" in told.read_text(encoding="utf-8")
    process.send_signal(end)
    process.send_signal(end)  # somebody who is impatient
    assert process.wait(PATIENCE) == 0, told.read_text(encoding="utf-8")
    assert not Path(f"/proc/{second}").exists()
    assert "科创台已停止" in told.read_text(encoding="utf-8")
