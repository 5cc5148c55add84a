"""The verbs of organisations: put one in, change, rename, move, give a status, tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties import services as parties
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry import provenance as provenances
from kechuang.office.registry.cells import CELLS, PARTY_KINDS, cell, cleaned, plain_cell
from kechuang.office.registry.models import CellSource, FormerName, Organisation, RegionStay, Tag
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.queries.organisations import changeable
from kechuang.office.registry.sources import BUREAU, load_sources
from kechuang.reference.credit_codes import is_credit_code

CHANGE: Final = "organisation.change"
KNOWN: Final = "known"
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """A new organisation: `region` is a code, `credit_code` empty where it has none yet.

    `values` are cells of `cells.CELLS` other than the kind and the code.
    """

    name: str
    kind: str
    region: str
    credit_code: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def create(actor: Actor, facts: OrganisationFacts, provenance: Provenance) -> Organisation:
    """Put an organisation in. A party that has the code already gets its dossier.

    Raises `ValidationError` by field; where the code has a dossier, with the code `known` and the
    party's code among its params.
    """
    name, code = checked_name(facts.name), normalise_code(facts.credit_code)
    region = _region(facts.region)
    with acting(actor, "organisation.create", Place(region.path, code)):
        if code:
            _check_unknown(code)
        blank = Organisation(kind=facts.kind)
        cells = cleaned({**facts.values, "kind": facts.kind, "credit_code": code or None}, blank)
        party = _party(name, code, PARTY_KINDS[Organisation.Kind(facts.kind)], region)
        organisation = Organisation(
            party=party,
            initials=initials(name),
            name_key=name_key(name),
            **cells,
            **provenances.columns(actor, provenance),
        )
        organisation.save(force_insert=True)
        before: dict[str, audit.Plain] = dict.fromkeys((*CELLS, "name", "region"))
        after = {
            "name": party.name,
            "region": region.name,
            **{each: plain_cell(organisation, each) or None for each in CELLS},
        }
        _record(actor, "organisation.create", organisation, audit.changes_between(before, after))
    return organisation


def change(
    actor: Actor, code: str, values: Mapping[str, object], provenance: Provenance
) -> audit.Changes:
    """Change cells of an organisation; each changed cell keeps where its value comes from.

    Gives what changed. What another body keeps is replaced only by a list of such a body. Raises
    `ValidationError` by field.
    """
    with acting(actor, CHANGE):
        organisation = locked(actor, code)
        columns = provenances.columns(actor, provenance)
        new = cleaned(values, organisation)
        before = {name: cell(organisation, name) for name in new}
        told = {name: plain_cell(organisation, name) for name in new}
        for name, value in new.items():
            setattr(organisation, name, value)
        changed = [name for name in new if cell(organisation, name) != before[name]]
        if not changed:
            return {}
        if "credit_code" in changed:
            _check_unknown(str(organisation.credit_code))
        _check_replaceable(organisation, changed, before, provenance)
        if "kind" in changed:
            _change_party(actor, organisation, kind=PARTY_KINDS[Organisation.Kind(new["kind"])])
        organisation.changed_at = timezone.now()
        organisation.save(update_fields=[*changed, "changed_at"])
        for name in changed:
            CellSource.objects.update_or_create(
                party=organisation.party, field=name, defaults=columns
            )
        changes = {name: (told[name], plain_cell(organisation, name)) for name in changed}
        _record(actor, CHANGE, organisation, changes)
    return changes


def give_code(actor: Actor, code: str, credit_code: str, provenance: Provenance) -> None:
    """Give the credit code to an organisation that had none; the party keeps the code it has."""
    change(actor, code, {"credit_code": credit_code}, provenance)


def rename(actor: Actor, code: str, name: str, until: date, document: str = "") -> Organisation:
    """Give an organisation its new name; the old one stays findable as a former name.

    `until` is the last day of the old name. Raises `ValidationError` by field.
    """
    new = checked_name(name)
    with acting(actor, CHANGE):
        organisation = locked(actor, code)
        old = organisation.party.name
        if new == old:
            raise ValidationError({"name": _("新名称与现在的名称相同。请核对。")})
        _check_past("until", until)
        _change_party(actor, organisation, name=new)
        FormerName.objects.filter(party=organisation.party, name=old).update(
            until=until, document=document
        )
        CellSource.objects.update_or_create(
            party=organisation.party,
            field="name",
            defaults=provenances.columns(actor, Provenance(BUREAU, until, document)),
        )
        changes = {"name": (old, new), "until": (None, until.isoformat())}
        _record(actor, "organisation.rename", organisation, changes)
    return _fresh(code)


def move(actor: Actor, code: str, region: str, on: date, reason: str) -> Organisation:
    """Register an organisation in another region from a day on; where it was stays known.

    The actor must reach both regions. Raises `ValidationError` by field.
    """
    target = _region(region)
    with acting(actor, CHANGE):
        organisation = locked(actor, code)
        require(actor, CHANGE, Place(target.path, code))
        old = organisation.party.region
        if target == old:
            raise ValidationError(
                {"region": _("已在“%(region)s”。请选择迁入的区划。") % {"region": target.name}}
            )
        _check_past("on", on)
        if not reason.strip():
            raise ValidationError({"reason": _("请写明迁移的原因。")})
        _change_party(actor, organisation, region=target.code)
        stay = RegionStay.objects.filter(party=organisation.party).latest("pk")
        stay.until, stay.reason = on, reason.strip()
        stay.save(update_fields=["until", "reason"])
        changes = {"region": (old.name, target.name), "on": (None, on.isoformat())}
        _record(actor, "organisation.move", organisation, changes, reason.strip())
    return _fresh(code)


def set_status(actor: Actor, code: str, status: str, since: date, reason: str) -> Organisation:
    """Say whether an organisation still works, since when and why. Raises `ValidationError`."""
    if status not in Organisation.Status.values:
        raise ValidationError({"status": _("没有这种状态。请从列表中选择。")})
    with acting(actor, CHANGE):
        organisation = locked(actor, code)
        if organisation.status == status:
            raise ValidationError({"status": _("已是这个状态。请选择新的状态。")})
        _check_past("since", since)
        before = _status(organisation)
        organisation.status, organisation.status_since = status, since
        organisation.changed_at = timezone.now()
        organisation.save(update_fields=["status", "status_since", "changed_at"])
        changes = audit.changes_between(before, _status(organisation))
        _record(actor, "organisation.status", organisation, changes, reason.strip())
    return organisation


def add_tag(actor: Actor, name: str) -> Tag:
    """The tag of this name in the actor's region, made where it is new."""
    word = normalise(name)
    region = Region.objects.filter(path=actor.region).first()
    if not word or len(word) > 30 or region is None:
        raise ValidationError({"new": _("标签用1至30个字。")})
    with acting(actor, CHANGE, Place(region.path)):
        tag, made = Tag.objects.get_or_create(region=region, name=word)
        if made:
            audit.record(
                actor,
                audit.Line(
                    "tag.create",
                    SourceRef("tag", str(tag.pk)),
                    word,
                    Place(region.path),
                    {"name": (None, word)},
                ),
            )
    return tag


