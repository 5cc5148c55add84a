"""The verbs of parties: put one in, change one, put many in at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef, party_followers
from kechuang.office.parties.codes import GIVEN, code_fault, is_given
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.reference.credit_codes import is_credit_code

ATTEMPTS: Final = 5
LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """Who a party is. `region` is the code of its region."""

    code: str
    name: str
    kind: str
    region: str


def create(actor: Actor, facts: PartyFacts) -> Party:
    """Put a party in.

    Raises `ValidationError` by field where the code is taken or of the wrong shape.
    """
    place = Place(_region(facts.region).path, facts.code)
    with acting(actor, "party.create", place):
        party = _put_in(facts)
        changes = audit.changes_between({}, _plain(party))
        audit.record(actor, _line("party.create", party, changes))
    return party


def change(actor: Actor, code: str, facts: PartyFacts) -> audit.Changes:
    """Change name, kind or region; the code stays. The actor must reach the old and the new place.

    Gives what changed. Raises `ValidationError` by field.
    """
    party = Party.objects.select_related("region").get(code=code)
    with acting(actor, "party.change", Place(party.region.path, code)):
        require(actor, "party.change", Place(_region(facts.region).path, code))
        party, changes = apply(actor, code, facts)
        if changes:
            audit.record(actor, _line("party.change", party, changes))
    return changes


def apply(actor: Actor, code: str, facts: PartyFacts) -> tuple[Party, audit.Changes]:
    """Change a party as a part of an act of a higher room, which has asked and tells the trail.

    Gives the party, locked, and what changed; every room that follows parties has heard it.
    Raises `ValidationError` by field.
    """
    party = Party.objects.select_for_update(of=("self",)).select_related("region").get(code=code)
    before = _plain(party)
    party.name, party.kind, party.region = facts.name, facts.kind, _region(facts.region)
    _check_code(replace(facts, code=code), may_be_given=True)
    changes = audit.changes_between(before, _plain(party))
    if changes:
        party.save(update_fields=["name", "kind", "region"])
        for follower in party_followers:
            follower.follow(actor, code, changes)
    return party, changes


def put_in(facts: PartyFacts) -> Party:
    """Put a party in as a part of an act of a higher room, which has asked and tells the trail.

    Without a code it gets one of ours, `org-000123`, for good. Raises `ValidationError` by field.
    """
    if facts.code:
        return _put_in(facts)
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _put_in(replace(facts, code=_next_code()), given=True)
        except IntegrityError:
            continue  # somebody took the number meanwhile
    raise ValidationError({"code": _("现在取不到编号：同时登记的人太多。请稍后再试。")})


def _put_in(facts: PartyFacts, *, given: bool = False) -> Party:
    region = _region(facts.region)
    _check_code(facts, may_be_given=given)
    taken = Party.objects.filter(code=facts.code).first()
    if taken:
        words = _("代码%(code)s已用于“%(name)s”。同一主体请打开已有的记录；不是同一个请核对代码。")
        raise ValidationError({"code": words % {"code": facts.code, "name": taken.name}})
    return Party.objects.create(code=facts.code, name=facts.name, kind=facts.kind, region=region)


def _next_code() -> str:
    last = (
        Party.objects.filter(code__startswith=GIVEN)
        .order_by(Length("code").desc(), "-code")
        .values_list("code", flat=True)
    )
    numbers = (code.removeprefix(GIVEN) for code in last[:LOOKED_AT])
    highest = next((int(each) for each in numbers if each.isdecimal()), 0)
    return f"{GIVEN}{highest + 1:06d}"


def create_all(actor: Actor, every: Iterable[PartyFacts]) -> int:
    """Put many in at once, with one line in the trail for each region; give how many.

    Raises KeyError for a region that is not there, `ValidationError` for a code of wrong shape.
    """
    regions = {region.code: region for region in Region.objects.all()}
    by_region: dict[str, list[PartyFacts]] = {}
    for facts in every:
        _check_code(facts)
        by_region.setdefault(facts.region, []).append(facts)
    with acting(actor, "party.create"):
        for code, group in by_region.items():
            require(actor, "party.create", Place(regions[code].path))
            Party.objects.bulk_create(
                [
                    Party(code=each.code, name=each.name, kind=each.kind, region=regions[code])
                    for each in group
                ],
                batch_size=1000,
            )
        lines = [
            audit.Line(
                "party.create_all",
                SourceRef("region", code),
                regions[code].name,
                Place(regions[code].path),
                {"parties": (0, len(group))},
            )
            for code, group in by_region.items()
        ]
        audit.record_all(actor, lines)
    return sum(len(group) for group in by_region.values())


def _region(code: str) -> Region:
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise ValidationError({"region": _("没有这个区划。请从列表中选择。")})
    return region


def _check_code(facts: PartyFacts, *, may_be_given: bool = False) -> None:
    fault = code_fault(facts.code)
    if fault == "identity":
        words = _("代码像是居民身份证号。主体代码会显示在列表和地址里，请换用工作证号等其他编号。")
        raise ValidationError({"code": words})
    known = is_credit_code(facts.code) or (may_be_given and is_given(facts.code))
    if facts.kind == Party.Kind.ENTERPRISE and not known:
        words = _(
            "“%(code)s”不是统一社会信用代码：应为18位，末位与前17位相符。请对照营业执照核对。"
        )
        raise ValidationError({"code": words % {"code": facts.code}})
    if fault:
        words = _("“%(code)s”不能作代码：用3至40个字母、数字、点、横线，以字母或数字开头。")
        raise ValidationError({"code": words % {"code": facts.code}})


def _plain(party: Party) -> dict[str, Plain]:
    return {"name": party.name, "kind": party.kind, "region": party.region.code}


def _line(action: str, party: Party, changes: audit.Changes) -> audit.Line:
    place = Place(party.region.path, party.code)
    return audit.Line(action, SourceRef("party", party.code), party.name, place, changes)
