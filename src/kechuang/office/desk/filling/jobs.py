"""The job that fills a form for many firms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.filling import writing
from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.desk.services.fillings import JOB, told
from kechuang.office.ground import audit
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun
from kechuang.office.ground.models import Job
from kechuang.sheets.errors import SheetError


def _run(run: JobRun) -> Mapping[str, Any]:
    """Fill from the first row, however far an earlier worker came."""
    rows = Filling.objects.select_related("region", "file")
    filling = rows.get(pk=run.arguments["filling"])
    if filling.state != Filling.State.FILLING:
        return {"filling": filling.pk}
    keys = queries.chosen(run.actor, filling).keys
    run.begin(0, len(keys), done=0)

    def go_on(count: int) -> None:
        with run.unit(done=count):
            pass  # nothing is kept but how far it got

    try:
        written = writing.write(run.actor, filling, keys, go_on)
    except SheetError as error:
        sentence = told(error)
        with run.unit(done=0):
            filling.state, filling.refusal = Filling.State.READY, sentence[:500]
            filling.save(update_fields=["state", "refusal"])
            refused: audit.Changes = {"refusal": (None, filling.refusal)}
            audit.record(run.actor, writing.line("filling.give_back", filling, refused))
        raise JobError(sentence) from error
    with run.unit(done=0):
        filling = rows.select_for_update(of=("self",)).get(pk=filling.pk)
        if filling.state == Filling.State.FILLING:
            writing.keep(run.actor, filling, written)
    return {"filling": filling.pk, **filling.counts}


def _url(job: Job) -> str | None:
    try:
        return reverse("desk:filling", args=[job.arguments["filling"]])
    except NoReverseMatch:
        return None


FILLING: Final = JobKind(
    JOB, _("填表"), 60, (_("取数、填写"),), _run, _url, repeatable=False, partial=False
)
