"""Batches: open one from a programme or from last year's, set its deadlines, stages, documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.filings.models import Batch, BatchDocument, BatchStage, Programme
from kechuang.office.filings.practice import OWN, own_programme, rulebook_programmes
from kechuang.office.filings.practice import Programme as Practice
from kechuang.office.filings.telling import OPEN, place_of_batch, tell_batch
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions.models import Region
from kechuang.office.registry.records import plain, refuse
from kechuang.office.registry.services.qualifications import OWN_LEVELS
from kechuang.office.registry.standing import options

RECOGNITIONS: Final = {
    "评价入库": "admitted", "评价公告": "admitted", "备案": "filed", "批准建设": "approved",
    "命名": "named",
}  # fmt: skip
"""How the words of rules are kept with a title; every other word is a recognition."""
NO_REGION: Final = gettext_lazy("没有这个区划，或不在您的范围内。请从列表中选择。")
NO_TITLE: Final = gettext_lazy("没有这种称号。请从列表中选择。")
DAYS_IN_DISORDER: Final = gettext_lazy("后一天早于前一天。请核对两个日期。")
DEADLINES: Final = ("county_due", "city_due", "province_due")
FACTS: Final = ("name", "year", "notice_number", "notice_on", "deciding", "system", "note")


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What a notice says of a batch; what is empty is taken from the programme."""

    name: str
    year: int
    notice_number: str = ""
    notice_on: date | None = None
    deciding: str = ""
    system: str = ""
    county_due: date | None = None
    city_due: date | None = None
    province_due: date | None = None
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of a batch that it fills."""
        return {name: getattr(self, name) for name in (*FACTS, *DEADLINES)}


def add_programme(actor: Actor, region: Region, values: Mapping[str, Any]) -> Programme:
    """Add a programme that the rulebook does not have. Raises `ValidationError` by field."""
    row = Programme(region=region, **values)
    with acting(actor, OPEN, Place(region.path)):
        if row.code in rulebook_programmes() or Programme.objects.filter(code=row.code).exists():
            raise refuse("code", _("代码“%(code)s”已有项目。请换一个。"), code=row.code)
        if row.title and row.title not in options("titles", "title"):
            raise refuse("title", _("没有这种称号。请从列表中选择。"))
        row.save(force_insert=True)
        subject = SourceRef("programme", row.code)
        changes = {name: (None, str(value)) for name, value in values.items() if value}
        line = audit.Line("programme.create", subject, row.name, Place(region.path), changes)
        audit.record(actor, line)
    return row


def practice_of(code: str) -> Practice:
    """What a programme is opened with: one of the rulebook, or one that a bureau added.

    Raises `ValidationError` where there is none.
    """
    found = rulebook_programmes().get(code)
    if found is not None:
        return found
    row = Programme.objects.filter(code=code).first()
    if row is None:
        raise refuse("programme", _("没有项目“%(code)s”。请从列表中选择。"), code=code)
    return own_programme(row.code, row.name, row.title, "", row.deciding, row.system)


def open_batch(actor: Actor, region: Region, programme: str, facts: BatchFacts) -> Batch:
    """Open a batch of a programme with the stages and documents that it has by practice."""
    practice = practice_of(programme)
    title = practice.gives if practice.gives in options("titles", "title") else ""
    batch = Batch(
        region=region,
        programme=practice.code,
        programme_name=practice.name,
        title=title,
        level=_level(practice, title),
        recognition=RECOGNITIONS.get(practice.recognition, "recognised"),
        years=practice.years,
        until=practice.until,
        source=practice.source,
        **_filled(facts, practice.deciding, practice.system),
    )
    last = Batch.objects.filter(region=region, programme=programme, year=facts.year - 1)
    batch.previous = last.order_by("-pk").first()
    stages = [
        BatchStage(
            code=each.code, name=each.name, order=(number + 1) * 10, meaning=each.code,
            by=each.by, needs_reason=each.reason, is_end=each.end,
        )
        for number, each in enumerate(practice.stages)
    ]  # fmt: skip
    papers = [
        BatchDocument(
            code=each.code, name=each.name, order=(number + 1) * 10, stage=each.stage,
            optional=each.optional,
        )
        for number, each in enumerate(practice.papers)
    ]  # fmt: skip
    return _keep(actor, batch, stages, papers)


def open_again(actor: Actor, previous: Batch, facts: BatchFacts) -> Batch:
    """Open this year's batch as last year's was, with its own stages and documents."""
    same = (
        "programme", "programme_name", "title", "level", "recognition", "years", "until", "source",
    )  # fmt: skip
    batch = Batch(
        region=previous.region,
        previous=previous,
        **{name: getattr(previous, name) for name in same},
        **_filled(facts, previous.deciding, previous.system),
    )
    stages = [
        BatchStage(
            code=each.code, name=each.name, order=each.order, meaning=each.meaning, by=each.by,
            needs_reason=each.needs_reason, is_end=each.is_end,
        )
        for each in BatchStage.objects.filter(batch=previous).order_by("order", "pk")
    ]  # fmt: skip
    papers = [
        BatchDocument(
            code=each.code, name=each.name, order=each.order, stage=each.stage,
            optional=each.optional,
        )
        for each in BatchDocument.objects.filter(batch=previous).order_by("order", "pk")
    ]  # fmt: skip
    return _keep(actor, batch, stages, papers)


def change_batch(actor: Actor, batch: Batch, values: Mapping[str, Any]) -> audit.Changes:
    """Correct what a batch says of its notice; gives what changed."""
    with acting(actor, OPEN, place_of_batch(batch)):
        kept = _locked(batch)
        before = {name: plain(getattr(kept, name)) for name in FACTS}
        for name in FACTS:
            if name in values:
                setattr(kept, name, values[name])
        _check_name(kept)
        changes = audit.changes_between(before, {n: plain(getattr(kept, n)) for n in FACTS})
        if changes:
            kept.save()
            tell_batch(actor, "batch.change", kept, changes)
    return changes


def set_deadlines(
    actor: Actor, batch: Batch, county: date | None, city: date | None, province: date | None
) -> audit.Changes:
    """Set the deadlines of a batch; stages that keep one of them move with it."""
    with acting(actor, OPEN, place_of_batch(batch)):
        kept = _locked(batch)
        before = {name: plain(getattr(kept, name)) for name in DEADLINES}
        kept.county_due, kept.city_due, kept.province_due = county, city, province
        check_deadlines(kept)
        changes = audit.changes_between(before, {n: plain(getattr(kept, n)) for n in DEADLINES})
        if changes:
            kept.save(update_fields=list(DEADLINES))
            _pass_on(kept)
            tell_batch(actor, "batch.deadlines", kept, changes)
    return changes


def close_batch(actor: Actor, batch: Batch, on: date | None) -> None:
    """Say that a batch is finished, or with None that it goes on; nobody in it is late then."""
    with acting(actor, OPEN, place_of_batch(batch)):
        kept = _locked(batch)
        changes = {"closed_on": (plain(kept.closed_on), plain(on))}
        kept.closed_on = on
        kept.save(update_fields=["closed_on"])
        tell_batch(actor, "batch.close", kept, changes)


def add_stage(
    actor: Actor, batch: Batch, name: str, after: BatchStage, *, due: date | None = None,
    needs_reason: bool = False,
) -> BatchStage:  # fmt: skip
    """Put a stage of the bureau's own behind another one; figures count it as nothing."""
    with acting(actor, OPEN, place_of_batch(batch)):
        kept = _locked(batch)
        _check_free(BatchStage, kept, name, None)
        stages = list(BatchStage.objects.filter(batch=kept).order_by("order", "pk"))
        if after.is_end or after.pk not in {each.pk for each in stages}:
            raise refuse("after", _("请选择本批次中的一个阶段，终点之后不能再加。"))
        at = next(n for n, each in enumerate(stages) if each.pk == after.pk)
        numbers = [int(each.code[4:]) for each in stages if each.code.startswith("own-")]
        row = BatchStage(
            batch=kept, code=f"own-{max(numbers, default=0) + 1}", name=name, due=due, order=0,
            needs_reason=needs_reason,
        )  # fmt: skip
        stages.insert(at + 1, row)
        for number, each in enumerate(stages):
            each.order = (number + 1) * 10
        row.save(force_insert=True)
        BatchStage.objects.bulk_update([each for each in stages if each is not row], ["order"])
        tell_batch(actor, "batch.stage", kept, {"stage": (None, name)})
    return row


