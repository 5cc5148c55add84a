"""The forms of telling firms: what a bureau adds, who was told otherwise, why numbers are seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.normalise import TextField
from kechuang.office.policies.models import FirmMessage
from kechuang.office.policies.services.notifying import Letterhead
from kechuang.office.registry.forms.fields import choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm

NOTE_HELP = _("可写受理时间、辅导会等。不要写让企业改数据的话：只能如实归集。")


class NotifyForm(forms.Form):
    """Who sends, whom to ask, a sentence of one's own; whether also those told before long."""

    sender = TextField(label=_("落款单位"), max_length=120)
    contact = TextField(
        label=_("联系人和电话"), required=False, max_length=120,
        help_text=_("例如“王工，0310-1234567”。会写进通知。"),
    )  # fmt: skip
    note = TextField(
        label=_("补充说明"), required=False, max_length=500, help_text=NOTE_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def head(self, *, again: bool) -> Letterhead:
        """What was filled in."""
        data = self.cleaned_data
        return Letterhead(data["sender"], data["contact"], data["note"], again)


class ToldForm(ReachForm):
    """How and when firms without an account were told."""

    selected = forms.CharField(widget=forms.HiddenInput, max_length=40_000)
    way = choice_field(_("告知方式"), dict(FirmMessage.Way.choices))
    on = day_field(_("告知日期"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial.setdefault("on", timezone.localdate())


class PhonesForm(forms.Form):
    """Why somebody needs telephone numbers."""

    reason = TextField(
        label=_("理由"), max_length=200, help_text=_("会记入审计，例如“逐家电话通知”。")
    )  # fmt: skip
