"""R&D expense as people fill it in: a row for each firm, year and caliber, a column a category.

The dictionary keeps one row a category (`rd_costs`). The columns of the sheet are the options of
its field `category`, called as the dictionary and the printed forms call them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from kechuang.reference import Dictionary, Field, load_dictionary

SHEET: Final = "rd_cost_sheet"
WHOSE: Final = ("enterprise_code", "party_code", "enterprise_name", "region_name", "facts_year")
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "personnel": ("人员人工费用", "人工费用", "人员费用"),
    "direct": ("直接投入费用",),
    "depreciation": ("折旧费用与长期待摊费用", "折旧费用与长期待摊费用摊销", "折旧费用"),
    "intangible": ("无形资产摊销费用",),
    "design": ("设计费用", "新产品设计费", "新产品设计费等"),
    "testing": ("装备调试费用与试验费用", "装备调试费用", "调试与试验费用"),
    "outsourced": ("委托外部研究开发费用", "委托外部研发费用", "委托研发费用"),
    "other": ("其他费用", "其他相关费用"),
}
"""What the printed forms of 高企 and of the super-deduction call the categories."""


@cache
def sheet_dictionary() -> Dictionary:
    """The field dictionary, and the sheet of R&D expense as a frame of its own."""
    whole = load_dictionary()
    return Dictionary(list(whole.frames.values()), [*whole, *_sheet(whole)])


def categories() -> tuple[str, ...]:
    """The categories of R&D expense, in the dictionary's order."""
    return tuple(load_dictionary().field("rd_costs", "category").options)


def _sheet(whole: Dictionary) -> Iterator[Field]:
    for code in WHOSE:
        yield replace(whole.field("enterprises", code), frame=SHEET)
    yield replace(whole.field("rd_costs", "caliber"), frame=SHEET, also=("研发费用口径",))
    amount = whole.field("rd_costs", "amount")
    for code, name in whole.field("rd_costs", "category").options.items():
        yield replace(
            amount,
            code=code,
            frame=SHEET,
            name=name,
            name_en=code,
            also=ALSO.get(code, ()),
            period="year",
        )