def change_stage(actor: Actor, stage: BatchStage, name: str, due: date | None) -> audit.Changes:
    """Give a stage of a batch another name or a last day of its own.

    A day that is not that of the batch's deadline no longer moves with it.
    """
    with acting(actor, OPEN, place_of_batch(stage.batch)):
        batch = _locked(stage.batch)
        kept = BatchStage.objects.get(pk=stage.pk)
        _check_free(BatchStage, batch, name, kept.pk)
        before = {"stage": kept.name, "due": plain(kept.due)}
        kept.name = name
        if due != kept.due:
            kept.due = due
            kept.by = kept.by if kept.by and due == getattr(batch, f"{kept.by}_due") else ""
        changes = audit.changes_between(before, {"stage": kept.name, "due": plain(kept.due)})
        if changes:
            kept.save()
            tell_batch(actor, "batch.stage", batch, {"stage": (before["stage"], name), **changes})
    return changes


def drop_stage(actor: Actor, stage: BatchStage) -> None:
    """Take a stage out of a batch that no filing has ever been at."""
    with acting(actor, OPEN, place_of_batch(stage.batch)):
        batch = _locked(stage.batch)
        kept = BatchStage.objects.get(pk=stage.pk)
        if kept.entries.exists() or kept.filings.exists():  # type: ignore[attr-defined]
            told = _("已有申报到过“%(stage)s”，不能删除。可以给它改名。")
            raise ValidationError(told % {"stage": kept.name})
        if BatchStage.objects.filter(batch=batch, is_end=False).count() <= 1 and not kept.is_end:
            raise ValidationError(_("一个批次至少要有一个阶段。"))
        kept.delete()
        tell_batch(actor, "batch.stage", batch, {"stage": (kept.name, None)})


