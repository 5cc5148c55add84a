"""Tags and filters that every template has."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.safestring import SafeString

from kechuang.office.ground import addresses, showing
from kechuang.office.ground.mistakes import Mistake, mistakes_in, words_of
from kechuang.office.ground.slots import Text

register = template.Library()


@register.simple_tag
def state(code: str, label: Text) -> SafeString:
    """A badge: `{% state "late" "逾期" %}`; codes are todo, normal, soon, late, done."""
    return showing.State(code, label).__html__()


@register.simple_tag
def number(value: Decimal | int | str | None, digits: int | None = None) -> SafeString:
    """A number with thousands apart: `{% number award.amount 2 %}`; 未填 for None."""
    if value is None or value == "":
        return showing.unfilled()
    return showing.data(showing.figures(value, digits))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of the sprite: `{% icon "search" %}`."""
    return showing.icon(name)


@register.simple_tag
def options(choices: Iterable[tuple[str, Text]], chosen: str) -> SafeString:
    """The choices of a list box, each marked as Chinese where its name is data."""
    return showing.options(choices, chosen)


@register.simple_tag
def address(route: str) -> str:
    """The address of a route without arguments: `{% address "portal:home" %}`."""
    return addresses.address(route)


@register.filter
def shown(value: object) -> SafeString:
    """Any value as it stands in pages: dates, numbers, yes or no, 未填."""
    return showing.shown(value)


@register.filter
def data(value: object) -> SafeString:
    """A text of the data: marked as Chinese where the page is in another language."""
    return showing.data(value)


@register.filter
def bracketed(value: object) -> SafeString:
    """A text in the brackets of the language of the page: `{{ region.short_name|bracketed }}`."""
    return showing.bracketed(value)


@register.simple_tag(takes_context=True)
def forms_with_errors(context: Context) -> list[forms.BaseForm]:
    """The forms of the page in which something must be mended."""
    found: list[forms.BaseForm] = []
    for value in context.flatten().values():
        if isinstance(value, forms.BaseForm) and value.is_bound and value.errors:
            found.append(value)
        if isinstance(value, forms.BaseFormSet) and value.is_bound:
            found += [form for form in value.forms if form.errors]
    return [form for place, form in enumerate(found) if form not in found[:place]]


@register.filter
def mistakes(wrong: list[forms.BaseForm]) -> list[Mistake]:
    """Each mistake of these forms: where to go, and its words."""
    return mistakes_in(wrong)


@register.filter
def mistakes_of(field: BoundField) -> list[str]:
    """The mistakes of one field in the words of the summary."""
    return words_of(field)
