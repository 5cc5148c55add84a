"""One act for all firms of a list: what it would do, doing it, undoing it within 30 days.

What each kind of act does stands in `comparison_kinds` and `comparison_filings`. Few firms are
done at once, many by a job that keeps each part, so that it goes on where it was cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.models import ActChange, Comparison, ComparisonAct
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services.comparison_filings import KINDS
from kechuang.office.desk.services.comparison_kinds import Outcome, Work
from kechuang.office.desk.services.comparisons import ComparisonConflict, line, locked, place_of
from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.bulk import digest
from kechuang.office.ground.job_runs import JobRun
from kechuang.office.ground.permissions import acting, require
from kechuang.office.parties.models import Party
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.imports import UNDO_DAYS

AT_ONCE: Final = 200
"""Firms that are done while somebody waits."""
PART: Final = 50
State = ComparisonAct.State


class PreviewOutdated(Exception):  # noqa: N818 - the answer to a confirmation that comes too late
    """What was confirmed is not what would be done now; nothing was done."""


def planned(actor: Actor, comparison: Comparison, work: Work) -> list[Outcome]:
    """What an act would do to each firm of a list, in their order: nothing is changed."""
    require(actor, queries.ACT, place_of(comparison))
    require(actor, KINDS[work.kind].verb)
    return KINDS[work.kind].plan(actor, list(queries.firms(comparison)), work)


def seal(outcomes: Iterable[Outcome]) -> str:
    """What a preview said of whom: a confirmation brings it back, so that it means the same."""
    return digest(f"{each.party.pk}|{each.why}|{each.told}" for each in outcomes)


def act(actor: Actor, comparison: Comparison, work: Work, seen: str | None = None) -> ComparisonAct:
    """Do one thing for all firms of a list that are 一致 or decided.

    `seen` is the seal of the preview that is confirmed; None where nobody looked at one. A tag
    without a key is made. Raises `PreviewOutdated` where the preview would say something else now,
    `ComparisonConflict` where there is no firm or the list is being compared, `ValidationError`
    where what is asked for cannot be.
    """
    kind = KINDS[work.kind]
    with acting(actor, queries.ACT, place_of(comparison)):
        require(actor, kind.verb)
        kept = locked(comparison)
        if kept.state != Comparison.State.DONE:
            raise ComparisonConflict(_("名单还没有比对完。请比完再办。"))
        parties = list(queries.firms(kept))
        if not parties:
            raise ComparisonConflict(_("名单上还没有一致的企业，没有可办的。请先认定疑似的名称。"))
        if seen is not None and seen != seal(kind.plan(actor, parties, work)):
            sentence = _(
                "预览之后名单上的企业或它们的情况有变化，还没有办理。请核对新的预览再确认。"
            )
            raise PreviewOutdated(sentence)
        work = _with_tag(actor, work)
        kind.check(actor, parties, work)
        made = ComparisonAct.objects.create(
            comparison=kept,
            kind=work.kind,
            told=work.plain(),
            counts={"firms": len(parties)},
            owner=actor.code,
            owner_name=actor.name,
        )
        told: dict[str, tuple[audit.Plain, audit.Plain]] = {
            "kind": (None, str(ComparisonAct.Kind(work.kind).label)),
            "firms": (None, len(parties)),
        }
        audit.record(actor, line("comparison.act", kept, told))
        if len(parties) <= AT_ONCE:
            _do(actor, made, parties)
            _end(made)
        else:
            keys = [each.pk for each in parties]
            _submit(actor, made, "comparison.act", _("办理：%(name)s"), parties=keys)
    return made


def undo(actor: Actor, made: ComparisonAct) -> ComparisonAct:
    """Take back what an act did; what was changed since stays, with the reason.

    Raises `ComparisonConflict` after `UNDO_DAYS` days or where it is undone already.
    """
    with acting(actor, queries.ACT, place_of(made.comparison)):
        require(actor, KINDS[made.kind].verb)
        kept = _locked(made)
        if kept.state != State.DONE:
            raise ComparisonConflict(_("这项办理还没有办完，或已经撤销。请刷新页面。"))
        if timezone.localdate() > undo_until(kept):
            told = _("已超过%(days)d天，不能一次撤销。请逐条修改。")
            raise ComparisonConflict(told % {"days": UNDO_DAYS})
        kept.state = State.DOING
        kept.undone_by = actor.code
        kept.save(update_fields=["state", "undone_by"])
        audit.record(actor, line("comparison.undo", kept.comparison, {"act": (None, kept.pk)}))
        if ActChange.objects.filter(act=kept, why="").count() <= AT_ONCE:
            _take_back(actor, kept, _open_changes(kept))
            _end_undo(kept)
        else:
            _submit(actor, kept, "comparison.undo", _("撤销办理：%(name)s"))
    return kept


def undo_until(made: ComparisonAct) -> date:
    """The last day on which an act can be undone."""
    return timezone.localdate(made.done_at) + timedelta(days=UNDO_DAYS)


def run_act(run: JobRun) -> Mapping[str, Any]:
    """Do an act in parts; what is done stays done when the job is cut off.

    It is done for the firms that were confirmed and are still on the list, for no other.
    """
    made = _act_of(run)
    confirmed = frozenset(run.arguments["parties"])
    parties = [each for each in queries.firms(made.comparison) if each.pk in confirmed]
    treated = set(ActChange.objects.filter(act=made).values_list("party_id", flat=True))
    left = [each for each in parties if each.pk not in treated]
    run.begin(0, len(parties), done=len(parties) - len(left))
    for start in range(0, len(left), PART):
        part = left[start : start + PART]
        with run.unit(done=len(part)):
            _do(run.actor, made, part)
    with run.unit(done=0):
        _end(made)
    return {"act": made.pk, **made.counts}


def run_undo(run: JobRun) -> Mapping[str, Any]:
    """Undo an act in parts."""
    made = _act_of(run)
    left = _open_changes(made)
    total = made.counts.get("done", len(left))
    run.begin(0, total, done=total - len(left))
    for start in range(0, len(left), PART):
        part = left[start : start + PART]
        with run.unit(done=len(part)):
            _take_back(run.actor, made, part)
    with run.unit(done=0):
        _end_undo(made)
    return {"act": made.pk, **made.counts}


def _act_of(run: JobRun) -> ComparisonAct:
    rows = ComparisonAct.objects.select_related("comparison__region")
    return rows.get(pk=run.arguments["act"])


def _locked(made: ComparisonAct) -> ComparisonAct:
    rows = ComparisonAct.objects.select_for_update(of=("self",))
    return rows.select_related("comparison__region").get(pk=made.pk)


def _with_tag(actor: Actor, work: Work) -> Work:
    """The work with a tag that is there: a new one is made when it is confirmed."""
    if work.kind != ComparisonAct.Kind.TAG or work.values["tag"] is not None:
        return work
    tag = organisations.add_tag(actor, work.values["name"])
    return Work(work.kind, {"tag": tag.pk, "name": tag.name})


def _submit(actor: Actor, made: ComparisonAct, kind: str, name: str, **more: Any) -> None:
    place = replace(place_of(made.comparison), owner=actor.code)
    told = name % {"name": made.comparison.name}
    made.job = jobs.submit(actor, kind, told, {"act": made.pk, **more}, place)
    made.save(update_fields=["job"])


def _do(actor: Actor, made: ComparisonAct, parties: list[Party]) -> None:
    """Treat some firms; what cannot be done is left, with the reason."""
    work = Work.of(made)
    kind = KINDS[made.kind]
    outcomes = kind.plan(actor, parties, work)
    done = kind.do(actor, [each for each in outcomes if not each.why], work)
    changes = [
        ActChange(act=made, party=each.party, why=each.why[:300]) for each in outcomes if each.why
    ]
    changes += [
        ActChange(act=made, party=each.party, row=each.row, stamp=each.stamp, why=each.why[:300])
        for each in done
    ]
    ActChange.objects.bulk_create(changes)


def _end(made: ComparisonAct) -> None:
    rows = ActChange.objects.filter(act=made)
    made.counts = {
        **made.counts,
        "done": rows.filter(why="").count(),
        "left": rows.exclude(why="").count(),
    }
    made.state, made.done_at = State.DONE, timezone.now()
    made.save(update_fields=["counts", "state", "done_at"])


def _open_changes(made: ComparisonAct) -> list[ActChange]:
    """What an act made and an undo has not treated yet; what it treated has no row any more."""
    rows = ActChange.objects.select_related("party__region").filter(act=made, why="")
    return list(rows.exclude(row=None).order_by("pk"))


def _take_back(actor: Actor, made: ComparisonAct, changes: list[ActChange]) -> None:
    kept = KINDS[made.kind].undo(actor, changes, Work.of(made))
    for each in changes:
        each.row, each.stamp = None, None
        each.why = kept.get(each.pk, "")[:300]
    ActChange.objects.bulk_update(changes, ["row", "stamp", "why"], batch_size=500)


def _end_undo(made: ComparisonAct) -> None:
    done = made.counts.get("done", 0)
    kept = ActChange.objects.filter(act=made).exclude(why="").count() - made.counts.get("left", 0)
    made.counts = {**made.counts, "undone": done - kept, "kept": kept}
    made.state, made.undone_at = State.UNDONE, timezone.now()
    made.save(update_fields=["counts", "state", "undone_at"])


def left_of(made: ComparisonAct, most: int) -> list[tuple[Party, str]]:
    """The firms for which an act or its undo did nothing, and why."""
    rows = ActChange.objects.select_related("party__region").filter(act=made).exclude(why="")
    return [(each.party, each.why) for each in rows[:most]]
