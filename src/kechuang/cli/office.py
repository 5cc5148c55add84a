"""The work of `kechuang up` and the commands beside it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
from django.core.exceptions import ValidationError

from kechuang.cli.audit import in_office
from kechuang.cli.console import Messages
from kechuang.files.safe import one_line
from kechuang.reading.documents import DocumentError
from kechuang.reading.documents.about import AboutTable, load_about
from kechuang.reference.divisions import Divisions
from kechuang.reference.problems import ReferenceDataError

CONFLICT: Final = 6
INVALID: Final = 4
REFUSED: Final = 5
NOT_FOUND: Final = 3
NOT_READY: Final = 1
MOST_FAULTS: Final = 10
TABLES_OF_WHAT_IS_KNOWN: Final = ("about.csv", "index.csv")


def _office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


def _prepared(lang: str, work: Callable[[Messages], int]) -> int:
    def prepare_and_work(messages: Messages) -> int:
        _office("site.serving").prepare()
        return work(messages)

    return in_office(lang, prepare_and_work, tables=False)


def run_up(address: str, port: int, no_worker: bool, lang: str) -> int:
    """Serve the office until told to stop."""
    return _prepared(lang, lambda messages: _up(messages, address, port, beside=not no_worker))


def _up(messages: Messages, address: str, port: int, *, beside: bool) -> int:
    serving = _office("site.serving")
    try:
        server = serving.make_server(address, port)
    except OSError as error:
        messages.tell("up_port", address=address, port=port, detail=error, style="red")
        return NOT_READY
    if _office("regions.queries").installation() is None:
        messages.tell("up_not_founded", style="yellow")
    messages.tell("up_at", address=address, port=port, style="bold")
    serving.serve(server, beside=beside)
    messages.tell("up_ended")
    return 0


def run_work(lang: str) -> int:
    """Do jobs until told to stop."""

    return in_office(lang, _work)


def _work(_messages: Messages) -> int:
    _office("site.serving").work()
    return 0


def run_demo(reports: Path | None, if_empty: bool, lang: str) -> int:
    """Build the made-up city and read reports in."""
    return _prepared(lang, lambda messages: _demo(messages, reports, if_empty=if_empty))


def _demo(messages: Messages, reports: Path | None, *, if_empty: bool) -> int:
    if _office("regions.queries").installation() is not None:
        if if_empty:
            messages.tell("demo_there_already")
            return 0
        messages.tell("demo_not_empty", style="red")
        return CONFLICT
    built = _office("site.demo").build()
    messages.tell("demo_built", regions=built.regions, parties=built.parties)
    held = _office("registry.models")
    kinds = ("Organisation", "YearlyFact", "Qualification", "IntellectualProperty", "Platform")
    counts = {kind: getattr(held, kind).objects.count() for kind in kinds}
    messages.tell("demo_registry", **counts)
    messages.tell("demo_policies", **_office("site.demo").put_to_work())
    _show_people(messages, built.people)
    return _read(messages, reports) if reports else 0


def _show_people(messages: Messages, people: Any) -> None:
    roles = _office("accounts.permissions").matrix().roles
    messages.tell("demo_people", count=len(people), style="bold")
    for person in people:
        names = "、".join(dict.fromkeys(roles[role].name for role in person.roles))
        click.echo(f"  {person.username:<10} {person.password}  {one_line(person.name)}（{names}）")


def _read(messages: Messages, folder: Path) -> int:
    table = AboutTable()
    for name in TABLES_OF_WHAT_IS_KNOWN:
        if (folder / name).is_file():
            table = load_about(folder / name)
    system = _office("ground.actors").SYSTEM
    try:
        taken = _office("reports.services").read_folder(system, folder, table)
    except DocumentError as error:
        messages.tell("demo_no_reports", name=folder, detail=error.message, style="red")
        return INVALID
    for outcome in taken.outcomes:
        if not outcome.taken:
            messages.say(f"  {one_line(outcome.name)}：{one_line(outcome.sentence)}")
    messages.tell("demo_reading", count=taken.count("taken"))
    _office("ground.worker").run_waiting_jobs()
    figures = _office("reports.models").ReportFigure.objects.count()
    messages.tell("demo_read", count=taken.count("taken"), figures=figures)
    return 0


def run_backup(file: Path, without_keys: bool, lang: str) -> int:
    """Write everything into one archive."""
    return in_office(lang, lambda messages: _backup(messages, file, keys=not without_keys))


def _backup(messages: Messages, file: Path, *, keys: bool) -> int:
    archive = _office("site.archive")
    try:
        written = archive.write(file, keys=keys)
    except archive.ArchiveError as error:
        messages.say(one_line(str(error)), style="red")
        return REFUSED
    messages.tell("backup_written", name=file, rows=written.rows, files=written.files)
    messages.tell("backup_with_keys" if written.keys else "backup_without_keys")
    if written.missing:
        messages.tell("backup_missing", count=len(written.missing), style="yellow")
    return 0


def run_restore(file: Path, accept_broken_trail: bool, lang: str) -> int:
    """Bring an archive back into an empty installation."""

    def bring_back(messages: Messages) -> int:
        return _restore(messages, file, broken=accept_broken_trail)

    return in_office(lang, bring_back, tables=False)


def _restore(messages: Messages, file: Path, *, broken: bool) -> int:
    if not file.is_file():
        messages.tell("restore_no_file", name=file, style="red")
        return NOT_FOUND
    archive = _office("site.archive")
    try:
        found = archive.restore(file, accept_broken_trail=broken)
    except archive.NotEmpty as error:
        messages.say(one_line(str(error)), style="red")
        return CONFLICT
    except archive.ArchiveError as error:
        messages.say(one_line(str(error)), style="red")
        return INVALID
    messages.tell("restored", rows=found.rows, tables=found.tables, files=found.files)
    if not found.keys:
        messages.tell("restored_without_keys", style="yellow")
    if found.broken:
        told = {"sequence": found.broken.sequence, "why": one_line(found.broken.why)}
        messages.tell("restored_broken", **told, style="yellow")
    return 0


def run_check(lang: str) -> int:
    """Look at the installation and say what is wrong."""
    return in_office(lang, _check)


def _check(messages: Messages) -> int:
    faults = 0
    for finding in _office("site.health").findings():
        faults += len(finding.faults)
        state = messages.sentence("check_fault" if finding.faults else "check_well")
        click.echo(f"{state}  {messages.sentence(f'check_{finding.subject}')}")
        for fault in finding.faults[:MOST_FAULTS]:
            click.echo(f"      {one_line(fault)}")
    if faults:
        messages.tell("check_bad", count=faults, style="red")
        return NOT_READY
    messages.tell("check_good")
    return 0


def run_found(region: str, name: str, regions: Path | None, lang: str) -> int:
    """Found the installation and show the first passwords."""

    def read_and_found(messages: Messages) -> int:
        # What is wrong with the regions is told before a database is made, which takes a while.
        divisions = _divisions(messages, region, regions)
        if isinstance(divisions, int):
            return divisions
        _office("site.serving").prepare()
        return _found(messages, region, name, divisions)

    return in_office(lang, read_and_found, tables=False)


def _divisions(messages: Messages, region: str, regions: Path | None) -> Divisions | int:
    """The regions of a file, or the exit code where the one that is asked for is not there."""
    if regions is not None and not regions.is_file():
        messages.tell("found_no_regions", name=regions, style="red")
        return NOT_FOUND
    try:
        divisions = Divisions.load(regions)
    except ReferenceDataError as error:
        messages.say(str(error), style="red")
        return INVALID
    if region not in {each.code for each in divisions}:
        messages.tell("found_no_region", code=region, style="red")
        return INVALID
    return divisions


def _found(messages: Messages, region: str, name: str, divisions: Divisions) -> int:
    if _office("regions.queries").installation() is not None:
        messages.tell("found_not_empty", style="red")
        return CONFLICT
    try:
        first = _office("site.founding").found_office(divisions, region, name)
    except ValidationError as error:
        messages.say(one_line("；".join(error.messages)), style="red")
        return INVALID
    messages.tell("office_founded", name=name)
    for person in first:
        click.echo(f"  {person.username:<10} {person.password}  {one_line(person.name)}")
    return 0
