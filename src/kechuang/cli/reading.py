"""The work of `kechuang read`: from paths to figures, findings and files."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn, TextIO, cast

import click

from kechuang.cli.console import Messages, Stop
from kechuang.cli.table import print_tables
from kechuang.cli.workers import Outcome, Task, read_all
from kechuang.files import whole_path, whole_text
from kechuang.reading.checks import check
from kechuang.reading.documents import (
    AboutError,
    AboutTable,
    DocumentError,
    discover,
    load_about,
)
from kechuang.reading.model import About, Finding, Reading
from kechuang.reading.outputs import (
    review_page,
    write_csv,
    write_findings,
    write_json,
    write_jsonl,
    write_workbook,
)
from kechuang.reference import ReferenceDataError, load_catalogue

INVALID: Final = 4
REFUSED: Final = 5
INTERRUPTED: Final = 130
TERMINATED: Final = 143
MOST_NAMES: Final = 5
SUFFIXES: Final = {".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; the fields are the options' names."""

    paths: tuple[Path, ...]
    region: str | None
    year: int | None
    about: Path | None
    form: str
    output: Path | None
    findings: Path | None
    html: Path | None
    text: Path | None
    strict: bool
    jobs: int
    catalogue: Path | None

    def targets(self) -> dict[str, Path]:
        """The files that are to be written, by option."""
        named = {"--output": self.output, "--findings": self.findings, "--html": self.html}
        return {option: path for option, path in named.items() if path is not None}


