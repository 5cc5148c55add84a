"""The page on the rulebook says what the parser and the checker do."""

from __future__ import annotations

import re

import pytest
import yaml

from kechuang.rulebook.errors import CODES
from kechuang.rulebook.parsing import FUNCTIONS, LONGEST, MOST_WORDS, parse
from kechuang.rulebook.tables import parse_bands, parse_choice
from tracked import ROOT

PAGE = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
CODE_ROWS = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", PAGE.partition("## Mistakes")[2], re.M))
EXPRESSIONS = PAGE.partition("## Expressions")[2].partition("\n## ")[0]
WRITTEN = [
    text
    for row in re.findall(r"^\| (`.+?) \| ", EXPRESSIONS, re.MULTILINE)
    for text in re.findall(r"`([^`]+)`", row)
    if text not in {"+ - *"}
]
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_codes_of_the_page_are_those_of_the_checker() -> None:
    assert CODE_ROWS == CODES


@pytest.mark.parametrize("text", WRITTEN)
def test_an_expression_of_the_page_is_read(text: str) -> None:
    parse(text)


def test_every_function_is_on_the_page() -> None:
    assert {name for name in FUNCTIONS if f"{name}(" not in EXPRESSIONS} == set()


def test_the_limits_of_the_page_are_those_of_the_parser() -> None:
    assert f"{LONGEST} characters, {MOST_WORDS} words" in PAGE


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.partition("\n")[0])
def test_an_example_of_the_page_is_yaml(block: str) -> None:
    assert yaml.safe_load(block)


def test_the_tables_of_the_page_are_read() -> None:
    block = next(block for block in BLOCKS if block.startswith("scores:"))
    for score in yaml.load(block, yaml.BaseLoader)["scores"]:  # noqa: S506 - it makes only texts
        if isinstance(score.get("bands"), list):
            parse_bands(score["bands"])
        for line in score.get("choose", ()):
            parse_choice(line)
