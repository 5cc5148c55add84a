"""Processes that hold their data and run when they are told, so that rounds can alternate."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]


class Worker:
    """One process of `bench.eligibility_peers.server`."""

    def __init__(self, module: str, *arguments: str | Path, python: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [python or sys.executable, "-m", f"bench.{module}", *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.peak_mib = 0.0
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def run(self, what: str) -> float:
        """The seconds of one run."""
        told = self._tell(f"run {what}")
        self.peak_mib = float(told["peak_mib"])
        return float(told["seconds"])

    def save(self, path: Path) -> Path:
        """Write the result of the last run."""
        self._tell(f"save {path}")
        return path

    def _tell(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)


@dataclass
class Runner:
    """What one worker runs under one name, and how long it took each time."""

    name: str
    worker: Worker
    what: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of its seconds."""
        return statistics.median(self.seconds)

    def beside(self, other: Runner) -> float:
        """How many times as long as another it took: the median over the rounds they shared."""
        pairs = zip(self.seconds, other.seconds, strict=True)
        return statistics.median(own / theirs for own, theirs in pairs)


def alternate(runners: Iterable[Runner], rounds: int) -> None:
    """Let each run once and then measure them in turn, so that a busy minute hits all alike."""
    runners = list(runners)
    for runner in runners:
        runner.worker.run(runner.what)
    for _ in range(rounds):
        for runner in runners:
            runner.seconds.append(runner.worker.run(runner.what))


def once(module: str, *arguments: str | Path, python: Path | None = None) -> dict[str, Any]:
    """What a process that answers one line of JSON says."""
    command: Sequence[str | Path] = [python or sys.executable, "-m", f"bench.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])
