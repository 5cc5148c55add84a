"""Why: each condition with the value used, its threshold, its article and its own verdict.

A decision holds the facts that it used, so that it can be made again later from its own record and
comes out the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.single import Outcome, Rows, Single
from kechuang.eligibility.telling import Telling, number_text
from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.content import passes_of
from kechuang.rulebook.kinds import Kinds
from kechuang.rulebook.model import VERDICTS, Fact, Rule
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import MONEY, POINTS
from kechuang.rulebook.values import fact_text

WORDS = {verdict: word for word, verdict in VERDICTS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a decision, in the order of the file; `depth` counts the groups above it.

    `value` and `threshold` are empty for groups and for yes-or-no facts.
    """

    id: str
    name: str
    depth: int
    verdict: str
    value: str
    threshold: str
    article: str
    unverified: bool
    missing: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The step for the applicant, in Chinese."""
        parts = [f"{self.name}：{self.verdict}"]
        if self.value:
            parts.append(f"现为 {self.value}，要求 {self.threshold}")
        if self.missing:
            parts.append(f"缺{'、'.join(self.missing)}")
        mark = "依据未核实" if self.unverified else ""
        grounds = "，".join(part for part in (self.article, mark) if part)
        return "；".join(parts) + (f"（{grounds}）" if grounds else "")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule said of one subject on a day, why, and on which facts."""

    rule: str
    digest: str
    as_of: date
    subject: str
    verdict: str
    scores: Mapping[str, str]
    amount: str
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    facts: Mapping[str, Fact]
    rows: Rows

    def to_json(self) -> str:
        """The record: keys sorted, the same facts and rule always give the same text."""
        return json.dumps(self._plain(), ensure_ascii=False, sort_keys=True, indent=1)

    def _plain(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "digest": self.digest,
            "as_of": self.as_of.isoformat(),
            "subject": self.subject,
            "verdict": self.verdict,
            "scores": dict(self.scores),
            "amount": self.amount,
            "missing": list(self.missing),
            "steps": [
                {
                    "id": step.id,
                    "verdict": step.verdict,
                    "value": step.value,
                    "threshold": step.threshold,
                    "article": step.article,
                    "sentence": step.sentence,
                }
                for step in self.steps
            ],
            "facts": {name: _stored(fact) for name, fact in self.facts.items()},
            "rows": {
                frame: [{name: _stored(fact) for name, fact in row.items()} for row in rows]
                for frame, rows in self.rows.items()
            },
        }


def _stored(fact: Fact) -> Any:
    return {"date": fact.isoformat()} if isinstance(fact, date) else fact


def _restored(value: Any) -> Fact:
    if isinstance(value, dict):
        return date.fromisoformat(str(cast("dict[str, Any]", value)["date"]))
    return value


