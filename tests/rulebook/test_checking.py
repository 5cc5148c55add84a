"""Each cause of a refusal, in a rule file that is right otherwise: where, what, why, remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.reference import Problem
from kechuang.rulebook.errors import CODES, RulebookError
from kechuang.rulebook.library import load_rulebook, read_rulebook, rule_files

MISTAKES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("mistakes.toml").read_text(encoding="utf-8")
)
ONLY_IN_COMPUTING = {"magnitude"}
Check = Callable[[str | bytes], list[Problem]]


def test_nothing_is_wrong_with_the_rule_that_is_spoiled(problems_of: Check, right: str) -> None:
    assert problems_of(right) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_line_cause_and_remedy(
    problems_of: Check, right: str, name: str
) -> None:
    expected = MISTAKES[name]
    text = right
    for before, after in expected["spoiled"]:
        assert before in text
        text = text.replace(before, after, 1)
    (problem,) = problems_of(text)

    assert problem.line == expected["line"]
    assert problem.code == expected["code"]
    assert problem.what == expected["what"]
    assert problem.why.startswith(expected["why"])
    assert problem.remedy == expected["remedy"]
    assert str(problem).startswith(f"{problem.path}:{problem.line}：{problem.what}。原因：")


def test_every_code_has_a_mistake() -> None:
    assert {mistake["code"] for mistake in MISTAKES.values()} == set(CODES) - ONLY_IN_COMPUTING


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param("规则: 甲\n".encode("gb18030"), "文件不是 UTF-8 文本", id="gb18030"),
        pytest.param(b"", "“文件”这里的形状不对", id="empty"),
        pytest.param("甲", "“文件”这里的形状不对", id="scalar"),
        pytest.param("[" * 3000 + "]" * 3000, "", id="deep"),
        pytest.param("{a: " * 3000 + "}" * 3000, "", id="deep mappings"),
        pytest.param("a: 1\n---\nb: 2\n", "这一行的 YAML 读不下去", id="two documents"),
        pytest.param("a: \0\n", "这一行的 YAML 读不下去", id="nul"),
        pytest.param("#" * (1024 * 1024 + 1), "文件太大", id="large"),
        pytest.param("a: !!python/object/apply:os.getcwd []\n", "“a”有不认识的项", id="tag"),
    ],
)
def test_a_file_that_is_no_rule_is_told_and_never_an_error_of_ours(
    problems_of: Check, content: str | bytes, what: str
) -> None:
    problem = problems_of(content)[0]

    assert problem.what.startswith(what)
    assert all((problem.line >= 1, problem.what, problem.why, problem.remedy))


def test_aliases_that_would_grow_without_end_are_refused(problems_of: Check) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    problems = problems_of("\n".join(lines))

    assert {problem.what for problem in problems} == {"用了 YAML 锚点"}
    assert len(problems) < 300


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    _, (problem,) = read_rulebook([tmp_path / "none.yaml"])

    assert (problem.what, problem.remedy) == ("文件打不开", "检查路径和读取权限")


def test_several_mistakes_are_told_in_order_of_line(problems_of: Check, right: str) -> None:
    text = right.replace("<= 500 人", "<= 500 万元").replace("revenue * 1%", "revenu * 1%")

    assert [problem.line for problem in problems_of(text)] == [39, 42]


def test_a_mistake_of_a_definition_is_not_told_again_where_it_is_used(
    problems_of: Check, right: str
) -> None:
    text = right.replace("revenue * 2", "revenu * 2").replace("revenue * 1%", "revenu * 1%")

    assert [problem.line for problem in problems_of(text)] == [22, 42]


# --- beside other files


def two(folder: Path, one: str, other: str) -> list[Problem]:
    paths = [folder / "one.yaml", folder / "other.yaml"]
    for path, text in zip(paths, (one, other), strict=True):
        path.write_text(text, encoding="utf-8")
    _, problems = read_rulebook(paths)
    return problems


def test_the_same_version_in_two_files_is_told_of_both(tmp_path: Path, right: str) -> None:
    problems = two(tmp_path, right, right)

    assert [(each.path.name, each.code) for each in problems] == [
        ("one.yaml", "duplicate"),
        ("other.yaml", "duplicate"),
    ]


def test_versions_that_are_in_force_at_the_same_time_are_told(tmp_path: Path, right: str) -> None:
    later = right.replace('version: "2026"', 'version: "2027"').replace(
        "2026-01-01}", "2027-01-01}"
    )
    problems = two(tmp_path, right, later)

    assert [(each.path.name, each.code) for each in problems] == [("one.yaml", "dates")]
    assert "两个版本的生效期重叠" in problems[0].what


def passing(text: str, name: str, other: str) -> str:
    text = text.replace("rule: made_up", f"rule: {name}").replace("made_up}", f"{name}}}")
    return text.replace("when: twice >= least", f"when: passes({other})")


def test_rules_that_lead_back_to_themselves_are_told_with_the_way(
    tmp_path: Path, right: str
) -> None:
    problems = two(tmp_path, passing(right, "one", "other"), passing(right, "other", "one"))
    cycles = [each for each in problems if each.code == "cycle"]

    assert [each.path.name for each in cycles] == ["one.yaml", "other.yaml"]
    assert cycles[0].why == "other@2026 → one@2026"


def test_a_condition_that_the_other_rule_does_not_have_is_told(tmp_path: Path, right: str) -> None:
    problems = two(tmp_path, passing(right, "one", "other.none"), passing(right, "other", "is_set"))

    assert "“other”没有条件“none”" in [each.what for each in problems]


def test_a_rulebook_with_a_mistake_is_not_given(tmp_path: Path, right: str) -> None:
    (tmp_path / "own.yaml").write_text(right.replace("kind: award\n", ""), encoding="utf-8")

    with pytest.raises(RulebookError) as raised:
        load_rulebook(tmp_path)

    assert [problem.what for problem in raised.value.problems] == ["“文件”缺了必填的项"]


def test_rule_files_are_found_in_folders_below_by_their_endings(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "c.txt", "d.yaml.bak"):
        (tmp_path / "below").mkdir(exist_ok=True)
        (tmp_path / "below" / name).touch()

    assert [path.name for path in rule_files(tmp_path)] == ["a.yaml", "b.yml"]


# --- whatever somebody types

BITS = """
: { } [ ] - " revenue twice size_score 500人 0 999999999999亿元 1.23456789% -1 缺 是 2026-02-30 like
otherwise → >= and not passes(made_up) count(ip) elapsed(founded_on) 办法 true
"""
ANY = st.lists(st.sampled_from(["", " ", "\n", *BITS.split()]), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2000), length=st.integers(0, 40), bits=ANY)
def test_a_rule_that_is_spoiled_anywhere_is_read_or_told(
    problems_of: Check, right: str, place: int, length: int, bits: list[str]
) -> None:
    place = min(place, len(right))
    text = right[:place] + "".join(bits) + right[place + length :]

    for problem in problems_of(text):
        assert problem.code in CODES
        assert 1 <= problem.line <= text.count("\n") + 2
        assert all((problem.what, problem.why, problem.remedy))
