"""Writing typical cases: text, figures, proof; saying that one may be used; where it was used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.claiming.claims import claims
from kechuang.office.desk.models import Case, CaseFigure, CaseProof, CaseUse
from kechuang.office.desk.queries.cases import CHECK, MANAGE, VIEW, Whole, whole
from kechuang.office.ground import audit, files
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.official import Official, Run
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.showing import figures as told_figures
from kechuang.office.ground.slots import MergeRule, SourceRef
from kechuang.office.ground.uploads import MIB, SCAN_KINDS, Incoming, received
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Document

KINDS: Final = (*SCAN_KINDS, "docx")
MOST_BYTES: Final = 20 * MIB
FIELDS: Final = (
    "region", "party", "title", "theme", "year", "background", "practice", "effect",
)  # fmt: skip
WIDTHS: Final = (12, 50, 34, 60)


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What a proof is: its title, who issued it or its number, its day, the claim it proves."""

    title: str
    source: str
    dated_on: date
    claim: str = ""


def create(actor: Actor, values: Mapping[str, Any]) -> Case:
    """Begin a case, as a draft."""
    case = Case(owner=actor.code, owner_name=actor.name, **values)
    _check(case)
    with acting(actor, MANAGE, place_of(case)):
        case.save(force_insert=True)
        _tell(actor, case, "create", audit.changes_between({}, _plain(case)))
    return case


def change(actor: Actor, case: Case, values: Mapping[str, Any]) -> audit.Changes:
    """Write over what a case says; a usable one becomes a draft again, to be checked anew."""
    with _held(actor, case) as kept:
        before = _plain(kept)
        for name in FIELDS:
            if name in values:
                setattr(kept, name, values[name])
        _check(kept)
        require(actor, MANAGE, place_of(kept))
        changes = audit.changes_between(before, _plain(kept))
        if changes:
            kept.save()
            _tell(actor, kept, "change", changes)
            _unchecked(actor, kept)
    return changes


def add_figure(
    actor: Actor, case: Case, name: str, value: Decimal, unit: str, source: str, as_of: date
) -> CaseFigure:
    """Add a figure with its source and day. Raises `ValidationError` by field."""
    if as_of > timezone.localdate():
        raise ValidationError({"as_of": _("截至日期在今天之后。请核对。")})
    with _held(actor, case) as kept:
        row = CaseFigure.objects.create(
            case=kept, name=name, value=value, unit=unit, source=source, as_of=as_of
        )
        told = f"{name} {told_figures(value)}{unit}"
        _tell(actor, kept, "add_figure", {"figure": (None, told), "source": (None, source)})
        _unchecked(actor, kept)
    return row


def remove_figure(actor: Actor, row: CaseFigure) -> None:
    """Take a figure out."""
    with _held(actor, row.case) as kept:
        told = f"{row.name} {told_figures(row.value)}{row.unit}"
        if CaseFigure.objects.filter(pk=row.pk).delete()[0]:
            _tell(actor, kept, "remove_figure", {"figure": (told, None)})
            _unchecked(actor, kept)


def add_proof(
    actor: Actor,
    case: Case,
    facts: ProofFacts,
    document: Document | None = None,
    file: tuple[str, BinaryIO] | None = None,
) -> CaseProof:
    """Add proof: a document of the dossier of the case's organisation, or a file; one of both.

    Raises `ValidationError` by field.
    """
    if (document is None) == (file is None):
        raise ValidationError({"file": _("请选档案里的文件，或上传一个文件，二者取一。")})
    if document is not None and document.party != case.party:
        raise ValidationError({"document": _("这份文件不是这家单位的。请从列表中选择。")})
    if facts.claim and facts.claim not in {claim.key for claim in claims(case.text)}:
        raise ValidationError({"claim": _("案例里没有这个说法。请从列表中选择。")})
    place = place_of(case)
    require(actor, MANAGE, place)
    upload = None
    if file is not None:
        upload = received(actor, place, "file", Incoming(*file), KINDS, MOST_BYTES)
    with _held(actor, case) as kept:
        stored = None
        if upload is not None:
            stored = files.store(actor, upload.name, upload.stream(), upload.media_type, place)
        row = CaseProof.objects.create(
            case=kept,
            title=facts.title,
            source=facts.source,
            dated_on=facts.dated_on,
            claim=facts.claim,
            document=document,
            file=stored,
        )
        changes: audit.Changes = {
            "proof": (None, row.title),
            "source": (None, row.source),
            "claim": (None, row.claim.partition("|")[0] or None),
        }
        _tell(actor, kept, "add_proof", changes)
    return row


def remove_proof(actor: Actor, row: CaseProof) -> None:
    """Take proof out; a usable case becomes a draft again."""
    with _held(actor, row.case) as kept:
        if CaseProof.objects.filter(pk=row.pk).delete()[0]:
            _tell(actor, kept, "remove_proof", {"proof": (row.title, None)})
            _unchecked(actor, kept)


