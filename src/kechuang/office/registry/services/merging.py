"""Making one record of two: everything of the one moves to the other, and both histories stay.

There is no way back by a button. What gave way is kept whole in `Merge`, so that a wrong merge can
be taken apart by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef, merge_rules
from kechuang.office.parties.models import Party
from kechuang.office.registry.imports.bulk import one_at_a_time
from kechuang.office.registry.merging import (
    PERSON_KINDS,
    RELATIONS,
    Clash,
    Relation,
    columns_of,
    is_blank,
)
from kechuang.office.registry.models import (
    CellSource,
    FormerName,
    Merge,
    Organisation,
    Person,
    Proposal,
    RegionStay,
    Unlike,
)
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.names import name_key
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries.merging import (
    FieldPair,
    Mergeable,
    Plan,
    clashing,
    key_of,
    own_value,
    plan,
)
from kechuang.office.registry.services.doubts import find_doubts

LEAST_REASON: Final = 4
GOES: Final = "goes"
SUBJECTS: Final = {"Organisation": "organisation", "Person": "person"}
_COPIED: Final = (
    "source", "rank", "document", "as_of", "confirmed_by", "confirmed_name",
)  # fmt: skip
_PROVENANCE: Final = frozenset({*_COPIED, "changed_at", "batch_id"})


class Stale(Exception):  # noqa: N818 - an answer to an act that came too late
    """The records changed after the preview; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the officer decided: why, and where the record that goes has it right.

    `choices` holds `goes` by the code of a field or the key of a row; everything else stays as the
    surviving record has it. `seen` is the digest of the plan that was previewed, `sure` that the
    doubts were read.
    """

    reason: str
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    seen: str = ""
    sure: bool = False


@dataclass(slots=True)
class _Work:
    """What happens during one merge, for the record of it."""

    goes: Mergeable
    stays: Mergeable
    moved: dict[str, int] = field(default_factory=dict[str, int])
    kept: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    filled: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def count(self, key: str, many: int) -> None:
        """Note that so many rows of a column moved."""
        if many:
            self.moved[key] = self.moved.get(key, 0) + many

    def keep(self, key: str, row: Model) -> None:
        """Keep a row that gives way, whole."""
        values = {each.attname: getattr(row, each.attname) for each in columns_of(type(row))}
        self.kept.append({"relation": key, "row": row.pk, "values": _plain(values)})

    def fill(self, key: str, row: object, column: str, before: object, after: object) -> None:
        """Note that a cell of a surviving row was written."""
        change = {"relation": key, "row": row, "column": column, "from": before, "to": after}
        self.filled.append(_plain(change))


def merge(actor: Actor, goes: Mergeable, stays: Mergeable, decision: Decision) -> Merge:
    """Make one record of two. The actor must reach both.

    Raises `ValidationError` where the two cannot be merged or the reason is missing, `Stale` where
    something changed after the preview.
    """
    verb = "organisation.merge" if isinstance(stays, Organisation) else "person.change"
    with acting(actor, verb, place_of(stays.party)):
        require(actor, verb, place_of(goes.party))
        one_at_a_time()
        _check_reason(decision.reason)
        goes, stays = _locked(goes, stays)
        found = plan(goes, stays)
        if decision.seen and decision.seen != found.digest:
            raise Stale(_("预览之后，两份档案又有改动，还没有合并。请核对下面的新预览，再合并。"))
        if found.doubts and not decision.sure:
            raise ValidationError({"sure": _("请先读完上面的提醒，并确认确为同一家。")})
        work = _Work(goes, stays)
        _take_names(work)
        _take_fields(actor, work, found, decision)
        for relation in RELATIONS:
            _move(work, relation, decision.choices)
        _move_unlikes(work)
        _move_proposals(work)
        if isinstance(goes, Organisation) and isinstance(stays, Organisation):
            _move_tags(work, goes, stays)
        goes.merged_into, goes.changed_at = stays.party, timezone.now()
        goes.save(update_fields=["merged_into", "changed_at"])
        for rule in merge_rules:
            rule.move(actor, goes.party.code, stays.party.code)
        row = Merge.objects.create(
            goes=goes.party, stays=stays.party, reason=decision.reason, moved=work.moved,
            kept=work.kept, filled=work.filled, decided_by=actor.code, decided_name=actor.name,
        )  # fmt: skip
        audit.record_all(actor, _lines(work, decision.reason))
        find_doubts([stays.pk])
    return row


def _check_reason(reason: str) -> None:
    if len("".join(reason.split())) < LEAST_REASON:
        told = _("请写明为什么认定是同一家（至少%(least)s个字）：理由会留在两份档案的变更记录里。")
        raise ValidationError({"reason": told % {"least": LEAST_REASON}})


def _locked(goes: Mergeable, stays: Mergeable) -> tuple[Any, Any]:
    """Both records as they are now, locked in the order of their keys."""
    model = type(stays)
    if type(goes) is not model or goes.pk == stays.pk:
        raise ValidationError(_("请选择两份不同的档案：企业与企业合并，人员与人员合并。"))
    keys = sorted((goes.pk, stays.pk))
    # Whoever writes facts of a party holds its row; so nothing is written here meanwhile.
    list(Party.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    rows = {
        row.pk: row
        for row in model.objects.select_for_update(of=("self",))
        .select_related("party__region")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    for row in rows.values():
        if row.merged_into_id is not None:  # type: ignore[attr-defined]
            told = _("“%(name)s”已并入另一份档案，不能再合并。请打开保留的那一份。")
            raise ValidationError(told % {"name": row.party.name})
    return rows[goes.pk], rows[stays.pk]


# --- the records themselves


def _take_names(work: _Work) -> None:
    """The name and the region of the record that goes become history of the one that stays."""
    goes, stays = work.goes.party, work.stays.party
    if goes.name != stays.name:
        _row, made = FormerName.objects.get_or_create(
            party=stays, name=goes.name, defaults={"name_key": name_key(goes.name)}
        )
        if made:
            work.fill("registry.FormerName.party", None, "name", None, goes.name)
    if goes.region != stays.region:
        told = _("与“%(name)s”合并前的区划") % {"name": stays.name}
        RegionStay.objects.create(
            party=stays, region=goes.region, until=timezone.localdate(), reason=told[:200]
        )
        work.fill("registry.RegionStay.party", None, "region", None, goes.region.code)


def _take_fields(actor: Actor, work: _Work, found: Plan, decision: Decision) -> None:
    """Take over what the surviving record does not know, and what the officer chose."""
    goes, stays = work.goes, work.stays
    taken = [each.code for each in found.fields if _is_taken(each, decision.choices)]
    model = type(stays)
    if "credit_code" in taken:
        # The code stands once: the record that goes gives it up first, and what it was is kept.
        work.fill(_key(model), goes.pk, "credit_code", goes.credit_code, None)  # type: ignore[union-attr]
        model.objects.filter(pk=goes.pk).update(credit_code=None)
    for code in taken:
        work.fill(_key(model), stays.pk, code, own_value(stays, code), own_value(goes, code))
        setattr(stays, code, getattr(goes, code))
        if code == "status":
            stays.status_since = goes.status_since  # type: ignore[union-attr]
    if isinstance(stays, Organisation) and taken:
        _take_sources(work, taken)
    if isinstance(stays, Person):
        for code in PERSON_KINDS:
            if getattr(goes, code) and not getattr(stays, code):
                work.fill(_key(model), stays.pk, code, False, True)
                setattr(stays, code, True)
                taken.append(code)
    if isinstance(stays, Organisation) and stays.parent == goes.party:
        work.fill(_key(model), stays.pk, "parent", goes.party.code, None)
        stays.parent = None
    stays.changed_at = timezone.now()
    stays.save()
    if isinstance(goes, Organisation) and "credit_code" in taken:
        goes.credit_code = None


def _is_taken(pair: FieldPair, choices: Mapping[str, str]) -> bool:
    if pair.state == "only_goes":
        return True
    return pair.state == "differ" and choices.get(pair.code) == GOES


def _take_sources(work: _Work, taken: list[str]) -> None:
    """What was taken over says where it comes from: as the record that goes said it."""
    cells = {each.field: each for each in CellSource.objects.filter(party=work.goes.party)}
    for code in taken:
        said: Sourced = cells.get(code) or work.goes
        copied = {name: getattr(said, name) for name in _COPIED}
        CellSource.objects.update_or_create(
            party=work.stays.party,
            field=code,
            defaults={**copied, "changed_at": timezone.now(), "batch": None},
        )


def _key(model: type[Model]) -> str:
    return f"registry.{model.__name__}"


# --- rows of other tables


def _move(work: _Work, relation: Relation, choices: Mapping[str, str]) -> None:
    """Move the rows of one column; of two that stand for the same thing one gives way."""
    goes, stays = work.goes.pk, work.stays.pk
    if relation.clash is not Clash.NONE:
        for first, second in clashing(relation, goes, stays):
            wins = relation.clash is Clash.CHOOSE and choices.get(key_of(relation, first)) == GOES
            _settle(work, relation, *((first, second) if wins else (second, first)))
    rows = relation.table._default_manager.filter(**{relation.column: goes})
    values: dict[str, Any] = {relation.column: stays}
    if issubclass(relation.table, Sourced):
        values["changed_at"] = timezone.now()
    work.count(relation.key, rows.update(**values))


def _settle(work: _Work, relation: Relation, counts: Any, yields: Any) -> None:
    """Let one row count: the other is kept in the record of the merge and goes."""
    work.keep(relation.key, yields)
    yields_pk = yields.pk
    if relation.fills:
        _fill(work, relation, counts, yields)
    relation.table._default_manager.filter(pk=yields_pk).delete()
    if isinstance(counts, Sourced):
        counts.changed_at = timezone.now()
    counts.save()


def _fill(work: _Work, relation: Relation, counts: Any, yields: Any) -> None:
    """Let the row that counts take from the other what it does not know itself."""
    for column in columns_of(relation.table):
        name = column.attname
        if name in _PROVENANCE or not is_blank(getattr(counts, name)):
            continue
        after = getattr(yields, name)
        if not is_blank(after):
            work.fill(relation.key, counts.pk, name, getattr(counts, name), after)
            setattr(counts, name, after)


def _move_unlikes(work: _Work) -> None:
    """That somebody else is not this one stays true of the surviving record."""
    goes, stays = work.goes.party, work.stays.party
    for row in Unlike.objects.filter(party=goes) | Unlike.objects.filter(other=goes):
        other = row.other if row.party == goes else row.party
        first, second = sorted((stays, other), key=lambda each: each.pk)
        there = Unlike.objects.filter(party=first, other=second).exists()
        if other == stays or there:
            work.keep("registry.Unlike.party", row)
            row.delete()
            continue
        row.party, row.other = first, second
        row.save(update_fields=["party", "other"])
        work.count("registry.Unlike.party", 1)


def _move_proposals(work: _Work) -> None:
    """Proposals go on; where both have an open one for a cell, the one that goes is closed."""
    stays = work.stays.party
    waiting = {
        (row.table, row.field, row.year)
        for row in Proposal.objects.filter(party=stays, state=Proposal.State.PROPOSED)
    }
    for row in Proposal.objects.filter(party=work.goes.party).order_by("pk"):
        open_here = row.state == Proposal.State.PROPOSED
        if open_here and (row.table, row.field, row.year) in waiting:
            row.state, row.decided_at = Proposal.State.WITHDRAWN, timezone.now()
            row.answer = _("两份档案合并，这一格已有另一份待受理的申请。")
        row.party = stays
        row.save(update_fields=["party", "state", "answer", "decided_at"])
        work.count("registry.Proposal.party", 1)


def _move_tags(work: _Work, goes: Organisation, stays: Organisation) -> None:
    tags = list(goes.tags.all())
    stays.tags.add(*tags)
    goes.tags.clear()
    work.count("registry.Organisation_tags.organisation", len(tags))


# --- the trail


def _lines(work: _Work, reason: str) -> list[audit.Line]:
    """A line for each record; changes of secrets are masked, values as people read them."""
    goes, stays = work.goes.party, work.stays.party
    kind = SUBJECTS[type(work.stays).__name__]
    action = f"{kind}.merge"
    own = _key(type(work.stays))
    changes: dict[str, tuple[Plain, Plain]] = {"merged_from": (None, f"{goes.name} {goes.code}")}
    for each in work.filled:
        if each["relation"] == own and each["row"] == work.stays.pk:
            changes[each["column"]] = (each["from"], each["to"])
    changes["moved_rows"] = (None, sum(work.moved.values()))
    if work.kept:
        changes["kept_rows"] = (None, len(work.kept))
    into: audit.Changes = {"merged_into": (None, f"{stays.name} {stays.code}")}
    return [
        audit.Line(action, SourceRef(kind, party.code), party.name, place_of(party), told, reason)
        for party, told in ((stays, changes), (goes, into))
    ]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them; no secret is among them."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def merge_parties(actor: Actor, goes: Party, stays: Party, decision: Decision) -> Merge:
    """The same for whoever has the parties: two organisations, or two people."""
    for model in (Organisation, Person):
        rows = model.objects.select_related("party__region")
        found = {row.pk: row for row in rows.filter(pk__in=(goes.pk, stays.pk))}
        if len(found) == 2:
            return merge(actor, found[goes.pk], found[stays.pk], decision)
    raise ValidationError(_("请选择两份不同的档案：企业与企业合并，人员与人员合并。"))