def tag_effect(rows: QuerySet[Organisation], tag: Tag, *, on: bool) -> QuerySet[Organisation]:
    """The organisations among these that putting the tag on, or taking it off, would change."""
    return rows.exclude(tags=tag) if on else rows.filter(tags=tag)


def set_tags(actor: Actor, codes: Iterable[str], tag: Tag, on: bool, why: str = "") -> int:
    """Put a tag on organisations, or take it off. Gives how many had to be changed.

    `why` says in the trail by which conditions they were found.
    """
    with acting(actor, CHANGE, Place(tag.region.path)):
        rows = changeable(actor).filter(party__code__in=list(codes))
        changed = tag_effect(rows, tag, on=on)
        found = list(changed.select_for_update(of=("self",)).order_by("pk"))
        through = Organisation.tags.through
        if on:
            through.objects.bulk_create(
                [through(organisation_id=each.pk, tag_id=tag.pk) for each in found],
                ignore_conflicts=True,
            )
        else:
            through.objects.filter(
                tag_id=tag.pk, organisation_id__in=[each.pk for each in found]
            ).delete()
        pair = (None, tag.name) if on else (tag.name, None)
        audit.record_all(
            actor, [_line("organisation.tag", each, {"tags": pair}, why) for each in found]
        )
    return len(found)


def follow(actor: Actor, code: str, changes: Mapping[str, tuple[object, object]]) -> None:
    """Keep an organisation in step with its party: names it is found by, where it was before."""
    organisation = Organisation.objects.filter(party__code=code).select_related("party").first()
    if organisation is None:
        return
    party, today = organisation.party, timezone.localdate()
    if "kind" in changes and PARTY_KINDS[Organisation.Kind(organisation.kind)] != party.kind:
        organisation.kind = _kind_of(party)
    if "name" in changes:
        old = str(changes["name"][0])
        FormerName.objects.update_or_create(
            party=party, name=old, defaults={"name_key": name_key(old), "until": today}
        )
        organisation.initials, organisation.name_key = initials(party.name), name_key(party.name)
    if "region" in changes:
        before = RegionStay.objects.filter(party=party).order_by("-pk").first()
        RegionStay.objects.create(
            party=party,
            region=Region.objects.get(code=changes["region"][0]),
            since=before.until if before else None,
            until=today,
        )
        files = StoredFile.objects.filter(document__party=party)
        files.update(region=Region.objects.get(pk=party.region_id).path)  # type: ignore[attr-defined]
    organisation.changed_at = timezone.now()
    organisation.save(update_fields=["kind", "initials", "name_key", "changed_at"])


