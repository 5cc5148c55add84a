"""A file and a function stay small enough to be read in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracked import ROOT, python_files

LINES_OF_A_FILE = 500
LINES_OF_A_TEST = 600  # a table of cases is read by its rows
LINES_OF_A_FUNCTION = 60


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield node.name, length


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# What Django writes is not read but made anew.
WRITTEN = [path for path in python_files() if "/migrations/" not in named(path)]


@pytest.mark.parametrize("path", WRITTEN, ids=named)
def test_file_and_its_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    most = LINES_OF_A_TEST if named(path).startswith("tests/") else LINES_OF_A_FILE
    assert len(source.splitlines()) <= most
    assert list(long_functions(source)) == []


def test_a_long_function_is_found() -> None:
    source = "def long():\n" + "    pass\n" * LINES_OF_A_FUNCTION

    assert list(long_functions(source)) == [("long", LINES_OF_A_FUNCTION + 1)]
