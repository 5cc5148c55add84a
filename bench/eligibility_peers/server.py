"""One engine in a process of its own: it loads once and runs the rule whenever it is told.

Standard input takes `run NAME`, `save FILE` and the end; each answers with one line of JSON.
Loading is not timed: what is timed is the rule.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

CHUNK = 32_768
"""Rows that Polars takes at a time, small enough to stay near the processor."""


def load(folder: str | Path, columns: list[str] | None = None) -> pl.DataFrame:
    """A folder of blocks as one frame in one piece."""
    scan = pl.scan_parquet(Path(folder) / "*.parquet")
    return (scan.select(columns) if columns else scan).collect().rechunk()


def serve(runs: Mapping[str, Callable[[], Any]], result: Callable[[Any], pl.DataFrame]) -> None:
    """Answer the lines of standard input until it ends."""
    _say({"ready": True})
    out: Any = None
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        if command == "run":
            out = None  # the memory of the last run is free before the next
            began, worked = time.perf_counter(), time.process_time()
            out = runs[rest]()
            _say(
                {
                    "seconds": time.perf_counter() - began,
                    "cpu": time.process_time() - worked,
                    "peak_mib": peak_mib(),
                }
            )
        elif command == "save":
            frame = result(out)
            frame.write_parquet(rest)
            _say({"rows": frame.height})


def peak_mib() -> float:
    """The most memory this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # elsewhere the figure may be that of the process that started this one
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)
