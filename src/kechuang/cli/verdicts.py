"""The work of `kechuang eligible`, `explain` and `whatif`: from data to verdicts and files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import click
import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kechuang.cli.console import Messages, Stop
from kechuang.eligibility.advising import Advice, Adviser
from kechuang.eligibility.batch import run_lowered, shape_of
from kechuang.eligibility.data import DataError, OutForm, WriteError, load_frames, write_frame
from kechuang.eligibility.explaining import Decision, Explainer
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.verdicts import MISSING, verdict_frame
from kechuang.eligibility.what_if import AFTER, BEFORE, ENTERS, GROUPS, LEAVES, setting, what_if
from kechuang.files import whole_text
from kechuang.reference import load_divisions
from kechuang.reference.fields import load_dictionary
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RulebookError, RuleError
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Fact, Rule

NOT_FOUND: Final = 3
INVALID: Final = 4
REFUSED: Final = 5
MOST_SHOWN: Final = 20
WORDS: Final = {"qualified": "符合", "not_qualified": "不符合", "unknown": "缺数据"}
GROUP_NAMES: Final = {"county": "县区", "industry": "行业门类", "size_class": "规模"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rule, the rulebook that it stands in, and data to judge by it."""

    rule: Rule
    book: Rulebook
    as_of: date
    frames: Mapping[str, pl.DataFrame]
    key: str


def _ended(work: Callable[[], None]) -> int:
    try:
        work()
    except Stop as stop:
        return stop.code
    except RuleError as error:
        _tell(str(error))
        return INVALID
    except BrokenPipeError:
        with suppress(OSError):
            sys.stdout = None
        return 0
    return 0


def _tell(text: str, style: str = "red") -> None:
    Messages("zh").say(text, style=style)


# --- loading


def _rule(code: str, rules: Path | None, as_of: date) -> tuple[Rule, Rulebook]:
    if rules is not None and not rules.exists():
        _tell(f"没有“{rules}”：请检查 --rules 的路径。")
        raise Stop(NOT_FOUND)
    try:
        book = load_rulebook(rules)
    except RulebookError as error:
        for problem in error.problems:
            _tell(str(problem))
        raise Stop(INVALID) from error
    try:
        return book.find(code, as_of), book
    except RuleError as error:
        _tell(str(error))
        raise Stop(NOT_FOUND) from error


def _load(data: Path, rule: str, rules: Path | None, as_of: date | None) -> Loaded:
    day = as_of or datetime.now().astimezone().date()
    found, book = _rule(rule, rules, day)
    try:
        loaded = load_frames(data, subject=found.subject, as_of=day)
    except DataError as error:
        _tell(str(error))
        raise Stop(INVALID) from error
    for note in loaded.notes:
        _tell(str(note), style="dim")
    key = book.dictionary.frames[found.subject].key
    return Loaded(found, book, day, loaded.frames, key)


def _form(form: str | None, output: Path | None) -> str:
    suffix = output.suffix.lower().removeprefix(".") if output is not None else ""
    chosen = form or (suffix if suffix in {"csv", "xlsx", "parquet", "json", "jsonl"} else "")
    if output is not None and not chosen:
        raise click.UsageError(
            "看不出 --output 的格式：请用 .csv .xlsx .parquet .json .jsonl，或写 --format。"
        )
    if output is None and chosen in {"csv", "xlsx", "parquet", "json", "jsonl"}:
        raise click.UsageError(f"--format {chosen} 要写成文件：请加 --output 文件名。")
    if output is not None and chosen == "table":
        raise click.UsageError(
            "--format table 只在屏幕上显示：去掉 --output，或改用 csv、xlsx 等格式。"
        )
    return chosen or "table"


def _write(frame: pl.DataFrame, output: Path, form: str) -> None:
    try:
        write_frame(frame, output, cast("OutForm", form))
    except WriteError as error:
        _tell(str(error))
        raise Stop(INVALID) from error
    except OSError as error:
        _tell(f"写“{output}”失败（{error.strerror}）：请检查文件夹、写入权限和磁盘空间。")
        raise Stop(REFUSED) from error
    _tell(f"已写入 {output}", style="dim")


# --- eligible


def run_eligible(
    data: Path,
    rule: str,
    as_of: date | None,
    rules: Path | None,
    engine: str,
    trace: bool,
    form: str | None,
    output: Path | None,
) -> int:
    """Judge every subject of the data and return the exit code."""
    chosen = _form(form, output)

    def work() -> None:
        loaded = _load(data, rule, rules, as_of)
        lowered = lower_rule(
            loaded.rule, loaded.book, loaded.as_of, shape_of(loaded.frames, loaded.rule.subject)
        )
        with Messages("zh").console.status("计算中 …"):
            results = _run(engine, lowered, loaded)
            found = verdict_frame(results, lowered, loaded.frames, loaded.key, trace=trace)
        if output is not None:
            _write(found, output, chosen)
        _summary(loaded, found)

    return _ended(work)


