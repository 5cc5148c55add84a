"""A made-up firm with one record of every kind, for the tests of plain records."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.urls import reverse

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.names import initials
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services import agreements, carriers, people, resources, rights
from kechuang.office.registry.services import platforms as platform_services
from kechuang.office.registry.services import qualifications as qualification_services
from kechuang.reference.credit_codes import check_character

DAY: Final = date(2026, 6, 1)
BUREAU: Final = Provenance("bureau", DAY)
LIST: Final = Provenance("official_list", DAY, "示科字〔2026〕1号")
NEWER: Final = Provenance("official_list", date(2026, 7, 1), "示科字〔2026〕2号")
IDENTITY: Final = "11010519491231002X"
PHONE: Final = "13800001234"
SOURCE: Final = {"source": "bureau", "document": "", "as_of": "2026-06-01"}


def firm(name: str = "示例轴承有限公司", region: str = "990101") -> Party:
    """An enterprise that is registered in a region."""
    first = f"91{region}MA{Party.objects.count():07d}"
    party = Party.objects.create(
        code=first + check_character(first),
        name=name,
        kind="enterprise",
        region=Region.objects.get(code=region),
    )
    Organisation.objects.create(
        party=party, kind="enterprise", initials=initials(name), **stamped()
    )
    return party


def stamped(**more: Any) -> dict[str, Any]:
    """The source of a row that a test puts in directly."""
    return {"source": "bureau", "rank": 80, "as_of": DAY, **more}


def wrong(error: Any) -> list[str]:
    """The fields of which a service said that they are wrong."""
    return sorted(error.value.message_dict)


class Town:
    """A firm with one record of every kind."""

    def __init__(self, mark: str = "", place: str = "990101") -> None:
        region = Region.objects.get(code=place)
        end = f"{place}{mark if mark.isascii() else ''}"
        self.party = party = firm(f"示例轴承{mark}有限公司", place)
        self.qualification = qualification_services.create(
            SYSTEM,
            party,
            {
                "title": "hnte",
                "number": f"GR{mark or 1}",
                "recognition": "recognised",
                "issued_on": date(2023, 10, 16),
                "expires_on": date(2026, 10, 16),
            },
            LIST,
        )
        patent = {"number": f"ZL{mark or 1}", "name": "一种轴承", "kind": "invention"}
        self.right = rights.create(SYSTEM, party, {**patent, "status": "pending"}, BUREAU)
        who = PartyFacts(f"ren-{end}", f"王某{mark}", "person", place)
        values = {"is_expert": True, "phone": PHONE, "identity_number": IDENTITY}
        self.person = people.create(SYSTEM, who, values, ["轴承"], BUREAU, namesake=True)
        self.place = people.join(SYSTEM, self.person, party, "总工", None, is_contact=True)
        given = {
            "code": f"pt-{end}", "name": f"示例孵化器{mark}", "kind": "incubator",
            "level": "municipal", "region": region, "host": party, "recognition": "recognised",
        }  # fmt: skip
        self.platform = platform_services.create(SYSTEM, given, BUREAU)
        self.room = carriers.add_room(SYSTEM, self.platform, "301", 5050, "")
        self.stay = carriers.enter(SYSTEM, self.platform, party, date(2024, 1, 1), self.room)
        machine = {"code": f"yq-{end}", "name": "测量机", "original_value": 123_400_000}
        self.instrument = resources.create(SYSTEM, party, machine, BUREAU)
        pact = {"name": f"曲轴协议{mark}", "kind": "firm_school", "region": region}
        self.agreement = agreements.create(SYSTEM, pact, [(party, "甲方")], BUREAU)

    @property
    def addresses(self) -> dict[str, str]:
        """The page of each record."""
        keys = {
            "qualification": self.qualification.pk,
            "property": self.right.pk,
            "platform": self.platform.code,
            "person": self.person.party.code,
            "instrument": self.instrument.code,
            "agreement": self.agreement.pk,
        }
        return {part: reverse(f"registry:{part}", args=[key]) for part, key in keys.items()}
