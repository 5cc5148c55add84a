"""Texts whose figures are marked by hand, so that a check is tested without a reader.

    全县{33家|stock|高新技术企业}，

is a text with one figure. After the quote come kind and measure, and where they differ from the
text's own, period and subject. `growth-` marks a fall. Value and unit are read from the quote.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import cast

from kechuang.figures.model import Quantity
from kechuang.figures.quantities import find_quantities
from kechuang.reading.model import About, Figure, Kind, Reading
from kechuang.reading.normalise import normalise

_MARK = re.compile(r"\{(?P<quote>[^|{}]+)\|(?P<rest>[^{}]*)\}")


def text_of(marked: str) -> str:
    """The text without its marks."""
    return _MARK.sub(lambda mark: mark["quote"], marked)


def reading_of(
    marked: str,
    region: str = "示例省示例市甲县",
    year: int = 2023,
    doc: str = "made-up",
    confidence: float = 1.0,
) -> Reading:
    """The reading that a faultless reader would give."""
    raw = text_of(marked)
    ends = [0, *(found.end() for found in re.finditer("[。！？；\n]", raw)), len(raw)]
    figures: list[Figure] = []
    removed = 0
    for mark in _MARK.finditer(marked):
        start = mark.start() - removed
        end = start + len(mark["quote"])
        removed += len(mark[0]) - len(mark["quote"])
        first = max(place for place in ends if place <= start)
        last = min(place for place in ends if place >= end)
        figure = _figure(mark["quote"], mark["rest"].split("|"), region, year)
        figures.append(
            replace(
                figure,
                doc=doc,
                start=start,
                end=end,
                sentence=raw[first:last],
                sentence_start=first,
                sentence_end=last,
                confidence=confidence,
            )
        )
    return Reading(doc, raw, About(region, year, None), tuple(figures))


@cache
def _quantity(quote: str) -> Quantity:
    return find_quantities(normalise(quote).text)[0]


def _figure(quote: str, fields: list[str], region: str, year: int) -> Figure:
    kind, measure, period, subject = (*fields, "", "", "", "")[:4]
    quantity = _quantity(quote)
    value = -quantity.value if kind.endswith("-") else quantity.value
    return Figure(
        doc="",
        quote=quote,
        occurrence=1,
        start=0,
        end=0,
        value=Decimal(value),
        value_max=quantity.value_max,
        # 上升5位 is a number of places, whatever 5位 alone would be.
        unit="位" if kind.startswith("change") and quote.endswith("位") else quantity.unit,
        bound=quantity.bound,
        kind=cast("Kind", kind.rstrip("-")),
        measure=measure or None,
        subject=subject or re.split("[省市]", region)[-1] or region,
        period=period or str(year),
        indicator=None,
        confidence=1.0,
        sentence="",
        sentence_start=0,
        sentence_end=0,
        section=None,
    )
