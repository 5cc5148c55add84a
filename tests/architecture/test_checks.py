"""Every check is one function that gives findings, in a file of its name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tracked import ROOT

CHECKS = ROOT / "src" / "kechuang" / "reading" / "checks"


def check_files() -> list[Path]:
    return sorted(path for path in CHECKS.glob("*.py") if not path.name.startswith("_"))


def checks_in(source: str) -> list[str]:
    """Name the public functions that give findings."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and "Finding" in ast.unparse(node.returns)
    ]


def test_there_are_checks() -> None:
    assert len(check_files()) >= 8


@pytest.mark.parametrize("path", check_files(), ids=lambda path: path.stem)
def test_a_check_has_a_file_of_its_name(path: Path) -> None:
    assert checks_in(path.read_text(encoding="utf-8")) == [path.stem]