def mark_usable(actor: Actor, case: Case) -> Case:
    """Say that a case may be used.

    Raises `ValidationError` where a figure or proof is lacking, or a claim such as 首家 or 唯一
    has no source.
    """
    with _held(actor, case, CHECK) as kept:
        lacking = whole(kept).lacking
        if lacking:
            raise ValidationError(lacking)
        _set_state(actor, kept, Case.State.USABLE)
    return kept


def retire(actor: Actor, case: Case, reason: str) -> Case:
    """Say that a case is not to be used any more; it stays with the reason."""
    with _held(actor, case, CHECK) as kept:
        _set_state(actor, kept, Case.State.RETIRED, reason)
    return kept


def note_use(actor: Actor, case: Case, where: str, on: date) -> CaseUse:
    """Note where a case was used. Raises `ValidationError` where it may not be used."""
    with _held(actor, case) as kept:
        if kept.state != Case.State.USABLE:
            raise ValidationError(_("只有“可用”的案例才能使用。请先核定。"))
        if on > timezone.localdate():
            raise ValidationError({"on": _("日期在今天之后。用过以后再登记。")})
        row = CaseUse.objects.create(
            case=kept, where=where, used_on=on, by_name=actor.name, by_code=actor.code
        )
        _tell(actor, kept, "use", {"where": (None, where), "on": (None, on.isoformat())})
    return row


def as_word(actor: Actor, found: Whole) -> bytes:
    """A case as Word with the sources of its figures and its proof; told in the trail."""
    case = found.case
    with acting(actor, VIEW), transaction.atomic():
        _tell(actor, case, "export", {"state": (None, case.state)})
    official = Official(case.title, f"{actor.name}（{actor.code}）", timezone.localtime())
    official.title(case.title)
    parts = (("背景", case.background), ("做法", case.practice), ("成效", case.effect))
    numbers = "一二三"
    written = [(name, text) for name, text in parts if text.strip()]
    for number, (name, text) in zip(numbers, written, strict=False):
        official.heading(f"{number}、{name}")
        for line in text.splitlines():
            if line.strip():
                official.paragraph([Run(line.strip())])
    if found.figures:
        rows = [
            (
                str(number),
                row.name,
                f"{told_figures(row.value)}{row.unit}",
                f"{row.source}，截至{row.as_of.isoformat()}",
            )
            for number, row in enumerate(found.figures, start=1)
        ]
        official.table("数据来源", ("序号", "指标", "数值", "来源与日期"), rows, WIDTHS)
    if found.proofs:
        rows = [
            (str(number), row.title, row.claim.partition("|")[0], f"{row.source}，{row.dated_on}")
            for number, row in enumerate(found.proofs, start=1)
        ]
        official.table("佐证", ("序号", "名称", "证明的说法", "出具单位与日期"), rows, WIDTHS)
    return official.content()


def place_of(case: Case) -> Place:
    """Where a case belongs; region and organisation must have been fetched with it."""
    return Place(case.region.path, case.party.code if case.party else "", case.owner)


def _set_state(actor: Actor, case: Case, state: str, reason: str = "") -> None:
    before = case.state
    case.state = state
    case.checked_by, case.checked_name = actor.code, actor.name
    case.checked_at = timezone.now()
    case.save(update_fields=["state", "checked_by", "checked_name", "checked_at", "changed_at"])
    _tell(actor, case, "state", {"state": (before, state)}, reason)


def _unchecked(actor: Actor, case: Case) -> None:
    """What was checked is not what it says now."""
    if case.state == Case.State.USABLE:
        case.state = Case.State.DRAFT
        case.save(update_fields=["state", "changed_at"])
        _tell(actor, case, "state", {"state": (Case.State.USABLE, Case.State.DRAFT)})


def _check(case: Case) -> None:
    this_year = timezone.localdate().year
    if not 1990 <= case.year <= this_year:
        raise ValidationError({"year": _("年度应在1990年到今年之间。")})


@contextmanager
def _held(actor: Actor, case: Case, verb: str = MANAGE) -> Generator[Case]:
    with acting(actor, verb, place_of(case)):
        rows = Case.objects.select_related("region", "party").select_for_update(of=("self",))
        yield rows.get(pk=case.pk)


def _plain(case: Case) -> dict[str, audit.Plain]:
    shown: Mapping[str, Callable[[Any], Any]] = {
        "region": lambda value: value.name,
        "party": lambda value: value.name if value else None,
    }
    return {
        name: shown[name](getattr(case, name)) if name in shown else getattr(case, name)
        for name in FIELDS
    }


def _tell(actor: Actor, case: Case, action: str, changes: audit.Changes, reason: str = "") -> None:
    subject = SourceRef("case", str(case.pk))
    line = audit.Line(f"case.{action}", subject, case.title, place_of(case), changes, reason)
    audit.record(actor, line)


def _merge(actor: Actor, goes: str, stays: str) -> None:
    survivor = Party.objects.get(code=stays)
    Case.objects.filter(party__code=goes).update(party=survivor)


RULE: Final = MergeRule("desk.cases", 61, ("desk.Case.party",), _merge)
"""Cases of a record that goes are cases of the one that stays."""
