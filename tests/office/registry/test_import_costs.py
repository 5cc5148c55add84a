"""R&D expense by category: in by workbook, as the engines read it, undone, merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from imported_files import (
    CODE,
    NAME,
    code_of,
    codes,
    counts,
    imported,
    sent,
    texts,
    undone,
    workbook,
)

from kechuang.office.ground.actors import Actor
from kechuang.office.registry.models import ResearchCost
from kechuang.office.registry.queries.frames import frames

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B = code_of(1), code_of(2)
HEADER = [CODE, "口径", "人员人工费用（万元）", "直接投入（元）", "其他费用（万元）"]


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    found = actor("officer", "990101")
    imported(found, workbook([[CODE, NAME], [A, "甲"], [B, "乙"]]))
    return found


def costs(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    return workbook([header, *rows])


def kept() -> dict[tuple[int, str, str], int]:
    rows = ResearchCost.objects.order_by("year", "caliber", "category")
    return {(row.year, row.caliber, row.category): row.amount for row in rows}


def test_a_row_is_a_firm_a_year_and_a_caliber(officer: Actor) -> None:
    content = costs([A, "高企口径", 12.5, 990, 0], [A, "加计扣除口径", 11, None, None])

    batch = imported(officer, content, "research_costs", year=2025)

    assert counts(batch) == {"new": 2, "written": 2}, batch.problems
    assert kept() == {
        (2025, "hnte", "personnel"): 12_500_000,
        (2025, "hnte", "direct"): 99_000,
        (2025, "hnte", "other"): 0,
        (2025, "deduction", "personnel"): 11_000_000,
    }
    assert counts(sent(officer, content, "research_costs", year=2025)) == {"same": 2}
    frame = frames(officer, date(2026, 3, 1), [("rd_costs", "amount")])["rd_costs"]
    assert sorted(frame["amount"]) == [0, 99_000, 11_000_000, 12_500_000]


def test_what_changes_is_told_by_category_and_undone(officer: Actor) -> None:
    imported(officer, costs([A, "高企口径", 12.5, 990, 0]), "research_costs", year=2025)
    batch = imported(officer, costs([A, "高企口径", 13, 990, None]), "research_costs", year=2025)
    assert counts(batch) == {"changed": 1, "written": 1}
    assert batch.samples["changed"][0]["changes"] == [["人员人工（万元）", "12.5", "13"]]
    assert kept()[2025, "hnte", "personnel"] == 13_000_000

    undone(officer, batch)

    assert kept()[2025, "hnte", "personnel"] == 12_500_000
    assert len(kept()) == 3


def test_years_stand_in_headers_or_in_a_column(officer: Actor) -> None:
    headers = [CODE, "口径", "人员人工（2025年，万元）", "人员人工（2024年，万元）"]
    imported(officer, costs([A, "统计口径", 5, 4], header=headers), "research_costs")
    by_row = [CODE, "年度", "口径", "设计（万元）"]
    imported(officer, costs([A, 2023, "统计口径", 3], header=by_row), "research_costs")

    assert {year: amount // 10**6 for (year, _caliber, _category), amount in kept().items()} == {
        2025: 5, 2024: 4, 2023: 3,
    }  # fmt: skip


WRONG: dict[str, tuple[list[list[Any]], str, str]] = {
    "no caliber": ([[A, None, 1, None, None]], "required", "缺少“口径”"),
    "another caliber": ([[A, "会计口径", 1, None, None]], "not_option", "应为选项之一"),
    "twice": (
        [[A, "高企口径", 1, None, None], [A, "高企口径", 2, None, None]],
        "key_twice", "第 2 行重复",
    ),
    "by another key": (
        [[A, "高企口径", 1, None, None], [A.lower(), "高企口径", 2, None, None]],
        "key_twice", "第 2 行重复",
    ),
    "an unknown firm": ([[code_of(9), "高企口径", 1, None, None]], "unknown_party", "还没有登记"),
    "no number": ([[A, "高企口径", "约五百", None, None]], "not_number", "C 列 人员人工费用"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told(officer: Actor, case: str) -> None:
    rows, code, told = WRONG[case]

    batch = sent(officer, costs(*rows), "research_costs", year=2025)

    assert codes(batch) == [code], batch.problems
    assert told in texts(batch)[0]


def test_without_a_year_the_rows_are_asked_for_one(officer: Actor) -> None:
    batch = sent(officer, costs([A, "高企口径", 1, None, None]), "research_costs")

    assert all("没有说明是哪一年的数" in text for text in texts(batch))
    assert len(texts(batch)) == 3
