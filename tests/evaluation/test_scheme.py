"""What a scheme file says, and what is wrong with it: each row has one fault, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_schemes import scheme_of, two

from kechuang.evaluation.errors import CODES, SchemeError
from kechuang.evaluation.normalisation import Normalisation
from kechuang.evaluation.scheme_reading import load_scheme, read_scheme, shipped_schemes
from kechuang.evaluation.treatment import Treatment

GOOD = """\
scheme: made
name: 试方案
weights: shares
branches:
  - {code: total, name: 总分}
  - {code: one, name: 一组, parent: total, weight: 0.6}
  - {code: other, name: 二组, parent: total, weight: 0.4}
indicators:
  - {code: a, name: 甲项, parent: one, weight: 0.5}
  - {code: b, name: 乙项, parent: one, weight: 1/2}
  - {code: c, name: 丙项, parent: other, weight: 1}
classes:
  - {name: A, least: 80}
"""
FAULTS = [
    ("unknown_parent", 9, "parent: one, weight: 0.5", "parent: ones, weight: 0.5"),
    ("unknown_parent", 7, "parent: total, weight: 0.4", "weight: 0.4"),
    ("cycle", 7, "parent: total, weight: 0.4", "parent: other, weight: 0.4"),
    ("cycle", 4, "name: 总分}", "name: 总分, parent: one}"),
    ("empty_branch", 7, "parent: other, weight: 1", "parent: one, weight: 0"),
    ("empty_branch", 1, "indicators:\n", "extra:\n"),
    ("duplicate", 10, "code: b", "code: a"),
    ("duplicate", 11, "丙项", "甲项"),
    ("duplicate", 13, "weight: 1}\n", "weight: 1}\nname: 又名\n"),
    ("weights", 5, "weight: 0.4", "weight: 0.3"),
    ("weights", 6, "weight: 1/2", "weight: 0.4"),
    ("weights", 6, "parent: one, weight: 0.5", "parent: one"),
    ("weights", 6, "weight: 0.6", "weight: 0.6, comparisons: [[1]]"),
    ("schema", 10, "1/2", "一半"),
    ("schema", 10, "1/2", "-0.5"),
    ("schema", 10, "weight: 1/2", "weight: 1/2, wieght: 1"),
    ("schema", 10, "weight: 1/2", "weight: 1/2, direction: down"),
    ("schema", 10, "weight: 1/2", "weight: 1/2, normalisation: minmax"),
    ("schema", 10, "weight: 1/2", "weight: 1/2, normalisation: {method: goalposts}"),
    ("schema", 10, "1/2", "1/2, normalisation: {method: goalposts, from: 5, to: 5}"),
    ("schema", 10, "1/2", "1/2, normalisation: {method: min_max, low: 100}"),
    ("schema", 10, "1/2", "1/2, normalisation: {method: yardstick, standard: 0}"),
    ("schema", 10, "1/2", "1/2, normalisation: {method: level_growth, level: level_growth}"),
    ("schema", 10, "1/2", "1/2, normalisation: distance_to_unit"),
    ("schema", 10, "1/2", "1/2, reference_unit: x"),
    ("schema", 10, "1/2", "1/2, treatment: {points: 1.5}"),
    ("schema", 10, "1/2", "1/2, marks: {most: 0}"),
    ("schema", 6, "weight: 0.6", "weight: 0.6, aggregation: {method: generalised, power: 0}"),
    ("schema", 6, "weight: 0.6", "weight: 0.6, weighting: ahp"),
    ("schema", 6, "weight: 0.6", "weight: 0.6, comparisons: [[1, 2]]"),
    ("schema", 1, "name: 试方案\n", ""),
    ("schema", 2, "name: 试方案", "name: [试, 方案]"),
    ("schema", 4, "branches:\n", "branches: x\nbranch:\n"),
    ("schema", 12, "classes:\n", "availability: {least: 2}\nclasses:\n"),
    ("schema", 14, "least: 80}\n", "least: 80}\nrewards: {rank_rise: [{places: 3, amount: 5}]}\n"),
    ("classes", 14, "least: 80}\n", "least: 80}\n  - {name: B, least: 80}\n"),
    (
        "classes",
        13,
        "least: 80}",
        "least: 80}\nrewards: {class_rise: [{from: D, to: A, amount: 1万元}]}",
    ),
    ("classes", 13, "name: 总分}", "name: 总分, aggregation: copeland}"),
    ("classes", 13, "80}", "80}\nrewards: {class_rise: [{from: A, to: B, amount: 1万元}]}"),
    ("schema", 13, "80}", "80}\nrewards: {class_rise: [{from: A, to: A, amount: 多万元}]}"),
    ("schema", 3, "weights: shares", "weights: shares\ncolumns: {unit: {a: b}}"),
    ("schema", 4, "name: 总分}", "name: 总分, comparisons: [[1, x], [1, 1]]}"),
    ("yaml", 2, "name: 试方案", "name: 试方案: 二"),
]


def problems_of(folder: Path, text: str) -> SchemeError:
    with pytest.raises(SchemeError) as refused:
        scheme_of(folder, text)
    return refused.value


@pytest.mark.parametrize(
    ("code", "line", "old", "new"), FAULTS, ids=[f"{row[0]}: {row[3]}" for row in FAULTS]
)
def test_fault_is_told_at_its_line(
    tmp_path: Path, code: str, line: int, old: str, new: str
) -> None:
    assert GOOD.count(old) >= 1

    found = problems_of(tmp_path, GOOD.replace(old, new, 1))

    assert code in {each.code for each in found.problems}
    assert any(abs(each.line - line) <= 1 for each in found.problems if each.code == code)
    assert all(each.code in CODES for each in found.problems)


def test_the_scheme_of_the_faults_is_right_without_them(tmp_path: Path) -> None:
    scheme = scheme_of(tmp_path, GOOD)

    assert [each.code for each in scheme.branches] == ["total", "one", "other"]
    assert [each.code for each in scheme.leaves("one")] == ["a", "b"]
    assert [each.code for each in scheme.leaves("total")] == ["a", "b", "c"]
    assert [each.code for each in scheme.leaves("c")] == ["c"]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("丙项", "甲项").replace("parent: one, weight: 0.5", "parent: x, weight: 5")

    found = problems_of(tmp_path, text.replace("least: 80", "least: 很高"))

    assert {each.code for each in found.problems} == {"duplicate", "unknown_parent", "schema"}
    assert [each.line for each in found.problems] == sorted(each.line for each in found.problems)


def test_a_key_that_is_not_known_is_told_with_those_that_are(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("weight: 1/2", "weight: 1/2, treatmnt: none"))

    assert [each.remedy for each in found.problems] == ["是不是“treatment”"]


def test_a_circle_is_told_once_with_its_way(tmp_path: Path) -> None:
    text = GOOD.replace("parent: total, weight: 0.6", "parent: other, weight: 0.6").replace(
        "parent: total, weight: 0.4", "parent: one, weight: 0.4"
    )

    circles = [each for each in problems_of(tmp_path, text).problems if each.code == "cycle"]

    assert len(circles) == 1
    assert "one → other → one" in circles[0].why


def test_a_sum_of_weights_is_told_with_its_parts(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("weight: 0.4", "weight: 0.3"))

    assert "0.6 + 0.3 = 0.9，应为 1" in str(found)


@pytest.mark.parametrize(
    ("form", "weights", "right"),
    [
        ("points", (60, 40, 30, 30, 40), True),
        ("points", (60, 40, 30, 20, 40), False),
        ("points", (60, 30, 30, 30, 30), False),
        ("percents", (60, 40, 50, 50, 100), True),
        ("percents", (60, 40, 30, 30, 40), False),
        ("relative", (6, 4, 1, 7, 2), True),
        ("relative", (6, 4, 1, 7, 0), False),
    ],
)
def test_weights_sum_to_what_the_scheme_says(
    tmp_path: Path, form: str, weights: tuple[int, ...], right: bool
) -> None:
    text = GOOD.replace("shares", form)
    old_weights = ("0.6", "0.4", "0.5", "1/2", "1}")
    for old, new in zip(reversed(old_weights), reversed(weights), strict=True):
        text = text.replace(f"weight: {old}", f"weight: {new}" + ("}" if old == "1}" else ""), 1)

    if right:
        assert scheme_of(tmp_path, text).weights == form
    else:
        assert {each.code for each in problems_of(tmp_path, text).problems} == {"weights"}


def test_indicators_take_the_defaults_and_their_own(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        top="defaults: {missing: mean, treatment: {points: 3}, normalisation: {method: min_max, "
        "low: 1}, aggregation: {method: geometric, least: 0.5}}\n",
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total}
  - {code: b, name: 乙项, parent: total, missing: none, treatment: none, normalisation: z_score}
""",
    )

    first, second = scheme.indicators
    assert (first.imputation, first.treatment) == ("mean", Treatment(points=3))
    assert first.normalisation == Normalisation("min_max", low=1)
    assert (second.imputation, second.treatment) == ("none", None)
    assert second.normalisation == Normalisation("z_score", cap=100.0)
    assert (scheme.total.aggregation.method, scheme.total.aggregation.least) == ("geometric", 0.5)


