"""Measures a reading against figures that a person has marked (the gold).

A figure that was read matches a marked one of the same report when their places overlap and value
and unit agree; each is matched at most once. Of the matched ones it is counted how many have the
right place, kind, bound, measure, period, subject and indicator. A *fact* is a figure whose kind
and measure are right too. What counts as the same is told by `kechuang.reading.sameness`.

From a shell: `python -m kechuang.reading.scoring GOLD.jsonl PREDICTED.jsonl --misses 20`
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from kechuang.reading.model import Figure
from kechuang.reading.sameness import same_measure, same_subject, same_unit, same_value

CONFIDENT = 0.9
"""From this confidence on, a reader claims to be nearly sure of a figure."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure as the scorer sees it, from a row of a file or from a `Figure`.

    `judges_indicator` is False for gold rows without an `indicator` column: they say nothing
    about it, which is not the same as saying that no indicator fits.
    """

    doc: str
    quote: str
    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: str
    kind: str
    measure: str | None
    subject: str | None
    period: str | None
    indicator: str | None
    judges_indicator: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Score:
    """How well a reading agrees with the gold.

    `right` gives for each field how many of the matched figures have it right, `judged` how many
    there were to judge (fewer than matched for `indicator`). `confident` counts the figures read
    with high confidence, `confident_right` those of them that are facts of the gold.
    """

    gold: int
    predicted: int
    matched: int
    facts: int
    right: Mapping[str, int]
    judged: Mapping[str, int]
    confident: int
    confident_right: int

    @property
    def precision(self) -> float:
        """The share of the figures read that stand in the gold."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold's figures that were read."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall of the figures."""
        return _f1(self.matched, self.gold, self.predicted)

    @property
    def facts_f1(self) -> float:
        """The same for figures whose kind and measure are right too."""
        return _f1(self.facts, self.gold, self.predicted)

    @property
    def calibration(self) -> float:
        """The share of right facts among the figures read with high confidence; 1 if none were."""
        return self.confident_right / self.confident if self.confident else 1.0

    def accuracy(self, field: str) -> float:
        """Give the share of the matched figures that have a field right; 1 if none was judged."""
        judged = self.judged[field]
        return self.right[field] / judged if judged else 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which figure read goes with which of the gold, and which of both go with none."""

    pairs: tuple[tuple[Fact, Fact], ...]
    missed: tuple[Fact, ...]
    spurious: tuple[Fact, ...]


def score(gold: Iterable[Fact], predicted: Iterable[Fact]) -> Score:
    """Count the agreement of a reading with the gold, over the reports that the gold holds.

    Figures read in reports that the gold does not name are left out.
    """
    return score_of(compare(gold, predicted))


def score_of(comparison: Comparison) -> Score:
    """Count what a comparison found."""
    pairs = comparison.pairs
    facts = [read for marked, read in pairs if _is_same_fact(marked, read)]
    read_figures = [*(read for _, read in pairs), *comparison.spurious]
    return Score(
        gold=len(pairs) + len(comparison.missed),
        predicted=len(read_figures),
        matched=len(pairs),
        facts=len(facts),
        right={
            name: sum(same(marked, read) for marked, read in _judged(name, pairs))
            for name, same in FIELDS.items()
        },
        judged={name: len(_judged(name, pairs)) for name in FIELDS},
        confident=sum(read.confidence >= CONFIDENT for read in read_figures),
        confident_right=sum(read.confidence >= CONFIDENT for read in facts),
    )


def compare(gold: Iterable[Fact], predicted: Iterable[Fact]) -> Comparison:
    """Pair the figures of each report one to one, those that overlap most first."""
    marked_in, read_in = _by_report(gold), _by_report(predicted)
    pairs: list[tuple[Fact, Fact]] = []
    missed: list[Fact] = []
    spurious: list[Fact] = []
    for doc, marked in marked_in.items():
        read = read_in.get(doc, [])
        partner = _partners(marked, read)
        pairs += [(marked[i], read[j]) for i, j in sorted(partner.items())]
        missed += [fact for i, fact in enumerate(marked) if i not in partner]
        taken = set(partner.values())
        spurious += [fact for j, fact in enumerate(read) if j not in taken]
    return Comparison(tuple(pairs), tuple(missed), tuple(spurious))


