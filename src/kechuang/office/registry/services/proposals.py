"""The verbs of proposals: an enterprise proposes and withdraws, an officer accepts or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.queries import nearest
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.showing import in_brackets
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import CheckedUpload, Incoming
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Organisation, Proposal
from kechuang.office.registry.proposing import Cell, proposable, told
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.queries.proposals import Current, cell_of, current
from kechuang.office.registry.services import facts, organisations
from kechuang.office.registry.services.receiving import received
from kechuang.office.registry.sourced import source_name
from kechuang.office.registry.sources import FIRM

MAKE: Final = "proposal.make"
DECIDE: Final = "proposal.decide"
FIRST_YEAR: Final = facts.FIRST_YEAR
LONGEST: Final = 300
Verdict = Literal["accept", "correct", "refuse"]
VERDICTS: Final = ("accept", "correct", "refuse")
State = Proposal.State


class Late(Exception):  # noqa: N818 - an answer to an act that came too late
    """Somebody decided already, or the value changed meanwhile; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an enterprise asks: the cell, the year (0 where it has none), the new value, and why."""

    cell: str
    year: int
    value: str
    reason: str


def propose(actor: Actor, code: str, wish: Wish, evidence: Incoming | None = None) -> Proposal:
    """Propose a value for a cell of an organisation's dossier.

    Raises `ValidationError` by field: a value that cannot be read, the value that stands there
    already, one that another body keeps, an open proposal for the same cell, a file that must not
    come in.
    """
    organisation = _organisation(code)
    place = place_of(organisation.party)
    require(actor, MAKE, place)
    cell = _check(wish)
    upload = _received(actor, place, evidence)
    with acting(actor, MAKE, place):
        # One at a time for a party, so that a cell never has two open proposals.
        Party.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        organisation = _organisation(code)
        now = current(organisation, cell, wish.year)
        after = _written(cell, wish, organisation)
        _check_against(now, after, organisation, cell, wish)
        proposal = Proposal.objects.create(
            party=organisation.party,
            table=cell.table,
            field=cell.field.code,
            year=wish.year,
            before=now.text,
            after=after,
            reason=wish.reason.strip(),
            evidence=_kept(actor, place, upload),
            proposed_by=actor.code,
            proposed_name=actor.name,
        )
        changes = {**_change(cell, now.text, after), "reason": (None, proposal.reason)}
        _record(actor, "proposal.make", proposal, cell, changes)
        words = _("%(firm)s提出更正“%(cell)s”，请受理。")
        told = words % {"firm": proposal.party.name, "cell": _cell_name(cell, wish.year)}
        for user in nearest(DECIDE, place.region):
            notify(user, told, _address(proposal))
    return proposal


def withdraw(actor: Actor, proposal: Proposal) -> Proposal:
    """Take a proposal back that nobody has decided on. Raises `Late`."""
    with acting(actor, MAKE, place_of(proposal.party)):
        found = _locked(proposal)
        found.state, found.decided_at = State.WITHDRAWN, timezone.now()
        found.decided_by, found.decided_name = actor.code, actor.name
        _save(actor, "proposal.withdraw", found, {})
    return found


def decide(
    actor: Actor, proposal: Proposal, verdict: Verdict, answer: str = "", seen: str | None = None
) -> Proposal:
    """Accept a proposal, so that it becomes data stated by the firm, or refuse it with an answer.

    `correct` accepts and lets the value count before every source. `seen` is the value that the
    officer saw as counting, as pages show it; None where nobody looked.

    Raises:
        Late: decided already, or another value counts by now.
        ValidationError: a refusal without an answer, or a value that another body keeps.
    """
    with acting(actor, DECIDE, place_of(proposal.party)):
        found = _locked(proposal)
        answer = answer.strip()[:LONGEST]
        if verdict == "refuse":
            if not answer:
                raise ValidationError({"answer": _("请写明为什么不采纳，企业会看到。")})
            found.state = State.REFUSED
        else:
            _take_over(actor, found, seen, as_correction=verdict == "correct")
            found.state = State.ACCEPTED
        found.answer = answer
        found.decided_by, found.decided_name = actor.code, actor.name
        found.decided_at = timezone.now()
        action = "proposal.refuse" if verdict == "refuse" else "proposal.accept"
        _save(actor, action, found, {"verdict": (None, verdict)})
        words = _("您提出的更正“%(cell)s”%(state)s。")
        cell = cell_of(found)
        name = _cell_name(cell, found.year) if cell else found.field
        told = words % {"cell": name, "state": State(found.state).label}
        notify(found.proposed_by, told, _address(found))
    return found


# --- what may be proposed


def _organisation(code: str) -> Organisation:
    rows = Organisation.objects.select_related("party__region", "parent")
    return rows.get(party__code=code, merged_into=None)


def _check(wish: Wish) -> Cell:
    cell = proposable().get(wish.cell)
    if cell is None:
        raise ValidationError({"cell": _("没有这一项，或这一项不能提出更正。请从列表中选择。")})
    last = timezone.localdate().year
    if cell.has_years != bool(wish.year) or (wish.year and not FIRST_YEAR <= wish.year <= last):
        words = _("年度应在%(first)d至%(last)d之间。")
        raise ValidationError({"year": words % {"first": FIRST_YEAR, "last": last}})
    if not wish.reason.strip():
        raise ValidationError({"reason": _("请写明为什么要改、依据是什么。")})
    if len(wish.reason.strip()) > LONGEST:
        words = _("理由最多%(most)d个字。其余的写在佐证文件里。")
        raise ValidationError({"reason": words % {"most": LONGEST}})
    return cell


def _written(cell: Cell, wish: Wish, organisation: Organisation) -> str:
    """The value in the one way in which it is told."""
    try:
        return told(cell.field, cell.read(wish.value, organisation))
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error


def _check_against(
    now: Current, after: str, organisation: Organisation, cell: Cell, wish: Wish
) -> None:
    if now.is_official:
        raise ValidationError({"cell": why_official(now)})
    if after == now.text:
        raise ValidationError({"value": _("与现在的值相同，不需要更正。")})
    waiting = Proposal.objects.filter(
        party=organisation.party, table=cell.table, field=cell.field.code, year=wish.year
    )
    if waiting.filter(state=State.PROPOSED).exists():
        words = _("这一项已有一份待受理的申请。请等答复，或先撤回那一份再提。")
        raise ValidationError({"cell": words})


def why_official(now: Current) -> str:
    """Why a value cannot be corrected here, and who corrects it where it comes from."""
    source = now.source
    words = _(
        "这个值来自“%(source)s”%(document)s，截至%(day)s，由原部门管理，本系统不能改。"
        "有误请向%(ask)s申请更正；新的名单或证书导入后，这里随之更新。"
    )
    return words % {
        "source": source_name(source.code) if source else "",
        "document": in_brackets(now.row.document) if now.row and now.row.document else "",
        "day": now.row.as_of if now.row else "",
        "ask": source.asked if source else "",
    }


def _received(actor: Actor, place: Place, evidence: Incoming | None) -> CheckedUpload | None:
    if evidence is None:
        return None
    return received(actor, place, "evidence", evidence)


def _kept(actor: Actor, place: Place, upload: CheckedUpload | None) -> StoredFile | None:
    if upload is None:
        return None
    belongs = Place(place.region, place.party, actor.code)
    return store(actor, upload.name, upload.stream(), upload.media_type, belongs)


# --- what becomes of it


def _take_over(actor: Actor, found: Proposal, seen: str | None, *, as_correction: bool) -> None:
    """Write the proposed value as one that the firm states."""
    cell = cell_of(found)
    if cell is None:
        raise Late(_("字段字典里已没有这一项，不能采纳。请答复企业。"))
    party, organisation = found.party, _organisation(found.party.code)
    now = current(organisation, cell, found.year)
    if seen is not None and seen != cell.shown(now.text):
        _refuse_unseen(cell, now)
    if now.is_official:
        raise ValidationError({"verdict": why_official(now)})
    value = cell.read(found.after, organisation)
    day = timezone.localdate(found.proposed_at)
    provenance = Provenance(FIRM, day, _("更正申请第%(number)d号") % {"number": found.pk})
    code = cell.field.code
    if cell.table == "organisation":
        organisations.change(actor, party.code, {code: value}, provenance)
    elif cell.table == "yearly":
        facts.record_yearly(actor, party, found.year, {code: value}, provenance)
    else:
        facts.record_standing(actor, party, {code: value}, provenance)
    if as_correction and cell.table != "organisation":
        facts.correct_cell(actor, party, found.year, code, value, found.reason[:200])


def _refuse_unseen(cell: Cell, now: Current) -> NoReturn:
    """Say that another value counts by now than the one that somebody looked at."""
    value = cell.shown(now.text)
    words = _("这一项现在的值已变为“%(value)s”，还没有采纳。请对照新值再决定。")
    raise Late(words % {"value": value or _("未填")})


def _locked(proposal: Proposal) -> Proposal:
    Party.objects.select_for_update(of=("self",)).get(pk=proposal.party.pk)
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("party__region")
        .get(pk=proposal.pk)
    )
    if found.state != State.PROPOSED:
        words = _("这份申请已由%(name)s处理，现为“%(state)s”。请看结果。")
        said = {"name": found.decided_name or _("系统"), "state": State(found.state).label}
        raise Late(words % said)
    return found


def _save(actor: Actor, action: str, found: Proposal, changes: audit.Changes) -> None:
    found.save(update_fields=["state", "answer", "decided_by", "decided_name", "decided_at"])
    moved: audit.Changes = {"state": (State.PROPOSED.value, str(found.state)), **changes}
    _record(actor, action, found, cell_of(found), moved, found.answer)


def _change(cell: Cell, before: str, after: str) -> dict[str, tuple[audit.Plain, audit.Plain]]:
    return {"value": (cell.shown(before), cell.shown(after))}


def _record(
    actor: Actor,
    action: str,
    proposal: Proposal,
    cell: Cell | None,
    changes: audit.Changes,
    reason: str = "",
) -> None:
    name = _cell_name(cell, proposal.year) if cell else proposal.field
    subject = SourceRef("proposal", str(proposal.pk))
    place = place_of(proposal.party)
    line = audit.Line(action, subject, f"{proposal.party.name} {name}", place, changes, reason)
    audit.record(actor, line)


def _cell_name(cell: Cell, year: int) -> str:
    return _("%(year)d年%(name)s") % {"year": year, "name": cell.name} if year else cell.name


def _address(proposal: Proposal) -> str:
    return reverse("registry:proposal", args=[proposal.pk])
