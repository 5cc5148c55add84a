"""The form of the public self-check: a region and a few facts, none of them demanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.eligibility.lowered import Column
from kechuang.office.ground.showing import bracketed, enumerated
from kechuang.office.regions.models import Region
from kechuang.office.registry.fact_words import field_name
from kechuang.office.registry.forms.facts import FactBox
from kechuang.office.registry.forms.fields import DataSelect
from kechuang.rulebook.model import Fact

LEVELS = (Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.COUNTY)


class _Place(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class SelfCheckForm(forms.Form):
    """Where, and a box for each of some columns."""

    region = _Place(
        Region.objects.none(),
        label=gettext_lazy("所在地"),
        empty_label="—",
        to_field_name="code",
        widget=DataSelect,
    )

    def __init__(
        self, *arguments: Any, root: str, columns: Sequence[Column], day: date, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.columns = columns
        place: Any = self.fields["region"]
        places = Region.objects.filter(path__startswith=root, level__in=LEVELS)
        place.queryset = places.order_by("path")
        for column in columns:
            box = FactBox(column.field)
            box.label = _label(column, day)
            if column.field.type == "date":
                box.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[column.name] = box

    def facts(self) -> Mapping[str, Fact]:
        """The facts that were given, by column."""
        found = {column.name: self.cleaned_data.get(column.name) for column in self.columns}
        return {name: value for name, value in found.items() if value is not None}


def _label(column: Column, day: date) -> str:
    """The name of a fact with its year and unit."""
    parts = []
    if column.field.period == "year":
        parts.append(_("%(year)s年") % {"year": day.year - 1 - column.back})
    if column.field.unit:
        parts.append(column.field.unit)
    name = field_name(column.field)
    return format_html("{}{}", name, bracketed(enumerated(parts))) if parts else name
