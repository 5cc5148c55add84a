"""The forms of a proposal: what an enterprise asks, and what an officer answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.uploads import Incoming
from kechuang.office.registry.forms.fields import file_field
from kechuang.office.registry.proposing import Cell
from kechuang.office.registry.services.proposals import LONGEST, Wish


class WishForm(forms.Form):
    """What a cell should say, why, and what proves it."""

    value = TextField(label=_("拟改为"), max_length=600)
    reason = TextField(
        label=_("理由和依据"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：年报填写时单位写成了元；以审计报告第3页为准。"),
    )
    evidence = file_field(_("佐证"), required=False)

    def __init__(self, *arguments: Any, cell: Cell, year: int, now: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.cell, self.year = cell, year
        field = self.fields["value"]
        if cell.choices:
            choices = [("", _("请选择")), *cell.choices.items()]
            self.fields["value"] = forms.ChoiceField(label=field.label, choices=choices)
        elif cell.field.unit:
            field.help_text = format_lazy(_("单位：{unit}。只写数字。"), unit=cell.field.unit)
        elif cell.field.type == "date":
            field.help_text = _("写作 2026-01-31。")
        if not self.is_bound and not cell.is_secret:
            self.initial["value"] = now

    def wish(self) -> Wish:
        """What was filled in."""
        data = self.cleaned_data
        return Wish(self.cell.code, self.year, data["value"], data["reason"])

    def evidence_file(self) -> Incoming | None:
        """The file that was chosen."""
        given = self.cleaned_data["evidence"]
        return Incoming(given.name, given) if given else None


class AnswerForm(forms.Form):
    """What an officer says to a proposal; `seen` is the value that the page showed as counting."""

    answer = TextField(
        label=_("答复"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("企业会看到。不采纳时必填。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
