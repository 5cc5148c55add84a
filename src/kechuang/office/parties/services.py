"""The verbs of parties: put one in, change one, put many in at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.codes import OWN, is_credit_code, looks_like_identity
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region


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
    region = _region(facts.region)
    place = Place(region.path, facts.code)
    with acting(actor, "party.create", place):
        _check_code(facts)
        taken = Party.objects.filter(code=facts.code).first()
        if taken:
            words = _(
                "代码%(code)s已用于“%(name)s”。同一主体请打开已有的记录；不是同一个请核对代码。"
            )
            raise ValidationError({"code": words % {"code": facts.code, "name": taken.name}})
        party = Party.objects.create(
            code=facts.code, name=facts.name, kind=facts.kind, region=region
        )
        changes = audit.changes_between({}, _plain(party))
        audit.record(actor, _line("party.create", party, changes))
    return party


def change(actor: Actor, code: str, facts: PartyFacts) -> audit.Changes:
    """Change name, kind or region; the code stays. The actor must reach the old and the new place.

    Gives what changed. Raises `ValidationError` by field.
    """
    party = Party.objects.select_related("region").get(code=code)
    with acting(actor, "party.change", Place(party.region.path, code)):
        party = (
            Party.objects.select_for_update(of=("self",)).select_related("region").get(code=code)
        )
        region = _region(facts.region)
        require(actor, "party.change", Place(region.path, code))
        before = _plain(party)
        party.name, party.kind, party.region = facts.name, facts.kind, region
        _check_code(PartyFacts(code, facts.name, facts.kind, facts.region))
        changes = audit.changes_between(before, _plain(party))
        if changes:
            party.save(update_fields=["name", "kind", "region"])
            audit.record(actor, _line("party.change", party, changes))
    return changes


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


def _check_code(facts: PartyFacts) -> None:
    if looks_like_identity(facts.code) and not is_credit_code(facts.code):
        words = _("代码像是居民身份证号。主体代码会显示在列表和地址里，请换用工作证号等其他编号。")
        raise ValidationError({"code": words})
    if facts.kind == Party.Kind.ENTERPRISE and not is_credit_code(facts.code):
        words = _(
            "“%(code)s”不是统一社会信用代码：应为18位，末位与前17位相符。请对照营业执照核对。"
        )
        raise ValidationError({"code": words % {"code": facts.code}})
    if not OWN.fullmatch(facts.code):
        words = _("“%(code)s”不能作代码：用3至40个字母、数字、点、横线，以字母或数字开头。")
        raise ValidationError({"code": words % {"code": facts.code}})


def _plain(party: Party) -> dict[str, Plain]:
    return {"name": party.name, "kind": party.kind, "region": party.region.code}


def _line(action: str, party: Party, changes: audit.Changes) -> audit.Line:
    place = Place(party.region.path, party.code)
    return audit.Line(action, SourceRef("party", party.code), party.name, place, changes)
