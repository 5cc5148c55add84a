"""Tags of the registry's templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from kechuang.office.ground import showing
from kechuang.office.registry.fact_pages import FactCell
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.proposal_marks import Marks
from kechuang.office.registry.sourced import source_told, sourced_value

register = template.Library()


@register.simple_tag
def sourced(
    value: object, row: Sourced | None, align: str = "text", digits: int | None = None
) -> SafeString:
    """A value with its source: `{% sourced fact.revenue fact "number" 2 %}`; no row, no source."""
    return sourced_value(value, row, align, digits)


@register.simple_tag
def beside(marks: Marks, cell: FactCell) -> SafeString:
    """The way to correct a fact, or that a proposal for it is open: `{% beside marks cell %}`."""
    return marks.of_fact(cell.field.code, cell.year, cell.row)


@register.filter
def told_source(row: Sourced) -> SafeString:
    """Source, day and confirmer of a row in one line: `{{ cell.row|told_source }}`."""
    return showing.data(source_told(row))
