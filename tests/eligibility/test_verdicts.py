"""The verdicts frame, and what a change of thresholds would do."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from kechuang.eligibility.data import load_frames
from kechuang.eligibility.verdicts import verdicts_of
from kechuang.eligibility.what_if import setting, what_if
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

DAY = date(2026, 7, 1)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "enterprises"


@pytest.fixture(scope="module")
def rule() -> Rule:
    return load_rulebook().find("tech_sme_national", DAY)


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.DataFrame]:
    return dict(load_frames(EXAMPLES, subject="enterprises", as_of=DAY).frames)


def test_columns_are_those_of_the_architecture(rule: Rule, frames: dict[str, pl.DataFrame]) -> None:
    found = verdicts_of(rule, load_rulebook(), frames, DAY, trace=True)

    expected = "enterprise_code rule_id rule_version as_of verdict score missing trace"
    assert found.columns == expected.split()


def test_a_missing_column_is_named_for_everyone_whose_verdict_it_leaves_open(
    rule: Rule, frames: dict[str, pl.DataFrame]
) -> None:
    frames = {**frames, "enterprises": frames["enterprises"].drop("total_assets__y0")}

    found = verdicts_of(rule, load_rulebook(), frames, DAY)

    unknown = found.filter(pl.col("verdict") == "unknown")
    assert unknown.height > 7
    assert unknown["missing"].list.contains("total_assets__y0").all()


def test_a_missing_frame_is_named_only_where_it_decides(
    rule: Rule, frames: dict[str, pl.DataFrame]
) -> None:
    found = verdicts_of(
        rule, load_rulebook(), {name: each for name, each in frames.items() if name != "ip"}, DAY
    )

    named = found.filter(pl.col("missing").list.contains("ip"))
    assert 0 < named.height < found.height
    assert set(named["verdict"]) == {"unknown"}


def test_without_a_change_nobody_moves(rule: Rule, frames: dict[str, pl.DataFrame]) -> None:
    comparison = what_if(rule, load_rulebook(), frames, DAY, {})

    assert comparison.moves.is_empty()


def test_who_enters_and_leaves_is_what_the_verdicts_say(
    rule: Rule, frames: dict[str, pl.DataFrame]
) -> None:
    lower = what_if(rule, load_rulebook(), frames, DAY, {"enough": Fraction(40)})
    higher = what_if(rule, load_rulebook(), frames, DAY, {"enough": Fraction(90)})

    assert lower.enters.height == lower.counts["qualified"][1] - lower.counts["qualified"][0]
    assert lower.enters.height > 0
    assert lower.leaves.is_empty()
    assert higher.enters.is_empty()
    assert lower.by("county")["enters"].sum() == lower.enters.height
    assert set(lower.by("industry")["industry"]) <= set("ABCDEFGHIJKLMNOPQRST")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("enough=55 分", Fraction(55)),
        ("staff = 600 人", Fraction(600)),
        ("revenue=30000 万元", Fraction(30_000 * 1_000_000)),
        ("staff_score.1=12.5%", Fraction(1, 8)),
    ],
)
def test_a_setting_is_read_with_its_unit(rule: Rule, written: str, value: Fraction) -> None:
    assert setting(rule, written)[1] == value


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("enough", "unknown_name"),
        ("nothing=5", "unknown_name"),
        ("staff=600", "unit"),
        ("staff=600 元", "unit"),
        ("staff=many", "type"),
        ("staff=", "syntax"),
    ],
)
def test_a_setting_that_cannot_be_read_says_why(rule: Rule, written: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        setting(rule, written)

    assert refused.value.code == code
