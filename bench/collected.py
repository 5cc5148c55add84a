"""A form of 167 townships × 200 rows: split, filled in, read back and merged as jobs.

The jobs run in a process of its own over a database of its own, as the worker of an installation
runs them. Filling in stands for what townships do and is told apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.eligibility_peers.environment import ROOT

Rows = list[tuple[str, str]]
FULL, QUICK = (167, 200), (20, 50)
WORKER = Path(__file__).with_name("collected_worker.py")


def measure(parts: int, rows: int) -> Iterator[tuple[str, Rows]]:
    """The whole way of one form."""
    with TemporaryDirectory(prefix="bench-collections") as folder:
        environment = {
            **os.environ,
            "KECHUANG_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "kechuang.office.site.settings",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "hostile"))),
        }
        told = subprocess.run(
            [sys.executable, str(WORKER), str(parts), str(rows)],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if told.returncode:
        raise RuntimeError(told.stderr[-4000:])
    found = json.loads(told.stdout.splitlines()[-1])
    whole = sum(found[step][0] for step in ("split", "read", "merge"))
    lines = [
        (name, f"{found[step][0]:.1f} s ({found[step][1]:.1f} s of the processor)")
        for step, name in (
            ("set_up", "find the table, say who is asked"),
            ("split", "job: split"),
            ("fill", "filled in by everybody"),
            ("upload", "upload as one .zip"),
            ("read", "job: read what came back"),
            ("merge", "job: merge"),
        )
    ]
    yield (
        f"A form of {parts} × {rows} rows",
        [
            *lines,
            ("split + fill + read + merge", f"{whole + found['fill'][0]:.1f} s (aim 60)"),
            ("cells filled in / merged", f"{found['cells']:,} / {found['merged']:,}"),
            ("peak memory", f"{found['peak']:.0f} MiB"),
        ],
    )
