"""The environment of the peers, which no other part of the project shares."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "bench-peers"
PINS = ROOT / "requirements" / "bench-peers.txt"


def peers_python() -> Path:
    """The Python of that environment, made or brought up to the pins where that is needed.

    Raises:
        CalledProcessError: the packages could not be fetched.
    """
    python, stamp = FOLDER / "bin" / "python", FOLDER / "pins"
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == digest:
        return python
    uv = Path(sys.executable).with_name("uv")
    environment = _settings() | dict(os.environ)
    for arguments in (
        ["venv", "--quiet", "--clear", "--python", sys.executable, FOLDER],
        ["pip", "sync", "--quiet", "--require-hashes", "--python", python, PINS],
    ):
        subprocess.run([uv, *arguments], check=True, cwd=ROOT, env=environment)
    stamp.write_text(digest)
    return python


def _settings() -> dict[str, str]:
    """Where this machine's pip finds packages, in the words of uv."""
    lines = subprocess.run(
        [sys.executable, "scripts/pip_settings.py"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    pairs = (shlex.split(line)[1].partition("=") for line in lines if line)
    return {name: value for name, _, value in pairs}
