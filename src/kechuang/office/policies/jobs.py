"""The job that judges every rule on every enterprise, and the one that works out the ladder.

Batches are judged one after another and each is kept with its checkpoint, so that a job that was
killed goes on with the next one. What a batch was judged on is kept with its verdicts: another
worker need not find the registry as it was.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import files, jobs
from kechuang.office.ground.actors import Place
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun
from kechuang.office.ground.models import StoredFile
from kechuang.office.parties.queries import keys_of
from kechuang.office.policies import inputs, keeping, ladder_work
from kechuang.office.policies.inputs import KEY, SUBJECT
from kechuang.office.policies.judging import Judged, Judging, shape_of
from kechuang.office.policies.models import RuleCount, RulePart, RuleRun, VerdictChange
from kechuang.office.policies.queries.runs import address_of_job, regions_of, run_before
from kechuang.office.policies.rules import (
    holds_here,
    rules_on,
    with_revisions,
    with_those_behind,
)
from kechuang.office.policies.services.runs import KIND
from kechuang.office.policies.telling import place_of, tell
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.frames import held_frames
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError

LADDER: Final = "rules.ladder"
BATCH: Final = 5_000
KEPT: Final = timedelta(days=7)
"""How long a batch is kept of a run that was given up."""
PARQUET: Final = "application/vnd.apache.parquet"
ZIP: Final = "application/zip"
AT_A_TIME: Final = 2_000
JUDGE, JOIN, COMPARE = 0, 1, 2


def run_rules(run: JobRun) -> Mapping[str, Any]:
    """Judge all batches, put them together, tell what changed."""
    found = _run_of(run)
    step = run.checkpoint.get("step", JUDGE)
    if step == JUDGE:
        _judge(run, found)
        step = JOIN
    if step == JOIN:
        _join(run, found)
    _compare(run, found)
    return {"run": found.pk, "enterprises": found.enterprises}


def _run_of(run: JobRun) -> RuleRun:
    found = RuleRun.objects.select_related("region", "verdicts", "snapshot").filter(
        pk=run.arguments["run"]
    )
    for each in found:
        return each
    raise JobError(_("这次运行的记录已不在。请重新发起。"))


def _book(found: RuleRun) -> Rulebook:
    """The rules as they were when the run was asked for, whatever is published meanwhile."""
    return with_revisions(found.revisions).book


def _judged(found: RuleRun, book: Rulebook) -> list[Judged]:
    rules = holds_here(rules_on(found.as_of, book), found.region.path)
    return [Judged(rule, regions_of(rule, found.region)) for rule in rules]


# --- judging


def _judge(run: JobRun, found: RuleRun) -> None:
    """Judge what is left, batch by batch."""
    book = _book(found)
    judged = _judged(found, book)
    held = frozenset(found.held) or _hold(run, found)
    fields = inputs.needed([each.rule for each in judged], book, found.as_of)
    firms = _enterprises(found)
    run.begin(JUDGE, firms.count(), done=_done(found))
    judging: Judging | None = None
    while keys := list(
        firms.filter(party__gt=run.checkpoint.get("last", 0)).values_list("party_id", flat=True)[
            :BATCH
        ]
    ):
        frames = inputs.frames_between(keys[0], keys[-1], found.as_of, fields, held)
        try:
            judging = judging or Judging(judged, book, found.as_of, shape_of(frames))
        except RuleError as error:
            raise JobError(str(error)) from error
        part = keeping.part_of(frames, judging.verdicts(frames))
        number = run.checkpoint.get("number", 0) + 1
        mark = {"step": JUDGE, "last": keys[-1], "number": number}
        with run.unit(mark, done=len(keys)):
            _keep_part(run, found, number, keys[-1], frames[SUBJECT].height, part)


def _hold(run: JobRun, found: RuleRun) -> frozenset[str]:
    """Which related tables are known, told once so that every batch is judged alike."""
    found.held = sorted(held_frames())
    with run.unit({"step": JUDGE}, done=0):
        RuleRun.objects.filter(pk=found.pk).update(held=found.held)
    return frozenset(found.held)


def _enterprises(found: RuleRun) -> Any:
    rows = Organisation.objects.filter(AT_WORK)
    return rows.filter(party__region__path__startswith=found.region.path).order_by("party_id")


def _done(found: RuleRun) -> int:
    return RulePart.objects.filter(run=found).aggregate(rows=Sum("rows"))["rows"] or 0


def _keep_part(run: JobRun, found: RuleRun, number: int, last: int, rows: int, part: bytes) -> None:
    stored = files.store(
        run.actor, f"{_('规则判断')}-{found.pk}-{number:05d}.zip", io.BytesIO(part), ZIP,
        place_of(found), expires_at=timezone.now() + KEPT,
    )  # fmt: skip
    RulePart.objects.create(run=found, number=number, last=last, rows=rows, file=stored)


# --- putting together


def _join(run: JobRun, found: RuleRun) -> None:
    """One file of verdicts and one snapshot; the batches are let go of."""
    parts = list(RulePart.objects.filter(run=found).select_related("file").order_by("number"))
    run.begin(JOIN, len(parts) + 1, done=0)
    book = _book(found)
    judged = _judged(found, book)
    manifest = keeping.Manifest(
        found.as_of,
        tuple(found.held),
        tuple(
            (
                each.rule.key,
                each.rule.digest,
                None if each.regions is None else tuple(sorted(each.regions)),
            )
            for each in judged
        ),
    )
    behind = list(with_those_behind([each.rule for each in judged], found.as_of, book))
    with TemporaryDirectory() as folder:
        paths = keeping.assemble(_contents(run, parts), manifest, behind, Path(folder))
        counts = _counts(paths[0])
        with run.unit({"step": COMPARE}):
            for name, path, media in zip(
                ("verdicts", "snapshot"), paths, (PARQUET, ZIP), strict=True
            ):
                with path.open("rb") as file:
                    title = _("规则结论") if name == "verdicts" else _("事实快照")
                    told = f"{title}-{found.as_of}-{found.pk}{path.suffix}"
                    stored = files.store(run.actor, told, file, media, place_of(found))
                setattr(found, name, stored)
            found.previous = run_before(found)
            found.enterprises = sum(each.rows for each in parts)
            found.save(update_fields=["verdicts", "snapshot", "previous", "enterprises"])
            RuleCount.objects.bulk_create(
                RuleCount(
                    run=found, rule=each.rule.id, version=each.rule.version, name=each.rule.name,
                    digest=each.rule.digest, order=order, **counts.get(each.rule.id, {}),
                )
                for order, each in enumerate(judged)
            )  # fmt: skip
            RulePart.objects.filter(run=found).delete()
            over = [each.file.pk for each in parts]
            StoredFile.objects.filter(pk__in=over).update(expires_at=timezone.now())


def _contents(run: JobRun, parts: list[RulePart]) -> Iterator[bytes]:
    for part in parts:
        with files.open_file(part.file) as file:
            yield file.read()
        with run.unit():
            pass  # nothing is kept but how far it got


def _counts(path: Path) -> dict[str, dict[str, int]]:
    rows = pl.scan_parquet(path).group_by("rule_id", "verdict").len().collect(engine="streaming")
    found: dict[str, dict[str, int]] = {}
    for rule, verdict, count in rows.iter_rows():
        found.setdefault(rule, {})[verdict] = count
    return found


# --- what changed


def _compare(run: JobRun, found: RuleRun) -> None:
    """Rule by rule what is another than in the run before, then the end."""
    counts = list(RuleCount.objects.filter(run=found).order_by("order"))
    first = run.checkpoint.get("rule", 0)
    run.begin(COMPARE, len(counts) + 1, done=first)
    if found.previous is not None:
        with TemporaryDirectory() as folder:
            now = copied(found.verdicts, Path(folder) / "now")
            before = copied(found.previous.verdicts, Path(folder) / "before")
            for number, count in enumerate(counts[first:], start=first):
                changes = changes_between(before, now, count.rule)
                with run.unit({"step": COMPARE, "rule": number + 1}):
                    _keep_changes(found, count, changes)
    with run.unit({"step": COMPARE, "rule": len(counts)}):
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        told = {"enterprises": (None, found.enterprises), "rules": (None, len(counts))}
        tell(run.actor, "rule_run.end", found, told)
        name = _("培育阶梯：%(day)s") % {"day": found.as_of.isoformat()}
        jobs.submit(run.actor, LADDER, name, {"run": found.pk}, Place(found.region.path))


def copied(stored: StoredFile | None, path: Path) -> Path:
    """A file out of the store, so that it can be read here and there."""
    if stored is None:
        raise JobError(_("上一次运行的结论文件已不在，不能比较。"))
    with files.open_file(stored) as file, path.open("wb") as target:
        for piece in file.chunks():
            target.write(piece)
    return path


def changes_between(before: Path, now: Path, rule: str) -> pl.DataFrame:
    """The enterprises whose verdict is another, with both; empty texts where there was none.

    Who was not judged on one of the days counts only where the other verdict is 符合.
    """
    old = keeping.read_verdicts(before, rule).rename({"verdict": "before"})
    new = keeping.read_verdicts(now, rule).rename({"verdict": "after"})
    both = old.join(new, on=KEY, how="full", coalesce=True)
    differs = pl.col("before").ne_missing(pl.col("after"))
    alone = pl.col("before").is_null() | pl.col("after").is_null()
    qualified = pl.any_horizontal(pl.col("before", "after").eq("qualified").fill_null(False))
    found = both.filter(differs & (alone.not_() | qualified))
    return found.with_columns(pl.col("before", "after").fill_null("")).sort(KEY)


def _keep_changes(found: RuleRun, count: RuleCount, changes: pl.DataFrame) -> None:
    codes = changes[KEY].to_list()
    keys = keys_of(codes)
    VerdictChange.objects.bulk_create(
        (
            VerdictChange(
                run=found, party_id=keys[code], rule=count.rule, before=before, after=after
            )
            for code, before, after in changes.select(KEY, "before", "after").iter_rows()
            if code in keys
        ),
        batch_size=AT_A_TIME,
    )
    count.came = changes.filter(pl.col("after") == "qualified").height
    count.went = changes.filter(pl.col("before") == "qualified").height
    count.save(update_fields=["came", "went"])


# --- the kinds

RUNNING: Final = JobKind(
    KIND,
    gettext_lazy("全部规则判断"),
    60,
    (gettext_lazy("逐批判断"), gettext_lazy("合成结论文件"), gettext_lazy("与上次比较")),
    run_rules,
    url=address_of_job,
    errors=(keeping.SnapshotError,),
    repeatable=False,
)
CLIMBING: Final = JobKind(
    LADDER,
    gettext_lazy("培育阶梯"),
    61,
    (gettext_lazy("逐批算距离"),),
    ladder_work.run_ladder,
    url=address_of_job,
    errors=(keeping.SnapshotError,),
)
