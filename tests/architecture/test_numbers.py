"""Money and quantities are Decimal; binary fractions never touch them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tracked import ROOT, python_files

EXACT = ROOT / "src" / "kechuang" / "figures"


def floats_in(source: str) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: {node.value}")
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"line {node.lineno}: float")
    return found


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "path", [path for path in python_files() if EXACT in path.parents], ids=named
)
def test_figures_hold_no_float(path: Path) -> None:
    assert floats_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", ["x = 0.1", "x = float('1')", "def f(x: float): pass"])
def test_a_float_is_found(source: str) -> None:
    assert len(floats_in(source)) == 1
