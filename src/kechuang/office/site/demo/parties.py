"""The parties of the made-up city that are no firms: bureaus, parks, schools, people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kechuang.office.parties.services import PartyFacts
from kechuang.office.registry.made_up.words import COUNTIES

CITY: Final = "990100"
TOWNSHIPS: Final = {
    "990101001": "甲县一镇",
    "990101002": "甲县二镇",
    "990101003": "甲县三乡",
    "990102001": "乙区一街道",
    "990102002": "乙区二街道",
}
FIRMS: Final = 3_000
DEPARTMENTS: Final = {
    "statistics": "统计局",
    "finance": "财政局",
    "tax": "税务局",
    "personnel": "人力资源和社会保障局",
}
PERSONS: Final = 40


def institutions() -> Iterator[PartyFacts]:
    """Bureaus, departments, townships, parks and schools."""
    yield PartyFacts("bureau-990100", "示例市科学技术局", "bureau", CITY)
    for code, name in COUNTIES.items():
        yield PartyFacts(f"bureau-{code}", f"{name}科学技术局", "bureau", code)
        yield PartyFacts(f"park-{code}", f"{name}科技创业园", "park", code)
    for code, name in DEPARTMENTS.items():
        yield PartyFacts(f"{code}-990100", f"示例市{name}", "department", CITY)
    for code, name in TOWNSHIPS.items():
        yield PartyFacts(f"township-{code}", f"{name}人民政府", "township", code)
    yield PartyFacts("incubator-990100", "示例市高新技术创业服务中心", "park", CITY)
    for number, name in enumerate(("示例大学", "示例农业科学院", "示例职业技术学院"), start=1):
        yield PartyFacts(f"school-{number}", name, "institution", CITY)


def persons() -> Iterator[PartyFacts]:
    """Experts and commissioners, named by number: no real person is meant."""
    counties = list(COUNTIES)
    for number in range(1, PERSONS + 1):
        place = counties[number % len(counties)]
        yield PartyFacts(f"person-{number:03}", f"示例专家{number:02}", "person", place)
