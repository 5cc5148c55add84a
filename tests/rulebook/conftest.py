"""A made-up rule that is right, to be spoiled in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kechuang.reference import Problem
from kechuang.rulebook.library import read_rulebook

RIGHT = """\
rule: made_up
version: "2026"
name: {zh: 自拟规则, en: A made-up rule}
kind: award
subject: enterprises
region: "000000"
in_force: {from: 2026-01-01}
documents: [{id: 办法, title: 自拟办法}]
last_checked: 2026-06-01
status: verified
outcome: {gives: made_up}
facts:
  revenue: {unit: 万元, period: year, source: 报表}
  staff_total_quarterly: {unit: 人, period: year, source: 报表}
  founded_on: {period: now, source: 营业执照}
parameters:
  least:
    name: 下限
    article: 办法 第一条
    values: [{from: 2026-01-01, value: 500 万元}]
definitions:
  - {id: twice, name: 两倍收入, article: 办法 第一条, value: revenue * 2}
scores:
  - id: size_score
    name: 规模
    article: 办法 第二条
    of: revenue
    bands:
      - ">= 1000 万元 → 10 分"
      - ">= 500 万元 → 5 分"
      - "< 500 万元 → 0 分"
  - {id: total_score, name: 总分, article: 办法 第二条, sum: [size_score]}
conditions:
  - id: base
    name: 基本条件
    article: 办法 第三条
    all:
      - {id: income, name: 收入达到下限, when: twice >= least}
      - {id: staff, name: 职工不超过500人, when: staff_total_quarterly <= 500 人}
      - {id: age, name: 成立满一年, when: elapsed(founded_on) >= 365 天}
  - {id: enough, name: 得分5分以上, article: 办法 第三条, when: total_score >= 5 分}
amount:
  name: 奖励
  article: 办法 第四条
  value: revenue * 1%
  cap: 10 万元
examples:
  - name: 符合
    as_of: 2026-07-01
    given: {revenue: 500 万元, staff_total_quarterly: 500 人, founded_on: 2020-01-01}
    expect: {verdict: 符合, amount: 5 万元}
  - name: 人多
    like: 符合
    given: {staff_total_quarterly: 501 人}
    expect: {verdict: 不符合}
boundaries:
  - {like: 符合, vary: revenue, shows: size_score, rows: ["1000 万元 → 10 分"]}
"""


@pytest.fixture
def right() -> str:
    """The text of a rule file in which nothing is wrong."""
    return RIGHT


@pytest.fixture
def problems_of(tmp_path: Path) -> Callable[[str | bytes], list[Problem]]:
    """What is wrong with a rule file that holds such a text."""

    def check(text: str | bytes) -> list[Problem]:
        path = tmp_path / "made_up.2026.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        _, problems = read_rulebook([path])
        return problems

    return check
