"""Filling a form: what is known of its firms goes into its cells, and what went out is kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.filling.columns import Mapped, reads
from kechuang.office.desk.filling.values import Firm, firms
from kechuang.office.desk.models import FilledRow, Filling
from kechuang.office.ground import audit, files
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.sheets.filling import Filled, Gap, Marks, fill_record, fill_table
from kechuang.sheets.forms import RecordForm, find_form
from kechuang.sheets.packages import Package

AT_A_TIME: Final = 500
"""Firms whose values are fetched at a time."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP: Final = "application/zip"
FORBIDDEN: Final = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a filling, not kept yet: two files and the rows that went out."""

    result: bytes
    marked: bytes
    media_type: str
    ending: str
    rows: Sequence[FilledRow]
    gaps: int
    added: int


def columns_of(filling: Filling) -> dict[int, Mapped]:
    """What its columns are filled with, by place."""
    return {int(place): Mapped(**said) for place, said in filling.columns.items()}


def pages(
    actor: Actor, filling: Filling, keys: Sequence[int], told: Told | None = None
) -> Iterator[list[Firm]]:
    """The firms with what is asked of them, some hundreds at a time."""
    columns = columns_of(filling)
    for at in range(0, len(keys), AT_A_TIME):
        some = keys[at : at + AT_A_TIME]
        yield firms(actor, some, columns, filling.year)
        if told is not None:
            told(len(some))


def write(actor: Actor, filling: Filling, keys: Sequence[int], told: Told | None = None) -> Written:
    """Fill the form for these firms; nothing is kept. `told` hears how many more are fetched.

    Raises `SheetError` where rows are lacking and cannot be added.
    """
    with files.open_file(filling.file) as stream:
        content = stream.read()
    every = [firm for page in pages(actor, filling, keys, told) for firm in page]
    is_record = filling.form["kind"] == "record"
    return (_write_records if is_record else _write_table)(filling, content, every)


def keep(actor: Actor, filling: Filling, written: Written) -> None:
    """Keep the files and what went out; whoever calls has a transaction."""
    place = place_of(filling)
    stem = filling.name.rpartition(".")[0] or filling.name
    marked = _("%(name)s-标出缺项") % {"name": stem}
    filled = _("%(name)s-已填") % {"name": stem}
    for name, content, attribute in (
        (filled, written.result, "result"),
        (marked, written.marked, "marked"),
    ):
        stored = files.store(
            actor, f"{name}.{written.ending}", io.BytesIO(content), written.media_type, place
        )
        setattr(filling, attribute, stored)
    FilledRow.objects.filter(filling=filling).delete()
    FilledRow.objects.bulk_create(written.rows, batch_size=AT_A_TIME)
    filling.counts = {
        "firms": len(written.rows),
        "gaps": written.gaps,
        "added": written.added,
        "unknown": len(filling.firms.get("unknown", ())),
    }
    filling.state, filling.filled_at, filling.refusal = Filling.State.DONE, timezone.now(), ""
    filling.save(update_fields=["result", "marked", "counts", "state", "filled_at", "refusal"])
    told: audit.Changes = {name: (None, count) for name, count in filling.counts.items()}
    audit.record(actor, line("filling.fill", filling, told))


def place_of(filling: Filling) -> Place:
    """Where a filling belongs; its region must have been fetched with it."""
    return Place(filling.region.path, owner=filling.owner)


def line(action: str, filling: Filling, changes: audit.Changes) -> audit.Line:
    """A line of the trail about a filling."""
    source = SourceRef("filling", str(filling.pk))
    return audit.Line(action, source, filling.name, place_of(filling), changes)


def _write_table(filling: Filling, content: bytes, every: Sequence[Firm]) -> Written:
    records = [{place: said.entry for place, said in firm.said.items()} for firm in every]
    done: list[Filled] = []
    for marks in (None, Marks([firm.name for firm in every])):
        package = Package.open(content, filling.name)
        form = find_form(package, filling.sheet, reads(filling.year))
        assert not isinstance(form, RecordForm)  # noqa: S101 - the form is the one that was read
        done.append(fill_table(package, form, records, marks))
    plain, marked = done
    rows = _rows(filling, every, plain.gaps, plain.rows)
    return Written(plain.content, marked.content, XLSX, "xlsx", rows, len(plain.gaps), plain.added)


def _write_records(filling: Filling, content: bytes, every: Sequence[Firm]) -> Written:
    """A workbook for each firm, in an archive."""
    gaps: list[Gap] = []
    outs = (io.BytesIO(), io.BytesIO())
    taken: set[str] = set()
    with zipfile.ZipFile(outs[0], "w") as plain, zipfile.ZipFile(outs[1], "w") as marked:
        for number, firm in enumerate(every):
            name = _member(firm, taken)
            for archive, marks in ((plain, None), (marked, Marks([firm.name]))):
                package = Package.open(content, filling.name)
                form = find_form(package, filling.sheet, reads(filling.year))
                assert isinstance(form, RecordForm)  # noqa: S101 - the form is the one that was read
                entries = {place: said.entry for place, said in firm.said.items()}
                filled = fill_record(package, form, entries, marks)
                archive.writestr(name, filled.content)
            gaps += [
                Gap(number, gap.place, gap.name, gap.row, gap.column, gap.why)
                for gap in filled.gaps
            ]
    rows = _rows(filling, every, gaps, [0] * len(every))
    return Written(outs[0].getvalue(), outs[1].getvalue(), ZIP, "zip", rows, len(gaps), 0)


def _member(firm: Firm, taken: set[str]) -> str:
    """The name of a firm's workbook in the archive; of two firms called alike the code is told."""
    name = firm.name.translate(FORBIDDEN)
    if name in taken:
        name = f"{name}-{firm.code}".translate(FORBIDDEN)
    taken.add(name)
    return f"{name}.xlsx"


def _rows(
    filling: Filling, every: Sequence[Firm], gaps: Sequence[Gap], numbers: Sequence[int]
) -> list[FilledRow]:
    """What the record keeps of each firm. What a list did not offer is a gap with its reason."""
    lacking: dict[int, dict[int, str]] = {}
    for gap in gaps:
        lacking.setdefault(gap.record, {})[gap.place] = gap.why
    return [
        FilledRow(
            filling=filling,
            position=number,
            code=firm.code[:60],
            name=firm.name[:120],
            row=numbers[number],
            values={
                str(place): {"why": lacking[number][place]}
                if place in lacking.get(number, {})
                else said.kept()
                for place, said in firm.said.items()
            },
            gaps=len(lacking.get(number, {})),
        )
        for number, firm in enumerate(every)
    ]


def is_expired(until: date | None) -> bool:
    """Whether a form may no longer be used."""
    return until is not None and until < timezone.localdate()


def names_of(filling: Filling) -> Mapping[int, str]:
    """The headers or labels of its form, by place."""
    return dict(enumerate(filling.form.get("names", ())))
