"""The verbs of comparisons: send a list, compare it, compare it anew."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.matching.lists import ListError, NameList, read_names
from kechuang.matching.names import Listed, Match, Register, Verdict, match, name_key
from kechuang.office.desk.models import ComparedRow, Comparison, NameDecision
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.job_runs import JobRun
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.normalise import normalise
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, CheckedUpload, receive
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation

KINDS: Final = ("docx", "pdf", "xlsx", "xls", "et", "csv", "txt")
"""The files that a list may come in."""
MOST_BYTES: Final = 20 * MIB
MOST_NAMES: Final = 20_000
"""Names of a list at most: more is a register of its own, which an import takes."""
AT_ONCE_FIRMS: Final = 5_000
AT_ONCE_BYTES: Final = MIB // 2
"""Up to so many firms and bytes a list is compared at once, above by a job."""
LONGEST: Final = 200
MOST_LEFT: Final = 100
Group = ComparedRow.Group
GROUPS: Final = {
    Verdict.SAME: Group.SAME,
    Verdict.DOUBT: Group.DOUBT,
    Verdict.UNKNOWN: Group.UNKNOWN,
}


class ComparisonConflict(Exception):  # noqa: N818 - the answer to an act that comes too early
    """The comparison is in no state for this; the sentence says so."""


def take_in(actor: Actor, region: Region, name: str, stream: BinaryIO) -> CheckedUpload:
    """A list from outside if it may come in.

    Raises `UploadRefused`: what is wrong with it and what to do.
    """
    place = Place(region.path, owner=actor.code)
    require(actor, queries.RUN, place)
    return receive(actor, place, name, stream, KINDS, MOST_BYTES)


def take_text(actor: Actor, region: Region, text: str) -> CheckedUpload:
    """Pasted text as a file, checked as any other.

    Raises `UploadRefused`.
    """
    return take_in(actor, region, _("粘贴的名单.txt"), io.BytesIO(text.encode()))


def send(actor: Actor, region: Region, name: str, file: CheckedUpload) -> Comparison:
    """Keep a list and compare it with the organisations of a region and all below it.

    A short list against a small register is compared at once, others by a job.
    """
    place = Place(region.path, owner=actor.code)
    with acting(actor, queries.RUN, place):
        stored = files.store(actor, file.name, file.stream(), file.media_type, place)
        comparison = Comparison.objects.create(
            name=(normalise(name) or Path(stored.name).stem)[:LONGEST],
            file=stored,
            region=region,
            owner=actor.code,
            owner_name=actor.name,
        )
        audit.record(actor, line("comparison.send", comparison, {}))
        _start(actor, comparison)
    return comparison


def again(actor: Actor, comparison: Comparison) -> Comparison:
    """Compare a list anew: the register or what is remembered has changed since.

    Raises `ComparisonConflict` while it is being compared.
    """
    with acting(actor, queries.RUN, place_of(comparison)):
        kept = locked(comparison)
        if kept.state == Comparison.State.SENT:
            raise ComparisonConflict(_("这份名单正在比对。请等它比完。"))
        kept.state = Comparison.State.SENT
        kept.save(update_fields=["state"])
        audit.record(actor, line("comparison.again", kept, {}))
        _start(actor, kept)
    return kept


def _start(actor: Actor, comparison: Comparison) -> None:
    here = Organisation.objects.filter(party__region__path__startswith=comparison.region.path)
    if comparison.file.size <= AT_ONCE_BYTES and here.count() <= AT_ONCE_FIRMS:
        compare(actor, comparison)
        return
    place = replace(place_of(comparison), owner=actor.code)
    name = _("比对“%(name)s”") % {"name": comparison.name}
    job = jobs.submit(actor, "comparison.run", name, {"comparison": comparison.pk}, place)
    comparison.job = job
    comparison.save(update_fields=["job"])


def run_compare(run: JobRun) -> Mapping[str, Any]:
    """Compare a list as a job: whole or not at all."""
    rows = Comparison.objects.select_related("region", "file")
    comparison = rows.get(pk=run.arguments["comparison"])
    run.begin(0, 1, done=0)
    found = None if comparison.state != Comparison.State.SENT else _found(comparison)
    with run.unit():
        if found is not None:
            _keep(run.actor, locked(comparison), found)
    return {"comparison": comparison.pk}


def compare(actor: Actor, comparison: Comparison) -> None:
    """Read the list, compare it and keep what was found; whoever calls has a transaction open."""
    _keep(actor, comparison, _found(comparison))


_Found = tuple[NameList, list[Match]] | str


def _found(comparison: Comparison) -> _Found:
    """The names and what each is, or the sentence that says why there are none."""
    try:
        names = _read(comparison.file)
    except (ListError, files.FileError) as error:
        return str(error)
    if not names.taken:
        return _("没有读到企业名称。请检查文件里是否有“企业名称”一列，或把名称直接粘贴进来。")
    if len(names.taken) > MOST_NAMES:
        told = _("名单有%(count)s个名称，最多%(most)s个。请分成几份比对。")
        return told % {"count": f"{len(names.taken):,}", "most": f"{MOST_NAMES:,}"}
    register = Register(queries.register_of(comparison.region))
    return names, match([each.listed for each in names.taken], register)


def _read(stored: StoredFile) -> NameList:
    """The names of a stored list; it is read under its own name, whose ending says what it is."""
    with TemporaryDirectory(prefix="list") as folder:
        path = Path(folder) / f"list{Path(stored.name).suffix.lower()}"
        with files.open_file(stored) as stream:
            path.write_bytes(stream.read())
        return read_names(path)


def _keep(actor: Actor, comparison: Comparison, found: _Found) -> None:
    ComparedRow.objects.filter(comparison=comparison).delete()
    if isinstance(found, str):
        comparison.state, comparison.refusal = Comparison.State.REFUSED, found[:500]
        comparison.save(update_fields=["state", "refusal"])
        told = {"refusal": (None, comparison.refusal)}
        audit.record(actor, line("comparison.refuse", comparison, told))
        return
    names, matches = found
    ComparedRow.objects.bulk_create(_rows(comparison, names, matches), batch_size=500)
    comparison.reading = {
        "sources": [_printable(each) for each in names.sources],
        "left": [
            {
                "reason": each.reason,
                "place": _printable(each.place),
                "text": _printable(each.text),
                "count": each.count,
            }
            for each in names.left[:MOST_LEFT]
        ],
        "left_count": sum(each.count for each in names.left),
    }
    comparison.counts = queries.counted(comparison)
    comparison.state, comparison.refusal = Comparison.State.DONE, ""
    comparison.compared_at = timezone.now()
    names_changed = ("reading", "counts", "state", "refusal", "compared_at")
    comparison.save(update_fields=names_changed)
    counts: dict[str, tuple[audit.Plain, audit.Plain]] = {
        name: (None, count) for name, count in comparison.counts.items()
    }
    audit.record(actor, line("comparison.done", comparison, counts))


def _rows(comparison: Comparison, names: NameList, matches: list[Match]) -> list[ComparedRow]:
    codes = {each.code for found in matches for each in found.candidates}
    parties = {each.code: each for each in _parties(codes)}
    decisions = queries.remembered(comparison.region)
    first: dict[int, int] = {}
    made: list[ComparedRow] = []
    for position, (taken, found) in enumerate(zip(names.taken, matches, strict=True), 1):
        row = _row(comparison, position, taken.listed, found)
        row.place = _printable(taken.place)[:80]
        if row.group == Group.SAME:
            row.party = parties[found.candidates[0].code]
        elif decision := decisions.get(row.key):
            decide_row(row, decision)
        if row.party is not None:
            row.repeats = first.get(row.party.pk)
            first.setdefault(row.party.pk, position)
        made.append(row)
    return made


def _printable(text: str) -> str:
    """A text of a file without characters that no page shows and some databases refuse."""
    return "".join(each for each in text if each.isprintable())


def _parties(codes: set[str]) -> list[Party]:
    found: list[Party] = []
    every = sorted(codes)
    for start in range(0, len(every), 500):
        found += Party.objects.filter(code__in=every[start : start + 500])
    return found


def _row(comparison: Comparison, position: int, listed: Listed, found: Match) -> ComparedRow:
    candidates = [
        {
            "code": each.code,
            "name": each.name,
            "sure": each.sure,
            "reasons": [
                [reason.why.value, *map(_printable, reason.told)] for reason in each.reasons
            ],
        }
        for each in found.candidates
    ]
    return ComparedRow(
        comparison=comparison,
        position=position,
        name=_printable(listed.name)[:LONGEST],
        key=_printable(key_of(listed)),
        credit_code=listed.credit_code[:18],
        group=GROUPS[found.verdict],
        candidates=candidates,
    )


def key_of(listed: Listed) -> str:
    """What a decision on an entry is remembered under: its name, its code where it has no name."""
    return (name_key(listed.name) or listed.credit_code)[:LONGEST]


def decide_row(row: ComparedRow, decision: NameDecision | None) -> None:
    """Let a decision count for an entry, or take it off again."""
    row.decision = decision
    row.party = decision.party if decision else None
    if decision is None:
        row.group = Group.DOUBT if row.candidates else Group.UNKNOWN
    else:
        row.group = Group.SAME if decision.party else Group.UNKNOWN


def locked(comparison: Comparison) -> Comparison:
    """The comparison, locked for a change."""
    rows = Comparison.objects.select_for_update(of=("self",)).select_related("region", "file")
    return rows.get(pk=comparison.pk)


def place_of(comparison: Comparison) -> Place:
    """Where a comparison belongs; its region must have been fetched with it."""
    return Place(comparison.region.path, owner=comparison.owner)


def line(action: str, comparison: Comparison, changes: audit.Changes) -> audit.Line:
    """A line of the trail about a comparison."""
    subject = SourceRef("comparison", str(comparison.pk))
    return audit.Line(action, subject, comparison.name, place_of(comparison), changes)
