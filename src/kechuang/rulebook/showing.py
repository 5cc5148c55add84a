"""A rule as a page for reading: everything that its file says, in words and tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, cast

from kechuang.reference import load_divisions
from kechuang.reference.fields import Field
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import (
    Banded,
    Chosen,
    Combined,
    Condition,
    Cut,
    FactNote,
    Grounds,
    Rule,
    Score,
    Valued,
)
from kechuang.rulebook.pages import Block, Heading, Item, Outline, Paragraph, Table, html, markdown
from kechuang.rulebook.thresholds import thresholds, unverified
from kechuang.rulebook.wording import EVERYWHERE, Language, Wording, band, wordings

FROM_TABLE: Final = "界限"
DEEPEST_HEADING: Final = 4


def shown(rule: Rule, book: Rulebook, as_of: date, language: Language, form: str) -> str:
    """The page of a rule as `md` or `html`, with the parameters that hold on a day."""
    return written_page(list(RulePage(rule, book, as_of, language).blocks()), language, form)


def written_page(blocks: Sequence[Block], language: Language, form: str) -> str:
    """Blocks as a page in `md` or `html`."""
    if form == "md":
        return markdown(blocks)
    labels = labels_of(language)
    tag = "zh-CN" if language == "zh" else "en"
    return html(blocks, tag, labels["footer"], labels["skip"])


def labels_of(language: Language) -> Mapping[str, str]:
    """The headings and labels of a page."""
    return cast("Mapping[str, Mapping[str, str]]", wordings()["labels"])[language]


class RulePage:
    """Tells one rule as blocks of a page."""

    def __init__(self, rule: Rule, book: Rulebook, as_of: date, language: Language) -> None:
        self.rule, self.book, self.as_of, self.language = rule, book, as_of, language
        self.words = Wording(rule, book, language, as_of)
        self._labels = labels_of(language)

    def label(self, key: str, /, **values: object) -> str:
        """A label with its values."""
        return self._labels[key].format(**values)

    def blocks(self) -> Iterator[Block]:
        """The whole page."""
        yield from self._identity()
        yield from self._documents()
        yield from self._conditions()
        yield from self._definitions()
        yield from self._scores()
        yield from self.amount_blocks()
        yield from self._facts()
        yield from self._parameters()
        yield from self._lists()
        yield from self._notes()
        yield from self._examples()

    def for_applicants(self) -> Iterator[Block]:
        """What somebody reads who asks whether to apply: no parameters, codes and examples."""
        yield from self._identity()
        yield from self._documents()
        yield from self._conditions()
        yield from self._scores()
        yield from self.amount_blocks()
        yield from self._facts()
        yield from self._notes()

    # --- what it is

    def rule_name(self, rule: Rule) -> str:
        """A rule's name in the page's language."""
        return rule.name if self.language == "zh" else rule.name_en

    def _identity(self) -> Iterator[Block]:
        rule = self.rule
        frame = self.book.dictionary.frames[rule.subject]
        count = unverified(rule)
        rows = [
            ("rule", rule.key),
            ("kind", self.label(f"kind_{rule.kind}")),
            ("subject", frame.name if self.language == "zh" else frame.name_en),
            ("region", self.region(rule.region)),
            ("in_force", self.span()),
            ("follows", rule.follows),
            ("recognition", rule.outcome.get("recognition", "")),
            ("validity", rule.outcome.get("validity", "")),
            ("status", self.label(f"status_{rule.status}")),
            ("unverified_count", self.label("count", n=count) if count else ""),
            ("last_checked", rule.last_checked.isoformat()),
        ]
        yield Heading(1, self.label("title", name=self.rule_name(rule), version=rule.version))
        yield Table((), tuple((self.label(key), told) for key, told in rows if told))
        yield Paragraph(self.label("on", day=self.as_of))

    def span(self) -> str:
        """The days on which the rule is in force."""
        rule = self.rule
        if rule.until is None:
            return self.label("span_from", since=rule.since)
        return self.label("span", since=rule.since, until=rule.until)

    def region(self, code: str) -> str:
        """A region by name and code."""
        if code == EVERYWHERE:
            return self.label("everywhere")
        divisions = load_divisions()
        name = divisions.full_name(code) if code in divisions else ""
        return f"{name}{self.after(code)}" if name else code

    def _documents(self) -> Iterator[Block]:
        yield Heading(2, self.label("documents"))
        header = tuple(self.label(key) for key in ("document", "document_title", "document_number"))
        rows = tuple((each.id, each.title, each.number) for each in self.rule.documents)
        yield Table(header, rows)

    # --- conditions

    def _conditions(self) -> Iterator[Block]:
        yield Heading(2, self.label("conditions"))
        yield Paragraph(self.label("conditions_all"))
        items: list[Item] = []
        for number, condition in enumerate(self.rule.conditions, 1):
            items += self.condition_items(condition, f"{number}", 0, "")
        yield Outline(tuple(items))

    def condition_items(
        self, condition: Condition, number: str, depth: int, above: str
    ) -> Iterator[Item]:
        """A condition and those inside it; the article is told where it is another than above."""
        article = condition.grounds.article
        yield Item(
            depth,
            number,
            self.condition_text(condition),
            self.after(article).strip() if article != above else "",
            self._mark(condition),
        )
        for position, item in enumerate(condition.items, 1):
            yield from self.condition_items(item, f"{number}.{position}", depth + 1, article)

    def condition_text(self, condition: Condition) -> str:
        """A condition's name with its expression, or with how many of those inside must hold."""
        colon = self.label("colon")
        if condition.when is None:
            least = condition.least
            count = "" if least is None else self.words.number(least)
            return f"{condition.name}{colon}{self.label(condition.op, n=count)}"
        told = self.words.text(condition.when)
        return condition.name if told == condition.name else f"{condition.name}{colon}{told}"

    def _mark(self, condition: Condition) -> str:
        marks = [self.label("veto")] if condition.veto else []
        if condition.grounds.status == "unverified":
            marks.append(self.label("status_unverified"))
        return f"〔{self.label('comma').join(marks)}〕" if marks else ""

    def after(self, text: str) -> str:
        """A text in brackets behind something."""
        return f"{self.label('open')}{text}{self.label('close')}" if text else ""

    # --- values and scores

    def _definitions(self) -> Iterator[Block]:
        if not self.rule.definitions:
            return
        yield Heading(2, self.label("definitions"))
        header = tuple(self.label(key) for key in ("name", "code", "expression", "article"))
        rows = tuple(
            (each.name, each.code, self.words.text(each.value), each.grounds.article)
            for each in self.rule.definitions.values()
        )
        yield Table(header, rows)

    def _scores(self) -> Iterator[Block]:
        if self.rule.scores:
            yield Heading(2, self.label("scores"))
        for score in self.rule.scores:
            yield from self.score_blocks(score, 3)

    def score_blocks(
        self, score: Score, level: int, above: Grounds | None = None
    ) -> Iterator[Block]:
        """A score with its table; those inside it follow."""
        if above is not None or level > 2:
            yield Heading(min(level, DEEPEST_HEADING), f"{score.name}{self.after(score.id)}")
        head = self.head(score, above)
        if head:
            yield Paragraph(head)
        body = score.body
        points = self.label("amounts" if score.id == "amount" else "points")
        if isinstance(body, Banded):
            rows = tuple(self.band_lines(body))
            yield Table((self.words.text(body.of), points), rows)
        elif isinstance(body, Chosen):
            yield Table((self.label("condition"), points), tuple(self.choice_lines(body)))
        elif isinstance(body, Combined):
            for item in body.items:
                if isinstance(item, Score):
                    yield from self.score_blocks(item, level + 1, score.grounds)

    def head(self, score: Score, above: Grounds | None) -> str:
        """What is said of a score beside its table."""
        parts: list[str] = []
        body = score.body
        if isinstance(body, Valued):
            parts.append(self.words.text(body.value))
        elif isinstance(body, Combined):
            named = [self._score_name(each) for each in body.items if isinstance(each, str)]
            names = f"{self.label('colon')}{self.label('comma').join(named)}" if named else ""
            parts.append(f"{self.label(body.op)}{names}")
        if isinstance(body, Banded | Chosen) and body.given is not None:
            parts.append(self.label("given", field=self.words.text(body.given)))
        if score.cap is not None:
            parts.append(self.label("cap", cap=self.words.text(score.cap)))
        said = self.label("comma").join(parts)
        if above is None or above.article != score.grounds.article:
            said += self.after(score.grounds.article)
        if score.grounds.status == "unverified":
            said += f"〔{self.label('status_unverified')}〕"
        return said

    def _score_name(self, code: str) -> str:
        found = self.rule.score(code)
        return code if found is None else found.name

    def band_lines(self, body: Banded) -> Iterator[tuple[str, str]]:
        """The lines of a table by size, the greatest values first."""
        edges: list[Cut | None] = [None, *body.cuts, None]
        lines = zip(itertools.pairwise(edges), body.points, strict=True)
        for (low, high), points in reversed(list(lines)):
            told = band(
                self.words.text(low.value) if low is not None else "",
                self.words.text(high.value) if high is not None else "",
                low_inside=low is not None and low.upper,
                high_inside=high is not None and not high.upper,
            )
            yield told or self.words.say("otherwise"), self.words.points(points, body.given)

    def choice_lines(self, body: Chosen) -> Iterator[tuple[str, str]]:
        """The lines of a table by conditions, in their order."""
        for condition, points in body.lines:
            told = self.words.say("otherwise") if condition is None else self.words.text(condition)
            yield told, self.words.points(points, body.given)

    def amount_blocks(self) -> Iterator[Block]:
        """How much is paid; nothing where the rule pays nothing."""
        amount = self.rule.amount
        if amount is None:
            return
        yield Heading(2, self.label("amount"))
        yield Paragraph(self.rounding("amount_rule"))
        yield from self.score_blocks(amount.score, 2)

    def rounding(self, key: str) -> str:
        """How the amount is rounded, in the sentence of that label."""
        amount = self.rule.amount
        assert amount is not None  # noqa: S101 - asked of awards alone
        unit = self._labels.get(f"round_{amount.unit}", amount.unit)
        drop = self.label("drop", unit=unit) if amount.drop_below_unit else ""
        return self.label(key, unit=unit, drop=drop)

    # --- tables

    def _facts(self) -> Iterator[Block]:
        keys = ("name", "code", "unit", "period", "change", "source", "caliber")
        yield Heading(2, self.label("facts"))
        rows = tuple(self._fact(note) for note in self.rule.facts)
        yield Table(tuple(self.label(key) for key in keys), rows)

    def _fact(self, note: FactNote) -> tuple[str, ...]:
        name = self.fact_name(note.code)
        field = self.book.dictionary.fields.get((self.rule.subject, note.code))
        if field is not None:
            period = self.label(f"period_{field.period}")
            change = self.label(f"change_{field.change}")
            return (name, note.code, field.unit, period, change, note.source, field.caliber)
        unit = self.book.dictionary.frames[note.code].unit
        return (name, note.code, unit, self.label("rows"), "", note.source, "")

    def fact_name(self, code: str) -> str:
        """The name of a field of the subject, or of a table of rows."""
        field = self.book.dictionary.fields.get((self.rule.subject, code))
        if field is not None:
            return self._name(field)
        frame = self.book.dictionary.frames[code]
        return frame.name if self.language == "zh" else frame.name_en

    def _name(self, field: Field) -> str:
        return field.name if self.language == "zh" else field.name_en

    def _parameters(self) -> Iterator[Block]:
        found = list(thresholds(self.rule))
        if not found:
            return
        keys = ("place", "belongs", "value", "article", "since", "where", "last_checked", "status")
        rows = tuple(
            (
                each.place,
                each.name,
                each.number.written if self.language == "zh" else self.words.number(each.number),
                each.grounds.article,
                each.since.isoformat() if each.since is not None else "",
                self.region(each.region) if each.region else "",
                each.grounds.last_checked.isoformat(),
                self.label(f"status_{each.grounds.status}"),
            )
            for each in found
        )
        marked = {at for at, each in enumerate(found) if each.grounds.status == "unverified"}
        yield Heading(2, self.label("parameters"))
        yield Table(tuple(self.label(key) for key in keys), rows, frozenset(marked))

    def _lists(self) -> Iterator[Block]:
        if not self.rule.lists:
            return
        yield Heading(2, self.label("lists"))
        keys = ("code", "members", "article", "last_checked", "status")
        rows = tuple(
            (
                each.code,
                self.words.say("comma").join(each.members),
                each.grounds.article,
                each.grounds.last_checked.isoformat(),
                self.label(f"status_{each.grounds.status}"),
            )
            for each in self.rule.lists.values()
        )
        yield Table(tuple(self.label(key) for key in keys), rows)

    def _notes(self) -> Iterator[Block]:
        if not self.rule.notes:
            return
        yield Heading(2, self.label("notes"))
        yield Outline(
            tuple(Item(0, f"{number}", note) for number, note in enumerate(self.rule.notes, 1))
        )

    def _examples(self) -> Iterator[Block]:
        cases = [case for case in self.rule.cases if case.source != FROM_TABLE]
        yield Heading(2, self.label("examples"))
        keys = ("name", "day", "source", "expected")
        rows = tuple(
            (case.name, case.as_of.isoformat(), case.source, self._expected(case.expect))
            for case in cases
        )
        yield Table(tuple(self.label(key) for key in keys), rows)
        more = len(self.rule.cases) - len(cases)
        if more:
            yield Paragraph(self.label("examples_more", n=more))

    def _expected(self, expect: Mapping[str, str]) -> str:
        told = [
            f"{self._item(item)} {self._labels.get(value, value)}" for item, value in expect.items()
        ]
        return self.label("comma").join(told)

    def _item(self, code: str) -> str:
        if code in {"verdict", "amount"}:
            return self.label(code)
        condition = self.rule.condition(code)
        return self._score_name(code) if condition is None else condition.name
