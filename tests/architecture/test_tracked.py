"""The rules of the house look at our own files, with git or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracked import ROOT, tracked_files


def test_without_git_our_files_are_found_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("src/a.py", ".ci/run", ".venv/lib/b.py", "out/c.csv", ".cache/d.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setenv("PATH", "")

    found = [str(path.relative_to(tmp_path)) for path in tracked_files(tmp_path)]

    assert found == [".ci/run", "src/a.py"]


def test_the_package_is_among_them() -> None:
    assert ROOT / "src" / "kechuang" / "__init__.py" in tracked_files()
