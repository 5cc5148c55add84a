"""Small made-up rules from text, for tests that look at one construct at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent

from kechuang.eligibility.single import Outcome, Single
from kechuang.reference import Problem
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import read_rulebook
from kechuang.rulebook.model import Case, Rule

DAY = date(2026, 7, 1)
HEAD = """\
rule: {code}
version: "{version}"
name: {{zh: 自拟规则, en: A made-up rule}}
kind: award
subject: {subject}
region: "000000"
in_force: {{{in_force}}}
documents: [{{id: 办法, title: 自拟办法}}]
last_checked: 2026-01-01
status: verified
outcome: {{gives: made_up}}
facts: {{}}
"""
EXAMPLE = """\
examples:
  - {{name: 例, as_of: {day}, given: {{{given}}}, rows: {{{rows}}}, expect: {{verdict: 符合}}}}
"""
ALWAYS = "conditions: [{id: always, name: 总成立, article: 办法 第一条, when: 是}]"


def text_of(
    body: str,
    *,
    code: str = "made_up",
    version: str = "2026",
    in_force: str = "from: 2020-01-01",
    subject: str = "enterprises",
    day: date = DAY,
    given: str = "",
    rows: str = "",
) -> str:
    """A rule file with this body; `given` and `rows` are those of its one worked case."""
    parts = [
        HEAD.format(code=code, version=version, in_force=in_force, subject=subject),
        dedent(body),
    ]
    if "conditions:" not in body:
        parts.append(ALWAYS)
    parts.append(EXAMPLE.format(day=day, given=given, rows=rows))
    return "\n".join(parts)


def conditions(**when: str) -> str:
    """Top conditions by id."""
    lines = [
        f'  - {{id: {code}, name: 条件{code}, article: 办法 第一条, when: "{tree}"}}'
        for code, tree in when.items()
    ]
    return "\n".join(["conditions:", *lines])


def read(folder: Path, *texts: str) -> tuple[Rulebook, list[Problem]]:
    """The rules of some texts; that facts are not declared is no matter here."""
    paths: list[Path] = []
    for number, text in enumerate(texts):
        paths.append(folder / f"rule_{number}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    book, problems = read_rulebook(paths)
    return book, [problem for problem in problems if problem.code != "facts"]


@dataclass(frozen=True, slots=True)
class Made:
    """A rule made for a test, with its book and its one worked case."""

    rule: Rule
    book: Rulebook

    @property
    def case(self) -> Case:
        return self.rule.cases[0]

    def outcome(self) -> Outcome:
        """What the rule says of its worked case."""
        single = Single(self.rule, self.book, self.case.as_of)
        return single.outcome(self.case.given, self.case.rows)


def made(folder: Path, text: str, *others: str) -> Made:
    """The rule of a text, with other rules beside it."""
    book, problems = read(folder, text, *others)
    assert not problems, "\n".join(map(str, problems))
    path = folder / "rule_0.yaml"
    return Made(next(rule for rule in book if rule.path == path), book)
