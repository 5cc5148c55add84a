"""The registry with 200,000 enterprises: its pages beside bare SQL and bare views."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from bench.eligibility_peers.environment import ROOT
from bench.office import KECHUANG, Rows

FULL, QUICK = 200_000, 20_000


def measure(rows: int) -> Iterator[tuple[str, Rows]]:
    """Build the made-up city, add so many firms, and ask its pages."""
    with TemporaryDirectory(prefix="bench-registry") as folder:
        environment = {**os.environ, "KECHUANG_DATA": folder}
        subprocess.run([*KECHUANG, "demo"], env=environment, capture_output=True, check=True)
        command = [sys.executable, "-m", "bench.registry_pages", "--rows", str(rows)]
        told = subprocess.run(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        lines = [line.partition("\t") for line in told.stdout.splitlines()]
        yield f"Registry of {rows:,} enterprises", [(name, value) for name, _, value in lines]
