"""The page of one collection: where it stands, who was asked, what came back, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.collecting import place_of, told_finding
from kechuang.office.desk.forms.collections import WAYS, ReceiveForm
from kechuang.office.desk.lists.collections import state_of, state_of_part
from kechuang.office.desk.models import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.desk.queries.collections import VIEW, days_late
from kechuang.office.desk.services.collection_returns import Outcome, undo_until
from kechuang.office.desk.services.collections import RUN, is_stale
from kechuang.office.ground import job_views
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, masked
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef
from kechuang.sheets.areas import letters
from kechuang.sheets.plain import finding_of
from kechuang.sheets.snapshots import Snapshot

PART: Final = "collection"
MOST_OUTCOMES: Final = 300
OUTCOMES: Final = {"taken": "done", "known": "normal", "received": "soon", "refused": "late"}


@dataclass(frozen=True, slots=True)
class PartRow:
    """One line of the table of those who were asked."""

    part: CollectionPart
    state: State
    late: int
    phone: str
    count: int
    doubts: int
    may_reveal: bool


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one file that was uploaded."""

    name: str
    state: State
    part: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One returned workbook with what was found in it."""

    row: CollectionReturn
    state: State
    sentences: Sequence[str]
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One conflict: the names of its fields, and what each return says."""

    row: CollectionConflict
    name: str
    seen: str
    values: Sequence[tuple[int, str, str, bool]]


def rows(actor: Actor, verb: str = VIEW) -> QuerySet[Collection]:
    """Collections whole, as their page needs them."""
    found = Collection.objects.select_related(
        "region", "form", "archive", "result", "previous", "job"
    )
    return limit(found, actor, verb)


def may_run(actor: Actor, row: Collection) -> bool:
    """Whether an actor may go on with a collection."""
    return actor.reaches(RUN, place_of(row))


def answer(
    request: HttpRequest,
    row: Collection,
    form: ReceiveForm | None = None,
    outcomes: Sequence[Outcome] = (),
) -> HttpResponse:
    """The page, or the part of it that HTMX asks for while a job works."""
    context = _context(request, row, form, outcomes)
    htmx: Any = getattr(request, "htmx", None)
    part = htmx and htmx.target == PART
    return render(request, "desk/collection_part.html" if part else "desk/collection.html", context)


