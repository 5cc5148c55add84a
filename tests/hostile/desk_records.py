"""A made-up firm of which much is known, for the tests of the desk."""

from __future__ import annotations

from datetime import date
from typing import Final

from registry_records import BUREAU, LIST, Town, firm

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services import agreements, qualifications, rights
from kechuang.office.registry.services.facts import record_yearly

AS_OF: Final = date(2026, 6, 1)
TODAY: Final = date(2026, 7, 15)
RETURN: Final = Provenance("tax_copy", AS_OF, "汇算清缴2025")
FACTS: Final = {
    2025: {
        "revenue": 12_845_000_000, "hightech_income": 10_276_000_000,
        "rd_expense_deduction": 642_250_000, "staff_total_quarterly": 2_100_000,
        "technical_staff_quarterly": 420_000, "total_assets": 9_000_000_000, "conversions": 6,
    },
    2024: {"revenue": 11_440_000_000, "rd_expense_deduction": 500_000_000},
}  # fmt: skip


class Firm(Town):
    """The firm of `Town` with what a brief speaks of besides."""

    def __init__(self, mark: str = "", place: str = "990101") -> None:
        super().__init__(mark, place)
        Organisation.objects.filter(party=self.party).update(
            industry_code="C3451",
            size_class="medium",
            above_designated_size=True,
            founded_on=date(2010, 5, 1),
            registered_capital=5_000_000_000,
            address="甲县示例路1号",
            main_business="精密轴承、曲轴、齿轮的研发、制造与销售，轴承检测服务",
        )
        for title, year in (("tech_sme_national", 2026), ("srdi_sme", 2024)):
            values = {
                "title": title, "number": f"{title}{mark}{place}", "recognition": "recognised",
                "issued_on": date(year, 3, 1), "expires_on": date(year + 3, 3, 1),
                "level": "national" if title == "tech_sme_national" else "provincial",
            }  # fmt: skip
            qualifications.create(SYSTEM, self.party, values, LIST)
        for number, kind in enumerate(("invention", "utility_model", "utility_model", "software")):
            values = {
                "number": f"ZL-{mark}{place}-{number}", "name": f"示例{number}", "kind": kind,
                "status": "valid", "granted_on": date(2024, 1 + number, 1),
            }  # fmt: skip
            rights.create(SYSTEM, self.party, values, BUREAU)
        self.school = firm(f"示例大学{mark}", place)
        pact = {
            "name": f"一企一校{mark}", "kind": "firm_school", "since": date(2025, 1, 1),
            "until": date(2028, 1, 1), "region": Region.objects.get(code=place),
        }  # fmt: skip
        agreements.create(SYSTEM, pact, [(self.party, "甲方"), (self.school, "乙方")], BUREAU)
        for year, values in FACTS.items():
            record_yearly(SYSTEM, self.party, year, values, RETURN)


def bare(name: str = "示例空白有限公司") -> Party:
    """A firm of which nothing but its registration is known."""
    return firm(name)
