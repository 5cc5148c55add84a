"""The ladder in columns says of each enterprise what its rules say of it alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.frames import Subject, frames_of
from kechuang.eligibility.generated import Generator
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.office.policies.compiled import Compiled
from kechuang.office.policies.inputs import KEY, PLACE, SUBJECT, Facts, Frames, every
from kechuang.office.policies.judging import Judged
from kechuang.office.policies.ladder import is_near, rungs
from kechuang.office.policies.ladder_work import MOST_TEXT, Climb, Ladder, to_collect
from kechuang.office.policies.models import Prospect
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

BOOK = load_rulebook()
DAY = date(2026, 7, 1)
FIRMS = 120


def alone(of: Facts, compiled: Compiled, screening: Explainer | None) -> Climb | None:
    """How one enterprise stands, asked of its rules one after another."""
    first: tuple[str, ...] | None = None
    if screening is not None and screening.single.outcome(of.facts, of.rows).verdict is not False:
        first = screening.gaps(of.facts, of.rows)
    found = compiled.now.by_one_change(of.facts, of.rows)
    this_year = found is not None and is_near(found)
    if not this_year:
        found = compiled.later.by_one_change(of.facts, of.rows) if compiled.later else None
    if found is None or not is_near(found):
        return None
    gaps = compiled.open_behind(found, of)
    effort, to_screen = found.way.effort, None if first is None else len(first)
    state, lacks = Prospect.State.NEAR, found.way.sentence or "到下一年度即满足"
    if this_year and not found.way.changes:
        state = Prospect.State.QUALIFIED if found.verdict else Prospect.State.OPEN
        lacks = "" if found.verdict else to_collect(gaps, first or ())
    return Climb(state, this_year, effort, lacks[:MOST_TEXT], len(gaps), to_screen)


def made_up(rule: Rule, seed: int) -> dict[str, pl.DataFrame]:
    """A registry of firms on every threshold of a rule, in two places."""
    subjects = Generator(rule, BOOK, DAY, seed).subjects(FIRMS)
    known = {frame for each in subjects for frame in each.rows}
    firms = [
        Subject(each.facts, {frame: each.rows.get(frame, ()) for frame in known})
        for each in subjects
    ]
    frames = frames_of(lower_rule(rule, BOOK, DAY), KEY, firms)
    places = [("990101", "990102", None)[number % 3] for number in range(FIRMS)]
    placed = frames[SUBJECT].with_columns(pl.Series(PLACE, places, pl.String))
    return {**frames, SUBJECT: placed}


def ladder_of(*judged: Judged) -> Ladder:
    """The ladder of a run that judged these rules."""
    manifest = SimpleNamespace(as_of=DAY)
    snapshot: Any = SimpleNamespace(manifest=manifest, judged=lambda _book: judged)
    return Ladder(snapshot, BOOK)


def one_by_one(
    frames: Frames, rung: str, judged: tuple[Judged, ...]
) -> Iterator[tuple[str, list[tuple[str, Climb]]]]:
    """How each enterprise stands to a rung."""
    of_rule = {each.rule.id: each for each in judged}
    first = of_rule.get(rungs()[rung].screening)
    screening = Explainer(first.rule, BOOK, DAY) if first else None
    rulers = [of_rule[code] for code in rungs()[rung].rules]
    compiled = {each.rule.id: Compiled.of(each.rule, BOOK, DAY) for each in rulers}
    for code, of in every(frames).items():
        mine = [one for one in rulers if one.regions is None or of.facts[PLACE] in one.regions]
        climb = alone(of, compiled[mine[0].rule.id], screening) if mine else None
        if climb is not None:
            yield code, [(rung, climb)]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("rung", ["hnte", "tech_sme_national", "srdi_sme", "innovative_sme"])
def test_a_registry_at_once_is_each_firm_alone(rung: str, seed: int) -> None:
    rule = BOOK.find(rungs()[rung].rules[0], DAY)
    code = rungs()[rung].screening
    judged = (Judged(rule, None), *([Judged(BOOK.find(code, DAY), None)] if code else []))
    frames = made_up(rule, seed)
    found = ladder_of(*judged).climbs(frames)
    assert found == dict(one_by_one(frames, rung, judged))
    assert found


def test_a_rule_of_a_place_is_for_the_firms_there() -> None:
    rule = BOOK.find("srdi_sme", DAY)
    judged = (Judged(rule, frozenset({"990101"})),)
    frames = made_up(rule, 5)
    found = ladder_of(*judged).climbs(frames)
    assert found == dict(one_by_one(frames, "srdi_sme", judged))
    places = dict(frames[SUBJECT].select(KEY, PLACE).iter_rows())
    assert {places[code] for code in found} == {"990101"}


def test_nobody_is_on_no_rung() -> None:
    rule = BOOK.find("hnte", DAY)
    frames = made_up(rule, 1)
    nobody = {**frames, SUBJECT: frames[SUBJECT].clear()}
    assert ladder_of(Judged(rule, None)).climbs(nobody) == {}


def test_rules_are_told_apart_by_distance() -> None:
    """What is compared above is not empty on all sides."""
    rule = BOOK.find("hnte", DAY)
    frames = made_up(rule, 1)
    found: list[Distance | None] = []
    for next_year in (False, True):
        nearest = Nearest(rule, BOOK, DAY, next_year=next_year)
        found += [nearest.by_one_change(of.facts, of.rows) for of in every(frames).values()]
    assert None in found
    assert any(each.way.changes for each in found if each)
    assert any(each.verdict is None and not each.way.changes for each in found if each)