def locked(actor: Actor, code: str) -> Organisation:
    """The organisation of a party's code for a change; refuses where the actor does not reach it.

    Raises `Organisation.DoesNotExist`.
    """
    organisation = (
        Organisation.objects.select_for_update(of=("self",))
        .select_related("party__region", "parent")
        .get(party__code=code, merged_into=None)
    )
    require(actor, CHANGE, place_of(organisation.party))
    return organisation


def checked_name(name: str) -> str:
    """A name in its plain form. Raises `ValidationError`."""
    plain = " ".join(normalise(name).split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        words = _("名称用1至%(most)d个字，与证照上的全称一致。")
        raise ValidationError({"name": words % {"most": LONGEST_NAME}})
    return plain


def _kind_of(party: Party) -> str:
    kinds = {each: own for own, each in reversed(PARTY_KINDS.items())}
    kinds[Party.Kind.BUREAU] = kinds[Party.Kind.TOWNSHIP] = Organisation.Kind.BUREAU
    found = kinds.get(Party.Kind(party.kind))
    if found is None:
        raise ValidationError({"kind": _("有企业档案的主体不能改为个人。")})
    return found


def _party(name: str, code: str, kind: str, region: Region) -> Party:
    """The party that has the code already, or a new one."""
    party = Party.objects.select_related("region").filter(code=code).first() if code else None
    if party is None:
        try:
            return parties.put_in(PartyFacts(code, name, kind, region.code))
        except ValidationError as error:
            words = error.message_dict
            raise ValidationError(
                {("credit_code" if each == "code" else each): words[each] for each in words}
            ) from error
    said = {"code": code, "name": party.name, "region": party.region.name}
    if party.name != name:
        words = _("代码%(code)s已登记为“%(name)s”。名称不同，请核对代码；更名的请先改主体的名称。")
        raise ValidationError({"name": words % said})
    if party.region != region:
        words = _("代码%(code)s已登记在“%(region)s”。请选择该区划，或先办理迁移。")
        raise ValidationError({"region": words % said})
    return party


def _change_party(actor: Actor, organisation: Organisation, **new: str) -> None:
    party = organisation.party
    facts = {"name": party.name, "kind": party.kind, "region": party.region.code, **new}
    organisation.party, _changes = parties.apply(actor, party.code, PartyFacts(party.code, **facts))


def _check_unknown(code: str) -> None:
    """Refuse a credit code that an organisation has already, and say which."""
    if not is_credit_code(code):
        return  # told by the check of the cell
    rows = Organisation.objects.select_related("party__region")
    known = rows.filter(credit_code=code).first() or rows.filter(party__code=code).first()
    if known:
        words = _(
            "代码%(code)s已有档案：“%(name)s”（%(region)s）。请打开已有的档案，不要重复登记。"
        )
        params = {
            "code": code,
            "name": known.party.name,
            "region": known.party.region.name,
            "party": known.party.code,
        }
        raise ValidationError({"credit_code": ValidationError(words, code=KNOWN, params=params)})


def _check_replaceable(
    organisation: Organisation,
    changed: Iterable[str],
    before: Mapping[str, object],
    provenance: Provenance,
) -> None:
    """Refuse to write by hand over what another body keeps; an empty cell may be filled."""
    sources = load_sources()
    if sources[provenance.source].official:
        return
    rows = {each.field: each for each in CellSource.objects.filter(party=organisation.party)}
    wrong: dict[str, list[str]] = {}
    for name in changed:
        if before[name] in (None, ""):
            continue
        try:
            provenances.check_editable(rows.get(name, organisation))
        except ValidationError as error:
            wrong[name] = error.messages
    if wrong:
        raise ValidationError(wrong)


def _check_past(name: str, day: date) -> None:
    if day > timezone.localdate():
        words = _("日期%(day)s在今天之后。请核对。")
        raise ValidationError({name: words % {"day": day.isoformat()}})


def _region(code: str) -> Region:
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise ValidationError({"region": _("没有这个区划。请从列表中选择。")})
    return region


def _fresh(code: str) -> Organisation:
    return Organisation.objects.select_related("party__region").get(party__code=code)


def _status(organisation: Organisation) -> dict[str, Any]:
    since = organisation.status_since
    return {
        "status": organisation.status,
        "status_since": since.isoformat() if since else None,
    }


def _record(
    actor: Actor, action: str, organisation: Organisation, changes: audit.Changes, reason: str = ""
) -> None:
    audit.record(actor, _line(action, organisation, changes, reason))


def _line(
    action: str, organisation: Organisation, changes: audit.Changes, reason: str = ""
) -> audit.Line:
    party = organisation.party
    subject = SourceRef("organisation", party.code)
    return audit.Line(action, subject, party.name, place_of(party), changes, reason)
