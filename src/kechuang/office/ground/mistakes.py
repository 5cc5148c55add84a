"""What is wrong in a form, in words that name the field and say how to mend it.

Django's own words do not name the field: three of them in a summary say the same thing three times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy

OURS: Final = {
    "max_length": gettext_lazy("“%(label)s”有%(show_value)s个字，最多%(limit_value)s个。请改短。"),
    "min_length": gettext_lazy(
        "“%(label)s”只有%(show_value)s个字，至少%(limit_value)s个。请补全。"
    ),
    "max_value": gettext_lazy("“%(label)s”填的是%(show_value)s，不能大于%(limit_value)s。"),
    "min_value": gettext_lazy("“%(label)s”填的是%(show_value)s，不能小于%(limit_value)s。"),
    "invalid_choice": gettext_lazy("“%(label)s”选的不在可选的里面。请重新选择。"),
}
CHOSEN: Final = (
    forms.Select,
    forms.RadioSelect,
    forms.CheckboxInput,
    forms.CheckboxSelectMultiple,
    forms.FileInput,
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the id of the field to go to, empty for the whole form, and its words."""

    anchor: str
    words: str


def mistakes_in(wrong: Iterable[forms.BaseForm]) -> list[Mistake]:
    """Every mistake of these forms, in the order of their fields."""
    found: list[Mistake] = []
    for form in wrong:
        found += [Mistake("", str(words)) for words in form.non_field_errors()]
        for field in form:
            anchor = field.id_for_label or str(field.auto_id)
            found += [Mistake(anchor, words) for words in words_of(field)]
    return found


def words_of(field: BoundField) -> list[str]:
    """The mistakes of one field."""
    return [_words(field, error) for error in field.errors.as_data()]


def _words(field: BoundField, error: ValidationError) -> str:
    code = str(error.code)
    if not _is_djangos(field.field, error):
        return str(next(iter(error.messages)))
    if code == "required":
        chosen = isinstance(field.field.widget, CHOSEN)
        pattern = gettext("请选择“%(label)s”。") if chosen else gettext("请填写“%(label)s”。")
        return pattern % {"label": field.label}
    if code == "invalid":
        return _unreadable(field)
    given: dict[str, Any] = {**(error.params or {}), "label": field.label}
    return str(OURS[code]) % given


def _unreadable(field: BoundField) -> str:
    given = {"label": field.label, "value": str(field.value())[:40]}
    if isinstance(field.field, forms.IntegerField | forms.DecimalField):
        return gettext("“%(label)s”写成“%(value)s”，不是数字。请只写数字。") % given
    return gettext("“%(label)s”写成“%(value)s”，读不出日期。请写作 2026-01-31。") % given


def _is_djangos(field: forms.Field, error: ValidationError) -> bool:
    """Whether the words come from the framework, so that nobody chose them for this field."""
    code = str(error.code)
    said = str(error.message)
    match code:
        case "max_length":
            return said == str(validators.MaxLengthValidator.message)
        case "min_length":
            return said == str(validators.MinLengthValidator.message)
        case "max_value":
            return said == str(validators.MaxValueValidator.message)
        case "min_value":
            return said == str(validators.MinValueValidator.message)
        case "required" | "invalid_choice":
            return said in _defaults(field, code)
        case "invalid":
            readable = (forms.IntegerField, forms.DecimalField, forms.DateField)
            return isinstance(field, readable) and said in _defaults(field, code)
    return False


def _defaults(field: forms.Field, code: str) -> set[str]:
    return {
        str(kind.default_error_messages[code])
        for kind in type(field).__mro__
        if kind.__module__.startswith("django.")
        and code in vars(kind).get("default_error_messages", {})
    }
