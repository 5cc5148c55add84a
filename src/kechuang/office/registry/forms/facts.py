"""Forms of facts: what a source says of a year, one corrected cell, an explained doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.eligibility.data.cells import Fault, Value
from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.showing import data, in_chinese
from kechuang.office.ground.slots import Text
from kechuang.office.registry.fact_words import as_written, field_name, read_value
from kechuang.office.registry.forms.fields import DataSelect
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.sources import BUREAU, usable_sources
from kechuang.reference import Field
from kechuang.reference.fields import FieldType

LONGEST: Final = 200
NUMBERS: Final[set[FieldType]] = {"money", "count", "number"}
_lazy_name = lazy(field_name, str)


FAULTS: Final[Mapping[str, Text]] = {
    "masked": gettext_lazy("“%(label)s”写成“%(value)s”，有字符被遮住。请写原值，或留空。"),
    "mixed_units": gettext_lazy("“%(label)s”写成“%(value)s”，单位不是%(unit)s。请换算后只写数字。"),
    "not_number": gettext_lazy("“%(label)s”写成“%(value)s”，不是数。请只写数字；不知道就留空。"),
    "decimals": gettext_lazy("“%(label)s”写成“%(value)s”，小数位数太多。请四舍五入后再填。"),
    "magnitude": gettext_lazy("“%(label)s”写成“%(value)s”，太大。请核对数值和单位。"),
    "negative": gettext_lazy("“%(label)s”写成“%(value)s”，是负数。没有就填0，不知道就留空。"),
    "not_boolean": gettext_lazy("“%(label)s”写成“%(value)s”，不是是或否。不知道就留空。"),
    "not_date": gettext_lazy("“%(label)s”写成“%(value)s”，不是可用的日期。请写成 2023-01-05。"),
    "not_option": gettext_lazy("“%(label)s”写成“%(value)s”，不在选项之中。请改选一个。"),
}
"""What is wrong with a typed value, by the code of its fault, in few words."""
UNREADABLE: Final = gettext_lazy("“%(label)s”写成“%(value)s”，读不出来。请核对；不知道就留空。")


def told_of(field: Field, fault: Fault, text: str) -> str:
    """What is wrong with a typed value; the fault's own sentences, which say more, are Chinese."""
    told = {"label": field_name(field), "value": text[:40], "unit": field.unit}
    if not in_chinese():
        return str(FAULTS.get(fault.code, UNREADABLE)) % told
    words = _("“%(label)s”写成“%(value)s”，%(what)s：%(why)s。%(remedy)s。")
    return words % {**told, "what": fault.what, "why": fault.why, "remedy": fault.remedy}


class FactBox(forms.Field):
    """A box for one field of the dictionary, in the unit that people write."""

    widget = forms.TextInput

    def __init__(self, field: Field, **more: Any) -> None:
        super().__init__(required=False, label=_lazy_name(field), **more)
        self.fact = field
        self.widget = _widget(field)

    @property
    def unit(self) -> str:
        """The unit of what is typed, empty where there is none."""
        return self.fact.unit

    def clean(self, value: Any) -> Value:
        """The value as a frame keeps it; None where nothing is typed."""
        text = str(value or "")[:LONGEST]
        found = read_value(self.fact, text)
        if isinstance(found, Fault):
            raise ValidationError(told_of(self.fact, found, text))
        return found

    def prepare_value(self, value: Any) -> Any:
        """A typed text stays as it was typed."""
        return value


def _widget(field: Field) -> forms.Widget:
    if field.type == "boolean":
        return forms.Select(
            choices=[("", "—"), ("是", gettext_lazy("是")), ("否", gettext_lazy("否"))]
        )
    if field.options:
        return DataSelect(choices=[("", "—"), *((name, name) for name in field.options.values())])
    mode = "decimal" if field.type in NUMBERS else "text"
    return forms.TextInput(attrs={"maxlength": LONGEST, "inputmode": mode, "autocomplete": "off"})


def written(field: Field, value: Value) -> str:
    """A value as its box shows it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return as_written(field, value)


class SourceForm(forms.Form):
    """Where values come from: only sources that are edited here by hand."""

    source = forms.ChoiceField(label=gettext_lazy("来源"))
    as_of = forms.DateField(
        label=gettext_lazy("截至日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("这些数是哪一天的，如报表日期。"),
    )
    document = TextField(label=gettext_lazy("文号"), max_length=120, required=False)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        box: Any = self.fields["source"]
        box.choices = [(each.code, each.told) for each in usable_sources() if not each.official]
        self.fields["source"].initial = BUREAU
        self.fields["as_of"].initial = timezone.localdate()

    def provenance(self) -> Provenance:
        """What was filled in."""
        given = self.cleaned_data
        return Provenance(given["source"], given["as_of"], given["document"])


class FactsForm(SourceForm):
    """What one source says: a box for each field."""

    def __init__(
        self,
        *arguments: Any,
        facts: tuple[Field, ...],
        before: Mapping[str, Value],
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self.facts = facts
        for field in facts:
            self.fields[field.code] = FactBox(field)
            self.initial.setdefault(field.code, written(field, before.get(field.code)))

    def values(self) -> dict[str, Value]:
        """The values by field; an empty box empties the cell."""
        return {field.code: self.cleaned_data[field.code] for field in self.facts}


class CellForm(forms.Form):
    """One cell set by hand, and why."""

    unknown = forms.BooleanField(
        label=gettext_lazy("来源的值都不对，正确的值还不知道"), required=False
    )
    reason = TextField(
        label=gettext_lazy("理由和依据"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("如：与审计报告核对，万元误填为元。"),
    )

    def __init__(self, *arguments: Any, field: Field, value: Value, **more: Any) -> None:
        super().__init__(*arguments, **more)
        unit = format_html(_("单位：{unit}"), unit=data(field.unit)) if field.unit else ""
        box = FactBox(field, help_text=unit)
        box.required = True  # `clean` says what is missing; the label must not call it optional
        self.fields = {"value": box, **self.fields}
        self.initial.setdefault("value", written(field, value))

    def clean(self) -> dict[str, Any]:
        """A value, or that nobody knows it: one of both."""
        given = super().clean() or self.cleaned_data
        if "value" in given and given["value"] is None and not given.get("unknown"):
            words = _("请填写正确的值；还不知道就勾选“来源的值都不对，正确的值还不知道”。")
            self.add_error("value", words)
        return given

    def value(self) -> Value:
        """The value to be set, None for one that nobody knows."""
        return None if self.cleaned_data["unknown"] else self.cleaned_data["value"]


class ExplanationForm(forms.Form):
    """Why a doubted value is right."""

    explanation = TextField(
        label=gettext_lazy("说明"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明怎样核实的、依据是什么。数值再变时会重新列为疑点。"),
    )
