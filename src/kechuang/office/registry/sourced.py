"""A value with where it comes from: seen on hover and on focus, read out, and printed."""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from kechuang.office.ground import showing
from kechuang.office.registry.models import CellCorrection
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.sources import load_sources

BETWEEN: Final = " · "


def source_name(code: str) -> str:
    """The name of a source in the language of the page; a code that is gone stays as it is."""
    source = load_sources().get(code)
    return source.told if source else code


def is_official(row: Sourced | None) -> bool:
    """Whether another body keeps what a row says, so that it is not corrected here."""
    if row is None or isinstance(row, CellCorrection):
        return False
    source = load_sources().get(row.source)
    return source is not None and source.official


def source_told(row: Sourced) -> str:
    """Source, document, day and confirmer of a row in one line, and why a cell was corrected."""
    said = {
        "source": source_name(row.source),
        "document": row.document,
        "day": row.as_of.isoformat(),
        "name": row.confirmed_name or row.confirmed_by,
    }
    parts = [gettext("来源 %(source)s") % said]
    if isinstance(row, CellCorrection):
        parts = [gettext("手工更正：%(reason)s") % {"reason": row.reason}, *parts]
    if row.document:
        parts.append(gettext("文号 %(document)s") % said)
    parts.append(gettext("截至 %(day)s") % said)
    parts.append(gettext("确认人 %(name)s") % said if said["name"] else gettext("未确认"))
    return BETWEEN.join(parts)


def sourced_value(
    value: object, row: Sourced | None, align: str = "text", digits: int | None = None
) -> SafeString:
    """A value as pages show it, with the line of its source; without a row the value alone."""
    shown = showing.shown(value, align, digits)
    if row is None:
        return shown
    return format_html(
        '<span class="sourced" tabindex="0">{}<span class="source"><span class="unseen">{}</span>{}'
        "</span></span>",
        shown,
        gettext("："),
        showing.data(source_told(row)),
    )
