"""How fast reports are read, on one core and two, and whether time grows with length alone."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.texts import report_text
from kechuang.reading import About, read_text

MEGABYTE = 1_000_000
ABOUT = About("示例省示例市甲县", 2024, "科技工作总结")
REPORT_BYTES = 100_000
STARTS = 7


def figures_of(raw: str) -> int:
    """How many figures one report holds; the unit of work of a process."""
    return len(read_text(raw, about=ABOUT).figures)


def throughput(size_bytes: int, seed: int) -> list[tuple[str, str]]:
    """Read `size_bytes` as many reports, in this process and in two."""
    count = max(2, size_bytes // REPORT_BYTES)
    reports = [report_text(REPORT_BYTES, seed + number) for number in range(count)]
    size = sum(len(report.encode()) for report in reports) / MEGABYTE
    figures_of(reports[0][:2000])
    began, worked = time.perf_counter(), time.process_time()
    figures = sum(map(figures_of, reports))
    one, used = time.perf_counter() - began, time.process_time() - worked
    # A process forked from one whose converter has threads would wait for them for ever.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(figures_of, [report[:2000] for report in reports[:4]]))
        began = time.perf_counter()
        both = sum(pool.map(figures_of, reports, chunksize=4))
        two = time.perf_counter() - began
    assert both == figures
    return [
        ("text", f"{size:.1f} MB in {count} reports, {figures} figures"),
        ("one core", f"{size / used:.2f} MB per CPU second, {size / one:.2f} MB/s by the clock"),
        ("two cores", f"{size / two:.2f} MB/s by the clock, {one / two:.2f} × one core"),
        ("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"),
    ]


def growth(size_bytes: int, seed: int) -> list[tuple[str, str]]:
    """One report of a size against one of ten times the size, best of three each."""
    short, long = report_text(size_bytes // 10, seed), report_text(size_bytes, seed)
    seconds = [min(_seconds(text) for _ in range(3)) for text in (short, long)]
    length = len(long.encode()) / len(short.encode())
    return [
        (
            "ten times the length",
            f"{seconds[1] / seconds[0]:.2f} × the time for {length:.2f} × the text (aim ≤ 11)",
        )
    ]


def _seconds(text: str) -> float:
    began = time.process_time()
    figures_of(text)
    return time.process_time() - began


def start_up() -> list[tuple[str, str]]:
    """How soon the command answers `--version`: the median of several starts."""
    command = Path(sys.executable).with_name("kechuang")
    times: list[float] = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([command, "--version"], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return [("kechuang --version", f"{sorted(times)[STARTS // 2]:.3f} s (aim ≤ 0.3)")]