def _run(engine: str, lowered: Lowered, loaded: Loaded) -> pl.DataFrame:
    rule, book, frames, day = loaded.rule, loaded.book, loaded.frames, loaded.as_of
    if engine == "polars":
        return run_lowered(lowered, frames, loaded.key, trace=True)
    engines = import_module("kechuang.eligibility.engines")
    if engine == "duckdb":
        return engines.run_on_duckdb(rule, book, frames, day, trace=True)
    if engine == "python":
        return engines.run_on_python(rule, book, frames, day, trace=True)
    try:
        session = engines.spark_session()
    except Exception as error:
        _tell(
            f"Spark 起不来（{type(error).__name__}）：请装 Java 17 和可选包 kechuang[spark]，"
            "或改用 --engine polars。"
        )
        raise Stop(INVALID) from error
    return engines.run_on_spark(rule, book, frames, day, session, trace=True)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def _plain_table(*columns: str, right: int = 1) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < right else "right")
    return table


def _summary(loaded: Loaded, found: pl.DataFrame) -> None:
    """How many of each verdict, and which missing facts leave most verdicts open."""
    console = _console()
    name = loaded.book.dictionary.frames[loaded.rule.subject]
    console.print(
        f"{loaded.rule.name}（{loaded.rule.key}），{loaded.as_of}，共 {found.height:,} {name.unit}"
    )
    table = _plain_table("结论", name.unit)
    for word, label in WORDS.items():
        table.add_row(label, f"{found.filter(pl.col('verdict') == word).height:,}")
    console.print(table)
    missing = (
        found.explode(MISSING)
        .drop_nulls(MISSING)
        .group_by(MISSING)
        .len()
        .sort("len", MISSING, descending=[True, False])
    )
    if not missing.is_empty():
        lacking = _plain_table("缺的数据", name.unit)
        for code, count in missing.head(MOST_SHOWN).iter_rows():
            lacking.add_row(_fact_name(loaded, str(code)), f"{count:,}")
        console.print(lacking)


def _fact_name(loaded: Loaded, code: str) -> str:
    frame = loaded.book.dictionary.frames.get(code)
    if frame is not None:
        return f"{frame.name}（整张表或其中的日期、状态）"
    plain, _, back = code.partition("__y")
    field = loaded.book.dictionary.fields.get((loaded.rule.subject, plain))
    name = field.name if field is not None else code
    return f"{name}（{loaded.as_of.year - 1 - int(back)}年）" if back else name


# --- explain


def run_explain(
    data: Path,
    rule: str,
    as_of: date | None,
    rules: Path | None,
    code: str,
    form: str,
    output: Path | None,
) -> int:
    """Explain the verdict on one subject and return the exit code."""

    def work() -> None:
        loaded = _load(data, rule, rules, as_of)
        facts, rows = _one(loaded, code)
        decision = Explainer(loaded.rule, loaded.book, loaded.as_of).decide(code, facts, rows)
        if output is not None:
            _write_text(decision.to_json(), output)
        if form == "json":
            click.echo(decision.to_json())
            return
        _show(loaded, decision, facts, rows)

    return _ended(work)


def _write_text(text: str, output: Path) -> None:
    try:
        with whole_text(output) as stream:
            stream.write(text + "\n")
    except OSError as error:
        _tell(f"写“{output}”失败（{error.strerror}）：请检查文件夹是否存在、有无写入权限。")
        raise Stop(REFUSED) from error
    _tell(f"已写入 {output}", style="dim")


def _one(loaded: Loaded, code: str) -> tuple[dict[str, Fact], dict[str, list[dict[str, Fact]]]]:
    subject = loaded.frames[loaded.rule.subject].filter(pl.col(loaded.key) == code)
    if subject.is_empty():
        _tell(f"数据里没有“{code}”：请核对编号（{loaded.key} 一列）。")
        raise Stop(NOT_FOUND)
    facts = cast("dict[str, Fact]", subject.row(0, named=True))
    rows = {
        frame: cast("list[dict[str, Fact]]", table.filter(pl.col(loaded.key) == code).to_dicts())
        for frame, table in loaded.frames.items()
        if frame != loaded.rule.subject
    }
    return facts, rows


