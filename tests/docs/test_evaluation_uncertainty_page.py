"""The page on uncertainty says what a scheme can vary and what the command and the charts give."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from kechuang.cli.evaluation_further import MOST_DRAWN
from kechuang.evaluation.improving import COST, INDICATOR, MOST, STEP
from kechuang.evaluation.scheme_reading import read_scheme
from kechuang.evaluation.uncertainty import CONFIDENCE, MOST_SCORES
from tracked import ROOT

PAGE = (ROOT / "docs" / "evaluation-uncertainty.md").read_text(encoding="utf-8")
SCHEME = """
scheme: own
name: 本局方案
branches:
  - {code: total, name: 总分}
indicators:
  - {code: a, name: 甲项, parent: total}
"""


def test_the_alternatives_of_the_page_can_be_read_and_are_all_there(tmp_path: Path) -> None:
    [block] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / "方案.yaml"
    path.write_text(SCHEME + block, encoding="utf-8")
    found = read_scheme(path).alternatives
    assert found.noise == 0.25
    assert all((found.imputations, found.points, found.normalisations, found.aggregations))
    assert found.leave_one_out
    source = (ROOT / "src/kechuang/evaluation/scheme_reading.py").read_text(encoding="utf-8")
    section = source.partition("def _alternatives")[2].partition("\ndef _points")[0]
    keys = set(re.findall(r"part\.\w+\(\s*\"(\w+)\"", section)) | {"winsorise"}
    assert keys == set(re.findall(r"^  (\w+):", block, re.MULTILINE))


def test_numbers_of_the_page_are_those_of_the_data() -> None:
    folder = ROOT / "src" / "kechuang" / "evaluation"
    usual = tomllib.loads((folder / "levers.toml").read_text("utf-8"))
    assert f"a step is {usual['step']:.0%}".replace("%", " %") in PAGE
    assert f"up to {usual['most']} steps" in PAGE
    assert f"holds {CONFIDENCE:.0%}".replace("%", " %") in PAGE
    assert f"Beyond {MOST_DRAWN} units" in PAGE
    assert f"{MOST_SCORES // 10**6} million scores" in PAGE


def test_the_file_of_costs_has_its_headers_on_the_page() -> None:
    assert all(header in PAGE for header in (INDICATOR, STEP, MOST, COST))
    example = ROOT / "examples" / "evaluation" / "示例改进成本.csv"
    assert example.read_text("utf-8").startswith(f"{INDICATOR},{STEP},{MOST},{COST}\n")
