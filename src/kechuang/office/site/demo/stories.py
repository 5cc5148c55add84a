"""What happens in the made-up city: duplicates, former names, moves, corrections, proposals."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.made_up.firms import credit_codes
from kechuang.office.registry.made_up.words import COUNTIES
from kechuang.office.registry.models import (
    CellCorrection,
    CellSource,
    FormerName,
    Organisation,
    Proposal,
    RegionStay,
    ResearchCost,
    Standing,
    Tag,
    YearlyFact,
)
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.proposing import proposable
from kechuang.office.registry.queries.proposals import current
from kechuang.office.registry.services.doubts import find_doubts
from kechuang.office.site.demo.people import ENTERPRISE
from kechuang.office.site.demo.registry import sourced

TWINS: Final = 6
RENAMED: Final = 24
MOVED: Final = 8
TAGS: Final = ("重点培育", "上市后备", "包联企业", "外资")
CATEGORIES: Final = {
    "personnel": 46,
    "direct": 24,
    "depreciation": 9,
    "testing": 8,
    "outsourced": 6,
    "other": 7,
}


def twins(firms: pl.DataFrame) -> Iterator[PartyFacts]:
    """The same firms once more under another code, their names written a little differently."""
    first = firms.height + 1
    for row in firms.head(TWINS).iter_rows(named=True):
        number = pl.Series([first + row["number"]], dtype=pl.UInt64)
        (code,) = credit_codes(pl.Series([row["region"]]), number)
        yield PartyFacts(code, variant(row["name"]), "enterprise", row["region"])


def variant(name: str) -> str:
    """The same name as somebody else would write it.

    >>> variant("甲示辰光轴承有限公司"), variant("甲示辰光轴承有限责任公司")
    ('甲（示辰光）轴承有限责任公司', '甲（示辰光）轴承有限公司')
    """
    told = f"{name[0]}（{name[1:4]}）{name[4:]}"
    if told.endswith("有限责任公司"):
        return told.removesuffix("有限责任公司") + "有限公司"
    return told.removesuffix("有限公司") + "有限责任公司" if told.endswith("有限公司") else told


def well_filled(frames: Mapping[str, pl.DataFrame]) -> str:
    """The code of the firm whose user signs in: at work, with titles, rights, several sources."""
    score = (
        frames["firms"]
        .filter(pl.col("status") == "active")
        .select("code", "number")
        .join(frames["yearly"].group_by("code").len("said"), on="code", how="left")
        .join(frames["titles"].group_by("code").len("titles"), on="code", how="left")
        .join(frames["rights"].group_by("code").len("rights"), on="code", how="left")
        .fill_null(0)
        .with_columns((pl.col("said") * 3 + pl.col("titles") * 4 + pl.col("rights")).alias("score"))
        .sort("score", "number", descending=[True, False])
    )
    return str(score["code"][0])


def fill(
    frames: Mapping[str, pl.DataFrame], shown: str, chance: random.Random, today: date
) -> None:
    """Write the stories, then look for doubts."""
    parties = {
        party.code: party for party in Party.objects.filter(kind="enterprise").order_by("code")
    }
    codes = frames["firms"]["code"].to_list()
    _twins_organisations(frames["firms"], today)
    _histories([parties[code] for code in codes], chance, today)
    _tags([parties[code] for code in codes], chance)
    _costs(frames, parties, chance, today)
    _shown(parties[shown], today)
    find_doubts()
    _corrections(chance, today)
    find_doubts()
    _proposals(parties[shown], today)


def _twins_organisations(firms: pl.DataFrame, today: date) -> None:
    for facts in twins(firms):
        Organisation.objects.create(
            party=Party.objects.get(code=facts.code),
            kind="enterprise",
            credit_code=facts.code,
            initials=initials(facts.name),
            name_key=name_key(facts.name),
            address="示例大道1号",
            **sourced("bureau", date(today.year, 3, 1)),
        )


def _histories(firms: list[Party], chance: random.Random, today: date) -> None:
    """Former names, and counties that firms came from."""
    chosen = chance.sample(firms, min(len(firms), RENAMED + MOVED))
    former = [
        FormerName(
            party=party,
            name=f"{party.name[:4]}商贸有限公司",
            name_key=name_key(f"{party.name[:4]}商贸有限公司"),
            until=today - timedelta(days=chance.randrange(200, 3_000)),
            document="变更登记通知书",
        )
        for party in chosen[:RENAMED]
    ]
    FormerName.objects.bulk_create(former)
    regions = {region.code: region for region in Region.objects.filter(code__in=COUNTIES)}
    stays = [
        RegionStay(
            party=party,
            region=regions[chance.choice(sorted(set(COUNTIES) - {party.code[2:8]}))],
            until=today - timedelta(days=chance.randrange(200, 2_000)),
            reason="整体搬迁入园",
        )
        for party in chosen[RENAMED:]
    ]
    RegionStay.objects.bulk_create(stays)


def _tags(firms: list[Party], chance: random.Random) -> None:
    city = Region.objects.get(code="990100")
    through = Organisation.tags.through
    for name in TAGS:
        tag = Tag.objects.create(name=name, region=city)
        chosen = chance.sample(firms, min(len(firms), 30))
        links = [through(organisation_id=party.pk, tag_id=tag.pk) for party in chosen]
        through.objects.bulk_create(links)


def _costs(
    frames: Mapping[str, pl.DataFrame],
    parties: Mapping[str, Party],
    chance: random.Random,
    today: date,
) -> None:
    """R&D by category for firms with the title, adding up to what their reports say."""
    holders = frames["titles"].filter(pl.col("title") == "hnte")["code"].unique(maintain_order=True)
    reports = frames["yearly"].filter(
        (pl.col("source") == "title_annual_report") & pl.col("code").is_in(holders.implode())
    )
    rows: list[ResearchCost] = []
    for code, year, total in reports.select("code", "year", "rd_expense_hnte").iter_rows():
        left = total
        for category, share in CATEGORIES.items():
            part = total * (share + chance.randrange(-2, 3)) // 100 // 100_000 * 100_000
            amount = left if category == "other" else min(part, left)
            left -= amount
            rows.append(
                ResearchCost(
                    party=parties[code], year=year, caliber="hnte", category=category,
                    amount=amount, **sourced("title_annual_report", date(year + 1, 5, 20)),
                )
            )  # fmt: skip
    ResearchCost.objects.bulk_create(rows, batch_size=2_000)


def _shown(party: Party, today: date) -> None:
    """The firm whose user signs in: contact, website, two sources of its own row, every flag."""
    organisation = Organisation.objects.get(party=party)
    organisation.website = "https://qiye.example"
    organisation.contact_phone = "0990-5550101"
    organisation.save(update_fields=["website", "contact_phone"])
    for field, source in (("website", "firm_statement"), ("contact_phone", "firm_statement")):
        CellSource.objects.create(
            party=party, field=field, **sourced(source, date(today.year, 4, 20))
        )
    said: dict[str, Any] = {
        "resident_enterprise": True, "books_assessed": True, "rd_collected": True,
        "industry_allowed": True, "accident_free": True, "environment_clean": True,
        "integrity_clean": True, "not_listed_abnormal": True, "core_ip_supports": True,
        "hightech_field_mapped": True, "own_brand": True, "unlisted": True,
    }  # fmt: skip
    Standing.objects.update_or_create(
        party=party,
        source="survey",
        defaults={**said, **sourced("survey", today - timedelta(days=60))},
    )
    last = today.year - 1
    before = YearlyFact.objects.filter(party=party, year=last).order_by("rank").first()
    told = {"revenue": before.revenue, "total_assets": before.total_assets} if before else {}  # type: ignore[attr-defined]
    YearlyFact.objects.update_or_create(
        party=party,
        year=last,
        source="audited_accounts",
        defaults={**told, **sourced("audited_accounts", date(today.year, 3, 28))},
    )


def _corrections(chance: random.Random, today: date) -> None:
    """Some of the mistakes were found and mended: units mixed up, figures swapped."""
    wrong = YearlyFact.objects.filter(
        source="firm_statement", rd_expense_deduction__gt=10**11
    ).order_by("party__code", "year")[:5]
    for row in wrong:
        CellCorrection.objects.create(
            party=row.party,
            year=row.year,
            field="rd_expense_deduction",
            number=row.rd_expense_deduction // 10_000,  # type: ignore[attr-defined]
            reason="与企业核对：把元填成了万元",
            **sourced("bureau", today - timedelta(days=chance.randrange(20, 90))),
        )


def _proposals(party: Party, today: date) -> None:
    """What the firm asks to be changed and nobody has decided yet; of its own statements."""
    organisation = Organisation.objects.select_related("party__region", "parent").get(party=party)
    college = current(organisation, proposable()["yearly:college_staff"], today.year - 1).text
    wishes = (
        ("organisation", "website", 0, "https://www.qiye.example", "启用了新网址"),
        ("organisation", "contact_phone", 0, "09910000188", "换了联系人的座机"),
        ("yearly", "college_staff", today.year - 1, str(int(college or 0) + 2), "年报漏填两人"),
    )
    for table, field, year, after, reason in wishes:
        before = current(organisation, proposable()[f"{table}:{field}"], year).text
        Proposal.objects.create(
            party=party, table=table, field=field, year=year, before=before, after=after,
            reason=reason, proposed_by=ENTERPRISE.username, proposed_name=ENTERPRISE.name,
        )  # fmt: skip
