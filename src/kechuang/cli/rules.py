"""The work of `kechuang rules`: rule files checked, run, listed, shown and compared."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kechuang.cli.console import Messages, Stop
from kechuang.eligibility.examples import Cases, Failure, uncaught
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.files import whole_text
from kechuang.files.safe import one_line
from kechuang.reference import Problem
from kechuang.rulebook.book import Rulebook, in_force, span
from kechuang.rulebook.differing import changes, difference_page
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.exporting import rule_data
from kechuang.rulebook.library import SUFFIXES, beside_shipped, read_rulebook, rule_files
from kechuang.rulebook.model import Rule
from kechuang.rulebook.showing import shown
from kechuang.rulebook.thresholds import unverified
from kechuang.rulebook.wording import Language

FOUND: Final = 1
NOT_FOUND: Final = 3
INVALID: Final = 4
REFUSED: Final = 5
MOST_WIDTH: Final = 300
"""Columns of a table that nobody's terminal shows."""
COLUMNS: Final = ("规则", "版本", "名称", "生效", "未核实参数")


def _ended(work: Callable[[Messages], int], language: str = "zh") -> int:
    messages = Messages(language)
    try:
        return work(messages)
    except Stop as stop:
        return stop.code


# --- files


def _own_files(paths: Iterable[Path], messages: Messages) -> list[Path]:
    """The rule files that the paths name, in order."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            messages.tell("rules_missing", name=path, style="red")
            raise Stop(NOT_FOUND)
        files = rule_files(path)
        refused = [each for each in (path, *files) if not _is_open(each)]
        if refused:
            messages.tell("rules_permission", name=refused[0], style="red")
            raise Stop(REFUSED)
        if not files:
            messages.tell("rules_none", name=path, style="red")
            raise Stop(NOT_FOUND)
        found += files
    return found


def _is_open(path: Path) -> bool:
    """Whether a file may be read, a folder listed and entered."""
    return os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK)


def _read(paths: Iterable[Path], messages: Messages) -> tuple[Rulebook, list[Problem], list[Path]]:
    """The shipped rules and one's own, what is wrong with them, and the files that are asked of."""
    own = _own_files(paths, messages)
    files = beside_shipped(own)
    book, problems = read_rulebook(files)
    return book, problems, own or files


def _sound(paths: Iterable[Path], messages: Messages) -> tuple[Rulebook, list[Rule]]:
    """The rulebook, and the rules of the files that are asked of; it ends where some are wrong."""
    book, problems, asked = _read(paths, messages)
    for problem in problems:
        messages.say(str(problem))
    if problems:
        messages.tell("rules_broken", count=len(problems), style="red")
        raise Stop(INVALID)
    return book, _rules_of(asked, book)


def _rules_of(asked: Iterable[Path], book: Rulebook) -> list[Rule]:
    files = {path.resolve() for path in asked}
    return [rule for rule in book if rule.path.resolve() in files]


# --- check


def run_check(paths: Sequence[Path]) -> int:
    """Check rule files, print what is wrong with them, and return the exit code."""
    return _ended(lambda messages: _check(paths, messages))


def _check(paths: Sequence[Path], messages: Messages) -> int:
    book, problems, asked = _read(paths, messages)
    if not problems:
        problems = list(_unusable(book, asked))
    for problem in problems:
        click.echo(one_line(str(problem)))
    if problems:
        messages.tell("rules_to_mend", files=len(asked), count=len(problems))
        return FOUND
    messages.tell("rules_fine", files=len(asked))
    return 0


def _unusable(book: Rulebook, asked: Sequence[Path]) -> Iterator[Problem]:
    """What only shows when a rule is to be computed."""
    for rule in _rules_of(asked, book):
        try:
            lower_rule(rule, book, max([rule.since, *(case.as_of for case in rule.cases)]))
        except RuleError as error:
            yield error.at(rule.path, 1)


# --- test


def run_test(paths: Sequence[Path], *, thresholds: bool) -> int:
    """Run the cases of rules, print what came out otherwise, and return the exit code."""
    return _ended(lambda messages: _test(paths, messages, thresholds=thresholds))


def _test(paths: Sequence[Path], messages: Messages, *, thresholds: bool) -> int:
    book, asked = _sound(paths, messages)
    rules, cases = len(asked), sum(len(rule.cases) for rule in asked)
    failed = 0
    for rule in asked:
        for case, told in _failures(rule, book):
            failed += case
            click.echo(one_line(told))
    if failed:
        messages.tell("rules_failed", rules=rules, cases=cases, count=failed)
        return FOUND
    messages.tell("rules_passed", rules=rules, cases=cases)
    if thresholds:
        _tell_uncaught(asked, book, messages)
    return 0


