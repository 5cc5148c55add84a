"""Two rules beside each other: what was added, removed and changed, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeVar, cast

from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Banded, Chosen, Combined, Condition, Rule, Score
from kechuang.rulebook.pages import Block, Heading, Paragraph, Table
from kechuang.rulebook.showing import RulePage, written_page
from kechuang.rulebook.thresholds import Threshold, thresholds
from kechuang.rulebook.units import unit_of
from kechuang.rulebook.wording import Language, wordings

Part = Literal[
    "identity", "documents", "conditions", "scores", "definitions", "amount", "thresholds",
    "articles", "lists", "facts",
]  # fmt: skip
PARTS: Final[tuple[Part, ...]] = (
    "identity", "documents", "conditions", "thresholds", "scores", "definitions", "amount",
    "articles", "lists", "facts",
)  # fmt: skip
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: an empty `old` was added, an empty `new` was removed."""

    part: Part
    code: str
    old: str
    new: str

    @property
    def way(self) -> str:
        """added, removed or changed."""
        return "added" if not self.old else "changed" if self.new else "removed"


def changes(old: Rule, new: Rule, book: Rulebook, language: Language = "zh") -> list[Change]:
    """Everything in which two rules differ, part by part in the order of the new file."""
    before, after = (RulePage(rule, book, _last_day(rule), language) for rule in (old, new))
    return [
        *_identity(before, after),
        *_paired("documents", _documents(old), _documents(new)),
        *_conditions(before, after),
        *_paired("scores", _scores(before), _scores(after)),
        *_paired("definitions", _definitions(before), _definitions(after)),
        *_paired("amount", _amount(before), _amount(after)),
        *_thresholds(before, after),
        *_articles(old, new),
        *_paired("lists", _lists(before), _lists(after)),
        *_paired("facts", _facts(before), _facts(after)),
    ]


def difference_page(old: Rule, new: Rule, book: Rulebook, language: Language, form: str) -> str:
    """The differences as a page in `md` or `html`."""
    return written_page(_blocks(old, new, book, language), language, form)


def _blocks(old: Rule, new: Rule, book: Rulebook, language: Language) -> list[Block]:
    """A table for each part that differs."""
    labels = cast("Mapping[str, Mapping[str, str]]", wordings()["differences"])[language]
    found = changes(old, new, book, language)
    name = new.name if language == "zh" else new.name_en
    key = "title_name" if old.id == new.id else "title"
    title = labels[key].format(name=name, old=old.key, new=new.key)
    blocks: list[Block] = [Heading(1, title)]
    header = tuple(labels[each] for each in ("change", "code", "old", "new"))
    for part in PARTS:
        rows = tuple(
            (labels[each.way], each.code, each.old, each.new) for each in found if each.part == part
        )
        if rows:
            blocks += [Heading(2, labels[part]), Table(header, rows)]
    return blocks if found else [*blocks, Paragraph(labels["none"])]


def _last_day(rule: Rule) -> date:
    """The day on which every dated value of a version has come."""
    dates = [value.since for each in rule.parameters.values() for value in each.values]
    return rule.until or max([rule.since, *dates])


