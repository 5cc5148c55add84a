"""How far many subjects are from a rule at once: what `Nearest.by_one_change` says of each.

Conditions are judged for all subjects in columns. Only who is refused is searched, with the changes
that touch everything that refuses it, and each search is made once for all subjects that are alike
in what it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeAlias

import polars as pl

from kechuang.eligibility.advising import years_on
from kechuang.eligibility.data.columns import TYPES
from kechuang.eligibility.levers import Lever
from kechuang.eligibility.lowered import Column, Lowered
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.eligibility.nodes import Node, walk
from kechuang.eligibility.polars_target import CHUNK, count_rows, with_nodes
from kechuang.eligibility.python_target import compile_nodes

Frames: TypeAlias = Mapping[str, pl.DataFrame]
Known: TypeAlias = Mapping[str, Any]
MOST_KEPT: Final = 100_000
"""Searches that are remembered; a rule that comes upon more begins to remember anew."""
VERDICT, CONDITION, FACT = "verdict", "condition ", "fact "
"""Names of columns: the verdict, each condition by its code, each fact and figure by its name."""


def judged(lowered: Lowered, frames: Frames, key: str) -> pl.DataFrame:
    """The subjects in their order: the verdict, each condition, each fact and figure that is read.

    `lowered` is for data of any shape; a column or a frame that is not there is not known.
    """
    subject = completed(frames[lowered.rule.subject], lowered.columns)
    plan = subject.lazy()
    for name in dict.fromkeys(row.frame for row in lowered.rows):
        wanted = [row for row in lowered.rows if row.frame == name]
        related = frames.get(name)
        if related is None:
            plan = plan.with_columns(
                pl.lit(0 if row.op == "sure" else None, pl.Int64).alias(row.name) for row in wanted
            )
            continue
        rows = completed(related, lowered.row_columns.get(name, ())).lazy()
        plan = plan.join(
            count_rows(rows, key, wanted), on=key, how="left", maintain_order="left"
        ).with_columns(pl.col(row.name for row in wanted).fill_null(0))
    results = {VERDICT: lowered.verdict}
    results |= {f"{CONDITION}{leaf.condition.id}": leaf.node for leaf in lowered.leaves}
    read = [pl.col(name).alias(f"{FACT}{name}") for name in names_of(lowered)]
    with pl.Config() as config:
        config.set_streaming_chunk_size(CHUNK)
        return with_nodes(plan, results).select(*results, *read).collect(engine="streaming")


def names_of(lowered: Lowered) -> list[str]:
    """The names of the facts and of the figures about related rows that a rule reads."""
    return [each.name for each in (*lowered.columns, *lowered.rows)]


def completed(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """A frame with all of these columns, those that it had not being missing in every row."""
    there = set(frame.columns)
    return frame.with_columns(
        pl.lit(None, TYPES[column.field.type]).alias(column.name)
        for column in columns
        if column.name not in there
    )


class NearestOfMany:
    """`Nearest` for the subjects of frames."""

    def __init__(self, nearest: Nearest, key: str) -> None:
        """`key` is the column that tells subjects apart."""
        self.nearest, self._key = nearest, key
        self.lowered = nearest.lowered
        self._alike = Alike(nearest)

    def judged(self, frames: Frames) -> pl.DataFrame:
        """What `judged` gives, in the year of the rule."""
        if self.nearest.shifts:
            subject = self.lowered.rule.subject
            frames = {**frames, subject: _years_on(frames[subject])}
        return judged(self.lowered, frames, self._key)

    def by_one_change(self, judged: pl.DataFrame) -> list[Distance | None]:
        """For each subject what `Nearest.by_one_change` gives."""
        reached = {verdict: self.nearest.reached(verdict=verdict) for verdict in (True, None)}
        found: list[Distance | None] = [reached.get(each) for each in judged[VERDICT]]
        tops = self.nearest.tops
        refused = judged.with_row_index("row").filter(pl.col(VERDICT).eq(other=False))
        names = names_of(self.lowered)
        facts = refused.select(f"{FACT}{name}" for name in names)
        against = refused.select(pl.col(f"{CONDITION}{top}").eq(other=False) for top in tops)
        for row, values, fails in zip(
            refused["row"], facts.iter_rows(), against.iter_rows(), strict=True
        ):
            places = self._alike.touching(fails)
            if places:
                found[row] = self._alike.nearest(dict(zip(names, values, strict=True)), places)
        return found


def _years_on(subject: pl.DataFrame) -> pl.DataFrame:
    """The facts of subjects a year on, as `years_on` has them."""
    moved = years_on({name: name for name in subject.columns})
    return subject.select(pl.col(str(old)).alias(new) for new, old in moved.items())


class Alike:
    """Searches of one rule with one lever each, made once for all who are alike to it.

    What a search with a lever finds depends on the lever's own facts and on the values that meet
    them on their way to the verdict; all else matters through these alone.
    """

    def __init__(self, nearest: Nearest) -> None:
        self._nearest = nearest
        meeting = [_meeting(nearest.lowered.verdict, lever) for lever in nearest.levers]
        nodes = list({node.number: node for each in meeting for node in each}.values())
        places = {node.number: place for place, node in enumerate(nodes)}
        self._evaluate = compile_nodes(nodes)
        self._picks = [_picker([places[node.number] for node in each]) for each in meeting]
        self._own = [tuple(dict.fromkeys((each.column, *each.effects))) for each in nearest.levers]
        self._touching: dict[tuple[bool | None, ...], list[int]] = {}
        self._found: dict[tuple[Any, ...], Distance | None] = {}

    def touching(self, fails: tuple[bool | None, ...]) -> list[int]:
        """The places of the levers that touch all top conditions that are refused."""
        if fails not in self._touching:
            tops = self._nearest.tops
            failing = [top for top, fail in zip(tops, fails, strict=True) if fail]
            self._touching[fails] = self._nearest.touching(failing)
        return self._touching[fails]

    def nearest(self, known: Known, places: Sequence[int]) -> Distance | None:
        """The least of what the levers at these places find, each by itself."""
        values = self._evaluate(known)
        best: Distance | None = None
        for place in places:
            own = tuple(known.get(name) for name in self._own[place])
            alike = (place, own, self._picks[place](values))
            if alike not in self._found:
                if len(self._found) >= MOST_KEPT:
                    self._found.clear()
                self._found[alike] = self._nearest.with_lever(known, self._nearest.levers[place])
            found = self._found[alike]
            if found is not None and (best is None or found.way.effort < best.way.effort):
                best = found
        return best


def _meeting(verdict: Node, lever: Lever) -> list[Node]:
    """The values that meet those of a lever on their way to the verdict, constants left out."""
    moved: set[int] = set()
    meeting: dict[int, Node] = {}
    for node in walk((verdict,)):
        if node.kind == "column":
            if node.value in {lever.column, *lever.effects}:
                moved.add(node.number)
        elif any(each.number in moved for each in node.args):
            moved.add(node.number)
            meeting.update((each.number, each) for each in node.args if each.number not in moved)
    return [each for each in meeting.values() if each.kind != "constant"]


def _picker(places: Sequence[int]) -> Callable[[tuple[Any, ...]], Any]:
    """What takes the values at some places out of many."""
    return itemgetter(*places) if places else _nothing


def _nothing(_values: tuple[Any, ...]) -> tuple[()]:
    return ()