def add_document(
    actor: Actor, batch: Batch, name: str, stage: str, *, optional: bool = False
) -> BatchDocument:
    """Ask for one more document in a batch, by a stage of it (its code)."""
    with acting(actor, OPEN, place_of_batch(batch)):
        kept = _locked(batch)
        _check_free(BatchDocument, kept, name, None)
        rows = BatchDocument.objects.filter(batch=kept)
        codes = rows.filter(code__startswith="own-").values_list("code", flat=True)
        number = max((int(each[4:]) for each in codes), default=0) + 1
        order = (rows.aggregate(last=Max("order"))["last"] or 0) + 10
        row = BatchDocument.objects.create(
            batch=kept, code=f"own-{number}", name=name, stage=stage, optional=optional, order=order
        )
        tell_batch(actor, "batch.document", kept, {"document": (None, name)})
    return row


def drop_document(actor: Actor, document: BatchDocument) -> None:
    """No longer ask for a document of which no filing says anything."""
    with acting(actor, OPEN, place_of_batch(document.batch)):
        batch = _locked(document.batch)
        kept = BatchDocument.objects.get(pk=document.pk)
        if kept.filingdocument_set.exists():  # type: ignore[attr-defined]
            told = _("“%(document)s”已有收件记录，不能删除。")
            raise ValidationError(told % {"document": kept.name})
        kept.delete()
        tell_batch(actor, "batch.document", batch, {"document": (kept.name, None)})


def check_deadlines(batch: Batch) -> None:
    """Refuse deadlines that do not go upward. Raises `ValidationError` by field."""
    given = [(name, getattr(batch, name)) for name in DEADLINES if getattr(batch, name)]
    for (_before, first), (name, second) in pairwise(given):
        if second < first:
            told = _("截止日期%(second)s早于下一级的%(first)s。各级截止应依次往后。")
            raise refuse(name, told, second=second.isoformat(), first=first.isoformat())


def _keep(
    actor: Actor, batch: Batch, stages: Iterable[BatchStage], papers: Iterable[BatchDocument]
) -> Batch:
    with acting(actor, OPEN, place_of_batch(batch)):
        check_deadlines(batch)
        _check_name(batch)
        batch.opened_by, batch.opened_name = actor.code, actor.name
        try:
            batch.save(force_insert=True)
        except IntegrityError as error:
            raise refuse("name", _("刚才有人开了同名的批次。请打开列表核对。")) from error
        for each in (*(rows := list(stages)), *(asked := list(papers))):
            each.batch = batch
        for stage in rows:
            stage.due = getattr(batch, f"{stage.by}_due") if stage.by else None
        BatchStage.objects.bulk_create(rows)
        BatchDocument.objects.bulk_create(asked)
        shown = ("programme_name", *FACTS, *DEADLINES)
        values = {name: plain(getattr(batch, name)) for name in shown}
        tell_batch(
            actor,
            "batch.open",
            batch,
            {n: (None, v) for n, v in values.items() if v not in (None, "")},
        )
    return batch


def _filled(facts: BatchFacts, deciding: str, system: str) -> dict[str, Any]:
    values = facts.columns()
    return {
        **values,
        "deciding": values["deciding"] or deciding,
        "system": values["system"] or system,
    }


def _level(practice: Practice, title: str) -> str:
    """The level of the title that a programme gives; empty where the officer must say it."""
    if not title:
        return ""
    if practice.kind == OWN:
        row = Programme.objects.filter(code=practice.code).first()
        return OWN_LEVELS.get(title, row.level if row else "")
    return OWN_LEVELS.get(title, "national" if "国家" in practice.deciding else "provincial")


def _check_name(batch: Batch) -> None:
    same = Batch.objects.filter(region=batch.region, name=batch.name).exclude(pk=batch.pk)
    if not batch.name:
        raise refuse("name", _("请给批次起个名字，例如“2026年高新技术企业第一批”。"))
    if same.exists():
        raise refuse("name", _("已有批次“%(name)s”。请换一个名字。"), name=batch.name)


def _check_free(
    model: type[BatchStage] | type[BatchDocument], batch: Batch, name: str, own: int | None
) -> None:
    if not name:
        raise refuse("name", _("请填名称。"))
    if model.objects.filter(batch=batch, name=name).exclude(pk=own).exists():
        raise refuse("name", _("本批次已有“%(name)s”。"), name=name)


def _pass_on(batch: Batch) -> None:
    """Let the stages that keep a deadline of the batch keep its new day."""
    for each in BatchStage.objects.filter(batch=batch).exclude(by=""):
        each.due = getattr(batch, f"{each.by}_due")
        each.save(update_fields=["due"])


def _locked(batch: Batch) -> Batch:
    rows = Batch.objects.select_related("region").select_for_update(of=("self",))
    return rows.get(pk=batch.pk)