def _context(
    request: HttpRequest, row: Collection, form: ReceiveForm | None, outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = Collection.State(row.state)
    may = may_run(actor, row)
    is_busy = row.job is not None and row.job.state not in ENDED
    shows_job = row.job is not None and "job.view" in actor.grants and (is_busy or not outcomes)
    shows_job = shows_job and row.job.state != "done"  # type: ignore[union-attr]
    parts = _parts(actor, row)
    subject = SourceRef("collection", str(row.pk))
    told = list(outcomes) or _told_by_job(row)
    context: dict[str, Any] = {
        "row": row,
        "row_state": state_of(row),
        "about": _about(row),
        "part_id": PART,
        "path": reverse("desk:collection", args=[row.pk]),
        "polls": is_busy,
        "shows_job": shows_job,
        "parts": parts,
        "missing": sum(each.part.returned_at is None for each in parts),
        "late": max((each.late for each in parts), default=0),
        "outcomes": [_outcome(each) for each in told[:MOST_OUTCOMES]],
        "outcome_words": _outcome_words(told),
        "form": form or ReceiveForm(),
        "history": history(subject, *words.of(subject)),
        "may_run": may,
        "may_download": "file.download" in actor.grants,
        "may_set_up": may and not is_busy and _is_untouched(row, parts),
        "may_send": may and not is_busy and bool(parts) and _is_untouched(row, parts),
        "may_receive": may and not is_busy and state in _OUT,
        "may_merge": may and not is_busy and state in _MERGEABLE,
        # A job that was cancelled leaves the form to be split once more.
        "awaits_sending": not is_busy and state in _UNSENT,
        "may_close": may and not is_busy and state is Collection.State.SENT and bool(row.result),
        "may_reopen": may and state is Collection.State.CLOSED,
        **_merged(row),
    }
    if shows_job:
        assert row.job is not None  # noqa: S101 - asked before
        shown = job_views.shown(request, row.job)
        context |= {**shown, "address": context["path"], "result_url": None}
    return context


_UNSENT: Final = (Collection.State.DRAFT, Collection.State.SENDING)
_MERGEABLE: Final = (Collection.State.SENT, Collection.State.MERGING)
_OUT: Final = (Collection.State.SENT, Collection.State.CLOSED)


def _is_untouched(row: Collection, parts: Sequence[PartRow]) -> bool:
    open_states = (Collection.State.DRAFT, Collection.State.SENT, Collection.State.SENDING)
    return row.state in open_states and not any(each.count for each in parts)


def _about(row: Collection) -> list[tuple[Any, Any]]:
    way = next((name for code, name in WAYS if code == row.layout.get("way")), None)
    return [
        (_("报告期"), row.period),
        (_("截止日期"), row.deadline),
        (_("表号"), row.table_number),
        (_("制定机关"), row.issued_by),
        (_("文号"), row.document),
        (_("有效期至"), row.valid_until),
        (_("区划"), row.region.name),
        (_("怎样汇总"), way),
        (_("上期"), row.previous.name if row.previous else None),
        (_("经办人"), row.owner_name),
        (_("下发时间"), row.sent_at),
        (_("汇总时间"), row.merged_at),
    ]


def _parts(actor: Actor, row: Collection) -> list[PartRow]:
    taken = Q(returns__state=CollectionReturn.State.TAKEN)
    found = (
        CollectionPart.objects.filter(collection=row)
        .select_related("region", "party")
        .annotate(count=Count("returns", filter=taken))
        .prefetch_related(
            Prefetch(
                "returns",
                CollectionReturn.objects.filter(state=CollectionReturn.State.TAKEN)
                .defer("content")
                .order_by("pk"),
                to_attr="counting",
            )
        )
        .order_by("pk")
    )
    may_reveal = actor.reaches(REVEAL, place_of(row))
    made: list[PartRow] = []
    for part in found:
        part.collection = row
        doubts = sum(len(each.findings) for each in part.counting)  # type: ignore[attr-defined]
        phone = masked("phone", part.contact_phone)
        count: int = part.count  # type: ignore[attr-defined]
        shown = bool(phone) and may_reveal
        made.append(
            PartRow(part, state_of_part(part), days_late(part), phone, count, doubts, shown)
        )
    return made


def _told_by_job(row: Collection) -> list[Outcome]:
    """What the last job that read workbooks answered."""
    if row.job is None or row.job.kind != "collection.take" or row.state not in _OUT:
        return []
    told: list[Any] = row.job.result.get("told", []) if row.job.result else []
    return [Outcome(name, code, tuple(said), part) for name, code, part, said in told]


def _outcome(each: Outcome) -> OutcomeRow:
    names = {
        "taken": _("已收下"),
        "known": _("重复"),
        "received": _("核对中"),
        "refused": _("退回"),
    }
    return OutcomeRow(
        each.name, State(OUTCOMES[each.code], names[each.code]), each.part, each.sentences
    )


def _outcome_words(told: Sequence[Outcome]) -> str:
    if not told:
        return ""
    counts = {code: sum(each.code == code for each in told) for code in OUTCOMES}
    return _("这次上传：收下%(taken)d份，退回%(refused)d份，重复%(known)d份。") % counts


def _merged(row: Collection) -> dict[str, Any]:
    counts: Mapping[str, int] = row.summary.get("counts", {})
    left = CollectionConflict.objects.filter(part__collection=row, chosen=None).count()
    names = {
        "returned": _("已并入的单位"),
        "missing": _("未报的单位"),
        "conflicts": _("冲突"),
        "added": _("增加的行"),
        "gone": _("少掉的行"),
        "slips": _("疑为单位用错"),
        "left_out": _("未能并入的行"),
    }
    return {
        "merged_facts": [
            (name, str(counts[code])) for code, name in names.items() if code in counts
        ],
        "open_conflicts": left,
        "has_conflicts": bool(counts.get("conflicts")),
        "stale": is_stale(row),
        "changes": row.summary.get("changes", []),
        "slips": row.summary.get("slips", []),
        "after_close": CollectionReturn.objects.filter(
            part__collection=row, after_close=True, state=CollectionReturn.State.TAKEN
        ).count()
        if row.state == Collection.State.CLOSED
        else 0,
    }


def told_returns(found: Sequence[CollectionReturn], *, may: bool) -> list[ReturnRow]:
    """Returned workbooks, newest first, with what was found in each."""
    codes = {
        CollectionReturn.State.TAKEN: "done",
        CollectionReturn.State.REFUSED: "late",
        CollectionReturn.State.WITHDRAWN: "normal",
    }
    made: list[ReturnRow] = []
    for row in found:
        state = CollectionReturn.State(row.state)
        open_still = state is CollectionReturn.State.TAKEN and timezone.now() <= undo_until(row)
        sentences = [told_finding(finding_of(each)) for each in row.findings]
        badge = State(codes[state], state.label)
        is_out = row.part.collection.state == Collection.State.SENT
        made.append(ReturnRow(row, badge, sentences, may and open_still and is_out))
    return made


def told_conflicts(
    found: Sequence[CollectionConflict], prefix: str, seen: str
) -> list[ConflictRow]:
    """Conflicts with what each return says and whether it was chosen."""
    keys = {number for row in found for number, _text in row.values}
    names = dict(CollectionReturn.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [
        ConflictRow(
            row,
            f"{prefix}{row.pk}",
            f"{seen}{row.pk}",
            [
                (
                    number,
                    text,
                    names.get(number, ""),
                    row.chosen is not None and row.chosen.pk == number,
                )
                for number, text in row.values
            ],
        )
        for row in found
    ]


# --- the form itself


def plain_headers(sheet: Snapshot) -> dict[int, str]:
    """Columns without names, where no table was found."""
    return dict.fromkeys(range(1, max(1, sheet.last_column) + 1), "")


def column_letters(headers: Mapping[int, str]) -> list[str]:
    """The letters of the columns of a form."""
    return [letters(column) for column in headers]


def preview(sheet: Snapshot, headers: Mapping[int, str], most: int) -> list[tuple[int, list[str]]]:
    """The first rows of a form as they stand, with their numbers."""
    last = min(sheet.last_row, most + 3)
    return [
        (row, [sheet.at(row, column).text[:40] for column in headers]) for row in range(1, last + 1)
    ]
