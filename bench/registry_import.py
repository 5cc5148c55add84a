"""A workbook of 100,000 enterprises × 40 columns through the whole import, beside the floor.

The floor is calamine reading the same file and `executemany` of the same rows into the same tables
and indexes, in the same run. The import checks, compares, stages and writes; it keeps for each row
what an undo needs, and the audit trail. Each runs in a process of its own over a database of its
own; peak memory is the process's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.eligibility_peers.environment import ROOT

Rows = list[tuple[str, str]]
FULL, QUICK = 100_000, 10_000
WORKER = Path(__file__).with_name("registry_import_worker.py")
PURPOSES = ("organisations", "yearly_facts")
COLUMNS, MOST_CELLS = 40, 10_000_000


def measure(rows: int) -> Iterator[tuple[str, Rows]]:
    """The import of organisations, then of their yearly facts."""
    with TemporaryDirectory(prefix="bench-import") as folder:
        base = Path(folder)
        for purpose in PURPOSES:
            file = base / f"{purpose}.xlsx"
            _run("make", base / "ours", purpose, file, rows)
            ours = _run("ours", base / "ours", purpose, file, rows)
            floor = _run("floor", base / f"floor-{purpose}", purpose, file, rows, base / "ours")
            yield f"{rows:,} × 40 {purpose} from .xlsx", _told(ours, floor)


def measure_cells(cells: int) -> Iterator[tuple[str, Rows]]:
    """The most memory of an import of so many cells: as workbook, as CSV, and as too large a file.

    A workbook of a row more than is taken is refused; a CSV is read in pieces, so that twice as
    many rows need hardly more memory.
    """
    rows = cells // COLUMNS - 1  # and the header
    with TemporaryDirectory(prefix="bench-import") as folder:
        base, purpose = Path(folder), PURPOSES[0]
        told: Rows = []
        for name, many in (("x.xlsx", rows), ("x.csv", rows // 2), ("x.csv", rows)):
            file = base / name
            _run("make", base / f"{many}{name}", purpose, file, many)
            found = _run("ours", base / f"{many}{name}", purpose, file, many)
            told.append((f"{many:,} rows of {file.suffix}", _of_peak(found)))
        file = base / "large.xlsx"
        _run("make", base / "large", purpose, file, MOST_CELLS // COLUMNS)
        found = _run("refused", base / "large", purpose, file, 0)
        told.append((f"{MOST_CELLS + COLUMNS:,} cells of .xlsx", _of_peak(found)))
        yield f"Memory of imports of {cells:,} cells", told


def _of_peak(found: dict[str, Any]) -> str:
    told = found.get("refused") or f"{found['written']:,} rows written"
    return f"{found['peak']:,.0f} MiB (aim 1,024): {told}"


def _run(role: str, data: Path, *arguments: object) -> dict[str, Any]:
    environment = {
        **os.environ,
        "KECHUANG_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "kechuang.office.site.settings",
    }
    told = subprocess.run(
        [sys.executable, str(WORKER), role, *map(str, arguments)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise RuntimeError(told.stderr[-4000:])
    return json.loads(told.stdout.splitlines()[-1])


def _told(ours: dict[str, Any], floor: dict[str, Any]) -> Rows:
    whole = ours["check"] + ours["write"]
    least = floor["read"] + floor["write"]
    return [
        ("rows written", f"{ours['written']:,} rows of the file, {ours['records']:,} records"),
        ("check, compare, stage", f"{ours['check']:.1f} s"),
        ("compare again and write", f"{ours['write']:.1f} s"),
        ("calamine", f"{floor['read']:.1f} s"),
        ("executemany", f"{floor['write']:.1f} s of {floor['records']:,} records"),
        ("import : floor", f"{whole:.1f} : {least:.1f} s = {whole / least:.2f} times (aim 4)"),
        (
            "of the processor alone",
            f"{ours['processor']:.1f} : {floor['processor']:.1f} s = "
            f"{ours['processor'] / floor['processor']:.2f} times",
        ),
        ("peak memory", f"{ours['peak']:.0f} MiB (aim 1,024), floor {floor['peak']:.0f} MiB"),
    ]
