"""What a comparison found, as a workbook: a sheet for each group."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.files.safe import one_line
from kechuang.office.desk.comparison_words import left_words, whys
from kechuang.office.desk.lists.comparisons import why_of
from kechuang.office.desk.models import ComparedRow, Comparison
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.exporting import LONGEST_CELL
from kechuang.office.ground.listings import Asked
from kechuang.office.registry.lists.organisations import code_of

MOST_ABSENT: Final = 50_000
A4: Final = 9
Group = ComparedRow.Group


def workbook(actor: Actor, comparison: Comparison, absent: Asked) -> bytes:
    """The four groups; `absent` says which of ours that are not on the list are told.

    Who takes it is written into the trail by the caller.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    rows = list(queries.rows(actor).filter(comparison=comparison).order_by("position"))
    by_group = {group: [row for row in rows if row.group == group] for group in Group}
    first = (_("序号"), _("名单上的名称"), _("名单上的代码"))
    _sheet(
        book,
        _("一致"),
        (*first, _("库内企业"), _("统一社会信用代码"), _("区划"), _("为什么"), _("与第几条重复")),
        (_same(row) for row in by_group[Group.SAME]),
    )
    _sheet(
        book,
        _("疑似"),
        (*first, _("可能的企业"), _("代码"), _("把握"), _("为什么")),
        (cells for row in by_group[Group.DOUBT] for cells in _doubts(row)),
    )
    _sheet(
        book,
        _("库内无"),
        (*first, _("位置"), _("为什么")),
        ([*_first(row), row.place, why_of(row)] for row in by_group[Group.UNKNOWN]),
    )
    _absent(book, absent)
    _about(book, actor, comparison, absent)
    book.close()
    return file.getvalue()


def _first(row: ComparedRow) -> list[object]:
    return [row.position, row.name, row.credit_code]


def _same(row: ComparedRow) -> list[object]:
    party = row.party
    if party is None:
        return _first(row)
    return [*_first(row), party.name, party.code, party.region.name, why_of(row), row.repeats]


def _doubts(row: ComparedRow) -> Iterable[list[object]]:
    for each in row.candidates:
        yield [*_first(row), each["name"], each["code"], each["sure"], whys(each["reasons"])]


def _absent(book: Any, asked: Asked) -> None:
    found = asked.rows()[:MOST_ABSENT]
    heads = (_("名称"), _("统一社会信用代码"), _("区划"))
    _sheet(
        book,
        _("名单无"),
        heads,
        ([row.party.name, code_of(row), row.party.region.name] for row in found),
    )


def _about(book: Any, actor: Actor, comparison: Comparison, absent: Asked) -> None:
    left = comparison.reading.get("left", [])
    rows: list[list[object]] = [
        [_("名单"), comparison.name],
        [_("区划"), comparison.region.name],
        [_("比对时间"), _moment(comparison)],
        [_("名单无的条件"), absent.told()],
        [_("导出人"), f"{actor.name}（{actor.code}）"],
        [_("导出时间"), f"{timezone.localtime():%Y-%m-%d %H:%M}"],
        *([_("没有采用"), left_words(each)] for each in left),
    ]
    _sheet(book, _("说明"), (_("项目"), _("内容")), rows)


def _moment(comparison: Comparison) -> str:
    at = comparison.compared_at
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A sheet that is ready to be printed: head frozen, A4 across, page numbers."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&R&P / &N")
    for place, each in enumerate(heads):
        sheet.set_column(place, place, 8 if each == heads[0] and len(heads) > 3 else 26)
        sheet.write_string(0, place, each, head)
    count = 0
    for count, cells in enumerate(rows, 1):
        for place, value in enumerate(cells):
            if isinstance(value, int):
                sheet.write_number(count, place, value)
            elif value:
                sheet.write_string(count, place, one_line(str(value))[:LONGEST_CELL])
    if count:
        sheet.autofilter(0, 0, count, len(heads) - 1)
