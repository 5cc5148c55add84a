"""Which files of the given paths are reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kechuang.reading.documents.model import DocumentError, Skipped, settings


def discover(paths: Iterable[Path]) -> tuple[list[Path], list[Skipped]]:
    """The reports among `paths`, and what was passed over with the reason.

    A folder is walked to the bottom in the order of names; its files of other formats and its
    hidden files are skipped. A file that is named itself is always taken, so that opening it can
    say what is wrong with it. A file that is met twice is taken once. Links to folders are not
    followed.

    Raises:
        DocumentError: a folder may not be listed, or holds no report.
    """
    files: dict[Path, None] = {}
    skipped: list[Skipped] = []
    for path in paths:
        if not path.is_dir():
            files.setdefault(path)
            continue
        found, passed = _walk(path)
        if not found:
            endings = "、".join(settings()["extensions"])
            raise DocumentError("no_reports", path, endings)
        files.update(dict.fromkeys(found))
        skipped += passed
    return list(files), skipped


def _walk(folder: Path) -> tuple[list[Path], list[Skipped]]:
    found: list[Path] = []
    skipped: list[Skipped] = []
    for path in _children(folder):
        reason = _reason(path)
        if reason:
            skipped.append(Skipped(path, reason))
        elif path.is_dir():
            deeper, passed = _walk(path)
            found += deeper
            skipped += passed
        else:
            found.append(path)
    return found, skipped


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except PermissionError as error:
        raise DocumentError("permission", folder) from error
    except OSError as error:
        raise DocumentError("missing", folder) from error


def _reason(path: Path) -> str:
    """Why a folder's entry is no report; empty where it is one or is a folder."""
    if path.name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    if path.is_symlink() and path.is_dir():
        return "指向文件夹的链接"
    if path.is_dir() or path.suffix.lower() in settings()["extensions"]:
        return ""
    return f"不是报告格式（{path.suffix or '没有扩展名'}）"
