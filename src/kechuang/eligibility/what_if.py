"""What a change of thresholds would do: who comes in, who drops out, where they are."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from kechuang.eligibility.batch import VERDICT, run, verdict_words
from kechuang.eligibility.examples import literals
from kechuang.reference.industries import section_of
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Number
from kechuang.rulebook.model import Rule
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.units import name_of, unit_of

BEFORE, AFTER = "before", "after"
ENTERS, LEAVES = "enters", "leaves"
GROUPS = ("county", "industry", "size_class")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdicts before and after a change, one row a subject, and the counts of what changes.

    `moves` has the key, `before` and `after` (qualified, not_qualified, unknown), county (a
    division code), industry (a section letter) and size_class, where the verdict changes.
    """

    counts: Mapping[str, tuple[int, int]]
    moves: pl.DataFrame

    @property
    def enters(self) -> pl.DataFrame:
        """Those who qualify only after the change."""
        return self.moves.filter(pl.col(AFTER) == "qualified")

    @property
    def leaves(self) -> pl.DataFrame:
        """Those who qualify only before it."""
        return self.moves.filter(pl.col(BEFORE) == "qualified")

    def by(self, group: str) -> pl.DataFrame:
        """How many enter and leave for each county, industry or size."""
        return (
            self.moves.group_by(group)
            .agg(
                (pl.col(AFTER) == "qualified").sum().alias(ENTERS),
                (pl.col(BEFORE) == "qualified").sum().alias(LEAVES),
            )
            .filter((pl.col(ENTERS) > 0) | (pl.col(LEAVES) > 0))
            .sort(pl.col(ENTERS) + pl.col(LEAVES), group, descending=[True, False])
        )


def setting(rule: Rule, written: str) -> tuple[str, Fraction]:
    """The parameter and the value in canonical units that `staff=600 人` means.

    Raises:
        RuleError: there is no such parameter, or the value has another unit.
    """
    name, equals, text = (part.strip() for part in written.partition("="))
    known = literals(rule)
    if not equals or name not in known:
        near = difflib.get_close_matches(name, known, 5) or list(known)[:8]
        why = f"这条规则的参数有 {'、'.join(near)} 等"
        remedy = "用 kechuang rules show 查看全部参数，写成 参数=值"
        raise RuleError("unknown_name", f"没有参数“{name}”", why, remedy)
    old, new = known[name], parse(text)
    if not isinstance(new, Number):
        raise RuleError(
            "type", f"“{text}”不是一个数", "参数的值是带单位的数", f"写成 {old.written}"
        )
    unit = old.unit if not new.unit else new.unit
    if unit_of(unit).dimension != unit_of(old.unit).dimension or (old.unit and not new.unit):
        expected = name_of(unit_of(old.unit).dimension)
        why = f"参数“{name}”现为“{old.written}”，以{expected}计"
        raise RuleError("unit", f"“{text}”的单位不对", why, f"写成 {old.written} 这样的值")
    return name, new.value * unit_of(unit).factor


def what_if(
    rule: Rule,
    book: Rulebook,
    frames: Mapping[str, pl.DataFrame],
    as_of: date,
    overrides: Mapping[str, Fraction],
) -> Comparison:
    """The rule as it stands beside the rule with some parameters set otherwise."""
    key = book.dictionary.frames[rule.subject].key
    before = run(rule, book, frames, as_of)
    after = run(rule, book, frames, as_of, overrides=overrides)
    both = pl.DataFrame(
        {key: before[key], "one": before[VERDICT], "two": after[VERDICT]}
    ).with_columns(
        verdict_words(pl.col("one")).alias(BEFORE), verdict_words(pl.col("two")).alias(AFTER)
    )
    counts = {
        word: (
            both.filter(pl.col(BEFORE) == word).height,
            both.filter(pl.col(AFTER) == word).height,
        )
        for word in ("qualified", "not_qualified", "unknown")
    }
    changed = both.filter(pl.col(BEFORE) != pl.col(AFTER)).select(key, BEFORE, AFTER)
    groups = _groups(frames[rule.subject], key)
    return Comparison(counts, changed.join(groups, on=key, how="left", maintain_order="left"))


def _groups(subject: pl.DataFrame, key: str) -> pl.DataFrame:
    """County, industry section and size of each subject, null where the data does not say."""
    nothing = pl.lit(None, dtype=pl.String)
    has = set(subject.columns)
    county = pl.col("region_code").str.slice(0, 6) if "region_code" in has else nothing
    industry = nothing
    if "industry_code" in has:
        code = pl.col("industry_code")
        sections = {f"{number:02d}": section_of(f"{number:02d}") for number in range(1, 98)}
        industry = (
            pl.when(code.str.contains("^[A-Z]"))
            .then(code.str.slice(0, 1))
            .otherwise(code.str.slice(0, 2).replace_strict(sections, default=None))
        )
    size = pl.col("size_class") if "size_class" in has else nothing
    named = zip(GROUPS, (county, industry, size), strict=True)
    return subject.select(pl.col(key), *(each.alias(name) for name, each in named))
