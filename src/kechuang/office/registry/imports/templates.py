"""The workbook to fill in for each purpose, with an example that an import ignores."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from kechuang.office.registry.imports.layout import DATA, EXAMPLE, VERSION, Stamp
from kechuang.office.registry.imports.purposes import PURPOSES, Column, Purpose
from kechuang.office.registry.imports.workbooks import Cell, FormBook, options_of

RARE: Final = frozenset({"standing", "platform_standing", "platform_year"})
"""Tables whose columns are left out of a short form."""

EXAMPLES: Final = {
    "enterprise_code": "91990101MA0000001X",
    "host_code": "91990101MA0000001X",
    "employer_code": "91990101MA0000001X",
    "enterprise_name": "示例轴承有限公司",
    "host_name": "示例轴承有限公司",
    "employer_name": "示例大学",
    "region_code": "990101",
    "region_name": "甲县",
    "industry_code": "C3451",
    "address": "甲县示例路1号",
    "website": "www.example.com",
    "main_business": "精密轴承的研发和生产",
    "contact_name": "张三",
    "contact_phone": "0990-1234567",
    "former_name": "示例轴承厂",
    "tags": "专精特新培育、上市后备",
    "title_code": "GR202599000001",
    "batch_name": "2025年第一批",
    "issuer": "示例省科学技术厅",
    "ip_code": "ZL202510000001.X",
    "ip_name": "一种示例轴承",
    "platform_code": "PT-001",
    "platform_name": "示例孵化器",
    "field_name": "装备制造",
    "person_code": "RC-001",
    "person_name": "李四",
    "person_kinds": "专家、科技特派员",
    "post": "教授",
    "professional_title": "正高级工程师",
    "knowledge_fields": "机械、材料",
    "specialty": "轴承寿命试验",
    "phone": "13800000000",
}


def columns_of(
    purpose: Purpose, year: int | None = None, *, whole: bool = True
) -> tuple[Column, ...]:
    """The columns of a form. Where its headers say a year there is no column for it.

    A short form leaves out the facts of `RARE` tables.
    """
    short = [each for each in purpose.listed if whole or each.table not in RARE]
    is_of_year = year is None and any(each.is_yearly for each in short)
    return tuple(each for each in short if each.code != "facts_year" or is_of_year)


def template(
    purpose: str, year: int | None = None, *, whole: bool = True, regions: Sequence[str] = ()
) -> bytes:
    """The workbook to fill in; `regions` are the names that may be chosen as a region.

    Raises KeyError where there is no such purpose.
    """
    found = PURPOSES[purpose]
    columns = columns_of(found, year, whole=whole)
    out = io.BytesIO()
    book = FormBook(out, columns, Stamp(purpose, VERSION, year))
    required = {*found.required, found.keys[0]} if len(found.keys) == 1 else set(found.required)
    book.begin(title_of(found, year), required, {"region_name": regions} if regions else {})
    marked = {columns[0].code, *found.keys}
    book.write([_example(each, marked=each.code in marked) for each in columns], grey=True)
    book.close(guide=_guide(found, columns, year))
    return out.getvalue()


def title_of(purpose: Purpose, year: int | None) -> str:
    """What a form is called."""
    return f"{year}年{purpose.name}" if year else str(purpose.name)


def file_name(purpose: Purpose, year: int | None) -> str:
    """The name of the file of a template."""
    return f"{title_of(purpose, year)}-填报模板.xlsx"


def _example(column: Column, *, marked: bool) -> Cell:
    """What stands in the example; the columns that find a record say that it is one."""
    field = column.field
    words = options_of(field)
    value: Cell
    if field.code in EXAMPLES:
        value = EXAMPLES[field.code]
    elif words:
        value = words[0]
    else:
        value = {
            "money": Decimal("1234.56"),
            "count": 12,
            "number": Decimal("12.5"),
            "date": date(2025, 6, 30),
        }.get(field.type, "")
    return f"{EXAMPLE}{value}" if marked else value


def _guide(
    purpose: Purpose, columns: Sequence[Column], year: int | None
) -> Iterator[Sequence[str]]:
    """The lines of the sheet 说明."""
    keys = [purpose.columns[code].field.name for code in purpose.keys]
    yield (f"{title_of(purpose, year)}　填报说明",)
    yield ("发表单位：",)
    yield ("填报单位：",)
    yield ("截止日期：",)
    yield ("",)
    yield (
        f"一、数据填在“{DATA}”表，从第2行起，一行一条。灰色斜体的示例行不会导入，留着或删掉都可以。",
    )
    yield ("二、不要改动第一行的表头。可以删去不填的列，可以调换列的次序。",)
    yield (f"三、每行至少填一项能认出是谁的内容，越靠前越准：{'、'.join(keys)}。",)
    yield ("四、空着表示没有填报，不等于0；确实是0的请填0。已有的数据不会被空格清掉。",)
    yield ("五、金额的单位见表头，只填数字，可以带小数。编号、代码按文本填，前面的0不会丢。",)
    yield ("六、不得填报涉密信息。统计调查取得的单个企业资料不得用于本表。",)
    yield ("七、填好后在“导入”页上传。系统先检查、再预览，确认之前什么也不会写入。",)
    yield (f"模板版本：{VERSION}",)
    yield ("",)
    yield ("列", "是否必填", "怎么填", "口径与可选内容")
    for column in columns:
        field = column.field
        words = "、".join(options_of(field))
        yield (
            column.header(year),
            "新增时必填" if column.code in purpose.required else "",
            _how(column),
            "；".join(filter(None, (field.caliber, words))),
        )


def _how(column: Column) -> str:
    match column.field.type:
        case "money" | "number":
            return "数字"
        case "count":
            return "整数"
        case "date":
            return "日期，如 2026-01-31"
        case "choice" | "boolean":
            return "从下拉列表选"
        case _:
            return f"文字，最多{column.longest}字" if column.longest else "文字"
