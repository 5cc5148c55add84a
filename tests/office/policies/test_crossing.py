"""What turned a verdict: the facts, the rule, or the day; on a rule of three conditions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kechuang.office.policies.crossing import Cause, Side, why
from kechuang.office.policies.inputs import Facts
from kechuang.rulebook.library import read_rulebook

DAY = date(2026, 7, 1)
RULE = """
rule: growing
version: "{version}"
name: {{zh: 成长企业, en: Growing firm}}
kind: screening
subject: enterprises
region: "000000"
in_force: {{from: 2026-01-01}}
documents:
  - {{id: 口径, title: 自拟口径}}
last_checked: 2026-11-22
status: verified
examples_on: 2026-07-01
outcome: {{recognition: 名单, validity: 当年}}
facts:
  founded_on: {{period: now, source: 营业执照}}
  ip: {{source: 公开信息}}
  deduction_used: {{period: now, source: 税务}}
  revenue_class: {{period: now, source: 填报}}
conditions:
  - {{id: age, name: 成立满365天, article: 口径, when: "elapsed(founded_on) >= 365 天"}}
  - id: ip_held
    name: 有知识产权
    article: 口径
    when: "count(ip where class in [I, II]) >= {pieces} 件"
  - id: research
    name: 研发或收入
    article: 口径
    any:
      - {{id: deducted, name: 加计扣除, when: deduction_used}}
      - {{id: income, name: 有收入, when: "revenue_class in [small, middle]"}}
examples:
  - name: 一
    source: 自拟
    given: {{founded_on: 2024-07-01, deduction_used: 是, revenue_class: small}}
    rows: {{ip: [{{class: II, status: valid}}, {{class: I, status: valid}}]}}
    expect: {{verdict: 符合}}
"""
GOOD: dict[str, Any] = {
    "founded_on": date(2024, 7, 1), "deduction_used": True, "revenue_class": "small",
}  # fmt: skip
RIGHT = {"ip_class": "II", "status": "valid"}


def side(folder: Path, pieces: int = 1, version: str = "2026", day: date = DAY) -> Side:
    path = folder / f"growing.{version}.{pieces}.yaml"
    path.write_text(RULE.format(version=version, pieces=pieces), encoding="utf-8")
    book, problems = read_rulebook([path])
    assert not problems, problems
    (rule,) = list(book)
    return Side.of(rule, book, day, ("ip",))


def facts(rights: int = 1, **more: Any) -> Facts:
    return Facts({**GOOD, **more}, {"ip": [RIGHT] * rights})


@pytest.mark.parametrize(
    ("old", "new", "deciding", "others"),
    [
        ({"rights": 0}, {}, {"ip"}, set()),
        ({}, {"rights": 0}, {"ip"}, set()),
        ({"rights": 0, "revenue_class": "large"}, {}, {"ip"}, {"revenue_class"}),
        # Both were lacking: without either of them it would not be met.
        ({"rights": 0, "founded_on": date(2026, 6, 1)}, {}, {"ip", "founded_on"}, set()),
        # Either of two would have kept it: both had to go.
        (
            {},
            {"deduction_used": False, "revenue_class": "large"},
            {"deduction_used", "revenue_class"},
            set(),
        ),
        (
            {"deduction_used": False, "revenue_class": "large"},
            {},
            {"deduction_used", "revenue_class"},
            set(),
        ),
        # Two that stand in the way: each alone would have been enough, so both must go back.
        ({}, {"rights": 0, "founded_on": date(2026, 6, 1)}, {"ip", "founded_on"}, set()),
        ({"founded_on": None}, {"rights": 2}, {"founded_on"}, {"ip"}),
    ],
)
def test_the_facts_that_did_it(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], deciding: set[str], others: set[str]
) -> None:
    both = side(tmp_path)
    found = why(both, both, facts(**old), facts(**new))
    assert found.cause is Cause.FACTS
    assert not found.rule_too
    assert {each.code for each in found.differences if each.decides} == deciding
    assert {each.code for each in found.differences if not each.decides} == others
    assert [each.decides for each in found.differences] == sorted(
        (each.decides for each in found.differences), reverse=True
    )


def test_a_rule_that_was_made_stricter_did_it(tmp_path: Path) -> None:
    before, now = side(tmp_path, 1, "2026"), side(tmp_path, 2, "2027")
    found = why(before, now, facts(revenue_class="middle"), facts())
    assert found.cause is Cause.RULE
    assert [(each.code, each.decides) for each in found.differences] == [("revenue_class", False)]


def test_the_rule_and_a_fact_together_did_it(tmp_path: Path) -> None:
    before, now = side(tmp_path, 2, "2026"), side(tmp_path, 1, "2027")
    found = why(before, now, facts(rights=0), facts(rights=1))
    assert (found.cause, found.rule_too) == (Cause.FACTS, True)
    told = why(side(tmp_path, 1, "2026"), now, facts(rights=0), facts(rights=1))
    assert (told.cause, told.rule_too) == (Cause.FACTS, False)


def test_time_alone_did_it(tmp_path: Path) -> None:
    young = facts(founded_on=date(2025, 9, 1))
    found = why(side(tmp_path), side(tmp_path, day=date(2026, 10, 1)), young, young)
    assert (found.cause, found.differences) == (Cause.DAY, ())


def test_a_table_that_was_not_known_is_a_fact(tmp_path: Path) -> None:
    now = side(tmp_path)
    unknown = Side.of(now.rule, read_rulebook([now.rule.path])[0], DAY, ())
    found = why(unknown, now, Facts(GOOD, {}), facts())
    assert [(each.code, each.before, each.after) for each in found.differences] == [
        ("ip", "缺", "1 条")
    ]
    other = Facts(GOOD, {"ip": [{**RIGHT, "ip_class": "I"}]})
    (told,) = why(now, now, other, facts()).differences
    assert (told.after, told.decides) == ("1 条（其中 1 条内容有变）", False)


def test_what_the_earlier_run_did_not_read_is_not_called_a_change(tmp_path: Path) -> None:
    before, now = side(tmp_path, 1, "2026"), side(tmp_path, 2, "2027")
    old = Facts({"founded_on": GOOD["founded_on"], "deduction_used": True}, {})
    found = why(before, now, old, facts())
    assert found.differences == ()  # the table was known then, but no rule asked for it
