"""Numbers and periods as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from kechuang.office.reports.forms import CorrectionForm, number_text, read_number

NUMBERS = {
    "plain": ("96", "96"),
    "thousands apart": ("1,284.5", "1284.5"),
    "full-width": ("１，２８４．５", "1284.5"),
    "of a hundred million": ("23.29亿", "2329000000"),
    "of ten thousand": (" 3.5 万", "35000"),
    "both": ("1.2万亿", "1200000000000"),
    "a fall": ("−24.2", "-24.2"),
    "with a sign": ("+3", "3"),
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["约百", "12家", "1.2.3", "--1", "1e5", "亿", "∞"])
def test_what_is_no_number_is_told(text: str) -> None:
    with pytest.raises(ValidationError):
        read_number(text)


def test_nothing_is_nothing() -> None:
    assert read_number("　") is None


@given(st.decimals(min_value=-(10**20), max_value=10**20, allow_nan=False, places=4))
def test_form_gives_back_what_it_was_given(value: Decimal) -> None:
    assert read_number(number_text(value)) == value


PERIODS = {
    "2024": True, "2024-06": True, "2024-06-30": True, "2024-01/2024-06": True, "": True,
    "２０２４": True, "2024-13": False, "去年": False, "2024/去年": False, "2024年": False,
    "2024/": False, "2020/2021/2022": False,
}  # fmt: skip


@pytest.mark.parametrize(("text", "fits"), PERIODS.items())
def test_periods_are_years_months_days_or_from_one_to_another(text: str, fits: bool) -> None:
    form = CorrectionForm(
        {"value": "1", "kind": "stock", "bound": "exact", "measure": "企业", "period": text}
    )
    assert form.is_valid() is fits
