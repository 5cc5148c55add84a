"""The work of `kechuang diagnose`, `run-rules` and `export-policies`."""

from __future__ import annotations

import json
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
from django.core.exceptions import ValidationError
from django.utils import timezone

from kechuang.cli.audit import in_office
from kechuang.cli.console import Messages
from kechuang.files.safe import one_line

DIFFERENT: Final = 1
NOT_FOUND: Final = 3
INVALID: Final = 4
CONFLICT: Final = 6
PAUSE: Final = 0.5


def _office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


# --- one enterprise


def run_diagnose(code: str, on: date | None, form: str, lang: str) -> int:
    """Say what an enterprise is due and lacks."""
    return in_office(lang, lambda messages: _diagnose(messages, code, on, form))


def _diagnose(messages: Messages, code: str, on: date | None, form: str) -> int:
    queries = _office("policies.queries.diagnosis")
    system = _office("ground.actors").SYSTEM
    organisation = queries.visible(system).filter(party__code=code).first()
    if organisation is None:
        messages.tell("diagnose_none", code=code, style="red")
        return NOT_FOUND
    found = queries.diagnosis(organisation, on or timezone.localdate())
    if form == "json":
        plain = _office("policies.api.diagnosis").show(found)
        told = json.dumps(plain, ensure_ascii=False, indent=1, default=str)
        click.echo(told)
        return 0
    click.echo(f"{one_line(organisation.party.name)} {code} {found.as_of}")
    for group, name in queries.GROUPS.items():
        rows = found.of(group)
        click.echo(f"\n{name}（{len(rows)}）")
        for entry in rows:
            _tell(entry)
    return 0


def _tell(entry: Any) -> None:
    states = [part for part in (entry.held, entry.filing) if part]
    state = f"（{'；'.join(states)}）" if states else ""
    click.echo(f"  {entry.rule.name}（{entry.rule.key}）：{entry.decision.verdict}{state}")
    for step in entry.decision.steps:
        click.echo("    " + "  " * step.depth + one_line(step.sentence))
    click.echo(f"    本年度（{entry.this_year.year}年）：{entry.this_year.text}")
    click.echo(f"    下一年度（{entry.next_year.year}年）：{entry.next_year.text}")


# --- all of them


def run_all(as_of: date | None, lang: str) -> int:
    """Judge every rule on every enterprise and say how many of each verdict there are."""
    return in_office(lang, lambda messages: _all(messages, as_of or timezone.localdate()))


def _all(messages: Messages, day: date) -> int:
    services, jobs = _office("policies.services.runs"), _office("ground.models").Job
    try:
        run = services.start(_office("ground.actors").SYSTEM, day)
    except ValidationError as error:
        messages.say(one_line("；".join(error.messages)), style="red")
        return CONFLICT
    ended = (jobs.State.DONE, jobs.State.FAILED, jobs.State.CANCELLED)
    while True:
        _office("ground.worker").run_waiting_jobs()
        job = jobs.objects.get(pk=run.job)
        if job.state in ended:
            break
        time.sleep(PAUSE)  # a worker beside this process has it
    if job.state != jobs.State.DONE:
        messages.tell("run_rules_failed", why=job.error or job.get_state_display(), style="red")
        return INVALID
    run.refresh_from_db()
    for each in _office("policies.queries.runs").counts_of(run):
        click.echo(
            f"{each.name}（{each.rule}@{each.version}）："
            f"符合 {each.qualified:,}，不符合 {each.not_qualified:,}，缺数据 {each.unknown:,}"
        )
    messages.tell(
        "run_rules_done", key=run.pk, count=f"{run.enterprises:,}", digest=run.verdicts.digest
    )
    return 0


def run_verify(key: int, lang: str) -> int:
    """Judge a run again from its snapshot and say whether the bytes are the same."""
    return in_office(lang, lambda messages: _verify(messages, key))


def _verify(messages: Messages, key: int) -> int:
    runs = _office("policies.models").RuleRun
    run = runs.objects.select_related("verdicts", "snapshot").filter(pk=key).first()
    if run is None:
        messages.tell("run_rules_none", key=key, style="red")
        return NOT_FOUND
    refused = _office("policies.keeping").SnapshotError
    try:
        same = _office("policies.services.runs").same_again(run)
    except (refused, _office("ground.files").FileMissing) as error:
        messages.say(one_line(str(error)), style="red")
        return INVALID
    if not same:
        messages.tell("run_rules_differs", key=key, style="red")
        return DIFFERENT
    messages.tell("run_rules_same", key=key, digest=run.verdicts.digest)
    return 0


# --- for everybody


def run_export(folder: Path, on: date | None, contact: str, lang: str) -> int:
    """Write the public package into a folder."""
    return in_office(lang, lambda messages: _export(messages, folder, on, contact))


def _export(messages: Messages, folder: Path, on: date | None, contact: str) -> int:
    services, files = _office("policies.services.publishing"), _office("ground.files")
    system = _office("ground.actors").SYSTEM
    nothing = _office("policies.publishing.content").NothingToPublish
    try:
        count = services.publish_to(system, folder, on or timezone.localdate(), contact)
    except (nothing, files.FileMissing) as error:
        messages.say(one_line(str(error)), style="red")
        return INVALID
    except OSError as error:
        messages.tell("export_policies_refused", name=folder, why=error.strerror, style="red")
        return INVALID
    messages.tell("export_policies_done", name=folder, count=count)
    return 0
