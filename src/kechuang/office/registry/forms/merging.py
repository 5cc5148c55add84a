"""The forms of merging and of holding apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.registry.queries.merging import Plan
from kechuang.office.registry.services.merging import GOES, Decision

STAYS = "stays"


class PairForm(forms.Form):
    """Which two records."""

    stays = CodeField(
        label=_("保留的档案"), max_length=40, help_text=_("主体代码或统一社会信用代码。")
    )
    goes = CodeField(label=_("并入的档案"), max_length=40, help_text=_("合并后不再单独显示。"))


class MergeForm(forms.Form):
    """What the officer decides: where the record that goes has it right, and why it is one."""

    reason = TextField(
        label=_("认定为同一家的理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：名称只差括号，地址、联系电话相同，已电话核实。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, plan: Plan, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.plan = plan
        self.initial["seen"] = plan.digest
        if plan.doubts:
            self.fields["sure"] = forms.BooleanField(
                label=_("我已读过提醒，确认确为同一家"), required=False
            )

    def decision(self) -> Decision:
        """What was decided."""
        data = self.cleaned_data
        named = [pair.code for pair in self.plan.fields] + [pair.key for pair in self.plan.pairs]
        choices = {name: GOES for name in named if self.data.get(f"choice-{name}") == GOES}
        return Decision(data["reason"], choices, data["seen"], data.get("sure", False))


class UnlikeForm(forms.Form):
    """Why two records are not the same."""

    reason = TextField(
        label=_("不是同一家的理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：同一集团的两家公司，信用代码不同。"),
    )
