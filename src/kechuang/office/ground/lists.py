"""The list page: title with the total, conditions in the address, columns, order, pages, export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from kechuang.office.ground import exporting, showing
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.export_jobs import export_later
from kechuang.office.ground.listings import (
    EXPORT,
    PAGE,
    SORT,
    Asked,
    Bulk,
    Column,
    Filter,
    Listing,
    ask,
    listings,
)
from kechuang.office.ground.models import SavedView
from kechuang.office.ground.permissions import require
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Text, list_exports

__all__ = ["Bulk", "Column", "Filter", "Listing", "list_page", "listings"]

PART = "listing"
TICK = (
    '<td class="pick"><input type="checkbox" form="bulk" name="selected" value="{}"'
    ' aria-label="{} {}"></td>'
)


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column: its name, where a click leads, and how it is ordered now."""

    name: Text
    unit: Text
    align: str
    url: str
    order: str  # ascending, descending or empty


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one row."""

    text: SafeString
    align: str
    url: str | None

    def __html__(self) -> SafeString:
        """The value, with the link that it is."""
        if not self.url:
            return self.text
        return SafeString(f'<a href="{escape(self.url)}">{self.text}</a>')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key, its first cell, which names it, and the others."""

    key: Any
    name: Cell
    cells: list[Cell]

    def __html__(self) -> SafeString:
        """The name and the other cells."""
        name = f'<th scope="row" class="{self.name.align}">{self.name.__html__()}</th>'
        cells = [f'<td class="{each.align}">{each.__html__()}</td>' for each in self.cells]
        return SafeString("".join((name, *cells)))

    def tick(self) -> SafeString:
        """The cell with the box that picks the row."""
        name = SafeString(strip_tags(self.name.text))
        return format_html(TICK, self.key, gettext("选择"), name)


def list_page(
    request: HttpRequest, listing: Listing, template: str = "lists/list.html", **context: Any
) -> HttpResponseBase:
    """The page of a list, the part of it that HTMX asks for, or the file that is exported.

    `context` goes to the template as it is.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, listing.verb)
    asked = ask(listing, actor, request.GET)
    wanted = request.GET.get(EXPORT, "")
    if wanted in exporting.FORMATS and listing.export_verb:
        return _exported(request, asked, wanted)
    page = Paginator(asked.rows(), listing.page_size).get_page(request.GET.get(PAGE))
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == PART:
        template = "lists/part.html"
    shown = {**table(asked, page), **tools(asked), **context, "path": request.path}
    return render(request, template, shown)


def _exported(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponseBase:
    """The file at once, or where there is too much, the page of the job that makes it."""
    count = asked.rows().count()
    if count <= exporting.AT_ONCE:
        return exporting.answer(asked, wanted)
    job = export_later(asked, wanted)
    told = gettext("共%(count)s行，由后台任务导出。可以离开此页，完成后在“通知”里告诉您。")
    messages.success(request, told % {"count": f"{count:,}"})
    return redirect("ground:job", pk=job.pk)


def table(asked: Asked, page: Page[Any]) -> dict[str, Any]:
    """What the table, its bar and its pager show."""
    listing, actor = asked.listing, asked.actor
    rows = [_row(asked, row) for row in asked.prepared(page.object_list)]
    bulk = [
        (each, reverse(each.route, args=each.arguments))
        for each in listing.bulk
        if actor.reach(each.verb)
    ]
    return {
        "listing": listing,
        "asked": asked,
        "page": page,
        "total": page.paginator.count,
        "told_total": told_total(page.paginator.count),
        "headers": [_header(asked, column) for column in asked.columns],
        "rows": rows,
        "body": _body(rows, ticked=bool(bulk)),
        "pages": _pages(asked, page),
        "bulk": bulk,
        "whole": page.has_other_pages() and all(each.whole for each, _address in bulk),
        "exports": _exports(asked),
        "table_id": PART,
    }


def _exports(asked: Asked) -> list[tuple[Text, str]]:
    """The ways in which the actor may export what is shown: name and address."""
    listing, actor = asked.listing, asked.actor
    found: list[tuple[Text, str]] = []
    if listing.export_verb and actor.reach(listing.export_verb):
        found += [
            (name, asked.address(**{EXPORT: code})) for code, name in exporting.FORMATS.items()
        ]
    more = [each for each in list_exports if (each.listing or each.code) == listing.code]
    query = asked.query.urlencode()
    return found + [(each.name, each.url(query)) for each in more if actor.reach(each.verb)]


def _body(rows: list[Row], *, ticked: bool) -> SafeString:
    """The rows as HTML; a template would spend most of the time of the page on their cells."""
    drawn = (f"<tr>{row.tick() if ticked else ''}{row.__html__()}</tr>" for row in rows)
    return SafeString("\n".join(drawn))


def told_total(count: int) -> str:
    """How many rows there are, in words."""
    return ngettext("共 %(count)s 条", "共 %(count)s 条", count) % {"count": f"{count:,}"}


def tools(asked: Asked) -> dict[str, Any]:
    """What stands around the table: conditions, choice of columns, saved views."""
    may_save = asked.actor.reach("view.save") is not None
    every = limit(SavedView.objects.all(), asked.actor, "view.save")
    views = every.filter(listing=asked.listing.code) if may_save else ()
    return {
        "conditions": asked.conditions,
        "choosable": [(column, column in asked.columns) for column in asked.available],
        "views": [(view, f"?{view.query}") for view in views],
        "may_save": may_save,
    }


def _header(asked: Asked, column: Column) -> Header:
    falling = asked.sort.startswith("-")
    ordered = asked.sort.lstrip("-") == column.code
    order = ("descending" if falling else "ascending") if ordered else ""
    turned = f"-{column.code}" if ordered and not falling else column.code
    url = asked.address(**{SORT: turned}) if column.sort else ""
    return Header(column.name, column.unit, column.align, url, order)


def _row(asked: Asked, row: Any) -> Row:
    cells = [_cell(column, row) for column in asked.columns]
    return Row(row.pk, cells[0], cells[1:])


def _cell(column: Column, row: Any) -> Cell:
    value = column.value(row)
    align = "date" if column.align == "text" and showing.is_code(value) else column.align
    shown = showing.shown(value, column.align, column.digits)
    return Cell(shown, align, column.link(row) if column.link else None)


def _pages(asked: Asked, page: Page[Any]) -> dict[str, Any]:
    def address(number: int) -> str:
        return asked.address(**{PAGE: str(number) if number > 1 else None})

    return {
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "numbers": [
            (each, address(each)) if isinstance(each, int) else ("", "")
            for each in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        ],
    }
