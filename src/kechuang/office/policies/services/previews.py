"""Working out what a revision would do: at once where the enterprises are few, else as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.showing import data
from kechuang.office.parties.queries import keys_of
from kechuang.office.policies.effect import Batch, Effect, added
from kechuang.office.policies.keeping import SnapshotError
from kechuang.office.policies.models import PreviewChange, RulePreview, RuleRevision
from kechuang.office.policies.queries.editor import address_of_job, open_preview
from kechuang.office.policies.rules import published_now, sentences, with_revisions
from kechuang.office.policies.telling import PREVIEW, revision_line
from kechuang.rulebook.errors import RulebookError, RuleError

KIND: Final = "rules.preview"
AT_ONCE: Final = 3_000
"""How many enterprises are judged while somebody waits for the page."""
AT_A_TIME: Final = 2_000


def preview(actor: Actor, row: RuleRevision) -> RulePreview:
    """Work out what the present text of a revision would do to the enterprises.

    Raises `ValidationError` where the text cannot be used, or a job is at it already.
    """
    with acting(actor, PREVIEW, Place(row.region.path)):
        kept = RuleRevision.objects.select_related("region").select_for_update(of=("self",))
        row = kept.get(pk=row.pk)
        if row.state in {RuleRevision.State.PUBLISHED, RuleRevision.State.WITHDRAWN}:
            raise ValidationError(_("这份修订已经办结，不再预览。"))
        _refuse_second(row)
        effect = Effect(row)
        try:
            made = RulePreview.objects.create(
                revision=row, digest=row.digest, as_of=effect.day, run=effect.run,
                counts=_none_yet(effect), made_by=actor.code,
            )  # fmt: skip
            if effect.total() > AT_ONCE:
                _as_job(actor, made)
            else:
                for batch in effect.batches({}):
                    _keep(made, batch)
                _end(made)
        except (RuleError, RulebookError) as error:
            raise ValidationError(data(sentences(error))) from error
        told = {"digest": (None, row.digest), "as_of": (None, effect.day.isoformat())}
        audit.record(actor, revision_line("rule.preview", row, told))
    return made


def _refuse_second(row: RuleRevision) -> None:
    waiting = open_preview(row)
    states = (Job.State.WAITING, Job.State.RUNNING)
    if waiting and Job.objects.filter(pk=waiting.job, state__in=states).exists():
        raise ValidationError(_("这个文本的预览正在计算。请等它完成，或先取消它的任务。"))


def _none_yet(effect: Effect) -> dict[str, Any]:
    """The rules that are touched, before anybody is counted."""
    before, after = effect.rules
    return {each.id: {"before": {}, "after": {}} for each in (*before, *after)}


def _as_job(actor: Actor, made: RulePreview) -> None:
    row = made.revision
    name = _("预览规则修订：%(name)s") % {"name": row}
    place = Place(row.region.path, "", actor.code)
    arguments = {"revision": row.pk, "preview": made.pk, "revisions": published_now()}
    job = jobs.submit(actor, KIND, name, arguments, place)
    made.job = job.pk
    made.save(update_fields=["job"])


def run_preview(run: JobRun) -> Mapping[str, Any]:
    """Judge what is left, batch by batch."""
    found = RulePreview.objects.select_related("revision__region", "run__snapshot")
    made = found.filter(pk=run.arguments["preview"]).first()
    if made is None or made.revision.digest != made.digest:
        raise JobError(_("修订的文本已经改了，这次预览不再有用。请按新的文本重新预览。"))
    effect = Effect(made.revision, with_revisions(run.arguments["revisions"]).book)
    run.begin(0, effect.total(), done=made.enterprises)
    for batch in effect.batches(run.checkpoint):
        with run.unit(dict(batch.mark), done=batch.enterprises):
            _keep(made, batch)
    with run.unit(dict(run.checkpoint), done=0):
        _end(made)
    return {"revision": made.revision.pk, "enterprises": made.enterprises}


def _keep(made: RulePreview, batch: Batch) -> None:
    """Keep what came of a batch, in a transaction of the caller."""
    keys = keys_of(batch.changes["enterprise_code"].to_list())
    columns = ("enterprise_code", "rule_id", "before", "after")
    PreviewChange.objects.bulk_create(
        (
            PreviewChange(preview=made, party_id=keys[code], rule=rule, before=before, after=after)
            for code, rule, before, after in batch.changes.select(columns).iter_rows()
            if code in keys
        ),
        batch_size=AT_A_TIME,
    )
    made.counts = added(made.counts, batch.counts)
    made.enterprises += batch.enterprises
    made.save(update_fields=["counts", "enterprises"])


def _end(made: RulePreview) -> None:
    made.ended_at = timezone.now()
    made.save(update_fields=["ended_at"])


PREVIEWING: Final = JobKind(
    KIND,
    gettext_lazy("预览规则修订"),
    63,
    (gettext_lazy("逐批按两个版本判断"),),
    run_preview,
    url=address_of_job,
    errors=(SnapshotError, RuleError, RulebookError),
    repeatable=False,
)
