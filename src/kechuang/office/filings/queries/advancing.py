"""What an advance would do: which filings move, and which stay and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kechuang.office.filings.models import BatchStage, Filing, Meaning


@dataclass(frozen=True, slots=True)
class Plan:
    """Filings that would move, and those that would not with the reason of each, by party code."""

    moves: tuple[Any, ...]
    stays: Mapping[str, str]


def plan(filings: Iterable[Filing], stage: BatchStage, on: date, *, issuing: bool = False) -> Plan:
    """What happens to filings of one batch, each with party, batch and stage.

    `issuing` says that the title is kept in the same moment.
    """
    moves: list[Filing] = []
    stays: dict[str, str] = {}
    for each in filings:
        why = why_not(each, stage, on, issuing=issuing)
        if why:
            stays[each.party.code] = why
        else:
            moves.append(each)
    return Plan(tuple(moves), stays)


def stages_shown(filings: Iterable[Filing]) -> dict[int, int]:
    """At which stage (its key) a page shows each filing (its key), to notice when it moved on."""
    return {each.pk: each.stage.pk for each in filings}


def why_not(filing: Filing, stage: BatchStage, on: date, *, issuing: bool = False) -> str:
    """Why a filing cannot go to a stage on a day, empty where it can."""
    now = filing.stage
    said = {"now": now.name, "to": stage.name, "day": filing.stage_on.isoformat()}
    if filing.batch.closed_on:
        return _("批次已办结")
    if now.pk == stage.pk:
        return _("已在“%(now)s”") % said
    if now.is_end:
        return _("已是“%(now)s”，不再推进。有误的请先收回那一步") % said
    if on < filing.stage_on:
        return _("日期早于上一步“%(now)s”的%(day)s") % said
    back = stage.order < now.order and now.meaning != Meaning.RETURNED
    if back and stage.meaning != Meaning.RETURNED:
        return _("已到“%(now)s”，不能退到“%(to)s”。有误的请收回那一步") % said
    if stage.meaning == Meaning.RETURNED and not _filed(filing):
        return _("还没有提交，谈不上退回")
    if now.meaning == Meaning.RETURNED and not _answers(stage):
        return _("已退回，要先登记重新提交，不能直接到“%(to)s”") % said
    if stage.meaning == Meaning.CERTIFIED and filing.batch.title and not issuing:
        return _("发证要填证书编号和日期，请到“登记证书”办理")
    return ""


def _answers(stage: BatchStage) -> bool:
    """Whether a returned filing may go there: it is handed in anew, or comes to nothing."""
    bad_end = stage.is_end and stage.meaning != Meaning.CERTIFIED
    return stage.meaning == Meaning.SUBMITTED or bad_end


def _filed(filing: Filing) -> bool:
    """Whether a filing has been handed in, so that it can be returned."""
    before = {Meaning.SURVEYED, Meaning.INTENDED, Meaning.COACHED}
    return filing.stage.meaning not in before
