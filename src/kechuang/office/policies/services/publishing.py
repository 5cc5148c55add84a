"""Making the public package: as a job for the portal, or into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.export_jobs import file_url, written_file
from kechuang.office.ground.files import FileMissing
from kechuang.office.ground.job_runs import JobKind, JobRun
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.publishing.content import Content, NothingToPublish, content
from kechuang.office.policies.publishing.package import STEP, files_of, write_folder, write_zip
from kechuang.office.policies.queries.diagnosis import Diagnosis
from kechuang.office.policies.telling import DIAGNOSE, PUBLISH_POLICY

KIND: Final = "policies.publish"
ZIP: Final = "application/zip"


def publish(actor: Actor, contact: str) -> Job:
    """Have the package of today made by a job; `contact` says whom to ask."""
    day = timezone.localdate().isoformat()
    with acting(actor, PUBLISH_POLICY):
        name = _("政策公开包：%(day)s") % {"day": day}
        return jobs.submit(actor, KIND, name, {"day": day, "contact": contact})


def publish_to(actor: Actor, folder: Path, day: date, contact: str) -> int:
    """Write the package of a day into a folder; gives the number of files.

    Raises `NothingToPublish` before the founding, `FileMissing` where the store lost a document,
    `OSError` where the folder cannot be written.
    """
    with acting(actor, PUBLISH_POLICY):
        found = content(day, contact)
        count = write_folder(found, folder)
        _tell(actor, found, day.isoformat(), count)
    return count


def tell_diagnosis(actor: Actor, found: Diagnosis, form: str) -> None:
    """Leave a line that somebody took the diagnosis of an enterprise as a file."""
    party = found.organisation.party
    place = Place(party.region.path, party.code)
    with acting(actor, DIAGNOSE, place):
        changes: audit.Changes = {
            "as_of": (None, found.as_of.isoformat()), "form": (None, form),
        }  # fmt: skip
        subject = SourceRef("diagnosis", party.code)
        audit.record(actor, audit.Line("diagnosis.export", subject, party.name, place, changes))


def last_contact() -> str:
    """Whom the last package names, so that nobody has to type it again."""
    last = Job.objects.filter(kind=KIND).order_by("-pk").first()
    return str(last.arguments.get("contact", "")) if last else ""


def _run(run: JobRun) -> Mapping[str, Any]:
    require(run.actor, PUBLISH_POLICY)
    day = date.fromisoformat(run.arguments["day"])
    found = content(day, run.arguments["contact"])
    return written_file(
        run,
        files_of(found),
        f"{_('政策公开包')}-{day.isoformat()}.zip",
        ZIP,
        partial(write_zip, found),
        partial(_tell, run.actor, found, str(run.job.pk)),
        STEP,
    )


def _tell(actor: Actor, found: Content, key: str, count: int) -> None:
    changes: audit.Changes = {
        "day": (None, found.day.isoformat()), "files": (None, count),
        "rules": (None, len(found.rules)), "documents": (None, len(found.documents)),
    }  # fmt: skip
    subject = SourceRef("policy_package", key)
    audit.record(
        actor, audit.Line("policy.publish", subject, found.office, Place(found.root.path), changes)
    )


PUBLISHING: Final = JobKind(
    KIND,
    gettext_lazy("政策公开包"),
    63,
    (gettext_lazy("写出网页和数据"),),
    _run,
    url=file_url,
    errors=(NothingToPublish, FileMissing),
    partial=False,
)
