"""A value and where it comes from."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template
from django.utils.translation import override

from kechuang.office.registry.models import CellCorrection, CellSource, Organisation
from kechuang.office.registry.sourced import source_told

DAY = date(2026, 1, 2)


def page(value: object, row: object, options: str = "") -> str:
    text = f"{{% load registry %}}{{% sourced value row {options} %}}"
    return Template(text).render(Context({"value": value, "row": row}))


def test_value_has_source_day_and_confirmer() -> None:
    row = CellSource(source="certificate", as_of=DAY, document="甲字1号", confirmed_name="李四")
    assert source_told(row) == "来源 证书 · 文号 甲字1号 · 截至 2026-01-02 · 确认人 李四"
    shown = page(1234500, row, '"number"')
    assert "1,234,500" in shown
    assert source_told(row) in shown
    assert 'tabindex="0"' in shown


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            Organisation(source="bureau", as_of=DAY, confirmed_by="li-si"),
            "来源 科技局台账 · 截至 2026-01-02 · 确认人 li-si",
        ),
        (Organisation(source="bureau", as_of=DAY), "来源 科技局台账 · 截至 2026-01-02 · 未确认"),
        (
            CellCorrection(source="bureau", as_of=DAY, confirmed_name="李四", reason="多报一位"),
            "手工更正：多报一位 · 来源 科技局台账 · 截至 2026-01-02 · 确认人 李四",
        ),
        (
            Organisation(source="gone", as_of=DAY, confirmed_name="李四"),
            "来源 gone · 截至 2026-01-02 · 确认人 李四",
        ),
    ],
)
def test_source_in_words(row: Organisation, told: str) -> None:
    assert source_told(row) == told


def test_source_is_named_in_the_language_of_the_page() -> None:
    with override("en"):
        assert "certificate" in source_told(CellSource(source="certificate", as_of=DAY))


def test_value_without_a_row_stands_alone() -> None:
    assert page("甲", None) == "甲"


def test_nothing_filled_in_says_so_with_its_source() -> None:
    shown = page(None, CellSource(source="bureau", as_of=DAY, confirmed_name="李四"))
    assert "未填" in shown
    assert "科技局台账" in shown


def test_value_and_source_are_escaped() -> None:
    row = CellSource(source="bureau", as_of=DAY, document="<b>", confirmed_name="<i>")
    shown = page("<script>", row)
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown
    assert "<i>" not in shown
