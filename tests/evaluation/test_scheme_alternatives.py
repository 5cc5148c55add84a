"""What a scheme says it could have chosen otherwise, also wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_schemes import two

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.errors import SchemeError
from kechuang.evaluation.normalisation import Normalisation

WHOLE = """
uncertainty:
  weights: 0.2
  missing: [mean, group_median]
  winsorise: [1, 3]
  normalisation:
    - {method: min_max, low: 1}
    - {method: z_score, centre: 10, spread: 2}
  aggregation:
    - {method: arithmetic}
    - {method: generalised, power: -0.5}
  by_level: yes
  leave_one_out: yes
"""


def test_every_alternative_is_read(tmp_path: Path) -> None:
    assert two(tmp_path, top=WHOLE).alternatives == Alternatives(
        imputations=("mean", "group_median"),
        points=(1, 3),
        normalisations=(
            Normalisation(low=1),
            Normalisation("z_score", centre=10, spread=2),
        ),
        aggregations=(Aggregation(), Aggregation("generalised", power=-0.5)),
        by_level=True,
        noise=0.2,
        leave_one_out=True,
    )


def test_without_a_word_weights_and_indicators_vary_as_is_usual(tmp_path: Path) -> None:
    found = two(tmp_path).alternatives
    assert found == Alternatives(noise=0.25, leave_one_out=True)


def test_a_scheme_may_have_no_alternatives(tmp_path: Path) -> None:
    assert two(tmp_path, top="uncertainty: {weights: 0}\n").alternatives == Alternatives()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("weights: 1.5", "0 到 1"),
        ("missing: [mean, best]", "“best”"),
        ("winsorise: [1, 两]", "“两”"),
        ("normalisation: [{method: minmax}]", "“minmax”"),
        ("aggregation: [{method: generalised}]", "power"),
        ("by_level: maybe", "“maybe”"),
        ("noise: 0.2", "不认识“noise”"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(SchemeError, match=says) as raised:
        two(tmp_path, top=f"uncertainty:\n  {line}\n")
    assert all(problem.line >= 3 for problem in raised.value.problems)
