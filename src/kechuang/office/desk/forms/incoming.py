"""Forms of letters and of the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import User
from kechuang.office.desk.models import DueItem, LetterReply
from kechuang.office.desk.queries.incoming import MANAGE, people
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.showing import data
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, day_field
from kechuang.office.registry.forms.records import ReachForm

KINDS_TOLD = _("PDF、JPG、PNG 或 Word（docx），不超过50 MB。带密级标志的文件不会收下。")


class LetterForm(ReachForm):
    """What is known of a letter."""

    title = TextField(label=_("标题"), max_length=200)
    number = TextField(
        label=_("文号"), max_length=120, required=False, help_text=_("如“示科字〔2026〕5号”。")
    )
    issuer = TextField(label=_("来文单位"), max_length=120)
    dated_on = day_field(_("成文日期"), required=False)
    received_on = day_field(_("收到日期"))
    due_on = day_field(_("办结期限"))
    asks = TextField(
        label=_("要办什么"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        names = ("title", "number", "issuer", "dated_on", "received_on", "due_on", "asks")
        return {name: self.cleaned_data[name] for name in names}


class RegisterForm(LetterForm):
    """A letter that came in; a deadline that its text states need not be typed."""

    region = RegionChoice(label=_("区划"), to_field_name="code")
    file = forms.FileField(label=_("来文"), required=False, help_text=KINDS_TOLD)
    due_on = day_field(
        _("办结期限"),
        required=False,
        help_text=_("不填时取来文（Word、文字PDF）或“要办什么”里写明的报送期限。"),
    )
    is_not_secret = forms.BooleanField(
        label=_("已核对：来文不涉及国家秘密"), error_messages={"required": _("请核对后勾选。")}
    )

    field_order = (
        "title", "number", "issuer", "region", "dated_on", "received_on", "file", "due_on", "asks",
        "is_not_secret",
    )  # fmt: skip

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["region"].offer(actor, MANAGE)  # type: ignore[attr-defined]


class _Person(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return data(f"{obj.name} · {obj.username}")


class AssignForm(ReachForm):
    """Who gets a letter, what each must do, by when."""

    users = _Person(User.objects.none(), label=_("承办人"), widget=forms.CheckboxSelectMultiple)
    what = TextField(label=_("要求"), max_length=300, required=False)
    due_on = day_field(_("期限"))

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["users"].queryset = people(actor)  # type: ignore[attr-defined]


class AnswerForm(ReachForm):
    """How a task was done."""

    answer = TextField(
        label=_("办理情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReplyForm(ReachForm):
    """What was sent up."""

    to = TextField(label=_("报送单位"), max_length=120)
    title = TextField(label=_("报送材料"), max_length=200)
    number = TextField(label=_("报送文号"), max_length=120, required=False)
    sent_on = day_field(_("报送日期"))
    way = forms.ChoiceField(label=_("报送方式"), choices=LetterReply.Way.choices)
    file = forms.FileField(label=_("留存件"), required=False, help_text=KINDS_TOLD)

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        names = ("to", "title", "number", "sent_on", "way")
        return {name: self.cleaned_data[name] for name in names}


class FinishForm(ReachForm):
    """That a letter is done with."""

    on = day_field(_("办结日期"))
    note = TextField(label=_("办结情况"), max_length=500)


class DueForm(forms.Form):
    """An item of the calendar."""

    name = TextField(label=_("事项"), max_length=120)
    who = TextField(label=_("谁来办"), max_length=120, required=False)
    repeats = forms.ChoiceField(label=_("重复"), choices=DueItem.Repeats.choices, widget=DataSelect)
    due_month = forms.IntegerField(
        label=_("截止月"), min_value=1, max_value=12, required=False, help_text=_("每月的不填。")
    )
    due_day = forms.IntegerField(label=_("截止日"), min_value=1, max_value=31)
    opens_month = forms.IntegerField(
        label=_("开始月"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=_("没有的不填。"),
    )
    opens_day = forms.IntegerField(label=_("开始日"), min_value=1, max_value=31, required=False)
    moves = forms.ChoiceField(
        label=_("截止日遇节假日"), choices=DueItem.Moves.choices, widget=DataSelect
    )
    first_year = forms.IntegerField(
        label=_("起始年度"), min_value=2000, max_value=2100, required=False
    )
    last_year = forms.IntegerField(
        label=_("截止年度"), min_value=2000, max_value=2100, required=False
    )
    basis = TextField(
        label=_("依据"), max_length=300, required=False, help_text=_("文号或通知的名称、条款。")
    )
    is_unverified = forms.BooleanField(label=_("日期未核实"), required=False)

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        found = dict(self.cleaned_data)
        found["due_month"] = found["due_month"] or 0
        return found
