"""A figure while it is being read: the words around it, then what each step makes of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kechuang.figures.model import Bound, Quantity
from kechuang.figures.periods import PeriodMention
from kechuang.reading.model import Kind
from kechuang.reading.structure import Sentence, clause_end, clause_start

Mode = Literal["report", "review", "span_review", "plan", "span_plan", "policy", "rules"]
"""How a passage speaks: a plain report, a review of a year or of several, a plan of a year or more,
a policy that sets rules, or news of one."""


FARTHEST = 32
"""So far back a figure may borrow; more would only cost time in endless lists."""


@dataclass(slots=True)
class Draft:
    """One figure in the making.

    `quoted` is the plain quote, `said` the sentence up to it. `clause` is where its clause begins;
    `before` the words of that clause between the previous figure and the number, `lead` the same
    without times; `after` the words up to the next figure or the clause's end; `tail` the rest of
    the clause with the numbers left out. `previous` is the figure before it in the same sentence,
    `recent` the one before it in the same paragraph. `joined` says that only a list mark stands
    between the two. `prefix` is who opens the clause, so that it is not taken for the measure;
    `theme` the evaluation that the whole report is about, `label` what its paragraph opens with,
    `head` the kind of thing that its first words count.
    `row` marks a cell of a table.
    """

    quantity: Quantity
    sentence: Sentence
    quoted: str
    said: str
    clause: int
    before: str
    lead: str
    after: str
    tail: str
    previous: Draft | None
    joined: bool
    mentions: Sequence[PeriodMention]
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: Bound
    mode: Mode = "report"
    goal: bool = False
    kind: Kind = "flow"
    measure: str | None = None
    subject: str | None = None
    period: str | None = None
    indicator: str | None = None
    confidence: float = 1.0
    doubts: list[str] = field(default_factory=list[str])
    row: int | None = None
    recent: Draft | None = None
    prefix: str = ""
    theme: str = ""
    label: str = ""
    head: str = ""

    def earlier(self) -> Iterator[Draft]:
        """The figures before this one in its sentence, the nearest first, at most `FARTHEST`."""
        each = self.previous
        for _ in range(FARTHEST):
            if each is None:
                return
            yield each
            each = each.previous


LONGEST_SAID = 200
LIST_MARKS = frozenset("、和与及,/")


def draft_all(
    text: str,
    quantities: Sequence[Quantity],
    sentences: Sequence[Sentence],
    mentions: Sequence[PeriodMention],
) -> list[Draft]:
    """A draft for each quantity, with the words around it; the sentences ascend as they do."""
    drafts: list[Draft] = []
    starts = [mention.start for mention in mentions]
    place = 0
    for number, quantity in enumerate(quantities):
        while place + 1 < len(sentences) and sentences[place + 1].start <= quantity.start:
            place += 1
        sentence = sentences[place]
        previous = drafts[-1] if drafts and drafts[-1].sentence is sentence else None
        following = quantities[number + 1] if number + 1 < len(quantities) else None
        drafts.append(_draft(text, quantity, sentence, previous, following, mentions, starts))
    _fill_tails(drafts)
    return drafts


def _draft(
    text: str,
    quantity: Quantity,
    sentence: Sentence,
    previous: Draft | None,
    following: Quantity | None,
    mentions: Sequence[PeriodMention],
    mention_starts: Sequence[int],
) -> Draft:
    floor = previous.quantity.end if previous else sentence.start
    floor = max(floor, sentence.start)
    clause = clause_start(text, quantity.start, floor)
    end = clause_end(text, quantity.end, sentence.end)
    if following is not None:
        end = min(end, following.start)
    inside = list(_between(mentions, mention_starts, clause, quantity.start))
    before = text[clause : quantity.start]
    return Draft(
        quantity=quantity,
        sentence=sentence,
        quoted=text[quantity.start : quantity.end],
        said=text[max(sentence.start, quantity.start - LONGEST_SAID) : quantity.start],
        clause=clause,
        before=before,
        lead=_without(text, clause, quantity.start, inside),
        after=text[quantity.end : end],
        tail="",
        previous=previous,
        joined=previous is not None and clause == floor and set(before[:1]) <= LIST_MARKS,
        mentions=inside,
        value=quantity.value,
        value_max=quantity.value_max,
        unit=quantity.unit,
        bound=quantity.bound,
    )


def _between(
    mentions: Sequence[PeriodMention], starts: Sequence[int], start: int, end: int
) -> Iterator[PeriodMention]:
    for place in range(bisect_left(starts, start), len(mentions)):
        if mentions[place].start >= end:
            return
        yield mentions[place]


def _without(text: str, start: int, end: int, mentions: Sequence[PeriodMention]) -> str:
    """The words from `start` to `end` without the times among them."""
    pieces: list[str] = []
    for mention in mentions:
        if mention.role != "every":
            pieces.append(text[start : max(start, mention.start)])
            start = max(start, mention.end)
    pieces.append(text[start:end])
    return "".join(pieces)


def _fill_tails(drafts: Sequence[Draft]) -> None:
    """The rest of each clause after its number, with the numbers that follow left out."""
    for number in range(len(drafts) - 1, -1, -1):
        draft = drafts[number]
        following = drafts[number + 1] if number + 1 < len(drafts) else None
        end = draft.quantity.end + len(draft.after)
        joined = following is not None and following.quantity.start == end
        draft.tail = draft.after + (following.tail if joined and following else "")
        if len(draft.tail) > 60:
            draft.tail = draft.tail[:60]


def since_previous(draft: Draft) -> str:
    """The words of the sentence between the figure before and this one."""
    floor = draft.previous.quantity.end if draft.previous else draft.sentence.start
    return draft.said[max(0, len(draft.said) - (draft.quantity.start - floor)) :]
