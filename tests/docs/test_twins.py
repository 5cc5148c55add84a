"""The English and the Chinese README say the same."""

from __future__ import annotations

import re

import pytest

from tracked import ROOT

ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINKS = re.compile(r"\]\(([^)\s]+)\)")


def heading_levels(text: str) -> list[int]:
    without_code = BLOCKS.sub("", text)
    return [len(marks) for marks in re.findall(r"^(#+) ", without_code, re.MULTILINE)]


def without_comments(code: str) -> list[str]:
    return [re.sub(r"\s+# .*$", "", line) for line in code.splitlines()]


def test_the_twins_have_the_same_headings() -> None:
    assert heading_levels(ENGLISH) == heading_levels(CHINESE)


def test_the_twins_have_the_same_code() -> None:
    english = [(name, without_comments(code)) for name, code in BLOCKS.findall(ENGLISH)]
    chinese = [(name, without_comments(code)) for name, code in BLOCKS.findall(CHINESE)]

    assert english == chinese
    assert english != []


def test_the_twins_link_to_the_same_pages() -> None:
    def targets(text: str) -> set[str]:
        return set(LINKS.findall(text)) - {"README.md", "README.zh-CN.md"}

    assert targets(ENGLISH) == targets(CHINESE)


@pytest.mark.parametrize("command", ["make setup", "make run", "make test", "make bench"])
def test_the_readme_names_the_command(command: str) -> None:
    assert command in ENGLISH
    assert command in CHINESE