def _by_report(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    reports: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        reports[fact.doc].append(fact)
    for rows in reports.values():
        rows.sort(key=lambda fact: (fact.start, fact.end))
    return reports


def _partners(marked: Sequence[Fact], read: Sequence[Fact]) -> dict[int, int]:
    """Give for each marked figure the index of the one read; both lists sorted by start."""
    starts = [fact.start for fact in read]
    longest = max((fact.end - fact.start for fact in read), default=0)
    candidates: list[tuple[int, int, int]] = []
    for i, fact in enumerate(marked):
        # Nothing that begins a longest figure before this one can reach into it.
        for j in range(bisect_left(starts, fact.start - longest), bisect_left(starts, fact.end)):
            overlap = min(fact.end, read[j].end) - max(fact.start, read[j].start)
            if overlap > 0 and _is_same_quantity(fact, read[j]):
                candidates.append((-overlap, i, j))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return partner


def _f1(hits: int, gold: int, predicted: int) -> float:
    return 2 * hits / (gold + predicted) if gold + predicted else 0.0


def _is_same_quantity(one: Fact, other: Fact) -> bool:
    return (
        same_unit(one.unit, other.unit)
        and same_value(one.value, other.value, one.unit)
        and same_value(one.value_max, other.value_max, one.unit)
    )


def _is_same_fact(marked: Fact, read: Fact) -> bool:
    return marked.kind == read.kind and same_measure(marked.measure, read.measure)


FIELDS: Mapping[str, Callable[[Fact, Fact], bool]] = {
    "quote": lambda marked, read: (marked.start, marked.end) == (read.start, read.end),
    "kind": lambda marked, read: marked.kind == read.kind,
    "bound": lambda marked, read: marked.bound == read.bound,
    "measure": lambda marked, read: same_measure(marked.measure, read.measure),
    "period": lambda marked, read: marked.period == read.period,
    "subject": lambda marked, read: same_subject(marked.subject, read.subject),
    "indicator": lambda marked, read: marked.indicator == read.indicator,
}
"""The fields of a matched figure, and when each is right."""


def _judged(field: str, pairs: Sequence[tuple[Fact, Fact]]) -> Sequence[tuple[Fact, Fact]]:
    if field == "indicator":
        return [pair for pair in pairs if pair[0].judges_indicator]
    return pairs


# --- Facts from rows and from figures ----------------------------------------------------------


def fact_of_figure(figure: Figure) -> Fact:
    """See a figure as the scorer does."""
    return Fact(
        doc=figure.doc,
        quote=figure.quote,
        start=figure.start,
        end=figure.end,
        value=figure.value,
        value_max=figure.value_max,
        unit=figure.unit,
        bound=figure.bound,
        kind=figure.kind,
        measure=figure.measure,
        subject=figure.subject,
        period=figure.period,
        indicator=figure.indicator,
        judges_indicator=True,
        confidence=figure.confidence,
    )


def fact_of_row(row: Mapping[str, Any]) -> Fact:
    """Read one row of gold or of `kechuang read --format jsonl`.

    Raises ValueError with a Chinese message where a needed field lacks or is no number.
    """
    lacking = [name for name in ("doc", "start", "end", "value") if row.get(name) is None]
    if lacking:
        raise ValueError(f"缺少字段 {'、'.join(lacking)}")
    return Fact(
        doc=str(row["doc"]),
        quote=str(row.get("quote") or ""),
        start=int(row["start"]),
        end=int(row["end"]),
        value=_number(row["value"]),
        value_max=None if row.get("value_max") is None else _number(row["value_max"]),
        unit=str(row.get("unit") or ""),
        bound=str(row.get("bound") or "exact"),
        kind=str(row.get("kind") or ""),
        measure=row.get("measure"),
        subject=row.get("subject"),
        period=row.get("period"),
        indicator=row.get("indicator"),
        judges_indicator="indicator" in row,
        confidence=float(row.get("confidence") or 0),
    )


def _number(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} 不是数字") from None


def read_facts(path: Path) -> list[Fact]:
    """Read a JSONL file of figures, one a line; empty lines are passed over.

    Raises OSError where the file cannot be read, and ValueError with a Chinese message that
    names the line where a row is no figure.
    """
    facts: list[Fact] = []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path} 不是 UTF-8 文本") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=Decimal)
            if not isinstance(row, dict):
                raise ValueError("不是一个对象")
            facts.append(fact_of_row(cast("dict[str, Any]", row)))
        except ValueError as error:
            raise ValueError(f"{path} 第 {number} 行不是一条数字记录：{error}") from error
    return facts


# --- The command -------------------------------------------------------------------------------


def report(comparison: Comparison, misses: int = 0) -> str:
    """Write a score for people, followed by as many examples of each kind of error."""
    result = score_of(comparison)
    lines = [
        f"gold {result.gold}  predicted {result.predicted}  matched {result.matched}",
        f"figures     precision {result.precision:.4f}  recall {result.recall:.4f}"
        f"  F1 {result.f1:.4f}",
        f"facts       F1 {result.facts_f1:.4f}",
        *(
            f"{name:<11} {result.accuracy(name):.4f}  ({result.right[name]} of {judged})"
            for name, judged in result.judged.items()
        ),
        f"confident   {result.calibration:.4f}"
        f"  ({result.confident_right} of {result.confident} with confidence of"
        f" {CONFIDENT} and more are right)",
        *(f"missed      {_shown(fact)}" for fact in comparison.missed[:misses]),
        *(f"spurious    {_shown(fact)}" for fact in comparison.spurious[:misses]),
    ]
    for name, same in FIELDS.items():
        wrong = [pair for pair in _judged(name, comparison.pairs) if not same(*pair)]
        lines += [
            f"{name:<11} {_shown(marked)} → {_field(name, read)}" for marked, read in wrong[:misses]
        ]
    return "\n".join(lines) + "\n"


def _shown(fact: Fact) -> str:
    meaning = "/".join(
        str(part) for part in (fact.kind, fact.measure, fact.subject, fact.period, fact.indicator)
    )
    return f"{fact.doc}[{fact.start}:{fact.end}] {fact.quote} = {fact.value} {fact.unit} {meaning}"


def _field(name: str, fact: Fact) -> str:
    return f"{fact.quote} [{fact.start}:{fact.end}]" if name == "quote" else getattr(fact, name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score of a file of figures; give 2 where a file cannot be used."""
    parser = argparse.ArgumentParser(prog="kechuang.reading.scoring", description="给读数打分")
    parser.add_argument("gold", type=Path, nargs="+", help="人工标注的数字（JSONL）")
    parser.add_argument("predicted", type=Path, help="读出的数字（JSONL）")
    parser.add_argument("--misses", type=int, default=0, help="每类误差列出几条")
    chosen = parser.parse_args(arguments)
    try:
        gold = [fact for path in chosen.gold for fact in read_facts(path)]
        comparison = compare(gold, read_facts(chosen.predicted))
    except OSError as error:
        sys.stderr.write(f"读不到 {error.filename}：{error.strerror}。请核对路径后重试。\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"{error}。请改正这一行后重试；文件应为 UTF-8，每行一条 JSON。\n")
        return 2
    sys.stdout.write(report(comparison, chosen.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
