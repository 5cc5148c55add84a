"""Building the values of a rule from a file that has the right form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from kechuang.reference import Problem
from kechuang.reference.fields import Dictionary
from kechuang.reference.yaml_lines import Lines, Steps
from kechuang.rulebook.cases import CaseReader
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Expression, Name, Number, named_numbers
from kechuang.rulebook.model import (
    Amount,
    Banded,
    Body,
    Chosen,
    CodeList,
    Combined,
    Condition,
    Cut,
    Definition,
    Document,
    FactNote,
    Grounds,
    Kind,
    Parameter,
    ParameterValue,
    Points,
    Rule,
    Score,
    Status,
    Valued,
)
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.tables import parse_bands, parse_choice

Table = dict[str, Any]
Value = TypeVar("Value")


class Builder:
    """Reads one file's data; what is wrong collects in `problems`."""

    def __init__(self, path: Path, data: Table, lines: Lines, dictionary: Dictionary) -> None:
        self.path, self.data, self.lines, self.dictionary = path, data, lines, dictionary
        self.problems: list[Problem] = []
        self.root = Grounds("", data["status"], self._day(("last_checked",)))

    # --- help

    @contextmanager
    def _at(self, steps: Steps) -> Generator[None]:
        try:
            yield
        except RuleError as error:
            self._say(steps, error)

    def _say(self, steps: Steps, error: RuleError) -> None:
        self.problems.append(error.at(self.path, self.lines.of(steps)))

    def _tried(self, steps: Steps, make: Callable[[], Value], otherwise: Value) -> Value:
        with self._at(steps):
            return make()
        return otherwise

    def _get(self, steps: Steps) -> Any:
        value: Any = self.data
        for step in steps:
            value = value[step]
        return value

    def _day(self, steps: Steps) -> date:
        text = str(self._get(steps))
        try:
            return date.fromisoformat(text)
        except ValueError:
            error = RuleError("dates", f"没有“{text}”这一天", "日期不存在", "改成真实的日期")
            self._say(steps, error)
            return date(1970, 1, 1)

    def _grounds(self, steps: Steps, above: Grounds) -> Grounds:
        row = cast("Table", self._get(steps))
        checked = self._day((*steps, "last_checked")) if "last_checked" in row else None
        return Grounds(
            article=row.get("article", above.article),
            status=cast("Status", row.get("status", above.status)),
            last_checked=checked or above.last_checked,
        )

    def _parsed(self, steps: Steps, place: str) -> Expression:
        text = str(self._get(steps))
        return named_numbers(self._tried(steps, lambda: parse(text), Name("")), place)

    # --- the whole

    def rule(self, content: bytes) -> Rule:
        """The rule of a file with that content; not to be used where there are `problems`."""
        data = self.data
        since = self._day(("in_force", "from"))
        rule = Rule(
            id=data["rule"],
            version=data["version"],
            name=data["name"]["zh"],
            name_en=data["name"]["en"],
            kind=cast("Kind", data["kind"]),
            subject=data["subject"],
            region=data["region"],
            since=since,
            until=self._day(("in_force", "until")) if "until" in data["in_force"] else None,
            follows=data.get("follows", ""),
            documents=tuple(
                Document(row["id"], row["title"], row.get("number", ""))
                for row in data["documents"]
            ),
            status=cast("Status", data["status"]),
            last_checked=self.root.last_checked,
            outcome=cast("Mapping[str, str]", data["outcome"]),
            notes=tuple(data.get("notes", ())),
            facts=tuple(
                FactNote(
                    code,
                    row.get("unit", ""),
                    row.get("period", ""),
                    row["source"],
                    self.lines.of(("facts", code)),
                )
                for code, row in data["facts"].items()
            ),
            parameters={
                code: self._parameter(code) for code in cast("Table", data.get("parameters") or {})
            },
            lists={code: self._list(code) for code in cast("Table", data.get("lists") or {})},
            definitions={row.code: row for row in self._definitions()},
            scores=tuple(
                self._score(("scores", position), self.root)
                for position, _ in enumerate(data.get("scores") or ())
            ),
            conditions=tuple(
                self._condition(("conditions", position), self.root)
                for position, _ in enumerate(data["conditions"])
            ),
            amount=self._amount() if data.get("amount") else None,
            cases=(),
            path=self.path,
            content=content,
            digest=hashlib.sha256(content).hexdigest(),
        )
        return replace(rule, cases=self._cases(rule))

    def _cases(self, rule: Rule) -> Any:
        reader = CaseReader(rule, self.data, self.lines, self.dictionary)
        cases = reader.cases()
        self.problems += reader.problems
        return cases

    # --- parts

    def _parameter(self, code: str) -> Parameter:
        steps: Steps = ("parameters", code)
        values: list[ParameterValue] = []
        for position, row in enumerate(self._get(steps)["values"]):
            here: Steps = (*steps, "values", position)
            place = code if len(self._get(steps)["values"]) == 1 else f"{code}.{position + 1}"
            value = self._parsed((*here, "value"), place)
            if isinstance(value, Number):
                since = self._day((*here, "from"))
                values.append(ParameterValue(since, row.get("region", "000000"), value))
            else:
                why = "参数的值应是带单位的一个数"
                with self._at(here):
                    raise RuleError("type", f"参数“{code}”的值读不懂", why, "写成 1500 万元")
        values.sort(key=lambda each: each.since)
        line = self.lines.of(steps)
        grounds = self._grounds(steps, self.root)
        return Parameter(code, self._get(steps)["name"], grounds, tuple(values), line)

    def _list(self, code: str) -> CodeList:
        steps: Steps = ("lists", code)
        row = self._get(steps)
        grounds = self._grounds(steps, self.root)
        return CodeList(code, tuple(row["members"]), grounds, self.lines.of(steps))

    def _definitions(self) -> Iterator[Definition]:
        for position, row in enumerate(self.data.get("definitions") or ()):
            steps: Steps = ("definitions", position)
            value = self._parsed((*steps, "value"), row["id"])
            grounds = self._grounds(steps, self.root)
            yield Definition(row["id"], row["name"], value, grounds, self.lines.of(steps))

    def _condition(self, steps: Steps, above: Grounds) -> Condition:
        row = cast("Table", self._get(steps))
        grounds = self._grounds(steps, above)
        common: dict[str, Any] = {
            "id": row["id"],
            "name": row["name"],
            "grounds": grounds,
            "line": self.lines.of(steps),
            "veto": row.get("veto") == "true",
        }
        if "when" in row:
            return Condition(**common, when=self._parsed((*steps, "when"), row["id"]))
        key = next(each for each in ("all", "any", "of") if each in row)
        items = tuple(
            self._condition((*steps, key, position), grounds) for position, _ in enumerate(row[key])
        )
        if key != "of":
            return Condition(**common, op="all" if key == "all" else "any", items=items)
        least = self._parsed((*steps, "at_least"), row["id"])
        return Condition(
            **common,
            op="at_least",
            least=least if isinstance(least, Number) else None,
            items=items,
        )

    def _score(self, steps: Steps, above: Grounds) -> Score:
        row = cast("Table", self._get(steps))
        grounds = self._grounds(steps, above)
        code = row.get("id", "amount")
        cap = self._parsed((*steps, "cap"), f"{code}.cap") if "cap" in row else None
        body = self._tried(steps, lambda: self._body(steps, row, code, grounds), Valued(Name("")))
        return Score(code, row["name"], grounds, body, cap, self.lines.of(steps))

    def _body(self, steps: Steps, row: Table, code: str, grounds: Grounds) -> Body:
        given = Name(row["given"]) if "given" in row else None
        if "bands" in row:
            cuts, points = self._bands(steps, row, code)
            return Banded(self._parsed((*steps, "of"), f"{code}.of"), cuts, points, given)
        if "choose" in row:
            return Chosen(tuple(self._choices(steps, row, code)), given)
        if "value" in row:
            return Valued(self._parsed((*steps, "value"), code))
        op = "best_of" if "best_of" in row else "sum"
        items = tuple(
            item if isinstance(item, str) else self._score((*steps, op, position), grounds)
            for position, item in enumerate(cast("list[Any]", row[op]))
        )
        return Combined(op, items)

    def _bands(
        self, steps: Steps, row: Table, code: str
    ) -> tuple[tuple[Cut, ...], tuple[Points, ...]]:
        try:
            cuts, points = parse_bands(cast("list[str]", row["bands"]))
        except RuleError as error:
            self._say(self._line_of_table(steps, row["bands"], error), error)
            return (), (Points(Name("")),)
        named = tuple(
            Cut(named_numbers(cut.value, f"{code}.{position}"), cut.upper)
            for position, cut in enumerate(cuts, 1)
        )
        return named, tuple(
            _named_points(each, f"{code}.{position}") for position, each in enumerate(points)
        )

    def _line_of_table(self, steps: Steps, texts: list[str], error: RuleError) -> Steps:
        for position, text in enumerate(texts):
            if text in error.what:
                return (*steps, "bands", position)
        return (*steps, "bands")

    def _choices(
        self, steps: Steps, row: Table, code: str
    ) -> Iterator[tuple[Expression | None, Points]]:
        texts = cast("list[str]", row["choose"])
        for position, text in enumerate(texts):
            here: Steps = (*steps, "choose", position)
            place = f"{code}.{position + 1}"
            condition, points = self._tried(
                here, lambda text=text: parse_choice(text), (None, Points(Name("")))
            )
            last = position == len(texts) - 1
            if (condition is None) is not last:
                with self._at(here):
                    why = "choose 的最后一行要写 otherwise，而且只有最后一行写"
                    raise RuleError("band_gap", f"表格行“{text}”的位置不对", why, "补上 otherwise")
            if condition is not None:
                condition = named_numbers(condition, place)
            yield condition, _named_points(points, place)

    def _amount(self) -> Amount:
        score = self._score(("amount",), self.root)
        row = self.data["amount"]
        return Amount(score, row.get("round", "分"), row.get("below_unit") == "不付")


def _named_points(points: Points, place: str) -> Points:
    if points.high is None:
        return Points(named_numbers(points.low, f"{place}.points"))
    return Points(
        named_numbers(points.low, f"{place}.least"), named_numbers(points.high, f"{place}.most")
    )
