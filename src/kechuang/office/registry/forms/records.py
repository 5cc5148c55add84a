"""What the forms of plain records share: columns of a model, and where values come from."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import BooleanField, Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.registry.forms.fields import DataSelect, Named, day_field, field_of, file_field
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.sources import BUREAU, usable_sources

SOURCES_TOLD = _(
    "证书、主管部门名单和登记信息由原部门管理，登记后不能手工修改，只能用更新的文件替换。"
)


class ReachForm(forms.Form):
    """A form whose fields that name records find them within the reach of an actor."""

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.actor = actor
        for field in self.fields.values():
            if isinstance(field, Named):
                field.actor = actor


class RecordForm(ReachForm):
    """A form of columns of a model, in the order of `names`; a form says its own fields first.

    With a `row` it is filled with what the row holds, without fields of `once`.
    """

    model: ClassVar[type[Model]]
    names: ClassVar[tuple[str, ...]]
    once: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *arguments: Any, actor: Actor, row: Any = None, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        for name in self.names:
            found = field_of(self.model._meta.get_field(name))  # type: ignore[arg-type]
            if name not in self.fields and found is not None:
                self.fields[name] = found
        for name, field in source_fields().items():
            self.fields[name] = field
        last = ("source", "document", "as_of")
        first = [name for name in self.fields if name not in (*self.names, *last)]
        self.order_fields([*first, *self.names, *last])
        for name in self.once if row else ():
            del self.fields[name]
        if row is not None:
            self.initial = {**self._held(row), **self.initial}

    def _held(self, row: Any) -> dict[str, Any]:
        held = {name: getattr(row, name) for name in self.names}
        for name, value in held.items():
            nullable = isinstance(self.model._meta.get_field(name), BooleanField)
            if nullable and isinstance(self.fields.get(name), forms.ChoiceField):
                held[name] = {None: "", True: "1", False: "0"}[value]
        return {**held, **source_initial(row)}

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        found = {name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data}
        for name, value in found.items():
            column = self.model._meta.get_field(name)
            if isinstance(column, BooleanField) and isinstance(value, str):
                found[name] = {"": None, "1": True, "0": False}[value]
        return found

    def provenance(self) -> Provenance:
        """Where the values come from."""
        data = self.cleaned_data
        return Provenance(data["source"], data["as_of"], data["document"])


def source_fields() -> dict[str, forms.Field]:
    """Where values come from, the number of the document, and of which day they are."""
    return {
        "source": forms.ChoiceField(
            label=_("来源"),
            choices=[(each.code, each.told) for each in usable_sources()],
            initial=BUREAU,
            help_text=SOURCES_TOLD,
            widget=DataSelect,
        ),
        "document": TextField(label=_("文号"), max_length=120, required=False),
        "as_of": day_field(_("截至日期")),
    }


def source_initial(row: Sourced) -> dict[str, Any]:
    """The source of a row, and today: whoever changes it says anew of which day it is."""
    return {"source": row.source, "document": row.document, "as_of": timezone.localdate()}


class ReasonForm(ReachForm):
    """Why something is done."""

    reason = TextField(label=_("理由"), max_length=200, help_text=_("写入变更记录。"))


class FileForm(ReachForm):
    """A file that comes in."""

    file = file_field(_("文件"))


class EndForm(ReachForm):
    """On which day something ends."""

    until = day_field(_("结束日期"))


class DayReasonForm(ReachForm):
    """On which day something happens, and why."""

    on = day_field(_("日期"))
    reason = TextField(label=_("原因"), max_length=200)
