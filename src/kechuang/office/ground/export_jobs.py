"""Exports that are too long to wait for: made by a job, kept for some days, told by a notice."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import IO, Any, Final, Protocol, cast

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import exporting
from kechuang.office.ground.files import store
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun
from kechuang.office.ground.jobs import ENDED, submit
from kechuang.office.ground.listings import EXPORT, PAGE, Asked, ask, listings
from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.permissions import acting, require

KIND: Final = "listing.export"
KEPT: Final = timedelta(days=7)


def export_later(asked: Asked, wanted: str) -> Job:
    """Have what a list shows written by a job; the one that does so already, where there is one."""
    listing = asked.listing
    if listings.find(listing.code) is not listing:
        raise ValueError(f"listing {listing.code!r} is not registered: fill it in ready()")
    query = asked.query.copy()
    for name in (EXPORT, PAGE):
        query.pop(name, None)
    arguments = {"listing": listing.code, "query": query.urlencode(), "format": wanted}
    told = {"list": listing.name, "conditions": asked.told()}
    open_jobs = Job.objects.filter(kind=KIND, owner=asked.actor.code).exclude(state__in=ENDED)
    with acting(asked.actor, listing.export_verb):
        same = next((job for job in open_jobs if job.arguments == arguments), None)
        return same or submit(
            asked.actor, KIND, _("导出：%(list)s（%(conditions)s）") % told, arguments
        )


def _run(run: JobRun) -> Mapping[str, Any]:
    """Write the file from its first row, however far an earlier worker came."""
    listing = listings.find(run.arguments["listing"])
    wanted = run.arguments["format"]
    if listing is None or wanted not in exporting.FORMATS:
        raise JobError(_("这个列表已不能导出。请回到列表页重新导出。"))
    require(run.actor, listing.export_verb)
    asked = ask(listing, run.actor, QueryDict(run.arguments["query"]))
    return written_file(
        run,
        asked.rows().count(),
        exporting.file_name(asked, wanted),
        exporting.MEDIA_TYPES[wanted],
        partial(exporting.write, asked, wanted),
        partial(exporting.audit_export, asked, wanted),
        exporting.AT_A_TIME,
    )


class Write(Protocol):
    """Writes all rows into a file and gives their number; `told` hears how many there are."""

    def __call__(self, file: IO[bytes], /, *, told: Callable[[int], None]) -> int:
        """Write."""
        ...


def written_file(
    run: JobRun,
    total: int,
    name: str,
    media_type: str,
    write: Write,
    tell: Callable[[int], None],
    step: int,
) -> Mapping[str, Any]:
    """Have a file of `total` rows written, kept for a while, and told in the trail by `tell`.

    It is written from its first row, however far an earlier worker came. `write` tells each time
    that `step` more rows are written.
    """

    def go_on(_count: int) -> None:
        with run.unit(done=step):
            pass  # nothing is kept but how far it got

    run.begin(0, total, done=0)
    with tempfile.TemporaryFile() as file:
        count = write(cast("IO[bytes]", file), told=go_on)
        file.seek(0)
        with run.unit(done=count % step):
            stored = store(run.actor, name, file, media_type, expires_at=timezone.now() + KEPT)
            tell(count)
    return {"file": stored.pk, "rows": count}


def file_url(job: Job) -> str | None:
    """Where the file is, as long as it is kept."""
    kept = StoredFile.objects.filter(pk=job.result.get("file"), expires_at__gt=timezone.now())
    return reverse("ground:file", args=[job.result["file"]]) if kept.exists() else None


EXPORTING: Final = JobKind(
    KIND,
    gettext_lazy("导出列表"),
    20,
    (gettext_lazy("写出各行"),),
    _run,
    url=file_url,
    partial=False,
)
