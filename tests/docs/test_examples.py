"""Every example in the documents does what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents import documents, with_true_output
from tracked import ROOT


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_print_what_is_shown(path: Path) -> None:
    shown = path.read_text(encoding="utf-8")

    assert with_true_output(shown) == shown, "`make docs` writes in what they really print"


def test_a_python_example_that_is_wrong_is_found() -> None:
    with pytest.raises(AssertionError, match="Expected"):
        with_true_output("```python\n>>> 1 + 1\n3\n```\n")


def test_a_command_that_prints_something_else_is_found() -> None:
    shown = "```console\n$ printf 2\n3\n```\n"

    assert with_true_output(shown) == "```console\n$ printf 2\n2\n```\n"
