"""The page on evaluation says what schemes can hold and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from kechuang.evaluation.aggregation import Averaging
from kechuang.evaluation.errors import CODES
from kechuang.evaluation.missing import IMPUTING
from kechuang.evaluation.normalisation import NormalisingMethod
from kechuang.evaluation.scheme_reading import read_scheme, shipped_schemes
from kechuang.evaluation.weighting import Weighting
from tracked import ROOT

PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
SCHEME = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
WORDS = (
    *get_args(NormalisingMethod),
    *get_args(Averaging),
    *get_args(Weighting),
    *IMPUTING,
    *shipped_schemes(),
)


def test_the_codes_of_the_page_are_those_of_the_engine() -> None:
    refused = PAGE.partition("| code | meaning |")[2]

    assert dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", refused, re.MULTILINE)) == CODES


@pytest.mark.parametrize("word", sorted(set(WORDS)))
def test_every_method_is_on_the_page(word: str) -> None:
    assert re.search(rf"`(\{{method: )?{word}\b", PAGE)


def test_the_scheme_of_the_page_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "方案.yaml"
    path.write_text(SCHEME, encoding="utf-8")

    assert len(read_scheme(path).indicators) == 4


def test_every_key_of_the_top_is_on_the_page() -> None:
    source = (ROOT / "src/kechuang/evaluation/scheme_reading.py").read_text(encoding="utf-8")
    keys = re.findall(r"\btop\.\w+\(\s*\"(\w+)\"", source)

    assert [key for key in keys if f"`{key}`" not in PAGE] == []
    assert len(keys) >= 12