def test_rules_over_years_are_not_mixed_with_those_of_one(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="all_years"):
        two(
            tmp_path,
            top="normalise_over: all_years\ndefaults: {normalisation: {method: level_growth}}\n",
        )


def test_growth_is_not_taken_of_treated_values(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="treatment: none"):
        two(
            tmp_path,
            top="defaults: {treatment: {points: 5}, normalisation: {method: level_growth}}\n",
        )


@pytest.mark.parametrize("code", shipped_schemes())
def test_shipped_scheme_says_that_its_weights_are_not_verified(code: str) -> None:
    scheme = load_scheme(code)

    assert load_scheme(scheme.name) == scheme
    assert "示例" in scheme.name
    assert any(word in scheme.remark for word in ("未经核实", "没有找到"))


def test_the_county_scheme_has_the_frame_of_the_public_reports() -> None:
    scheme = load_scheme("示例县域方案")

    assert [each.name for each in scheme.branches[1:]] == [
        "创新投入",
        "创新主体",
        "创新条件",
        "创新产出",
        "创新管理",
    ]
    assert len(scheme.indicators) == 17
    marked = [each for each in scheme.indicators if each.marks is not None]
    assert sum(each.weight for each in marked) == 15
    assert sum(each.weight for each in scheme.indicators) == 100
    assert [(band.name, band.least) for band in scheme.bands] == [("A", 80), ("B", 60), ("C", 0)]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("没有.yaml", None, "打不开"),
        ("空.yaml", b"", "没有 branches"),
        ("表.yaml", "县,分\n甲,1\n".encode(), "形状不对"),
        ("编码.yaml", "name: 方案".encode("gb18030"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_scheme_is_told(
    tmp_path: Path, name: str, content: bytes | None, what: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SchemeError, match=what):
        read_scheme(path)
