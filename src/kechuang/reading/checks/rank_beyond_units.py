"""A rank beyond the number of units: 全省第200位 in a province of 167 counties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kechuang.reading.checks.support.facts import Corpus, Fact, Report
from kechuang.reading.checks.support.regions import places_within
from kechuang.reading.checks.support.relations import finding
from kechuang.reading.checks.support.settings import alternatives, any_of, threshold, words
from kechuang.reading.model import Finding


@dataclass(frozen=True, slots=True)
class _Limit:
    units: int
    words: str
    confidence: Decimal
    count: Fact | None = None


def rank_beyond_units(corpus: Corpus) -> Iterator[Finding]:
    """Places that a region with so few units cannot have."""
    for report in corpus.reports:
        for fact in report.facts:
            if fact.figure.kind != "rank" or fact.figure.unit != "位":
                continue
            limit = _limit(report, fact)
            if limit is not None and fact.interval.low > limit.units:
                yield _finding(fact, limit)


def _limit(report: Report, rank: Fact) -> _Limit | None:
    return _stated(report, rank) or _counted(report, rank)


def _stated(report: Report, rank: Fact) -> _Limit | None:
    """在全省167个县中列第200位: the number of units right before the place."""
    if rank.position == 0:
        return None
    count = report.facts[rank.position - 1]
    same_sentence = count.figure.sentence_start == rank.figure.sentence_start
    if not same_sentence or not count.is_level or count.figure.unit not in {"个", "家", ""}:
        return None
    gap = rank.before
    if len(gap) > int(threshold("rank", "stated_window")):
        return None
    if not re.match(rf"\s*\(?(?:{_units()})", gap) or not re.search("中|里|内", gap):
        return None
    if count.figure.bound in {"min", "about"}:
        return None
    size = int(count.figure.value)
    return _Limit(size, f"文中只有{size}个单位", threshold("rank", "confidence_stated"), count)


def _units() -> str:
    return alternatives(words("rank", "units"))


def _counted(report: Report, rank: Fact) -> _Limit | None:
    """The number of divisions of the subject's own kind within the region that ranks it."""
    clause = re.split("[，。;]", rank.before)[-1]
    # 企业数 is what regions are compared by, 企业 alone is what is ranked.
    named = clause.replace(rank.figure.measure or "\n", "").replace("企业数", "")
    if any_of("rank", "not_regions").search(named):
        return None
    found = re.findall(alternatives(words("rank", "scopes")), clause)
    full_name = _full_name(report, rank)
    if full_name is None:
        return None
    within = places_within(full_name, found[-1] if found else clause)
    if within is None:
        return None
    extra = threshold("rank", "extra_share"), threshold("rank", "extra_units")
    units = within.units + max(int(within.units * extra[0]), int(extra[1]))
    return _Limit(
        units,
        f"{within.region}只有{within.units}个同级行政区",
        threshold("rank", "confidence_counted"),
    )


def _full_name(report: Report, rank: Fact) -> str | None:
    """The ranked place with the regions above it; only the report's own place is known so well."""
    region = report.reading.about.region
    subject = rank.figure.subject
    if subject is None:
        return region
    if region is not None and region.endswith(rank.subject):
        return region
    return subject


def _finding(rank: Fact, limit: _Limit) -> Finding:
    facts = (rank,) if limit.count is None else (limit.count, rank)
    return finding(
        rank_beyond_units.__name__,
        facts,
        f"不大于{limit.units}",
        limit.confidence,
        f"“{rank.figure.quote}”超出可能的名次：{limit.words}，请核对名次和排名范围。",
    )
