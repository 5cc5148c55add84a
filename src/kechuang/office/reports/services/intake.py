"""Taking reports in: checked, kept, and handed to a job that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import (
    MIB,
    REPORT_KINDS,
    CheckedUpload,
    Incoming,
    UploadRefused,
    receive,
)
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import installation
from kechuang.office.reports.models import Report
from kechuang.office.reports.readings import full_name
from kechuang.reading.documents import AboutTable, DocumentError, discover
from kechuang.reading.model import About

JOB_KIND: Final = "report.read"
MOST_BYTES: Final = 20 * MIB
MOST_TOGETHER: Final = 100 * MIB
AT_A_TIME: Final = 40


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a report belongs and what is known of it; `region_text` as the report is told."""

    region: Region
    year: int | None = None
    genre: str = ""
    region_text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `code` is `taken`, `known` or why it was refused."""

    name: str
    code: str
    sentence: str
    report: Report | None = None

    @property
    def taken(self) -> bool:
        """Whether it will be read."""
        return self.code == "taken"


@dataclass(frozen=True, slots=True)
class ReadIn:
    """What came of a folder: one outcome a file, the jobs that read them, regions not known."""

    outcomes: tuple[Outcome, ...]
    jobs: tuple[Job, ...]
    unknown_regions: tuple[str, ...]
    skipped: tuple[str, ...] = ()

    def count(self, code: str) -> int:
        """How many files came out so."""
        return sum(outcome.code == code for outcome in self.outcomes)


def upload_reports(
    actor: Actor,
    files: Iterable[Incoming],
    region: Region,
    year: int | None = None,
    genre: str = "",
) -> tuple[list[Outcome], Job | None]:
    """Take reports in for one region: an outcome for each file, and the job that reads them.

    A file that must not come in is refused with its sentence and the others go on; one that the
    region has already is told and not read twice.
    """
    require(actor, "report.upload", Place(region.path))
    belonging = Belonging(region, year, genre, full_name(region))
    return _take(actor, [(each, belonging) for each in files])


def read_folder(actor: Actor, folder: Path, table: AboutTable) -> ReadIn:
    """Take in every report of a folder; what is known of each stands in the table.

    A region that is not ours falls to the root of the installation. Raises `DocumentError` where
    the folder holds no report, KeyError before the installation has been founded.
    """
    here = installation()
    if here is None:
        raise KeyError("installation")
    finder = _RegionFinder(here.root)
    paths, skipped = discover([folder])
    outcomes: list[Outcome] = []
    submitted: list[Job] = []
    for some in _pieces(paths, AT_A_TIME):
        with ExitStack() as stack:
            files: list[tuple[Incoming, Belonging]] = []
            for path in some:
                try:
                    stream = stack.enter_context(path.open("rb"))
                except OSError:
                    sentence = DocumentError("permission", path).message
                    outcomes.append(Outcome(path.name, "permission", sentence))
                    continue
                files.append((Incoming(path.name, stream), finder.belonging(table.of(path))))
            found, job = _take(actor, files)
        outcomes += found
        submitted += [job] if job else []
    return ReadIn(
        tuple(outcomes),
        tuple(submitted),
        tuple(finder.unknown),
        tuple(f"{each.path.name}：{each.reason}" for each in skipped),
    )


def _take(
    actor: Actor, files: Sequence[tuple[Incoming, Belonging]]
) -> tuple[list[Outcome], Job | None]:
    """Check every file first, then keep those that may come in, in one transaction."""
    room = MOST_TOGETHER
    checked: list[tuple[CheckedUpload, Belonging] | Outcome] = []
    for file, belonging in files:
        place = Place(belonging.region.path, owner=actor.code)
        try:
            upload = receive(
                actor, place, file.name, file.stream, REPORT_KINDS, MOST_BYTES, with_text=True
            )
        except UploadRefused as refused:
            checked.append(Outcome(file.name, refused.code, refused.sentence))
            continue
        room -= upload.size
        if room < 0:
            sentence = _("这一批超过%(limit)s MB，这一份没有收下。请分几批上传。")
            told = sentence % {"limit": MOST_TOGETHER // MIB}
            checked.append(Outcome(upload.name, "too_much", told))
        else:
            checked.append((upload, belonging))
    wanted = {each[1].region.pk for each in checked if not isinstance(each, Outcome)}
    with acting(actor, "report.upload"):
        # Whoever takes in for the same region waits, so that nothing is taken in twice.
        regions = Region.objects.select_for_update(no_key=True).filter(pk__in=wanted)
        for region in regions.order_by("pk"):
            require(actor, "report.upload", Place(region.path))
        outcomes = [each if isinstance(each, Outcome) else _keep(actor, *each) for each in checked]
        job = _submit(actor, [each.report for each in outcomes if each.taken and each.report])
    return outcomes, job


def _keep(actor: Actor, upload: CheckedUpload, belonging: Belonging) -> Outcome:
    """Keep one file as a report that waits to be read, or tell that the region has it."""
    known = (
        Report.objects.defer("text").filter(region=belonging.region, digest=upload.digest).first()
    )
    if known is not None:
        sentence = _(
            "“%(region)s”已有同样内容的报告“%(name)s”（%(owner)s于%(day)s上传），没有重复识读。"
        )
        told = sentence % {
            "region": belonging.region.name,
            "name": known.name,
            "owner": known.owner_name,
            "day": f"{known.created_at:%Y-%m-%d}",
        }
        return Outcome(upload.name, "known", told, known)
    place = Place(belonging.region.path, owner=actor.code)
    stored = store(actor, upload.name, upload.stream(), upload.media_type, place)
    report = Report.objects.create(
        name=PurePosixPath(upload.name).stem,
        region=belonging.region,
        region_text=belonging.region_text[:200],
        year=belonging.year,
        genre=belonging.genre[:60],
        file=stored,
        digest=upload.digest,
        owner=actor.code,
        owner_name=actor.name,
    )
    changes: audit.Changes = {"file": (None, stored.pk), "year": (None, report.year)}
    audit.record(
        actor,
        audit.Line(
            "report.upload", SourceRef("report", str(report.pk)), report.name, place, changes
        ),
    )
    return Outcome(upload.name, "taken", _("已收下，正在识读。"), report)


def _submit(actor: Actor, reports: Sequence[Report]) -> Job | None:
    if not reports:
        return None
    name = (
        _("识读“%(name)s”") % {"name": reports[0].name}
        if len(reports) == 1
        else _("识读“%(name)s”等%(count)d份报告") % {"name": reports[0].name, "count": len(reports)}
    )
    regions = {report.region.path for report in reports}
    place = Place(regions.pop() if len(regions) == 1 else actor.region, actor.party, actor.code)
    keys = [report.pk for report in reports]
    job = jobs.submit(actor, JOB_KIND, name, {"reports": keys}, place)
    Report.objects.filter(pk__in=keys).update(job=job)
    return job


class _RegionFinder:
    """Finds the region of a report by its full name, its name where only one has it, or its code.

    `unknown` gathers the names that are none of ours.
    """

    def __init__(self, root: Region) -> None:
        self._root = root
        self._root_name = full_name(root)
        self.unknown: dict[str, None] = {}
        regions = list(Region.objects.order_by("path"))
        names = {region.code: region.name for region in regions}
        self._full: dict[str, Region] = {}
        self._short: dict[str, Region | None] = {}
        for region in regions:
            if not region.path.startswith(root.path):
                continue
            line = "".join(names[code] for code in region.path.strip("/").split("/"))
            self._full[line] = self._full[region.code] = region
            self._short[region.name] = None if region.name in self._short else region

    def belonging(self, about: About) -> Belonging:
        """Where a report belongs, of which this is known."""
        text = about.region or ""
        region = self._full.get(text) or self._short.get(text)
        if text and region is None:
            self.unknown[text] = None
        written = text or self._root_name
        if region is not None:
            written = full_name(region)
        return Belonging(region or self._root, about.year, about.genre or "", written)


def _pieces(paths: Iterable[Path], size: int) -> Iterator[list[Path]]:
    every = iter(paths)
    while some := list(islice(every, size)):
        yield some
