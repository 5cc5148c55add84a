"""The project's own files, as git knows them or, without git, as they lie."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NOT_OURS = {".git", ".venv", ".cache", "out", "dist", "build", "__pycache__", "node_modules"}


def tracked_files(root: Path = ROOT) -> list[Path]:
    """List the files under version control, and those that are about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
        return sorted(path for name in names if name and (path := root / name).is_file())
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not _NOT_OURS & set(path.relative_to(root).parts)
    )


def python_files(root: Path = ROOT) -> list[Path]:
    """List the Python files among them."""
    return [path for path in tracked_files(root) if path.suffix == ".py"]


def text_of(path: Path) -> str | None:
    """Give a file's text, or None where it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
