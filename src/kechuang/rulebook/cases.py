"""Worked examples and boundary tables of a rule file, as cases that can be run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, cast

from kechuang.reference import Problem
from kechuang.reference.fields import Dictionary, Field
from kechuang.reference.yaml_lines import Lines, Steps
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Case, Fact, Rows, Rule
from kechuang.rulebook.tables import split_line
from kechuang.rulebook.values import fact_of

_YEARLY: Final = re.compile(r"([a-z][a-z0-9_]*)\[-([12])\]")
MISSING: Final = "缺"


@dataclass
class _Draft:
    """A case while it is read; `times` of a row are still in the rows."""

    as_of: date
    given: dict[str, Fact] = field(default_factory=dict[str, Fact])
    rows: dict[str, list[dict[str, Fact]]] = field(default_factory=dict[str, list[dict[str, Fact]]])


class CaseReader:
    """Reads the cases of one file; what is wrong collects in `problems`."""

    def __init__(
        self, rule: Rule, data: dict[str, Any], lines: Lines, dictionary: Dictionary
    ) -> None:
        self.rule, self.data, self.lines, self.dictionary = rule, data, lines, dictionary
        self.problems: list[Problem] = []
        self.drafts: dict[str, _Draft] = {}

    def cases(self) -> tuple[Case, ...]:
        """Every example, then every row of every boundary table."""
        found = list(self._examples())
        found += self._boundaries()
        return tuple(found)

    def _say(self, steps: Steps, error: RuleError) -> None:
        self.problems.append(error.at(self.rule.path, self.lines.of(steps)))

    # --- examples

    def _examples(self) -> Iterator[Case]:
        for position, row in enumerate(self.data["examples"]):
            steps: Steps = ("examples", position)
            name = str(row["name"])
            if name in self.drafts:
                why = "例名在一个文件里只能用一次"
                self._say(steps, RuleError("duplicate", f"例“{name}”写了两次", why, "换一个名字"))
                continue
            draft = self._started(steps, row)
            self._fill(steps, row, draft)
            self.drafts[name] = draft
            expect = cast("dict[str, Any]", row["expect"])
            missing = expect.get("missing")
            yield _finished(
                draft,
                name=name,
                source=str(row.get("source", "")),
                expect={key: str(value) for key, value in expect.items() if key != "missing"},
                missing=None if missing is None else tuple(str(each) for each in missing),
                line=self.lines.of(steps),
            )

    def _started(self, steps: Steps, row: Mapping[str, Any]) -> _Draft:
        day = str(row.get("as_of") or self.data.get("examples_on") or self.rule.since)
        like = row.get("like")
        if like is None:
            return _Draft(self._day(steps, day))
        base = self.drafts.get(str(like))
        if base is None:
            why = "like 只能指上面已经写出的例"
            self._say(steps, RuleError("example", f"没有例“{like}”", why, "检查例名和先后次序"))
            return _Draft(self._day(steps, day))
        as_of = self._day(steps, str(row["as_of"])) if "as_of" in row else base.as_of
        rows = {frame: [dict(each) for each in many] for frame, many in base.rows.items()}
        return _Draft(as_of, dict(base.given), rows)

    def _day(self, steps: Steps, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            why = "日期不存在"
            self._say(steps, RuleError("dates", f"没有“{text}”这一天", why, "改成真实的日期"))
            return self.rule.since

    def _fill(self, steps: Steps, row: Mapping[str, Any], draft: _Draft) -> None:
        for written, text in _table(row, "given").items():
            here: Steps = (*steps, "given", written)
            try:
                column, found = self.column(written)
                draft.given[column] = fact_of(found, str(text))
            except RuleError as error:
                self._say(here, error)
        for frame, rows in _table(row, "rows").items():
            here = (*steps, "rows", frame)
            if frame not in self.dictionary.frames:
                why = "字段表里没有这张表"
                self._say(here, RuleError("unknown_name", f"没有表“{frame}”", why, "检查拼写"))
                continue
            draft.rows[frame] = [
                self._row((*here, position), frame, each) for position, each in enumerate(rows)
            ]

    def _row(self, steps: Steps, frame: str, row: Mapping[str, str]) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        for written, text in row.items():
            try:
                if written == "times":
                    facts["times"] = _times(text)
                    continue
                found = self.dictionary.resolve(frame, written)
                if found is None:
                    why = f"“{frame}”表没有这个字段"
                    raise RuleError("unknown_name", f"没有字段“{written}”", why, "检查拼写")
                facts[found.code] = fact_of(found, text)
            except RuleError as error:
                self._say((*steps, written), error)
        return facts

    def column(self, written: str) -> tuple[str, Field]:
        """The column and field that `revenue` or `revenue[-1]` means."""
        match = _YEARLY.fullmatch(written.strip())
        code, back = (match[1], int(match[2])) if match else (written.strip(), 0)
        found = self.dictionary.resolve(self.rule.subject, code)
        if found is None:
            why = f"“{self.rule.subject}”表没有这个字段"
            raise RuleError("unknown_name", f"没有字段“{code}”", why, "检查拼写，或加进字段表")
        return found.column(back), found

    # --- boundaries

    def _boundaries(self) -> Iterator[Case]:
        for position, table in enumerate(self.data.get("boundaries") or ()):
            steps: Steps = ("boundaries", position)
            base = self._started(steps, table)
            self._fill(steps, {"given": table.get("given")}, base)
            for number, text in enumerate(cast("list[str]", table["rows"])):
                here: Steps = (*steps, "rows", number)
                try:
                    yield self._boundary(here, table, base, str(text))
                except RuleError as error:
                    self._say(here, error)

    def _boundary(self, steps: Steps, table: Mapping[str, str], base: _Draft, text: str) -> Case:
        left, right = split_line(text)
        draft = _Draft(
            base.as_of,
            dict(base.given),
            {frame: [dict(each) for each in many] for frame, many in base.rows.items()},
        )
        vary = table["vary"]
        if vary == "as_of":
            draft.as_of = self._day(steps, left)
        elif "." in vary:
            self._vary_row(draft, vary, left)
        else:
            column, found = self.column(vary)
            draft.given[column] = fact_of(found, left)
        name = f"{table['shows']}：{vary} = {left}"
        return _finished(
            draft,
            name=name,
            source="界限",
            expect={table["shows"]: right},
            missing=None,
            line=self.lines.of(steps),
        )

    def _vary_row(self, draft: _Draft, vary: str, text: str) -> None:
        frame, _, written = vary.partition(".")
        rows = draft.rows.get(frame)
        if not rows:
            why = f"所仿照的例没有“{frame}”的行"
            raise RuleError("example", f"“{vary}”无处可改", why, "仿照一个有这些行的例")
        if written == "times":
            rows[0]["times"] = _times(text)
            return
        found = self.dictionary.resolve(frame, written)
        if found is None:
            why = f"“{frame}”表没有这个字段"
            raise RuleError("unknown_name", f"没有字段“{written}”", why, "检查拼写")
        rows[0][found.code] = fact_of(found, text)


def _table(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    return cast("dict[str, Any]", row.get(key) or {})


def _times(text: str) -> int:
    digits = re.match(r"\s*(\d+)", text)
    if digits is None:
        raise RuleError("example", f"“times: {text}”读不懂", "应是行数", "写成 times: 4")
    return int(digits[1])


def _finished(
    draft: _Draft,
    *,
    name: str,
    source: str,
    expect: Mapping[str, str],
    missing: tuple[str, ...] | None,
    line: int,
) -> Case:
    rows: dict[str, Rows] = {}
    for frame, many in draft.rows.items():
        spread: list[Mapping[str, Fact]] = []
        for row in many:
            times = cast("int", row.get("times", 1))
            plain = {key: value for key, value in row.items() if key != "times"}
            spread += [plain] * times
        rows[frame] = tuple(spread)
    given = dict(draft.given.items())
    case = Case(name, source, draft.as_of, given, rows, expect, missing, line)
    return replace(case)