class Explainer:
    """A rule compiled for one day so that each verdict can be told with its reasons."""

    def __init__(self, rule: Rule, book: Rulebook, as_of: date) -> None:
        self.rule, self.book, self.as_of = rule, book, as_of
        self._digest = digest_of(rule, book, as_of)
        self.single = Single(rule, book, as_of)
        self.lowered = self.single.lowered
        self.scope = Scope.of(rule, book.dictionary)
        conditions = [leaf.condition for leaf in self.lowered.leaves]
        self._telling = Telling(rule, book, as_of, conditions)
        self._columns = {column.name: column for column in self.lowered.columns}
        self._ways = list(blamed_leaves(self.lowered))

    # --- one subject

    def decide(self, subject: str, facts: Mapping[str, Fact], rows: Rows) -> Decision:
        """The decision on one subject; facts that the rule does not read are left out."""
        columns = [column.name for column in self.lowered.columns]
        used = {name: facts.get(name) for name in columns}
        related = {
            frame: [dict(row) for row in rows[frame]]
            for frame in self.lowered.row_columns
            if frame in rows
        }
        outcome = self.single.outcome(used, related)
        blamed = self.blamed(outcome)
        lacking = {leaf: self._lacking(leaf, used, related) for leaf in blamed}
        return Decision(
            rule=self.rule.key,
            digest=self._digest,
            as_of=self.as_of,
            subject=subject,
            verdict=WORDS[outcome.verdict],
            scores={code: self._score_text(code, outcome) for code in outcome.scores},
            amount=_amount_text(outcome.amount),
            missing=tuple(dict.fromkeys(name for names in lacking.values() for name in names)),
            steps=tuple(self._steps(outcome, used, related, lacking)),
            facts=used,
            rows=related,
        )

    def gaps(self, facts: Mapping[str, Fact], rows: Rows) -> tuple[str, ...]:
        """The names of the facts for want of which conditions are open, each once.

        Unlike `Decision.missing` it also tells them where the verdict is 不符合. What a group does
        without is not among them.
        """
        conditions = self.single.outcome(facts, rows).conditions
        names: dict[str, None] = {}
        for leaf, way in self._ways:
            if conditions[leaf] is None and all(conditions[code] is not True for code in way):
                names.update(dict.fromkeys(self._lacking(leaf, facts, rows)))
        return tuple(names)

    def blamed(self, outcome: Outcome) -> list[str]:
        """The leaves that leave the verdict unknown: unknown themselves, under unknown groups."""
        if outcome.verdict is not None:
            return []
        return [
            leaf
            for leaf, way in self._ways
            if all(outcome.conditions[code] is None for code in way)
        ]

    def _lacking(self, leaf: str, facts: Mapping[str, Fact], rows: Rows) -> tuple[str, ...]:
        """The names of the facts that a condition lacks."""
        names: list[str] = []
        for code in sorted(self.lowered.uses[leaf]):
            column = self._columns.get(code)
            if column is not None:
                if facts.get(code) is None:
                    names.append(_dated(column.field, column.back, self.as_of))
                continue
            frame = self.book.dictionary.frames.get(code)
            if frame is None:
                continue
            gaps = [
                f"{frame.name}的{each.field.name}"
                for each in self.lowered.row_columns.get(code, ())
                if any(row.get(each.name) is None for row in rows.get(code, ()))
            ]
            names += gaps if code in rows else [frame.name]
        return tuple(names)

    def _steps(
        self,
        outcome: Outcome,
        facts: Mapping[str, Fact],
        rows: Rows,
        lacking: Mapping[str, tuple[str, ...]],
    ) -> Iterator[Step]:
        told = self._telling.told(facts, rows)
        depths: list[int] = []
        for leaf in self.lowered.leaves:
            depths.append(0 if leaf.parent < 0 else depths[leaf.parent] + 1)
            condition = leaf.condition
            value, threshold = told.get(condition.id, ("", ""))
            verdict = outcome.conditions[condition.id]
            yield Step(
                id=condition.id,
                name=condition.name,
                depth=depths[-1],
                verdict=WORDS[verdict],
                value=value,
                threshold=threshold,
                article=condition.grounds.article,
                unverified=condition.grounds.status == "unverified",
                missing=lacking.get(condition.id, ()),
            )

    def _score_text(self, code: str, outcome: Outcome) -> str:
        span = outcome.scores[code]
        if span is None:
            return "缺"
        score = self.rule.score(code)
        dimension = POINTS if score is None else Kinds(self.scope).of_score(score).dimension
        unit = "万元" if dimension == MONEY else "分"
        low, high = (number_text(end, dimension, unit) for end in span)
        return low if low == high else f"{low} 至 {high}"


def blamed_leaves(lowered: Lowered) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each condition that looks at facts, with itself and the groups above it.

    Where all of these are unknown, its missing facts leave the verdict unknown.
    """
    for leaf in lowered.leaves:
        if leaf.condition.when is None:
            continue
        way = [leaf.condition.id]
        parent = leaf.parent
        while parent >= 0:
            way.append(lowered.leaves[parent].condition.id)
            parent = lowered.leaves[parent].parent
        yield leaf.condition.id, tuple(way)


def digest_of(rule: Rule, book: Rulebook, as_of: date) -> str:
    """What stands for the text that decides: a rule's file and those of the rules it refers to."""
    files: dict[str, str] = {}
    waiting = [rule]
    while waiting:
        each = waiting.pop()
        if each.key not in files:
            files[each.key] = each.digest
            for node, _ in passes_of(each):
                written = f"{node.rule}@{node.version}" if node.version else node.rule
                waiting.append(book.find(written, as_of))
    if len(files) == 1:
        return rule.digest
    text = "".join(f"{key} {digest}\n" for key, digest in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def replay(record: str, book: Rulebook) -> str:
    """A decision made again from its record, with the same version of the rule.

    Raises:
        RuleError: the version is no longer in the rulebook.
        ValueError: the rule's file is not the one that decided.
    """
    data = json.loads(record)
    as_of = date.fromisoformat(data["as_of"])
    rule = book.find(data["rule"], as_of)
    if digest_of(rule, book, as_of) != data["digest"]:
        what = f"规则“{rule.key}”的文件已改动，或它引用的规则已改动"
        raise ValueError(f"{what}，不能据此重算：请取回当时的文件。")
    facts = {name: _restored(value) for name, value in data["facts"].items()}
    rows = {
        frame: [{name: _restored(value) for name, value in row.items()} for row in many]
        for frame, many in data["rows"].items()
    }
    return Explainer(rule, book, as_of).decide(data["subject"], facts, rows).to_json()


def _amount_text(amount: int | None) -> str:
    return "" if amount is None else number_text(Fraction(amount), MONEY, "万元", 6)


def _dated(field: Field, back: int, as_of: date) -> str:
    if field.period != "year":
        return field.name
    return f"{field.name}（{as_of.year - 1 - back}年）"


def facts_text(decision: Decision, rule: Rule, book: Rulebook) -> Iterator[tuple[str, str]]:
    """The facts of a decision for people: name with its year, and value."""
    for column in sorted(decision.facts):
        code, _, years = column.partition("__y")
        field = book.dictionary.field(rule.subject, code)
        name = _dated(field, int(years or 0), decision.as_of)
        yield name, fact_text(field, decision.facts[column])
