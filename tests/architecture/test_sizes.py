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


def too_long(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    most = LINES_OF_A_TEST if named(path).startswith("tests/") else LINES_OF_A_FILE
    lines = len(source.splitlines())
    if lines > most:
        yield f"{named(path)} has {lines} lines"
    yield from (f"{named(path)}: {name} has {lines}" for name, lines in long_functions(source))


# A test for each folder: a thousand small ones would cost more than what they do.
@pytest.mark.parametrize("folder", sorted({named(path).split("/")[0] for path in WRITTEN}))
def test_files_and_their_functions_are_short(folder: str) -> None:
    here = [path for path in WRITTEN if named(path).split("/")[0] == folder]
    assert [each for path in here for each in too_long(path)] == []


def test_a_long_function_is_found() -> None:
    source = "def long():\n" + "    pass\n" * LINES_OF_A_FUNCTION

    assert list(long_functions(source)) == [("long", LINES_OF_A_FUNCTION + 1)]
