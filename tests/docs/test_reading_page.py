"""The page on reading tells what the reader and its checks do."""

from __future__ import annotations

import re

import pytest

from kechuang.reading import About, check, read_stepwise, read_text
from kechuang.reading.checks import CHECKS
from tracked import ROOT

PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
SENTENCES = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+。) \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("name", [each.__name__ for each in CHECKS])
def test_check_speaks_at_the_sentence_of_the_page(name: str) -> None:
    reading = read_text(SENTENCES[name], about=About(region="示例省示例市甲县", year=2024))

    assert [finding.check for finding in check([reading])] == [name]


def test_steps_of_the_page_are_those_of_the_reader_in_order() -> None:
    of_the_reader = [name for name, _ in read_stepwise("")]
    on_the_page = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE, re.MULTILINE)

    assert [name for name in on_the_page if name in of_the_reader] == of_the_reader