def _paired(part: Part, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """What differs between two tables of texts."""
    for code, text in new.items():
        if old.get(code, "") != text:
            yield Change(part, code, old.get(code, ""), text)
    for code, text in old.items():
        if code not in new:
            yield Change(part, code, text, "")


def _identity(old: RulePage, new: RulePage) -> Iterator[Change]:
    def told(page: RulePage) -> dict[str, str]:
        rule = page.rule
        rows = {
            "name": page.rule_name(rule),
            "kind": page.label(f"kind_{rule.kind}"),
            "subject": rule.subject,
            "region": page.region(rule.region),
            "in_force": page.span(),
            "recognition": rule.outcome.get("recognition", ""),
            "validity": rule.outcome.get("validity", ""),
            "status": page.label(f"status_{rule.status}"),
        }
        return {page.label(key): text for key, text in rows.items() if text}

    yield from _paired("identity", told(old), told(new))


def _documents(rule: Rule) -> dict[str, str]:
    return {each.id: f"{each.title} {each.number}".strip() for each in rule.documents}


# --- conditions


def matched(
    old: Sequence[Item], new: Sequence[Item], ways: Sequence[Callable[[Item], str]]
) -> list[tuple[Item | None, Item | None]]:
    """Pairs of what is the same thing by the first way that tells, then what is left alone."""
    rest_old, rest_new = list(old), list(new)
    partner: dict[int, Item] = {}
    for way in ways:
        known = {way(each): each for each in rest_old}
        for each in list(rest_new):
            if way(each) in known:
                partner[id(each)] = known.pop(way(each))
                rest_old.remove(partner[id(each)])
                rest_new.remove(each)
    pairs: list[tuple[Item | None, Item | None]] = [(partner.get(id(each)), each) for each in new]
    return pairs + [(each, None) for each in rest_old]


def _pairs(old: Rule, new: Rule) -> list[tuple[Condition | None, Condition | None]]:
    ways: list[Callable[[Condition], str]] = [lambda each: each.id, lambda each: each.name]
    return matched(list(old.all_conditions()), list(new.all_conditions()), ways)


def _conditions(old: RulePage, new: RulePage) -> Iterator[Change]:
    for before, after in _pairs(old.rule, new.rule):
        code = (after or before or old.rule.conditions[0]).id
        texts = [
            "" if condition is None else page.condition_text(condition)
            for page, condition in ((old, before), (new, after))
        ]
        if texts[0] != texts[1]:
            yield Change("conditions", code, texts[0], texts[1])


def _articles(old: Rule, new: Rule) -> Iterator[Change]:
    for before, after in _pairs(old, new):
        if before is None or after is None or before.grounds.article == after.grounds.article:
            continue
        yield Change("articles", after.id, before.grounds.article, after.grounds.article)


# --- scores and numbers


def _scores(page: RulePage) -> dict[str, str]:
    return {each.id: score_text(page, each) for each in page.rule.all_scores()}


def score_text(page: RulePage, score: Score) -> str:
    """A score with its table on one line."""
    body = score.body
    colon, semicolon = page.label("colon"), page.words.say("semicolon")
    told = f"{score.name}{colon}{page.head(score, score.grounds)}"
    if isinstance(body, Banded):
        lines = semicolon.join(f"{left} → {points}" for left, points in page.band_lines(body))
        return f"{told} {page.words.text(body.of)}{colon}{lines}"
    if isinstance(body, Chosen):
        return f"{told} " + semicolon.join(f"{left} → {to}" for left, to in page.choice_lines(body))
    if isinstance(body, Combined):
        names = [each.name for each in body.items if isinstance(each, Score)]
        return f"{told}{colon}{page.words.say('comma').join(names)}" if names else told
    return told


def _definitions(page: RulePage) -> dict[str, str]:
    return {
        each.code: f"{each.name}{page.label('colon')}{page.words.text(each.value)}"
        for each in page.rule.definitions.values()
    }


def _amount(page: RulePage) -> dict[str, str]:
    amount = page.rule.amount
    if amount is None:
        return {}
    return {"amount": f"{score_text(page, amount.score)}{page.rounding('rounded')}"}


def _thresholds(old: RulePage, new: RulePage) -> Iterator[Change]:
    """Numbers of the same place whose value is another, and named parameters that came or went."""
    before = {_place(each): each for each in thresholds(old.rule)}
    after = {_place(each): each for each in thresholds(new.rule)}
    for place, each in after.items():
        earlier = before.get(place)
        if earlier is None:
            if each.since is not None:
                yield Change("thresholds", place, "", _told(each, new))
        elif _worth(earlier) != _worth(each):
            yield Change("thresholds", place, _told(earlier, old), _told(each, new))
    for place, each in before.items():
        if place not in after and each.since is not None:
            yield Change("thresholds", place, _told(each, old), "")


def _place(each: Threshold) -> str:
    return f"{each.place} {each.region}".strip()


def _worth(each: Threshold) -> object:
    unit = unit_of(each.number.unit)
    return each.number.value * unit.factor, unit.dimension


def _told(each: Threshold, page: RulePage) -> str:
    return f"{page.words.number(each.number)} {page.after(each.name)}".strip()


def _lists(page: RulePage) -> dict[str, str]:
    comma = page.words.say("comma")
    return {each.code: comma.join(each.members) for each in page.rule.lists.values()}


def _facts(page: RulePage) -> dict[str, str]:
    return {each.code: page.fact_name(each.code) for each in page.rule.facts}
