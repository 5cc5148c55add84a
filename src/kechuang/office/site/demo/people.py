"""The people of the made-up city who sign in, and the roles that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one role or several: user name, name, and (role, region, party) of each."""

    username: str
    name: str
    roles: tuple[tuple[str, str, str], ...]


def _bureau(role: str, region: str = "990100") -> tuple[str, str, str]:
    return (role, region, f"bureau-{region}")


PEOPLE: Final = (
    Person("xitong", "系统员", (_bureau("system_administrator"),)),
    Person("anquan", "安全员", (_bureau("security_administrator"),)),
    Person("shenji", "审计员", (_bureau("audit_administrator"),)),
    Person("jingban", "经办甲", (_bureau("officer"), _bureau("officer", "990101"))),
    Person("fuhe", "复核乙", (_bureau("reviewer"),)),
    Person("caiwu", "财务丙", (_bureau("finance_officer"),)),
    Person("lingdao", "领导丁", (_bureau("leader"),)),
    Person("jiaxian", "甲县经办", (_bureau("officer", "990101"),)),
    Person("jiafuhe", "甲县复核", (_bureau("reviewer", "990101"),)),
    Person("yiqu", "乙区经办", (_bureau("officer", "990102"),)),
    Person("tongji", "统计联络员", (("department_liaison", "990100", "statistics-990100"),)),
    Person("yizhen", "一镇联络员", (("area_liaison", "990101001", "township-990101001"),)),
    Person("yuanqu", "乙区园区", (("carrier_operator", "990102", "park-990102"),)),
    Person("zhuanjia", "评审专家", (("expert", "990100", ""),)),
    Person("tepai", "特派员", (("commissioner", "990100", ""),)),
)
ENTERPRISE: Final = Person("qiye", "企业甲", ())