def _show(
    loaded: Loaded,
    decision: Decision,
    facts: Mapping[str, Fact],
    rows: Mapping[str, list[dict[str, Fact]]],
) -> None:
    console = _console()
    name = facts.get("enterprise_name")
    title = f"{name} · {decision.subject}" if name else decision.subject
    console.print(
        f"{title}\n{loaded.rule.name}（{decision.rule}），{decision.as_of}：{decision.verdict}"
    )
    for step in decision.steps:
        console.print(Text("  " * (step.depth + 1) + step.sentence))
    scores = "；".join(
        f"{score.name} {decision.scores[score.id]}" for score in loaded.rule.all_scores()
    )
    if scores:
        console.print(f"得分：{scores}")
    if decision.amount:
        console.print(f"奖补金额：{decision.amount}")
    if decision.missing:
        console.print(f"缺数据：{'、'.join(decision.missing)}")
    adviser = Adviser(loaded.rule, loaded.book, loaded.as_of)
    _show_advice(console, "本年度能否", adviser.this_year(facts, rows))
    try:
        _show_advice(console, "下一年度还差什么", adviser.next_year(facts, rows))
    except RuleError as error:
        console.print(f"下一年度还差什么：说不准。{error}")


def _show_advice(console: Console, title: str, advice: Advice) -> None:
    if advice.verdict != "不符合":
        told = {"符合": "按现有情况已符合", "缺数据": "先补齐缺的数据"}[advice.verdict]
        console.print(f"{title}（{advice.year}年）：{told}。")
        return
    console.print(f"{title}（{advice.year}年）：{'以下任一种' if advice.ways else '不能'}。")
    for way in advice.ways:
        console.print(Text(f"  - {way.sentence}"))
    for obstacle in advice.obstacles:
        console.print(Text(f"  - {obstacle}"))
    if not advice.complete:
        console.print("  可能还有别的办法，组合太多，没有全部比完。")


# --- what if


def run_whatif(
    data: Path,
    rule: str,
    as_of: date | None,
    rules: Path | None,
    settings: tuple[str, ...],
    output: Path | None,
) -> int:
    """Compare a rule with a change of its parameters and return the exit code."""
    form = _form(None, output)

    def work() -> None:
        day = as_of or datetime.now().astimezone().date()
        found, _ = _rule(rule, rules, day)
        overrides = dict(setting(found, each) for each in settings)
        loaded = _load(data, rule, rules, as_of)
        with Messages("zh").console.status("计算中 …"):
            result = what_if(loaded.rule, loaded.book, loaded.frames, loaded.as_of, overrides)
        console = _console()
        console.print(
            f"{loaded.rule.name}（{loaded.rule.key}），{loaded.as_of}，改为 {'，'.join(settings)}"
        )
        table = _plain_table("结论", "改动前", "改动后")
        for word, label in WORDS.items():
            before, after = result.counts[word]
            table.add_row(label, f"{before:,}", f"{after:,}")
        console.print(table)
        console.print(f"进来 {result.enters.height:,}，出去 {result.leaves.height:,}")
        _groups(console, result.by)
        if output is not None:
            _write(result.moves, output, form)
        else:
            _moves(console, loaded, result.moves)

    return _ended(work)


def _groups(console: Console, by: Callable[[str], pl.DataFrame]) -> None:
    for group in GROUPS:
        counts = by(group).drop_nulls(group)
        if counts.is_empty():
            continue
        table = _plain_table(GROUP_NAMES[group], "进来", "出去")
        for row in counts.head(MOST_SHOWN).iter_rows(named=True):
            table.add_row(_group_name(group, row[group]), f"{row[ENTERS]:,}", f"{row[LEAVES]:,}")
        console.print(table)


def _group_name(group: str, code: Any) -> str:
    if group == "county":
        division = load_divisions().get(str(code))
        return f"{code} {division.name}" if division is not None else str(code)
    field = load_dictionary().fields.get(("enterprises", group))
    return field.options.get(str(code), str(code)) if field is not None else str(code)


def _moves(console: Console, loaded: Loaded, moves: pl.DataFrame) -> None:
    if moves.is_empty():
        return
    table = _plain_table("编号", "改动前", "改动后", right=3)
    for row in moves.head(MOST_SHOWN).iter_rows(named=True):
        table.add_row(str(row[loaded.key]), WORDS[row[BEFORE]], WORDS[row[AFTER]])
    console.print(table)
    if moves.height > MOST_SHOWN:
        console.print(f"……共 {moves.height:,} 个有变动，加 --output 文件 写出全部。")
