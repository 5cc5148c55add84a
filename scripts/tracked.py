"""The project's own files, as git knows them or, without git, as they lie."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_MADE_HERE = {"out", "dist", "build", "__pycache__", "node_modules"}
_OUR_HIDDEN = {".ci", ".gitignore"}


def tracked_files(root: Path = ROOT) -> list[Path]:
    """List the files under version control, and those that are about to be."""
    if shutil.which("git"):
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=False,
        )
        if listing.returncode == 0:
            names = listing.stdout.decode().split("\0")
            return sorted(path for name in names if name and (path := root / name).is_file())
    return sorted(path for path in root.rglob("*") if path.is_file() and _ours(path, root))


def _ours(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    hidden = {part for part in parts if part.startswith(".")}
    return hidden <= _OUR_HIDDEN and not _MADE_HERE & set(parts)


def python_files(root: Path = ROOT) -> list[Path]:
    """List the Python files among them."""
    return [path for path in tracked_files(root) if path.suffix == ".py"]


def text_of(path: Path) -> str | None:
    """Give a file's text, or None where it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
