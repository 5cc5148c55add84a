"""Examples and boundary tables of a rule file: what they stand for, and when they fail."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kechuang.eligibility.examples import Cases, uncaught
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import read_rulebook
from kechuang.rulebook.model import Rule

LAST = "boundaries:\n"


def of(text: str, folder: Path) -> tuple[Rule, Rulebook]:
    path = folder / "made_up.2026.yaml"
    path.write_text(text, encoding="utf-8")
    book, problems = read_rulebook([path])
    assert problems == []
    return next(iter(book)), book


def failures(text: str, folder: Path) -> list[tuple[str, str, str]]:
    rule, book = of(text, folder)
    return [(each.item, each.expected, each.actual) for each in Cases(rule, book).failures()]


def with_example(right: str, *lines: str) -> str:
    return right.replace(LAST, "".join(f"  {line}\n" for line in lines) + LAST)


def test_the_cases_of_the_right_rule_pass(right: str, tmp_path: Path) -> None:
    assert failures(right, tmp_path) == []


def test_an_example_like_another_takes_everything_but_its_changes(
    right: str, tmp_path: Path
) -> None:
    rule, _ = of(right, tmp_path)
    first, second, boundary = rule.cases

    assert first.given == {
        "revenue__y0": 500_000_000,
        "staff_total_quarterly__y0": 500_0000,
        "founded_on": date(2020, 1, 1),
    }
    assert second.given == {**first.given, "staff_total_quarterly__y0": 501_0000}
    assert second.as_of == first.as_of == date(2026, 7, 1)
    assert boundary.given == {**first.given, "revenue__y0": 1_000_000_000}
    assert boundary.expect == {"size_score": "10 分"}


def test_rows_are_repeated_and_the_first_is_varied(right: str, tmp_path: Path) -> None:
    text = right.replace("facts:\n", "facts:\n  ip: {source: 证书}\n").replace(
        "  - {id: enough",
        "  - {id: ip_held, name: 有知识产权, article: 办法 第三条, "
        "when: count(ip where valid on as_of) >= 3 件}\n  - {id: enough",
    )
    row = "{class: I, status: valid, granted_on: 2024-01-01, expires_on: 2030-01-01, times: 3}"
    text = text.replace(
        "founded_on: 2020-01-01}", f"founded_on: 2020-01-01}}\n    rows: {{ip: [{row}]}}"
    )
    text += (
        "  - {like: 符合, vary: ip.times, shows: ip_held, rows: [2 → 不符合, 3 → 符合]}\n"
        "  - {like: 符合, vary: ip.status, shows: ip_held, rows: [lapsed → 不符合]}\n"
        "  - {like: 符合, vary: as_of, shows: ip_held, rows: [2023-12-31 → 不符合]}\n"
    )
    rule, _ = of(text, tmp_path)

    assert failures(text, tmp_path) == []
    assert [len(case.rows["ip"]) for case in rule.cases] == [3, 3, 3, 2, 3, 3, 3]


@pytest.mark.parametrize(
    ("spoiled", "item", "expected", "actual"),
    [
        (("verdict: 符合, amount", "verdict: 不符合, amount"), "verdict", "不符合", "符合"),
        (("amount: 5 万元", "amount: 6 万元"), "amount", "6 万元", "5 万元"),
        (("amount: 5 万元", "size_score: 6 分"), "size_score", "6 分", "5 分"),
        (("amount: 5 万元", "staff: 不符合"), "staff", "不符合", "符合"),
        (("amount: 5 万元", "nothing: 符合"), "nothing", "符合", "没有这个条件或得分"),
        (('→ 10 分"]', '→ 9 分"]'), "size_score", "9 分", "10 分"),
    ],
)
def test_what_comes_out_otherwise_is_told_in_the_unit_of_the_file(
    right: str, tmp_path: Path, spoiled: tuple[str, str], item: str, expected: str, actual: str
) -> None:
    assert spoiled[0] in right

    assert failures(right.replace(*spoiled), tmp_path) == [(item, expected, actual)]


def test_a_score_with_a_missing_fact_is_told_as_a_range(right: str, tmp_path: Path) -> None:
    text = with_example(
        right,
        "- name: 缺收入",
        "  like: 符合",
        "  given: {revenue: 缺}",
        "  expect: {verdict: 缺数据, size_score: 0..9 分}",
    )

    assert failures(text, tmp_path) == [("size_score", "0..9 分", "0 分..10 分")]


@pytest.mark.parametrize(
    ("missing", "told"),
    [("founded_on", []), ("revenue", [("missing", "revenue", "founded_on")])],
)
def test_the_facts_that_leave_the_verdict_open_are_those_named(
    right: str, tmp_path: Path, missing: str, told: list[tuple[str, str, str]]
) -> None:
    text = with_example(
        right,
        "- name: 缺成立日期",
        "  like: 符合",
        "  given: {founded_on: 缺}",
        f"  expect: {{verdict: 缺数据, missing: [{missing}]}}",
    )

    assert failures(text, tmp_path) == told


def test_a_missing_fact_that_does_not_matter_is_not_missing(right: str, tmp_path: Path) -> None:
    text = with_example(
        right,
        "- name: 人多且缺成立日期",
        "  like: 人多",
        "  given: {founded_on: 缺}",
        "  expect: {verdict: 不符合, missing: []}",
    )

    assert failures(text, tmp_path) == []


def test_every_number_that_no_case_notices_is_named(right: str, tmp_path: Path) -> None:
    rule, book = of(right, tmp_path)
    told = list(uncaught(rule, book))

    assert f"{rule.path}：“age”（365 天）改大一步，没有一个例发觉" in told
    assert f"{rule.path}：“amount.cap”（10 万元）改小一步，没有一个例发觉" in told
    assert not [text for text in told if "“staff”" in text]
