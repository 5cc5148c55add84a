"""Exports in the form of the templates: what is exported and sent back changes nothing."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from typing import IO, Any, Final, cast

from django.db import transaction
from django.http import FileResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.files.safe import guarded, one_line
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.export_jobs import file_url, written_file
from kechuang.office.ground.job_runs import JobKind, JobRun
from kechuang.office.ground.jobs import ENDED, submit
from kechuang.office.ground.listings import ask, listings
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry.imports.contents import AT_A_TIME, Selection, cells_of, rows_of
from kechuang.office.registry.imports.layout import VERSION, WATERMARK, Stamp
from kechuang.office.registry.imports.purposes import PURPOSES, Column
from kechuang.office.registry.imports.templates import columns_of, title_of
from kechuang.office.registry.imports.workbooks import Cell, FormBook, written
from kechuang.office.registry.sources import load_sources

KIND: Final = "registry.export"
FORMATS: Final = {
    "xlsx": gettext_lazy("Excel（xlsx）"),
    "csv": gettext_lazy("CSV（UTF-8）"),
    "csv-gb18030": gettext_lazy("CSV（GB18030）"),
}
ENCODINGS: Final = {"csv": "utf-8-sig", "csv-gb18030": "gb18030"}
MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "csv-gb18030": "text/csv; charset=gb18030",
}
IN_MEMORY: Final = 8 * 1024 * 1024
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Form:
    """An export: what it holds, and in which kind of file."""

    selection: Selection
    wanted: str = "xlsx"

    @property
    def verb(self) -> str:
        """What whoever takes it must be allowed: the finances of firms have a verb of their own."""
        return "fact.export" if self.holds_facts else "registry.export"

    @property
    def holds_facts(self) -> bool:
        """Whether yearly or standing facts of firms are in it."""
        chosen = self.selection
        return PURPOSES[chosen.purpose].by_source or (
            chosen.purpose == "organisations" and chosen.whole
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns. What is kept encrypted is never exported."""
        purpose = PURPOSES[self.selection.purpose]
        every = columns_of(purpose, self.selection.year, whole=self.selection.whole)
        return tuple(each for each in every if not each.is_secret)

    @property
    def file_name(self) -> str:
        """The name of its file: what it holds and the day."""
        title = title_of(PURPOSES[self.selection.purpose], self.selection.year)
        ending = self.wanted.partition("-")[0]
        return f"{title}-{timezone.localdate():%Y%m%d}.{ending}"


def answer(actor: Actor, form: Form) -> HttpResponseBase:
    """The file of an export that is short enough to be made at once."""
    _require(actor, form)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with transaction.atomic():
        count = write(actor, form, cast("IO[bytes]", file))
        _audit(actor, form, count)
    file.seek(0)
    return FileResponse(
        cast("IO[bytes]", file),
        as_attachment=True,
        filename=form.file_name,
        content_type=MEDIA_TYPES[form.wanted],
    )


def later(actor: Actor, form: Form) -> Job:
    """Have an export written by a job; the one that does so already, where there is one."""
    arguments = {**asdict(form.selection), "format": form.wanted}
    purpose = PURPOSES[form.selection.purpose]
    open_jobs = Job.objects.filter(kind=KIND, owner=actor.code).exclude(state__in=ENDED)
    with acting(actor, form.verb):
        _require(actor, form)
        same = next((job for job in open_jobs if job.arguments == arguments), None)
        name = _("按模板导出：%(name)s") % {"name": title_of(purpose, form.selection.year)}
        return same or submit(actor, KIND, name, arguments)


def count_of(actor: Actor, form: Form) -> int:
    """How many rows an export holds."""
    return rows_of(actor, form.selection).count()


def write(actor: Actor, form: Form, file: IO[bytes], told: Told | None = None) -> int:
    """Write an export and give the number of its rows; `told` hears how many are written so far."""
    purpose = PURPOSES[form.selection.purpose]
    rows = cells_of(rows_of(actor, form.selection), purpose, form.columns)
    writer = _write_xlsx if form.wanted == "xlsx" else _write_csv
    return writer(actor, form, file, _telling(rows, told))


def watermark(actor: Actor, selection: Selection) -> str:
    """Who took it, when, under which conditions; an import knows the line by its start."""
    parts = [title_of(PURPOSES[selection.purpose], selection.year)]
    if selection.source:
        parts.append(load_sources()[selection.source].name)
    listing = listings.find(selection.listing) if selection.listing else None
    if listing is not None:
        parts.append(ask(listing, actor, QueryDict(selection.query)).told())
    time = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    return f"{WATERMARK}{actor.name}（{actor.code}）　时间：{time}　条件：{'；'.join(parts)}"


def _require(actor: Actor, form: Form) -> None:
    require(actor, PURPOSES[form.selection.purpose].view)
    require(actor, form.verb)


def _telling(rows: Iterator[list[Cell]], told: Told | None) -> Iterator[list[Cell]]:
    for count, row in enumerate(rows, start=1):
        yield row
        if told is not None and count % AT_A_TIME == 0:
            told(count)


def _write_xlsx(actor: Actor, form: Form, file: IO[bytes], rows: Iterator[list[Cell]]) -> int:
    chosen = form.selection
    purpose = PURPOSES[chosen.purpose]
    book = FormBook(file, form.columns, Stamp(purpose.code, VERSION, chosen.year))
    book.begin(title_of(purpose, chosen.year), purpose.required, {})
    count = 0
    for cells in rows:
        book.write(cells)
        count += 1
    book.close(last=watermark(actor, chosen))
    return count


def _write_csv(actor: Actor, form: Form, file: IO[bytes], rows: Iterator[list[Cell]]) -> int:
    """A CSV file; what a spreadsheet might run gets an apostrophe, which the reader takes away."""
    text = io.TextIOWrapper(
        file, encoding=ENCODINGS[form.wanted], newline="", write_through=True, errors="strict"
    )
    writer = csv.writer(text)
    fields = [each.field for each in form.columns]
    writer.writerow([each.header(form.selection.year) for each in form.columns])
    count = 0
    for cells in rows:
        writer.writerow(
            [
                written(field, cell)
                if _is_number(cell)
                else guarded(one_line(written(field, cell)))
                for field, cell in zip(fields, cells, strict=True)
            ]
        )
        count += 1
    writer.writerow([])
    writer.writerow([guarded(one_line(watermark(actor, form.selection)))])
    text.detach()
    return count


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _audit(actor: Actor, form: Form, count: int) -> None:
    """Write down who took what: the conditions and the number of rows."""
    purpose = PURPOSES[form.selection.purpose]
    audit.record(
        actor,
        audit.Line(
            action=form.verb,
            subject=SourceRef("listing", purpose.code),
            name=title_of(purpose, form.selection.year),
            changes={
                "format": (None, form.wanted),
                "rows": (None, count),
                "conditions": (None, watermark(actor, form.selection).partition("条件：")[2]),
                "columns": (None, "、".join(each.field.name for each in form.columns)),
            },
        ),
    )


def _run(run: JobRun) -> Mapping[str, Any]:
    given = dict(run.arguments)
    form = Form(wanted=given.pop("format"), selection=Selection(**given))
    _require(run.actor, form)
    return written_file(
        run,
        count_of(run.actor, form),
        form.file_name,
        MEDIA_TYPES[form.wanted],
        partial(write, run.actor, form),
        partial(_audit, run.actor, form),
        AT_A_TIME,
    )


EXPORTING: Final = JobKind(
    KIND,
    gettext_lazy("按模板导出"),
    45,
    (gettext_lazy("写出各行"),),
    _run,
    url=file_url,
    partial=False,
)
