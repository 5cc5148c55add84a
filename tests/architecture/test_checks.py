"""Every check is one public function in a file of its name, and leans on no other check."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tracked import ROOT

CHECKS = ROOT / "src" / "kechuang" / "reading" / "checks"


def check_files() -> list[Path]:
    return sorted(path for path in CHECKS.glob("*.py") if not path.name.startswith("_"))


def public_functions(source: str) -> list[str]:
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("path", check_files(), ids=lambda path: path.stem)
def test_check_file_holds_the_function_of_its_name(path: Path) -> None:
    assert public_functions(path.read_text(encoding="utf-8")) == [path.stem]
