"""The parties of the made-up city: bureaus, departments, parks, schools, firms, persons."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from kechuang.office.parties.codes import LETTERS, check_character
from kechuang.office.parties.services import PartyFacts

CITY: Final = "990100"
COUNTIES: Final = {
    "990101": "甲县",
    "990102": "乙区",
    "990103": "丙区",
    "990104": "丁县",
    "990105": "戊县",
    "990106": "己县",
    "990107": "庚市",
    "990108": "辛县",
    "990109": "壬区",
}
TOWNSHIPS: Final = {
    "990101001": "甲县一镇",
    "990101002": "甲县二镇",
    "990101003": "甲县三乡",
    "990102001": "乙区一街道",
    "990102002": "乙区二街道",
}
# More firms stand in the districts than in the counties, as anywhere.
SHARES: Final = {
    "990101": 9,
    "990102": 22,
    "990103": 16,
    "990104": 6,
    "990105": 7,
    "990106": 5,
    "990107": 12,
    "990108": 8,
    "990109": 15,
}
FIRMS: Final = 3_000
FIRST: Final = "示样例范本拟仿试"
SECOND: Final = "辰启恒鼎瑞泽博川岳霖屿澜朔桐砚谷舟野禾岚"
THIRD: Final = "光源达成远明通安泰元丰和新立兴嘉润盛华利"
TRADES: Final = (
    "轴承", "阀门", "仪表", "电缆", "铸造", "模具", "化工", "制药", "食品", "种业", "纺织",
    "新材料", "装备制造", "自动化", "电子", "软件", "信息技术", "环保科技", "生物科技",
    "检测技术", "农业科技", "包装", "管业", "紧固件", "智能科技",
)  # fmt: skip
FORMS: Final = ("有限公司",) * 7 + ("有限责任公司", "股份有限公司", "厂")
DEPARTMENTS: Final = {
    "statistics": "统计局",
    "finance": "财政局",
    "tax": "税务局",
    "personnel": "人力资源和社会保障局",
}
PERSONS: Final = 40


def credit_code(region: str, number: int) -> str:
    """A code of the right shape and check character in a region that does not exist."""
    body = "".join(LETTERS[number // 31**place % 31] for place in range(5, -1, -1))
    first = f"91{region[:6]}MA0{body[-6:]}"
    return first + check_character(first)


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


def firms(chance: random.Random, count: int = FIRMS) -> Iterator[PartyFacts]:
    """Firms with names that differ, most of them where most firms are."""
    places = chance.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    seen: set[str] = set()
    for number, place in enumerate(places, start=1):
        name = _firm(chance, COUNTIES[place])
        while name in seen:
            name = _firm(chance, COUNTIES[place])
        seen.add(name)
        yield PartyFacts(credit_code(place, number), name, "enterprise", place)


def _firm(chance: random.Random, county: str) -> str:
    word = chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(THIRD)
    return f"{county.rstrip('县区市')}{word}{chance.choice(TRADES)}{chance.choice(FORMS)}"


def persons() -> Iterator[PartyFacts]:
    """Experts and commissioners, named by number: no real person is meant."""
    counties = list(COUNTIES)
    for number in range(1, PERSONS + 1):
        place = counties[number % len(counties)]
        yield PartyFacts(f"person-{number:03}", f"示例专家{number:02}", "person", place)
