"""Forms of what is done with filings for all firms of a list."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import ComparisonAct
from kechuang.office.desk.services.comparison_kinds import Work
from kechuang.office.filings.models import Batch, BatchStage
from kechuang.office.filings.models import Kind as FilingKind
from kechuang.office.filings.queries import batches
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.registry.forms.fields import DataSelect, box_field, day_field

BETWEEN: Final = "/"
"""What stands between the key of a batch and the code of its stage."""


class EnterForm(forms.Form):
    """A batch, what the firms file for, and from which day they are in it."""

    batch = box_field(_("申报批次"), Batch.objects.none())
    kind = forms.ChoiceField(label=_("申报类别"), choices=FilingKind.choices)
    on = day_field(_("列入日期"))

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        fields["batch"].queryset = batches.visible(actor).filter(closed_on=None)
        fields["on"].initial = timezone.localdate()

    def work(self) -> Work:
        """What is to be done."""
        data = self.cleaned_data
        values = {"batch": data["batch"].pk, "kind": data["kind"], "on": data["on"]}
        return Work(ComparisonAct.Kind.ENTER, values)


class StageForm(forms.Form):
    """A stage of a batch, the day, the reason where the stage takes one, the document."""

    stage = forms.ChoiceField(label=_("批次和阶段"), choices=(), widget=DataSelect)
    on = day_field(_("到这一阶段的日期"))
    reason = TextField(
        label=_("原因"), max_length=300, required=False, help_text=_("退回、未通过、放弃的要写。")
    )
    document = TextField(label=_("文号"), max_length=120, required=False)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        open_ones = batches.visible(actor).filter(closed_on=None)
        rows = BatchStage.objects.select_related("batch").filter(batch__in=open_ones.values("pk"))
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in rows.order_by("-batch__year", "-batch__pk", "order", "pk"):
            value = f"{row.batch.pk}{BETWEEN}{row.code}"
            groups.setdefault(row.batch.name, []).append((value, row.name))
        fields["stage"].choices = [("", "—"), *groups.items()]
        fields["on"].initial = timezone.localdate()

    def work(self) -> Work:
        """What is to be done."""
        data = self.cleaned_data
        batch, _between, stage = data["stage"].partition(BETWEEN)
        values = {
            "batch": int(batch), "stage": stage, "on": data["on"], "reason": data["reason"],
            "document": data["document"],
        }  # fmt: skip
        return Work(ComparisonAct.Kind.STAGE, values)
