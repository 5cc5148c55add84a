"""Platforms of every kind, the firms they raise, people, instruments and agreements."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import polars as pl
from django.db.models import Model

from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.made_up.words import COUNTIES
from kechuang.office.registry.models import (
    Affiliation,
    Agreement,
    AgreementParty,
    Incubation,
    Instrument,
    Person,
    PersonField,
    Platform,
    PlatformAssessment,
    PlatformMember,
    PlatformPartner,
    PlatformStanding,
    PlatformYear,
    Room,
)
from kechuang.office.registry.names import initials
from kechuang.office.site.demo.registry import sourced
from kechuang.reference import load_dictionary

LEVELS: Final = ("municipal",) * 5 + ("provincial",) * 3 + ("county", "national")
ISSUERS: Final = {
    "national": "科学技术部", "provincial": "示例省科学技术厅", "municipal": "示例市科学技术局",
    "county": "县级科技主管部门",
}  # fmt: skip
RECOGNITION: Final = {
    "makerspace": "filed", "incubator": "recognised", "accelerator": "recognised",
    "agri_makerspace": "filed", "academician_workstation": "filed",
    "postdoctoral_research_workstation": "approved", "technology_innovation_centre": "approved",
    "key_laboratory": "approved",
}  # fmt: skip
RAISING: Final = ("makerspace", "incubator", "accelerator")
EACH_KIND: Final = 3
ROOMS: Final = 12
FIELDS: Final = (
    "轴承与精密传动", "高分子材料", "工业自动化", "软件工程", "生物医药", "小麦育种", "环境工程",
    "检测与计量", "食品加工", "农业机械",
)  # fmt: skip
TITLES: Final = ("教授", "研究员", "正高级工程师", "副教授", "高级工程师", "农艺师")
INSTRUMENTS: Final = (
    ("扫描电子显微镜", "分析仪器", 320), ("气相色谱质谱联用仪", "分析仪器", 185),
    ("三坐标测量机", "计量仪器", 96), ("万能材料试验机", "物理性能测试", 42),
    ("高低温试验箱", "环境试验", 28), ("X射线衍射仪", "分析仪器", 210),
    ("圆度仪", "计量仪器", 55), ("发酵罐", "生物工艺", 130),
)  # fmt: skip


def named(model: type[Model], name: str) -> dict[str, str]:
    """The initials of a name, for a model that is found by them."""
    has = any(field.name == "initials" for field in model._meta.concrete_fields)
    return {"initials": initials(name)} if has else {}


def fill(firms: pl.DataFrame, chance: random.Random, today: date) -> None:
    """Write all of them."""
    making = _Making(firms, chance, today)
    people = making.people()
    platforms = making.platforms(people)
    making.chains(platforms)
    making.instruments()
    making.agreements(people)


class _Making:
    """One city: its parties, its chance, its day."""

    def __init__(self, firms: pl.DataFrame, chance: random.Random, today: date) -> None:
        self.chance, self.today = chance, today
        parties = {
            each.code: each for each in Party.objects.select_related("region").order_by("code")
        }
        active = firms.filter(pl.col("status") == "active")
        by_staff = active.sort("staff", "number", descending=[True, False])["code"].to_list()
        self.large = [parties[code] for code in by_staff[: max(20, len(by_staff) // 12)]]
        young = active.sort("founded_on", "number", descending=[True, False])["code"].to_list()
        self.young = [parties[code] for code in young[: max(20, len(young) // 10)]]
        self.parks = [each for each in parties.values() if each.kind == Party.Kind.PARK]
        self.schools = [each for each in parties.values() if each.kind == Party.Kind.INSTITUTION]
        self.persons = [each for each in parties.values() if each.kind == Party.Kind.PERSON]
        self.bureaus = [each for each in parties.values() if each.kind == Party.Kind.BUREAU]

    def day(self, least: int, most: int) -> date:
        """A day so many days ago."""
        return self.today - timedelta(days=self.chance.randrange(least, most))

    # --- people

    def people(self) -> list[Person]:
        """Experts, commissioners, two academicians: what they know and where they work."""
        made: list[Person] = []
        for number, party in enumerate(self.persons, start=1):
            academician = number in {7, 23}
            made.append(
                Person(
                    party=party,
                    initials=initials(party.name),
                    is_expert=academician or number % 3 != 0,
                    is_commissioner=number % 3 == 0 or number % 5 == 0,
                    is_academician=academician,
                    full_time=number % 4 == 0,
                    born_on=date(
                        self.chance.randrange(1956, 1992), number % 12 + 1, number % 27 + 1
                    ),
                    education=self.chance.choice(("doctor", "doctor", "master", "bachelor")),
                    professional_title=self.chance.choice(TITLES),
                    specialty=self.chance.choice(FIELDS),
                    **sourced("bureau", self.day(30, 300)),
                )
            )
        Person.objects.bulk_create(made)
        PersonField.objects.bulk_create(
            PersonField(person=person, name=name)
            for person in made
            for name in self.chance.sample(FIELDS, 2)
        )
        Affiliation.objects.bulk_create(
            Affiliation(
                person=person,
                party=self.chance.choice(self.schools if person.is_expert else self.large),
                post=person.professional_title,
                since=self.day(400, 4_000),
            )
            for person in made
        )
        return made

    # --- platforms

    def platforms(self, people: Sequence[Person]) -> list[Platform]:
        """Some of every kind, with partners, members, assessments and figures."""
        kinds = load_dictionary().field("platforms", "platform_kind").options
        made = [
            self._platform(kind, name, number, people)
            for kind, name in kinds.items()
            for number in range(1, (9 if kind in RAISING else EACH_KIND) + 1)
        ]
        Platform.objects.bulk_create(made)
        self._around(made, people)
        self._figures(made)
        return made

    def _platform(
        self, kind: str, kind_name: str, number: int, people: Sequence[Person]
    ) -> Platform:
        raising = kind in RAISING
        host = (
            self.parks[number % len(self.parks)]
            if raising
            else self.chance.choice(self.large if number % 3 else self.schools)
        )
        level = self.chance.choice(LEVELS)
        since = self.day(120, 3_600)
        name = f"{host.name.removesuffix('有限公司')}{kind_name}"
        return Platform(
            code=f"{kind.replace('_', '-')[:24]}-{number:02}",
            name=name,
            kind=kind,
            level=level,
            field_name=self.chance.choice(FIELDS),
            region=host.region,
            host=host,
            head=self.chance.choice(list(people)),
            founded_on=since - timedelta(days=self.chance.randrange(1, 6) * 365),
            recognition=RECOGNITION.get(kind, "recognised"),
            recognised_on=since,
            expires_on=since + timedelta(days=365 * 3) if number % 3 == 0 else None,
            issuer=ISSUERS[level],
            status="correcting" if (kind, number) == ("incubator", 5) else "valid",
            **named(Platform, name),
            **sourced("official_list", since),
        )

    def _around(self, made: Sequence[Platform], people: Sequence[Person]) -> None:
        partners: list[PlatformPartner] = []
        members: list[PlatformMember] = []
        assessments: list[PlatformAssessment] = []
        for platform in made:
            if platform.kind in RAISING:
                grades, count = ("优秀", "良好", "合格", "合格"), 2
            else:
                grades, count = ("优秀", "良好", "合格", "不合格"), 4
                partner = self.chance.choice(self.schools)
                if partner.pk != platform.host.pk:
                    partners.append(
                        PlatformPartner(platform=platform, party=partner, role="技术支撑")
                    )
            members += [
                PlatformMember(
                    platform=platform, person=person, duty="研究人员",
                    full_time=self.chance.random() < 0.3,
                    days_a_year=self.chance.randrange(10, 200),
                    since=platform.recognised_on,
                )
                for person in self.chance.sample(list(people), count)
            ]  # fmt: skip
            assessments += [
                PlatformAssessment(
                    platform=platform, year=year, grade=self.chance.choice(grades),
                    **sourced("official_list", date(year + 1, 4, 30)),
                )
                for year in (self.today.year - 2, self.today.year - 1)
                if platform.recognised_on and platform.recognised_on.year <= year
            ]  # fmt: skip
        PlatformPartner.objects.bulk_create(partners)
        PlatformMember.objects.bulk_create(members)
        PlatformAssessment.objects.bulk_create(assessments)

    def _figures(self, made: Sequence[Platform]) -> None:
        """What platforms say of themselves; two of them said nothing yet."""
        now = [
            PlatformStanding(platform=platform, **self._now(platform), **self._said(platform))
            for platform in made[2:]
        ]
        yearly = [
            PlatformYear(
                platform=platform, year=year, **self._of_year(platform), **self._said(platform)
            )
            for platform in made[2:]
            for year in (self.today.year - 2, self.today.year - 1)
        ]
        PlatformStanding.objects.bulk_create(now)
        PlatformYear.objects.bulk_create(yearly)

    def _said(self, platform: Platform) -> dict[str, Any]:
        return sourced("firm_statement", date(self.today.year, 2, 20))

    def _now(self, platform: Platform) -> dict[str, Any]:
        below = self.chance.randrange
        if platform.kind in RAISING:
            area = below(2_000, 20_000) * 100
            return {
                "legal_entity": True, "good_credit": True, "disposable_area": area,
                "incubatee_area": area * below(55, 90) // 100,
                "incubation_fund": below(100, 900) * 1_000_000, "platform_staff": below(8, 40),
                "service_staff": below(5, 20), "mentors": below(5, 30), "tenants": below(20, 90),
                "incubatees": below(12, 60), "graduates": below(3, 50),
            }  # fmt: skip
        return {
            "fixed_staff": below(10, 80), "equipment_value": below(100, 6_000) * 1_000_000,
            "site_area": below(300, 5_000) * 100, "upper_projects": below(0, 12),
            "granted_inventions": below(0, 30), "host_support": True, "rd_team": True,
        }  # fmt: skip

    def _of_year(self, platform: Platform) -> dict[str, Any]:
        below = self.chance.randrange
        if platform.kind in RAISING:
            return {
                "hosted_teams": below(10, 60), "teams_registered": below(1, 15),
                "activities": below(6, 40), "incubator_income": below(100, 2_000) * 1_000_000,
            }  # fmt: skip
        return {
            "rd_expense": below(50, 3_000) * 1_000_000,
            "total_income": below(0, 5_000) * 1_000_000,
        }

    # --- 众创空间 → 孵化器 → 加速器

    def chains(self, platforms: Sequence[Platform]) -> None:
        """A makerspace hands on to an incubator, that to an accelerator; firms rent their rooms."""
        by_kind = {kind: [each for each in platforms if each.kind == kind] for kind in RAISING}
        for lower, upper in pairwise(RAISING):
            for number, platform in enumerate(by_kind[lower]):
                platform.next_stage = by_kind[upper][number % len(by_kind[upper])]
        raising = [each for kind in RAISING for each in by_kind[kind]]
        Platform.objects.bulk_update(raising, ["next_stage"])
        rooms = Room.objects.bulk_create(
            Room(
                platform=platform,
                number=f"{floor}{number:02}",
                area=self.chance.randrange(30, 220) * 100,
            )
            for platform in raising
            for floor in (1, 2)
            for number in range(1, ROOMS // 2 + 1)
        )
        of_platform: dict[int, list[Room]] = {}
        for room in rooms:
            of_platform.setdefault(room.platform.pk, []).append(room)
        firms = iter(self.chance.sample(self.young, len(self.young)) * 3)
        stays = [
            stay for each in raising for stay in self._stays(each, of_platform[each.pk], firms)
        ]
        Incubation.objects.bulk_create(stays, ignore_conflicts=True)

    def _stays(
        self, platform: Platform, rooms: Sequence[Room], firms: Iterator[Party]
    ) -> Iterator[Incubation]:
        for number, room in enumerate(rooms[: ROOMS - 3]):
            firm = next(firms, None)
            if firm is None:
                return
            entered = self.day(60, 1_400)
            outcome, reason = "stays", ""
            if number % 4 == 1:
                outcome, reason = "graduated", "累计营业收入达到毕业条件"
            elif number % 4 == 2 and platform.next_stage:
                outcome, reason = "handed_on", f"转入{platform.next_stage.name}"
            elif number % 8 == 7:
                outcome, reason = "left", "场地到期，自行搬离"
            left = None if outcome == "stays" else min(self.today, entered + timedelta(days=400))
            yield Incubation(
                platform=platform, party=firm, room=room, entered_on=entered, left_on=left,
                outcome=outcome, reason=reason,
            )  # fmt: skip

    # --- instruments and agreements

    def instruments(self) -> None:
        """Large instruments of schools and firms that others may use."""
        owners = [*self.schools, *self.large[:10]]
        made: list[Instrument] = []
        for number in range(1, 41):
            name, category, value = INSTRUMENTS[number % len(INSTRUMENTS)]
            made.append(
                Instrument(
                    party=owners[number % len(owners)],
                    code=f"yq-{number:04}",
                    name=name,
                    model=f"SL-{self.chance.randrange(100, 999)}",
                    category=category,
                    original_value=value * 1_000_000,
                    in_use_since=self.day(200, 4_000),
                    place="测试中心",
                    shareable=number % 5 != 0,
                    fee="200元/小时",
                    contact_name="测试中心",
                    uses="样品检测、数据分析",
                    **named(Instrument, name),
                    **sourced("bureau", self.day(30, 300)),
                )
            )
        Instrument.objects.bulk_create(made)

    def agreements(self, people: Sequence[Person]) -> None:
        """县校合作, 一企一校, stations of academicians, three-sided ones of commissioners."""
        counties = list(Region.objects.filter(code__in=COUNTIES).order_by("code"))
        for number, county in enumerate(counties):
            school = self.schools[number % len(self.schools)]
            bureau = next(each for each in self.bureaus if each.region.pk == county.pk)
            name = f"{county.name}与{school.name}科技合作协议"
            self._agreement("county_school", name, county, [(bureau, "甲方"), (school, "乙方")])
        for firm in self.large[:20]:
            school = self.chance.choice(self.schools)
            name = f"{firm.name}与{school.name}产学研合作协议"
            self._agreement("firm_school", name, firm.region, [(firm, "甲方"), (school, "乙方")])
        academicians = [each for each in people if each.is_academician]
        for number, person in enumerate(academicians):
            firm = self.large[20 + number] if len(self.large) > 21 else self.large[number]
            name = f"{firm.name}院士工作站进站协议"
            self._agreement(
                "station", name, firm.region, [(firm, "设站单位"), (person.party, "进站院士")]
            )
        commissioners = [each for each in people if each.is_commissioner][:8]
        for number, person in enumerate(commissioners):
            firm = self.young[number % len(self.young)]
            bureau = next(each for each in self.bureaus if each.region.pk == firm.region.pk)
            name = f"{firm.name}科技特派员三方协议"
            sides = [(bureau, "派出单位"), (firm, "接收单位"), (person.party, "特派员")]
            self._agreement("commissioner", name, firm.region, sides)

    def _agreement(
        self, kind: str, name: str, region: Region, sides: Sequence[tuple[Party, str]]
    ) -> None:
        signed = self.day(20, 1_000)
        made = Agreement.objects.create(
            number=f"XY-{Agreement.objects.count() + 1:04}",
            name=name,
            kind=kind,
            region=region,
            signed_on=signed,
            since=signed,
            until=signed + timedelta(days=365 * 3),
            content="共建研发平台、联合攻关、人才培养。",
            **named(Agreement, name),
            **sourced("bureau", signed),
        )
        AgreementParty.objects.bulk_create(
            AgreementParty(agreement=made, party=party, role=role) for party, role in sides
        )
