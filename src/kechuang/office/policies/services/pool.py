"""The cultivation pool: let firms in, follow them up, put them into a batch, let them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.filings.models import Batch
from kechuang.office.filings.services import filings
from kechuang.office.filings.services.filings import Done
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import acting
from kechuang.office.parties.models import Party
from kechuang.office.policies.ladder import Rung, rung_name, rungs
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.pool import (
    end_stage,
    filing_stage,
    first_stage,
    open_stages,
    stages,
)
from kechuang.office.policies.queries import pool as queries
from kechuang.office.policies.telling import POOL_CHANGE, place_of_entry, pool_line
from kechuang.office.registry.records import refuse

PLAIN = ("mentor_name", "plan", "next_step", "next_on", "stage", "stage_on")


@dataclass(frozen=True, slots=True)
class Tending:
    """How a firm is to be helped: by whom (a user name), by which plan, what comes next when."""

    mentor: str = ""
    plan: str = ""
    next_step: str = ""
    next_on: date | None = None


def admit(actor: Actor, party: Party, rung: str, tending: Tending, on: date) -> PoolEntry:
    """Let one firm in by hand, whatever the rule says of it.

    Raises `ValidationError` by field: no enterprise at work, a rung that is not there or that the
    firm has reached, an entry that is open already, a mentor who does not reach the firm.
    """
    with acting(actor, POOL_CHANGE, Place(party.region.path, party.code)):
        if rung not in rungs():
            raise refuse("rung", _("没有这个台阶。请从列表中选择。"))
        _check_day("on", on)
        if not queries.admissible(actor).filter(party=party).exists():
            raise refuse("party", _("“%(name)s”不是在营的企业，不能入库。"), name=party.name)
        if queries.holders(rungs()[rung]).filter(party=party).exists():
            raise refuse("rung", _("它已持有这个台阶的称号，不用再培育。"))
        if PoolEntry.objects.filter(party=party, rung=rung, ended_on=None).exists():
            raise refuse("party", _("它已在库里培育这个台阶。请在原来的记录上跟进。"))
        _check_tending(tending)
        (made,) = _kept(actor, [(party, PoolEntry.Basis.HAND)], rung, tending, on)
    return made


def admit_by_rule(actor: Actor, rung: Rung, keys: Sequence[int], tending: Tending) -> Done:
    """Let those of the firms in (keys of organisations) whose stand to the rung allows it.

    Gives the codes of who came in, and why the others did not.
    """
    with acting(actor, POOL_CHANGE):
        _check_tending(tending)
        found = queries.admitting(actor, rung, keys)
        left = {row.party.code: why for row, why in found.stays}
        firms = [(row.party, PoolEntry.Basis(row.stand)) for row in found.comes]
        made = _kept(actor, firms, rung.code, tending, timezone.localdate())
    return Done(tuple(each.party.code for each in made), left)


def follow(
    actor: Actor, entry: PoolEntry, stage: str, done: str, next_step: str, next_on: date | None
) -> audit.Changes:
    """Say what was done with a firm, at which stage it is now and what comes next."""
    if stage not in open_stages():
        raise refuse("stage", _("没有这个阶段。请从列表中选择；出库请用“登记出库”。"))
    with acting(actor, POOL_CHANGE, place_of_entry(entry)):
        kept = _lock(entry)
        if next_on != kept.next_on:
            _check_next(next_step, next_on)
        before = _plain(kept)
        if stage != kept.stage:
            kept.stage, kept.stage_on = stage, timezone.localdate()
        kept.next_step, kept.next_on = next_step, next_on
        changes = dict(audit.changes_between(before, _plain(kept)))
        if done:
            changes["done"] = (None, done)
        _save(actor, "pool.follow", kept, changes)
        if changes:
            _tell_mentor(actor, kept, _("培育库：%(by)s登记了%(firm)s的跟进。"))
    return changes


def change(actor: Actor, entry: PoolEntry, mentor: str, plan: str) -> audit.Changes:
    """Set who helps a firm and by which plan."""
    with acting(actor, POOL_CHANGE, place_of_entry(entry)):
        kept = _lock(entry)
        before, old = _plain(kept), kept.mentor
        if mentor != old:
            kept.mentor, kept.mentor_name = mentor, _mentor(mentor, [kept.party])
        kept.plan = plan
        changes = audit.changes_between(before, _plain(kept))
        _save(actor, "pool.change", kept, changes)
        if mentor != old:
            _tell_new_mentor(actor, [kept])
    return changes


def assign(actor: Actor, entries: Iterable[PoolEntry], mentor: str) -> list[PoolEntry]:
    """Give several entries one mentor; gives those that had another, or nobody, before.

    Raises `ValidationError` where the mentor does not reach one of the firms: then none is changed.
    """
    keys = [each.pk for each in entries]
    with acting(actor, POOL_CHANGE):
        rows = queries.changeable(actor).select_for_update(of=("self",)).filter(pk__in=keys)
        changed = [row for row in rows.order_by("pk") if row.mentor != mentor]
        name = _mentor(mentor, [row.party for row in changed])
        lines: list[audit.Line] = []
        for row in changed:
            before = _plain(row)
            row.mentor, row.mentor_name, row.changed_at = mentor, name, timezone.now()
            changes = audit.changes_between(before, _plain(row))
            lines.append(pool_line("pool.change", row, changes))
        PoolEntry.objects.bulk_update(changed, ["mentor", "mentor_name", "changed_at"])
        if lines:
            audit.record_all(actor, lines)
        for rung in dict.fromkeys(row.rung for row in changed):
            _tell_new_mentor(actor, [row for row in changed if row.rung == rung])
    return changed


def leave(actor: Actor, entry: PoolEntry, end: str, on: date, note: str = "") -> PoolEntry:
    """Let a firm out, with the reason. `certified` needs a title of the rung in the registry."""
    choosable = set(PoolEntry.End.values) - {PoolEntry.End.MERGED}
    if end not in choosable:
        raise refuse("end", _("没有这种出库原因。请从列表中选择。"))
    with acting(actor, POOL_CHANGE, place_of_entry(entry)):
        kept = _lock(entry)
        _check_day("on", on)
        if on < kept.admitted_on:
            raise refuse("on", _("出库早于入库（%(day)s）。"), day=kept.admitted_on.isoformat())
        if end != PoolEntry.End.CERTIFIED and not note.strip():
            raise refuse("note", _("请写明为什么：以后要按原因统计。"))
        rung = rungs().get(kept.rung)
        reached = rung and queries.holders(rung).filter(party=kept.party).exists()
        if end == PoolEntry.End.CERTIFIED and rung and not reached:
            raise refuse("end", _("档案里没有它有效的这个称号。请先登记称号，再登记出库。"))
        changes = end_entry(kept, end, on, note.strip())
        audit.record(actor, pool_line("pool.exit", kept, changes))
        _tell_mentor(actor, kept, _("培育库：%(by)s登记了%(firm)s出库。"))
    return kept


def file(
    actor: Actor, entries: Iterable[PoolEntry], batch: Batch, kind: str, on: date
) -> Done:  # fmt: skip
    """Put the firms of entries into a batch of 申报台账; they get the stage of filing.

    Who is in the batch already gets the stage too. What the batch refuses is left, with the reason.
    """
    keys = [each.pk for each in entries]
    with acting(actor, POOL_CHANGE):
        rows = list(
            queries.changeable(actor).select_for_update(of=("self",)).filter(pk__in=keys)
        )  # fmt: skip
        titles = {code: rung.titles for code, rung in rungs().items()}
        wrong = [each for each in rows if batch.title not in titles.get(each.rung, ())]
        if wrong:
            told = _("批次“%(batch)s”不是“%(rung)s”的批次。请换一个批次。")
            raise refuse("batch", told, batch=batch.name, rung=rung_name(wrong[0].rung))
        codes = [each.party.code for each in rows]
        done = filings.add_firms(actor, batch, codes, kind, on)
        there = set(
            batch.filing_set.filter(party__code__in=codes, duplicate_of=None)  # type: ignore[attr-defined]
            .order_by()
            .values_list("party__code", flat=True)
        )
        lines: list[audit.Line] = []
        for row in rows:
            if row.party.code not in there or row.stage == filing_stage():
                continue
            before = _plain(row)
            row.stage, row.stage_on, row.changed_at = filing_stage(), on, timezone.now()
            changes = dict(audit.changes_between(before, _plain(row)))
            lines.append(pool_line("pool.file", row, {**changes, "batch": (None, batch.name)}))
            row.save()
        if lines:
            audit.record_all(actor, lines)
    return done


def end_entry(kept: PoolEntry, end: str, on: date, note: str) -> Mapping[str, Any]:
    """End a locked entry and keep it; gives what changed, for the trail."""
    before = {**_plain(kept), "end": "", "ended_on": None, "end_note": ""}
    kept.end, kept.ended_on, kept.end_note = end, on, note
    kept.stage, kept.stage_on = end_stage(), on
    kept.next_step, kept.next_on, kept.changed_at = "", None, timezone.now()
    kept.save()
    after = {**_plain(kept), "end": end, "ended_on": on.isoformat(), "end_note": note}
    return audit.changes_between(before, after)


# --- what the services share


def _kept(
    actor: Actor, firms: Sequence[tuple[Party, str]], rung: str, tending: Tending, on: date
) -> list[PoolEntry]:
    name = _mentor(tending.mentor, [party for party, _basis in firms])
    made = [
        PoolEntry(
            party=party, rung=rung, stage=first_stage(), stage_on=on, basis=basis,
            mentor=tending.mentor, mentor_name=name, plan=tending.plan,
            next_step=tending.next_step, next_on=tending.next_on, admitted_on=on,
            admitted_by=actor.code, admitted_name=actor.name,
        )
        for party, basis in firms
    ]  # fmt: skip
    try:
        PoolEntry.objects.bulk_create(made)
    except IntegrityError as error:
        raise ValidationError(_("刚才有人把其中的企业列入了培育库。请打开列表核对。")) from error
    lines = [
        pool_line(
            "pool.admit",
            each,
            audit.changes_between(
                dict.fromkeys(PLAIN), {**_plain(each), "rung": rung_name(rung), "basis": each.basis}
            ),
        )
        for each in made
    ]
    if lines:
        audit.record_all(actor, lines)
        _tell_new_mentor(actor, made)
    return made


def _mentor(code: str, parties: Iterable[Party]) -> str:
    """The name of a mentor who reaches all of these firms; empty for nobody."""
    if not code:
        return ""
    name, regions = queries.name_of_mentor(code), queries.regions_of_mentor(code)
    if not name:
        raise refuse("mentor", _("没有这个辅导人，或账号已停用。请从列表中选择。"))
    outside = [each for each in parties if not each.region.path.startswith(regions)]
    if outside:
        told = _("“%(mentor)s”管不到“%(firm)s”所在的区划。请换一个人，或分区划办。")
        raise refuse("mentor", told, mentor=name, firm=outside[0].name)
    return name


def _check_tending(tending: Tending) -> None:
    _check_next(tending.next_step, tending.next_on)


def _check_next(step: str, on: date | None) -> None:
    if bool(step) != bool(on):
        told = _("下一步和它的日期要一起填。")
        raise refuse("next_on" if step else "next_step", told)
    if on and on < timezone.localdate():
        raise refuse("next_on", _("下一步的日期%(day)s已过。请填今天或以后。"), day=on.isoformat())


def _check_day(field: str, day: date) -> None:
    if day > timezone.localdate():
        raise refuse(field, _("日期%(day)s在今天之后。请填已经发生的日期。"), day=day.isoformat())


def _lock(entry: PoolEntry) -> PoolEntry:
    rows = PoolEntry.objects.select_related("party__region")
    kept = rows.select_for_update(of=("self",)).get(pk=entry.pk)
    if kept.ended_on:
        told = _("这条记录已于%(day)s出库，不能再改。")
        raise ValidationError(told % {"day": kept.ended_on.isoformat()})
    return kept


def _plain(row: PoolEntry) -> dict[str, Any]:
    """The columns that the trail tells of, in words."""
    found = {name: getattr(row, name) for name in PLAIN}
    found["stage"] = stages().get(row.stage, row.stage)
    for name in ("next_on", "stage_on"):
        found[name] = found[name].isoformat() if found[name] else None
    return found


def _save(actor: Actor, action: str, kept: PoolEntry, changes: audit.Changes) -> None:
    if changes:
        kept.changed_at = timezone.now()
        kept.save()
        audit.record(actor, pool_line(action, kept, changes))


def _tell_mentor(actor: Actor, row: PoolEntry, told: str) -> None:
    """Tell the mentor what somebody else did; the sentence has room for who and for which firm."""
    if row.mentor and row.mentor != actor.code:
        words = {"by": actor.name, "firm": row.party.name}
        notify(row.mentor, told % words, queries.address_of(row))


def _tell_new_mentor(actor: Actor, rows: Sequence[PoolEntry]) -> None:
    """Tell a mentor of new firms for a rung: one notice, however many they are."""
    mentor = rows[0].mentor
    if not mentor or mentor == actor.code:
        return
    count = len(rows)
    told = ngettext(
        "培育库：%(by)s请您辅导%(count)d家企业（%(rung)s）。",
        "培育库：%(by)s请您辅导%(count)d家企业（%(rung)s）。",
        count,
    ) % {"by": actor.name, "count": count, "rung": rung_name(rows[0].rung)}
    several = queries.list_address(mentor=mentor, state="open")
    notify(mentor, told, several if count > 1 else queries.address_of(rows[0]))


def remind() -> None:
    """Tell each mentor, once a day, how many next steps are for today."""
    today = timezone.localdate()
    rows = PoolEntry.objects.filter(ended_on=None, next_on=today).exclude(mentor="")
    counted = Counter(rows.order_by("pk").values_list("mentor", flat=True))
    for mentor, count in sorted(counted.items()):
        told = ngettext(
            "培育库：今天（%(day)s）有%(count)d项下一步。",
            "培育库：今天（%(day)s）有%(count)d项下一步。",
            count,
        ) % {"day": today.isoformat(), "count": count}
        if not queries.was_told(mentor, told):
            notify(mentor, told, queries.list_address(mentor=mentor, due="soon"))
