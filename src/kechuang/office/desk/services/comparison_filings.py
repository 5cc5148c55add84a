"""What can be done with filings for all firms of a list: into a batch, on to a stage of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.desk.models import ActChange, ComparisonAct
from kechuang.office.desk.services import comparison_kinds
from kechuang.office.desk.services.comparison_kinds import (
    ActKind,
    Outcome,
    Work,
    sentence,
    taken_back,
)
from kechuang.office.filings.models import Batch, Filing, StageEntry
from kechuang.office.filings.queries import advancing, batches, entering
from kechuang.office.filings.services import filings
from kechuang.office.filings.telling import CHANGE
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party

Kind = ComparisonAct.Kind


def _batch(actor: Actor, work: Work) -> Batch:
    """The batch of an act. Raises `ValidationError` where it is gone or out of reach."""
    found = batches.visible(actor).filter(pk=work.values["batch"]).first()
    if found is None:
        raise ValidationError({"batch": _("没有这个批次。请从列表中选择。")})
    if found.closed_on:
        raise ValidationError({"batch": _("批次已办结，不能再改。")})
    return found


def _present(batch: Batch, parties: Sequence[Party]) -> dict[int, Filing]:
    """The filings of firms in a batch, by party."""
    keys = [each.pk for each in parties]
    found: dict[int, Filing] = {}
    for start in range(0, len(keys), 500):
        rows = Filing.objects.select_related("party__region", "batch", "stage").filter(
            batch=batch, party__in=keys[start : start + 500], duplicate_of=None
        )
        found |= {row.party_id: row for row in rows}  # type: ignore[attr-defined]
    return found


# --- into a batch


def check_enter(actor: Actor, parties: Sequence[Party], work: Work) -> None:
    """Refuse a batch that takes nobody."""
    _batch(actor, work)


def plan_enter(actor: Actor, parties: Sequence[Party], work: Work) -> list[Outcome]:
    """Who is put into the batch and what speaks against it, who is in it, and who may not file."""
    batch, values = _batch(actor, work), work.values
    there = _present(batch, parties)
    codes = [each.code for each in parties]
    against = entering.cautions(batch, codes, values["kind"], values["on"])
    outcomes: list[Outcome] = []
    for party in parties:
        caution = against.get(party.code)
        if party.pk in there:
            outcomes.append(Outcome(party, _("已在本批次")))
        elif caution is None:
            outcomes.append(Outcome(party, told=_("列入")))
        elif caution.refused:
            outcomes.append(Outcome(party, caution.why))
        else:
            told = _("列入。请注意：%(why)s") % {"why": caution.why}
            outcomes.append(Outcome(party, told=told))
    return outcomes


def do_enter(actor: Actor, outcomes: Sequence[Outcome], work: Work) -> list[Outcome]:
    """Put firms into the batch, at its first stage."""
    batch = _batch(actor, work)
    parties = [each.party for each in outcomes]
    done = filings.add_firms(
        actor, batch, [each.code for each in parties], work.values["kind"], work.values["on"]
    )
    made = _present(batch, parties)
    return [
        Outcome(each, done.left[each.code])
        if each.code in done.left
        else Outcome(each, row=made[each.pk].pk, stamp=made[each.pk].changed_at)
        for each in parties
    ]


def undo_enter(actor: Actor, changes: Sequence[ActChange], work: Work) -> dict[int, str]:
    """Take firms out of the batch again that nothing was done with."""
    rows = Filing.objects.select_related("party__region", "batch", "stage")
    return taken_back(actor, changes, rows, filings.withdraw, _("申报已不存在"))


# --- on to a stage


def check_stage(actor: Actor, parties: Sequence[Party], work: Work) -> None:
    """Refuse a stage that the batch does not have, or that wants a reason."""
    values = work.values
    filings.checked_stage(_batch(actor, work), values["stage"], values["on"], values["reason"])


def plan_stage(actor: Actor, parties: Sequence[Party], work: Work) -> list[Outcome]:
    """Whose filing moves on, and whose does not and why."""
    batch, values = _batch(actor, work), work.values
    stage = filings.checked_stage(batch, values["stage"], values["on"], values["reason"])
    there = _present(batch, parties)
    found = advancing.plan(there.values(), stage, values["on"])
    outcomes: list[Outcome] = []
    for party in parties:
        row = there.get(party.pk)
        why = _("不在本批次") if row is None else found.stays.get(party.code, "")
        told = f"{row.stage.name} → {stage.name}" if row else ""
        outcomes.append(Outcome(party, why, told))
    return outcomes


def do_stage(actor: Actor, outcomes: Sequence[Outcome], work: Work) -> list[Outcome]:
    """Bring the filings to the stage; the newest entry of each is what an undo takes back."""
    batch, values = _batch(actor, work), work.values
    codes = [each.party.code for each in outcomes]
    done = filings.advance(
        actor, batch, codes, values["stage"], values["on"], values["reason"],
        document=values["document"],
    )  # fmt: skip
    entries = _newest(
        [row.pk for row in _present(batch, [each.party for each in outcomes]).values()]
    )
    return [
        Outcome(each.party, done.left[each.party.code])
        if each.party.code in done.left
        else Outcome(each.party, row=entries.get(each.party.pk))
        for each in outcomes
    ]


def _newest(keys: Sequence[int]) -> dict[int, int]:
    """The newest entry that counts of each filing, by party."""
    rows = StageEntry.objects.filter(filing__in=keys, taken_back_at=None).order_by("on", "pk")
    return dict(rows.values_list("filing__party_id", "pk"))


def undo_stage(actor: Actor, changes: Sequence[ActChange], work: Work) -> dict[int, str]:
    """Take the entries back that are the newest ones still."""
    rows = StageEntry.objects.select_related("filing__party__region", "stage").in_bulk(
        [each.row for each in changes if each.row]
    )
    kept: dict[int, str] = {}
    for each in changes:
        entry = rows.get(each.row or 0)
        if entry is None or entry.taken_back_at is not None:
            kept[each.pk] = _("这一步已被收回")
            continue
        try:
            filings.take_back(actor, entry, _("撤销名单比对的办理"))
        except ValidationError as error:
            kept[each.pk] = sentence(error)
    return kept


KINDS: Final[Mapping[str, ActKind]] = {
    **comparison_kinds.KINDS,
    Kind.ENTER: ActKind(CHANGE, plan_enter, do_enter, undo_enter, check_enter),
    Kind.STAGE: ActKind(CHANGE, plan_stage, do_stage, undo_stage, check_stage),
}
"""Everything that can be done for all firms of a list, by its code."""