def _failures(rule: Rule, book: Rulebook) -> Iterator[tuple[bool, str]]:
    """What came out otherwise; the first of each case is marked."""
    cases = Cases(rule, book)
    for case in rule.cases:
        try:
            found: list[Failure | RuleError] = list(cases.of(case))
        except RuleError as error:
            found = [error]
        for position, each in enumerate(found):
            told = str(each)
            if isinstance(each, RuleError):
                told = f"{rule.path}:{case.line}：例“{case.name}”无法计算：{each}"
            yield position == 0, told


def _tell_uncaught(asked: Sequence[Rule], book: Rulebook, messages: Messages) -> None:
    count = 0
    for rule in messages.track(asked, len(asked)):
        for told in uncaught(rule, book):
            count += 1
            click.echo(one_line(told))
    if count:
        messages.tell("rules_uncaught", count=count)
    else:
        messages.tell("rules_caught")


# --- list


def run_list(as_of: date | None, own: Path | None) -> int:
    """List the rules, all or those in force on a day."""
    return _ended(lambda messages: _list(as_of, own, messages))


def _list(as_of: date | None, own: Path | None, messages: Messages) -> int:
    book, _ = _sound([own] if own else [], messages)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        numeric, free = name == COLUMNS[-1], name == "名称"
        table.add_column(
            name, justify="right" if numeric else "left", no_wrap=not free, overflow="fold"
        )
    for rule in book:
        if as_of is None or in_force(rule, as_of):
            count = unverified(rule)
            cells = (rule.id, rule.version, rule.name, span(rule), str(count or ""))
            table.add_row(*(Text(one_line(cell)) for cell in cells))
    stdout = cast("io.TextIOWrapper", sys.stdout)
    stdout.reconfigure(errors="replace")
    console = Console(file=stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = MOST_WIDTH
        console.width = console.measure(table).maximum
    console.print(table)
    return 0


# --- show


def run_show(
    written: str,
    as_of: date | None,
    *,
    lang: Language,
    form: str,
    output: Path | None,
    rules: Path | None,
) -> int:
    """Show one rule as a page or as data."""
    today = as_of or _today()

    def work(messages: Messages) -> int:
        (rule,), book = _named([written], today, rules, messages)
        day = today if as_of is not None or in_force(rule, today) else rule.until or rule.since
        if form == "json":
            text = json.dumps(rule_data(rule), ensure_ascii=False, indent=1) + "\n"
        else:
            text = shown(rule, book, day, lang, form)
        _write(text, output, messages)
        return 0

    return _ended(work, lang)


def _named(
    names: Sequence[str], day: date, own: Path | None, messages: Messages
) -> tuple[list[Rule], Rulebook]:
    """The rules of some names, in the version in force on the day, or those of files."""
    files = [Path(name) for name in names if _is_file(name)]
    book, _ = _sound([*([own] if own else []), *files], messages)
    found: list[Rule] = []
    for name in names:
        try:
            rule = _rules_of([Path(name)], book)[0] if _is_file(name) else book.find(name, day)
        except RuleError as error:
            messages.say(str(error), style="red")
            raise Stop(NOT_FOUND) from error
        found.append(rule)
    return found, book


def _is_file(name: str) -> bool:
    return Path(name).suffix in SUFFIXES or Path(name).is_file()


def _write(text: str, output: Path | None, messages: Messages) -> None:
    """To a file, or to standard output as UTF-8 whatever the terminal."""
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        with whole_text(output) as stream:
            stream.write(text)
    except PermissionError as error:
        messages.tell("write_refused", name=output, style="red")
        raise Stop(REFUSED) from error
    except OSError as error:
        detail = os.strerror(error.errno) if error.errno else type(error).__name__
        messages.tell("write_failed", name=output, detail=detail, style="red")
        raise Stop(INVALID) from error
    messages.tell("written", name=output, style="dim")


def _today() -> date:
    return datetime.now().astimezone().date()


# --- diff


def run_diff(
    old: str, new: str, *, lang: Language, form: str, output: Path | None, rules: Path | None
) -> int:
    """Compare two rules."""

    def work(messages: Messages) -> int:
        (before, after), book = _named([old, new], _today(), rules, messages)
        if form == "json":
            found = [
                {"change": each.way, **asdict(each)} for each in changes(before, after, book, lang)
            ]
            text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        else:
            text = difference_page(before, after, book, lang, form)
        _write(text, output, messages)
        return 0

    return _ended(work, lang)
