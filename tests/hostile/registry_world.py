"""One record of every model of the registry, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from kechuang.office.ground.bulk import digest
from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.parties.models import Party
from kechuang.office.registry import models as registry
from kechuang.office.registry.models.base import Sourced

if TYPE_CHECKING:
    from office_world import World

DAY = date(2026, 1, 2)


def sourced(world: World) -> dict[str, Any]:
    """Where the values of a made record come from."""
    return {
        "source": "bureau",
        "rank": 80,
        "document": f"文{world.canary}",
        "as_of": DAY,
        "confirmed_by": world.owner.user.username,
        "confirmed_name": world.owner.user.name,
    }


def another_party(world: World, kind: str, mark: str) -> Party:
    """A party beside the one of the world, in the same place."""
    return Party.objects.create(
        code=f"{mark}-{world.code[:20]}",
        name=f"{kind}{mark}{world.canary}",
        kind=kind,
        region=world.place,
    )


def _organisation(world: World) -> registry.Organisation:
    return registry.Organisation.objects.create(
        party=world.of(Party),
        kind="enterprise",
        address=f"地址{world.canary}",
        contact_name=f"联{world.canary}",
        contact_phone="13800001234",
        initials="csqy",
        name_key=f"要素{world.canary}",
        **sourced(world),
    )


def _person(world: World) -> registry.Person:
    return registry.Person.objects.create(
        party=another_party(world, "person", "ren"),
        is_expert=True,
        phone="13800001234",
        identity_number="990101199001010000",
        specialty=f"专长{world.canary}",
        initials="cs",
        **sourced(world),
    )


def _platform(world: World) -> registry.Platform:
    return registry.Platform.objects.create(
        code=f"pt-{world.code[:20]}",
        name=f"平台{world.canary}",
        kind="incubator",
        level="municipal",
        region=world.place,
        host=world.of(Party),
        recognition="recognised",
        **sourced(world),
    )


def _batch(world: World) -> registry.ImportBatch:
    return registry.ImportBatch.objects.create(
        purpose="organisations",
        name=f"导入{world.canary}.xlsx",
        file=world.of(StoredFile),
        state="checked",
        source="bureau",
        as_of=DAY,
        region=world.place,
        job=world.of(Job),
        owner=world.owner.user.username,
        owner_name=world.owner.user.name,
    )


def _agreement(world: World) -> registry.Agreement:
    return registry.Agreement.objects.create(
        name=f"协议{world.canary}", kind="county_school", region=world.place, **sourced(world)
    )


def _unlike(world: World) -> registry.Unlike:
    first = another_party(world, "enterprise", "a")
    second = another_party(world, "enterprise", "b")
    return registry.Unlike.objects.create(
        party=first, other=second, reason=f"不同{world.canary}", decided_by="x"
    )


def _merge(world: World) -> registry.Merge:
    goes = another_party(world, "enterprise", "m")
    registry.Organisation.objects.create(
        party=goes, kind="enterprise", merged_into=world.of(Party), **sourced(world)
    )
    return registry.Merge.objects.create(
        goes=goes,
        stays=world.of(Party),
        reason=f"并{world.canary}",
        moved={"registry.YearlyFact.party": 1},
        decided_by="x",
        decided_name="张三",
    )


def _of_party(model: type[Any], **values: Any) -> Callable[[World], Any]:
    """A factory of a plain record about the party; `{canary}` in a text is filled in."""

    def make(world: World) -> Any:
        told = {
            name: value.format(canary=world.canary) if isinstance(value, str) else value
            for name, value in values.items()
        }
        base = sourced(world) if issubclass(model, Sourced) else {}
        return model.objects.create(party=world.of(Party), **base, **told)

    return make


def _of_platform(model: type[Any], **values: Any) -> Callable[[World], Any]:
    def make(world: World) -> Any:
        told = {
            name: value.format(canary=world.canary) if isinstance(value, str) else value
            for name, value in values.items()
        }
        base = sourced(world) if issubclass(model, Sourced) else {}
        return model.objects.create(platform=world.of(registry.Platform), **base, **told)

    return make


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    registry.Tag: lambda world: registry.Tag.objects.create(
        name=f"签{world.canary}{world.number}", region=world.place
    ),
    registry.Organisation: _organisation,
    registry.FormerName: _of_party(registry.FormerName, name="旧名{canary}"),
    registry.RegionStay: lambda world: registry.RegionStay.objects.create(
        party=world.of(Party), region=world.place, until=DAY, reason=f"迁{world.canary}"
    ),
    registry.CellSource: _of_party(registry.CellSource, field="address"),
    registry.Document: lambda world: registry.Document.objects.create(
        party=world.of(Party),
        kind="other",
        title=f"件{world.canary}",
        file=world.of(StoredFile),
        added_by=world.owner.user.username,
        added_name=world.owner.user.name,
    ),
    registry.Unlike: _unlike,
    registry.Merge: _merge,
    registry.YearlyFact: _of_party(registry.YearlyFact, year=2025, revenue=123456700),
    registry.Standing: _of_party(registry.Standing, books_assessed=True),
    registry.ResearchCost: _of_party(
        registry.ResearchCost, year=2025, caliber="hnte", category="personnel", amount=100
    ),
    registry.CellCorrection: _of_party(
        registry.CellCorrection, year=2025, field="revenue", number=5, reason="更正{canary}"
    ),
    registry.Doubt: _of_party(
        registry.Doubt, year=2025, rule="staff_below_technical", field="rd_staff", value=9, other=3
    ),
    registry.Qualification: lambda world: registry.Qualification.objects.create(
        party=world.of(Party),
        title="hnte",
        number=f"GR{world.code[:20]}",
        recognition="recognised",
        expires_on=date(2028, 1, 1),
        note=f"注{world.canary}",
        **sourced(world),
    ),
    registry.IntellectualProperty: lambda world: registry.IntellectualProperty.objects.create(
        party=world.of(Party),
        number=f"ZL{world.code[:20]}",
        name=f"专利{world.canary}",
        kind="invention",
        status="valid",
        **sourced(world),
    ),
    registry.PersonField: lambda world: registry.PersonField.objects.create(
        person=world.of(registry.Person), name=f"领域{world.canary}"
    ),
    registry.Person: _person,
    registry.Affiliation: lambda world: registry.Affiliation.objects.create(
        person=world.of(registry.Person), party=world.of(Party), post=f"职{world.canary}"
    ),
    registry.Platform: _platform,
    registry.PlatformPartner: lambda world: registry.PlatformPartner.objects.create(
        platform=world.of(registry.Platform), party=world.of(Party), role=f"分{world.canary}"
    ),
    registry.PlatformMember: lambda world: registry.PlatformMember.objects.create(
        platform=world.of(registry.Platform),
        person=world.of(registry.Person),
        duty=f"责{world.canary}",
    ),
    registry.PlatformAssessment: _of_platform(
        registry.PlatformAssessment, year=2025, grade="良好{canary}"
    ),
    registry.PlatformYear: _of_platform(registry.PlatformYear, year=2025),
    registry.PlatformStanding: _of_platform(registry.PlatformStanding),
    registry.Room: _of_platform(registry.Room, number="房{canary}", area=5000),
    registry.Incubation: lambda world: registry.Incubation.objects.create(
        platform=world.of(registry.Platform),
        party=world.of(Party),
        room=world.of(registry.Room),
        entered_on=DAY,
        reason=f"因{world.canary}",
    ),
    registry.Instrument: lambda world: registry.Instrument.objects.create(
        party=world.of(Party),
        code=f"yq-{world.code[:20]}",
        name=f"仪器{world.canary}",
        **sourced(world),
    ),
    registry.Agreement: _agreement,
    registry.AgreementParty: lambda world: registry.AgreementParty.objects.create(
        agreement=world.of(registry.Agreement), party=world.of(Party), role=f"方{world.canary}"
    ),
    registry.Proposal: lambda world: registry.Proposal.objects.create(
        party=world.of(Party),
        table="organisation",
        field="address",
        after=f"改为{world.canary}",
        reason=f"由{world.canary}",
        proposed_by=world.owner.user.username,
        proposed_name=world.owner.user.name,
    ),
    registry.ImportBatch: _batch,
    registry.ImportChange: lambda world: registry.ImportChange.objects.create(
        batch=world.of(registry.ImportBatch), table="organisation", row=world.of(Party).pk
    ),
    registry.HeaderChoice: lambda world: registry.HeaderChoice.objects.create(
        region=world.place,
        purpose="organisations",
        header=f"头{world.canary}{world.number}",
        field="address",
        chosen_by=world.owner.user.username,
    ),
}

_YEAR_OF_PARTY: Mapping[str, Callable[[Any], Any]] = {
    "code": lambda world: world.of(Party).code,
    "year": lambda _world: 2025,
}

# By route; the record whose address it is.
ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- organisations
    **{
        route: {"code": lambda world: world.of(registry.Organisation).party.code}
        for route in (
            "registry:organisation",
            "registry:organisation_change",
            "registry:organisation_rename",
            "registry:organisation_move",
            "registry:organisation_status",
            "registry:document_create",
            "api:organisation",
        )
    },
    "registry:document_withdraw": {"pk": lambda world: world.of(registry.Document).pk},
    # --- facts and doubts
    "registry:fact": _YEAR_OF_PARTY,
    "registry:fact_record": _YEAR_OF_PARTY,
    "registry:fact_correct": {**_YEAR_OF_PARTY, "field": lambda _world: "revenue"},
    "registry:fact_lift": {**_YEAR_OF_PARTY, "field": lambda _world: "revenue"},
    "registry:doubt": {"pk": lambda world: world.of(registry.Doubt).pk},
    "api:yearly_fact": _YEAR_OF_PARTY,
    "api:doubt": {"key": lambda world: world.of(registry.Doubt).pk},
    # --- titles
    "registry:qualification": {"pk": lambda world: world.of(registry.Qualification).pk},
    "registry:qualification_change": {"pk": lambda world: world.of(registry.Qualification).pk},
    "registry:qualification_renew": {"pk": lambda world: world.of(registry.Qualification).pk},
    "registry:qualification_await": {"pk": lambda world: world.of(registry.Qualification).pk},
    "registry:qualification_cancel": {"pk": lambda world: world.of(registry.Qualification).pk},
    "registry:qualification_reinstate": {"pk": lambda world: world.of(registry.Qualification).pk},
    "api:qualification": {"key": lambda world: world.of(registry.Qualification).pk},
    # --- rights
    "registry:property": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "registry:property_change": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "registry:property_grant": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "registry:property_lapse": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "registry:property_transfer": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "registry:property_take_back": {"pk": lambda world: world.of(registry.IntellectualProperty).pk},
    "api:property": {"key": lambda world: world.of(registry.IntellectualProperty).pk},
    # --- platforms
    "registry:platform": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_change": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_assess": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_correct": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_restore": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_cancel": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_partner": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_member": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_room": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_enter": {"code": lambda world: world.of(registry.Platform).code},
    "api:platform": {"code": lambda world: world.of(registry.Platform).code},
    "registry:platform_partner_end": {"pk": lambda world: world.of(registry.PlatformPartner).pk},
    "registry:platform_member_end": {"pk": lambda world: world.of(registry.PlatformMember).pk},
    "registry:platform_room_change": {"pk": lambda world: world.of(registry.Room).pk},
    "registry:platform_firm_graduate": {"pk": lambda world: world.of(registry.Incubation).pk},
    "registry:platform_firm_hand_on": {"pk": lambda world: world.of(registry.Incubation).pk},
    "registry:platform_firm_leave": {"pk": lambda world: world.of(registry.Incubation).pk},
    "registry:platform_firm_move": {"pk": lambda world: world.of(registry.Incubation).pk},
    # --- people
    "registry:person": {"code": lambda world: world.of(registry.Person).party.code},
    "registry:person_change": {"code": lambda world: world.of(registry.Person).party.code},
    "registry:person_join": {"code": lambda world: world.of(registry.Person).party.code},
    "registry:person_retire": {"code": lambda world: world.of(registry.Person).party.code},
    "registry:person_bring_back": {"code": lambda world: world.of(registry.Person).party.code},
    "api:person": {"code": lambda world: world.of(registry.Person).party.code},
    "registry:person_leave": {"pk": lambda world: world.of(registry.Affiliation).pk},
    # --- instruments
    "registry:instrument": {"code": lambda world: world.of(registry.Instrument).code},
    "registry:instrument_change": {"code": lambda world: world.of(registry.Instrument).code},
    "registry:instrument_retire": {"code": lambda world: world.of(registry.Instrument).code},
    "registry:instrument_bring_back": {"code": lambda world: world.of(registry.Instrument).code},
    "api:instrument": {"code": lambda world: world.of(registry.Instrument).code},
    # --- agreements
    "registry:agreement": {"pk": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_change": {"pk": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_party": {"pk": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_file": {"pk": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_prolong": {"pk": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_end": {"pk": lambda world: world.of(registry.Agreement).pk},
    "api:agreement": {"key": lambda world: world.of(registry.Agreement).pk},
    "registry:agreement_remove_party": {"pk": lambda world: world.of(registry.AgreementParty).pk},
    # --- proposals
    "registry:proposal": {"pk": lambda world: world.of(registry.Proposal).pk},
    "registry:proposal_decide": {"pk": lambda world: world.of(registry.Proposal).pk},
    "registry:proposal_withdraw": {"pk": lambda world: world.of(registry.Proposal).pk},
    "registry:propose": {"code": lambda world: world.of(registry.Organisation).party.code},
    "registry:merged": {"pk": lambda world: world.of(registry.Merge).pk},
    "registry:unlike_lift": {"pk": lambda world: world.of(registry.Unlike).pk},
    "api:proposal": {"key": lambda world: world.of(registry.Proposal).pk},
    "api:proposal_decide": {"key": lambda world: world.of(registry.Proposal).pk},
    # --- workbooks
    **{
        f"{room}:{route}": {key: lambda world: world.of(registry.ImportBatch).pk}
        for room, key in (("registry", "pk"), ("api", "key"))
        for route in ("import", "import_headers", "import_confirm", "import_drop", "import_undo")
    },
}

# What a form must hold so that the record it names is found at all.
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # --- organisations
    "registry:organisations_tag": {
        "selected": lambda world: world.of(registry.Organisation).pk,
        "on": lambda _world: "1",
        "tag": lambda world: world.of(registry.Tag).pk,
        "confirm": lambda _world: "1",
        "seen": lambda world: digest([world.of(registry.Organisation).pk]),
    },
    "api:organisation": {"address": lambda _world: "改", "as_of": lambda _world: "2026-01-02"},
    # --- facts and doubts
    "registry:fact_correct": {"value": lambda _world: "5", "reason": lambda world: world.canary},
    "registry:fact_record": {
        "source": lambda _world: "bureau",
        "as_of": lambda _world: DAY.isoformat(),
        "revenue": lambda _world: "5",
    },
    "registry:doubt": {"explanation": lambda world: world.canary},
    "api:yearly_fact": {
        "source": lambda _world: "bureau",
        "as_of": lambda _world: DAY.isoformat(),
        "values": lambda _world: {"revenue": "5"},
    },
    "api:doubt": {"explanation": lambda world: world.canary},
    # --- titles
    # --- rights
    # --- platforms
    # --- people
    # --- instruments
    # --- agreements
    # --- proposals
    "api:proposal_decide": {
        "verdict": lambda _world: "refuse",
        "answer": lambda _world: "不改",
        "seen": lambda _world: "",
    },
    # --- workbooks
    "api:import_headers": {"choices": lambda _world: {"地址": "address"}},
}
