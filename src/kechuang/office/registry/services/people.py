"""People: put somebody in once, correct it, join and leave organisations, leave the library."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import enumerated
from kechuang.office.parties import services as parties
from kechuang.office.parties.codes import looks_like_identity
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Affiliation, Person, PersonField
from kechuang.office.registry.names import initials
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.records import Register, check_option, refuse
from kechuang.office.registry.standing import options

KINDS: Final = ("is_expert", "is_commissioner", "is_academician", "is_contact")
PHONE: Final = re.compile(r"\+?[0-9][0-9-]{6,19}", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST: Final = "10X98765432"

PEOPLE: Final = Register(
    kind="person",
    model=Person,
    view="person.view",
    change="person.change",
    related=("party__region",),
    place=lambda row: place_of(row.party),
    name=lambda row: row.party.name,
    key=lambda row: row.party.code,
    fields=(
        *KINDS, "full_time", "born_on", "education", "professional_title", "specialty", "phone",
        "identity_number", "is_active",
    ),
    options={"education": ("people", "education")},
)  # fmt: skip


def create(
    actor: Actor,
    who: PartyFacts,
    values: Mapping[str, Any],
    fields: Iterable[str],
    provenance: Provenance,
    *,
    namesake: bool = False,
) -> Person:
    """Put a person in; without a code one is made.

    Each person stands once: somebody of the same name is refused unless `namesake` says that it is
    another person, and the same identity number always. Raises `ValidationError` by field.
    """
    region = Region.objects.filter(code=who.region).first()
    if region is None:
        raise refuse("region", _("没有这个区划。请从列表中选择。"))
    code = who.code or f"ren-{secrets.token_hex(5)}"
    with acting(actor, PEOPLE.change, Place(region.path, code)):
        row = Person(initials=initials(who.name)[:60], **values)
        _check(row)
        _check_once(actor, who.name, row.identity_number, namesake=namesake)
        row.party = parties.create(actor, PartyFacts(code, who.name, Party.Kind.PERSON, who.region))
        PEOPLE.create(actor, row, provenance)
        _set_fields(actor, row, fields)
    return row


def change(
    actor: Actor,
    row: Person,
    who: PartyFacts,
    values: Mapping[str, Any],
    fields: Iterable[str],
    provenance: Provenance,
) -> bool:
    """Correct what was typed, the name and the region included; gives whether anything changed.

    An empty telephone or identity number leaves the kept one as it is: pages do not show it.
    """
    told = {
        name: value
        for name, value in values.items()
        if value or name not in ("phone", "identity_number")
    }
    with PEOPLE.within(actor, row) as kept:
        facts = PartyFacts(kept.party.code, who.name, Party.Kind.PERSON, who.region)
        renamed = bool(parties.change(actor, kept.party.code, facts))
        if renamed:
            Person.objects.filter(pk=kept.pk).update(initials=initials(who.name)[:60])
        changes = PEOPLE.update(actor, kept, told, provenance, _check)
        return bool(_set_fields(actor, kept, fields)) or renamed or bool(changes)


def retire(actor: Actor, row: Person, reason: str) -> audit.Changes:
    """Take somebody out of the library: nobody is offered them any more."""

    def alter(kept: Person) -> None:
        kept.is_active = False

    return PEOPLE.write(actor, row, "retire", alter, reason)


def bring_back(actor: Actor, row: Person, reason: str) -> audit.Changes:
    """Put somebody back into the library."""

    def alter(kept: Person) -> None:
        kept.is_active = True

    return PEOPLE.write(actor, row, "bring_back", alter, reason)


def join(
    actor: Actor, row: Person, party: Party, post: str, since: date | None, *, is_contact: bool
) -> Affiliation:
    """Say that somebody works for an organisation or speaks for it.

    Who was there before comes back into the same row; the trail keeps when they had left.
    """
    with PEOPLE.within(actor, row) as kept:
        found = Affiliation.objects.select_for_update().filter(person=kept, party=party).first()
        if found and found.until is None:
            raise refuse("party", _("%(name)s已在这个单位。"), name=kept.party.name)
        left = found.until if found else None
        found = found or Affiliation(person=kept, party=party)
        found.post, found.since, found.until, found.is_contact = post, since, None, is_contact
        found.save()
        PEOPLE.tell(
            actor,
            kept,
            "join",
            {
                "organisation": (None, party.name),
                "post": (None, post),
                "until": (left.isoformat() if left else None, None),
            },
        )
    return found


def leave(actor: Actor, held: Affiliation, until: date) -> None:
    """Say that somebody no longer works for an organisation."""
    with PEOPLE.within(actor, held.person) as kept:
        found = Affiliation.objects.select_for_update(of=("self",)).get(pk=held.pk)
        if found.until:
            raise refuse("until", _("已于%(until)s离开。"), until=found.until)
        if found.since and until < found.since:
            told = _("离开日期%(until)s早于到任日期%(since)s。")
            raise refuse("until", told, until=until, since=found.since)
        found.until = until
        found.save(update_fields=["until"])
        PEOPLE.tell(
            actor,
            kept,
            "leave",
            {"organisation": (held.party.name, None), "until": (None, until.isoformat())},
        )


def is_identity_number(text: str) -> bool:
    """Whether an identity number of 18 characters has the last one that belongs to it (GB 11643).

    >>> is_identity_number("11010519491231002X")
    True
    """
    if not looks_like_identity(text):
        return False
    total = sum(int(each) * weight for each, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _LAST[total % 11] == text[17]


def _check(row: Person) -> None:
    check_option(row, "education", options("people", "education"))
    if not any(getattr(row, name) for name in KINDS):
        raise refuse("is_expert", _("请至少选一类：专家、科技特派员、院士或联系人。"))
    if row.full_time is not None and not row.is_academician:
        raise refuse("full_time", _("全职、柔性只对院士登记。请勾选“院士”，或把这一项留空。"))
    if row.phone and not PHONE.fullmatch(row.phone):
        raise refuse("phone", _("电话只写数字和短横，如13800000000或0310-0000000。"))
    if len(row.identity_number) == 18 and not is_identity_number(row.identity_number):
        raise refuse("identity_number", _("身份证号的末位与前17位不符。请对照证件核对。"))


def _check_once(actor: Actor, name: str, identity: str, *, namesake: bool) -> None:
    rows = Person.objects.select_related("party").filter(party__name=name, merged_into=None)
    found = list(limit(rows, actor, PEOPLE.change).order_by("pk")[:50])
    same = [each for each in found if identity and each.identity_number == identity]
    if same:
        told = _("库内已有这个人：%(name)s（编号%(code)s），证件号码相同。请打开已有的记录。")
        raise refuse("name", told, name=name, code=same[0].party.code)
    if found and not namesake:
        codes = enumerated(each.party.code for each in found)
        told = _(
            "库内已有同名的人，编号：%(codes)s。请先核对；不是同一人的，请勾选最后一项再提交。"
        )
        raise ValidationError({"name": told % {"codes": codes}}, code="namesake")


def _set_fields(actor: Actor, row: Person, names: Iterable[str]) -> Sequence[str]:
    """Make the fields of knowledge these; gives what was put in or taken out."""
    before = sorted(PersonField.objects.filter(person=row).values_list("name", flat=True))
    after = sorted({name for name in names if name})
    moved = sorted(set(before) ^ set(after))
    if moved:
        PersonField.objects.filter(person=row).exclude(name__in=after).delete()
        new = [PersonField(person=row, name=each) for each in after if each not in before]
        PersonField.objects.bulk_create(new)
        PEOPLE.tell(actor, row, "fields", {"fields": (enumerated(before), enumerated(after))})
    return moved