def run(*, form: str | None, lang: str, output: Path | None, **options: object) -> int:
    """Do what `kechuang read` is asked for and return the exit code."""
    chosen = form or SUFFIXES.get(output.suffix.lower() if output else "", "table")
    request = Request(form=chosen, output=output, **options)  # pyright: ignore[reportArgumentType]
    messages = Messages(lang)
    _check_usage(request, messages)
    try:
        with _terminable():
            return _run(request, messages)
    except Stop as stop:
        return stop.code
    except KeyboardInterrupt:
        messages.tell("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _close_pipe()
        return 0


def _run(request: Request, messages: Messages) -> int:
    table = _about_table(request, messages)
    _check_catalogue(request, messages)
    files, codes = _files(request, messages)
    _check_overwriting(request, files, messages)
    tasks = _tasks(request, files, table, messages)
    outcomes = list(messages.track(read_all(tasks, request.jobs), len(tasks)))
    codes += _tell(outcomes, messages)
    readings = [outcome.reading for outcome in outcomes if outcome.reading is not None]
    findings = check(readings)
    if readings:
        _write(request, readings, findings, messages)
    _summarise(request, readings, findings, len(codes), messages)
    if request.strict and findings:
        codes.append(1)
    return max(codes, default=0)


def _check_usage(request: Request, messages: Messages) -> None:
    """Refuse what cannot work before anything is read."""
    if request.form == "xlsx" and request.output is None:
        raise click.UsageError(messages.sentence("xlsx_needs_output"))
    seen: dict[Path, str] = {}
    for option, path in request.targets().items():
        if path.is_dir():
            raise click.UsageError(messages.sentence("is_folder", option=option, name=path))
        target = path.resolve()
        if not target.parent.is_dir():
            name = path.parent
            raise click.UsageError(messages.sentence("no_folder", option=option, name=name))
        if target in seen and (target.is_file() or not target.exists()):
            both = f"{seen[target]}、{option}"
            raise click.UsageError(messages.sentence("same_target", options=both, name=path))
        seen[target] = option


def _check_overwriting(request: Request, files: Iterable[Path], messages: Messages) -> None:
    """Refuse to write over a report that is to be read."""
    inputs = {path.resolve() for path in files}
    for option, path in request.targets().items():
        if path.resolve() in inputs:
            raise click.UsageError(messages.sentence("overwrites_input", option=option, name=path))


def _about_table(request: Request, messages: Messages) -> AboutTable:
    if request.about is None:
        return AboutTable()
    try:
        return load_about(request.about)
    except DocumentError as error:
        sentence = error.sentence(messages.language)
        messages.tell("bad_table", sentence=sentence, style="red")
        raise Stop(error.exit_code) from error
    except AboutError as error:
        messages.tell("bad_table", sentence=error, style="red")
        raise Stop(INVALID) from error


def _check_catalogue(request: Request, messages: Messages) -> None:
    """Load a bureau's own catalogue once, so that its mistakes are told once."""
    if request.catalogue is None:
        return
    if not request.catalogue.is_file():
        error = DocumentError("missing", request.catalogue)
        messages.tell("bad_catalogue", sentence=error.sentence(messages.language), style="red")
        raise Stop(error.exit_code)
    try:
        load_catalogue(request.catalogue)
    except ReferenceDataError as error:
        for problem in error.problems:
            messages.tell("bad_catalogue", sentence=problem, style="red")
        raise Stop(INVALID) from error


def _files(request: Request, messages: Messages) -> tuple[list[Path], list[int]]:
    """The files to read, in order and each once, and the exit codes of folders without any."""
    files: dict[Path, None] = {}
    codes: list[int] = []
    for path in request.paths:
        try:
            found, skipped = discover([path])
        except DocumentError as error:
            _refuse(error, messages)
            codes.append(error.exit_code)
            continue
        files.update(dict.fromkeys(found))
        for entry in skipped:
            messages.tell("skipped", name=entry.path, reason=entry.reason, style="dim")
    return list(files), codes


def _tasks(
    request: Request, files: Sequence[Path], table: AboutTable, messages: Messages
) -> list[Task]:
    default = About(region=request.region, year=request.year)
    if request.about is not None:
        unknown = [path.name for path in files if not table.knows(path)]
        if unknown:
            names = "、".join(unknown[:MOST_NAMES]) + ("…" if len(unknown) > MOST_NAMES else "")
            messages.tell("unknown_rows", about=request.about, count=len(unknown), names=names)
    return [Task(path, table.of(path, default), request.catalogue) for path in files]


def _tell(outcomes: Sequence[Outcome], messages: Messages) -> list[int]:
    """Say what was wrong with each file, and give the exit codes."""
    codes: list[int] = []
    for outcome in outcomes:
        error = outcome.error
        if error is not None:
            _refuse(error, messages)
            codes.append(error.exit_code)
        elif outcome.encoding not in {None, "utf-8", "utf-8-sig"}:
            encoding = str(outcome.encoding).upper()
            messages.tell("encoding", name=outcome.path, encoding=encoding, style="dim")
    docs = Counter(outcome.reading.doc for outcome in outcomes if outcome.reading is not None)
    for doc, count in docs.items():
        if count > 1:
            messages.tell("same_name", name=doc, count=count, style="yellow")
    return codes


def _refuse(error: DocumentError, messages: Messages) -> None:
    sentence = error.sentence(messages.language)
    messages.tell("refused", code=error.code, sentence=sentence, style="red")


def _write(
    request: Request, readings: list[Reading], findings: list[Finding], messages: Messages
) -> None:
    if request.text is not None:
        with _writing(request.text, messages):
            _write_texts(request, request.text, readings)
    if request.findings is not None:
        with _writing(request.findings, messages), whole_text(request.findings) as stream:
            write_findings(stream, findings)
    if request.html is not None:
        with _writing(request.html, messages), whole_text(request.html) as stream:
            stream.writelines(review_page(readings, findings))
    if request.output is None:
        _write_standard_output(request.form, readings, findings)
    elif request.form == "xlsx":
        with _writing(request.output, messages), whole_path(request.output) as path:
            write_workbook(path, readings, findings)
    else:
        # Excel takes a CSV for the local code page unless a mark says UTF-8.
        encoding = "utf-8-sig" if request.form == "csv" else "utf-8"
        with (
            _writing(request.output, messages),
            whole_text(request.output, encoding=encoding) as stream,
        ):
            _write_data(request.form, stream, readings, findings)


def _write_data(
    form: str, stream: TextIO, readings: list[Reading], findings: list[Finding]
) -> None:
    if form == "json":
        write_json(stream, readings, findings)
    elif form == "jsonl":
        write_jsonl(stream, readings)
    elif form == "csv":
        write_csv(stream, readings)
    else:
        print_tables(stream, readings, findings)


def _write_standard_output(form: str, readings: list[Reading], findings: list[Finding]) -> None:
    """Data for programs is UTF-8 whatever the terminal; tables are in the terminal's encoding."""
    stdout = cast("io.TextIOWrapper", sys.stdout)
    if form == "table":
        stdout.reconfigure(errors="replace")
        print_tables(stdout, readings, findings)
        stdout.flush()
        return
    stream = io.TextIOWrapper(stdout.buffer, encoding="utf-8", errors="replace", newline="")
    try:
        _write_data(form, stream, readings, findings)
        stream.flush()
    finally:
        with suppress(BrokenPipeError):
            stream.detach()


def _write_texts(request: Request, target: Path, readings: Sequence[Reading]) -> None:
    """The raw texts: one report as the file itself, several in a folder under their names."""
    alone = len(request.paths) == 1 and not request.paths[0].is_dir() and not target.is_dir()
    if alone:
        with whole_text(target) as stream:
            stream.write(readings[0].raw)
        return
    target.mkdir(parents=True, exist_ok=True)
    used: Counter[str] = Counter()
    for reading in readings:
        used[reading.doc] += 1
        tail = f" {used[reading.doc]}" if used[reading.doc] > 1 else ""
        with whole_text(target / f"{reading.doc}{tail}.txt") as stream:
            stream.write(reading.raw)


@contextmanager
def _writing(path: Path, messages: Messages) -> Generator[None]:
    """Say that a file was written, or why it could not be."""
    try:
        yield
    except PermissionError as error:
        messages.tell("write_refused", name=path, style="red")
        raise Stop(REFUSED) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        detail = os.strerror(error.errno) if error.errno else type(error).__name__
        messages.tell("write_failed", name=path, detail=detail, style="red")
        raise Stop(INVALID) from error
    messages.tell("written", name=path, style="dim")


def _summarise(
    request: Request,
    readings: Sequence[Reading],
    findings: Sequence[Finding],
    failures: int,
    messages: Messages,
) -> None:
    figures = sum(len(reading.figures) for reading in readings)
    counts = {"reports": len(readings), "figures": figures, "findings": len(findings)}
    text = messages.sentence("summary", **counts)
    if failures:
        text += messages.sentence("failures", count=failures)
    shown = request.findings or request.html or request.form in {"table", "json", "xlsx"}
    if findings and not shown:
        text += messages.sentence("see_findings")
    messages.say(text, style="bold")


@contextmanager
def _terminable() -> Generator[None]:
    """Let a request to end (SIGTERM) remove half-written files, as Ctrl-C does."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(TERMINATED)

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread: whoever started us handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _close_pipe() -> None:
    """Point standard output away from the closed pipe, so that Python ends without a word."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
