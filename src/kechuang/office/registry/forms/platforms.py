"""The forms of platforms and carriers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import (
    PartyField,
    PersonChoice,
    PlatformChoice,
    box_field,
    choice_field,
    day_field,
)
from kechuang.office.registry.forms.parts import WHOSE
from kechuang.office.registry.forms.records import (
    DayReasonForm,
    ReachForm,
    RecordForm,
    source_fields,
)
from kechuang.office.registry.models import Platform, Room
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services.carriers import CONDITIONS
from kechuang.office.registry.standing import options

FIRST_YEAR, LAST_YEAR = 1980, 2100
PERSON_TOLD = _("填姓名或编号；先在人才库里登记。")


class PlatformForm(RecordForm):
    """A platform."""

    model = Platform
    names = (
        "code", "name", "kind", "level", "field_name", "region", "host", "head", "founded_on",
        "recognition", "recognised_on", "expires_on", "issuer", "next_stage", "note",
    )  # fmt: skip
    once = ("code",)

    code = CodeField(
        label=_("平台编号"), max_length=40, help_text=_("字母、数字、点、横线。建立后不能修改。")
    )
    region = RegionChoice(label=_("区划"), to_field_name="code")
    host = PartyField(label=_("依托单位"), help_text=WHOSE)
    head = PersonChoice(label=_("负责人"), required=False, help_text=PERSON_TOLD)
    next_stage = PlatformChoice(
        label=_("下一级载体"),
        required=False,
        help_text=_("众创空间填孵化器，孵化器填加速器；企业由此转入。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, row: Any = None, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, row=row, **more)
        self.fields["region"].offer(actor, "platform.change")  # type: ignore[attr-defined]
        kinds, levels = (
            options("platforms", "platform_kind"),
            options("platforms", "platform_level"),
        )
        self.fields["kind"] = choice_field(_("平台类别"), kinds)
        self.fields["level"] = choice_field(_("级别"), levels)
        if row is not None:
            self.initial.update(
                region=row.region.code,
                host=row.host.code,
                head=row.head.party.code if row.head else "",
                next_stage=row.next_stage.code if row.next_stage else "",
            )


class AssessmentForm(ReachForm):
    """What the competent body said for a year."""

    year = forms.IntegerField(
        label=_("考核年度"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )
    grade = TextField(label=_("等次"), max_length=20, help_text=_("照文件写，如优秀、A、合格。"))
    score = forms.DecimalField(
        label=_("得分"), required=False, max_digits=6, decimal_places=2, min_value=0
    )
    consequence = TextField(
        label=_("处理"), max_length=200, required=False, help_text=_("如保留、限期整改一年、奖补。")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields |= source_fields()

    def provenance(self) -> Provenance:
        """Where the grade comes from."""
        data = self.cleaned_data
        return Provenance(data["source"], data["as_of"], data["document"])


class CorrectionForm(ReachForm):
    """Until when a platform must become better, and why."""

    until = day_field(_("整改期限"))
    reason = TextField(label=_("原因和文号"), max_length=200)


class PartnerForm(ReachForm):
    """An organisation that builds the platform too."""

    party = PartyField(label=_("共建单位"), help_text=WHOSE)
    role = TextField(label=_("分工"), max_length=100, required=False)
    since = day_field(_("自"), required=False)


class MemberForm(ReachForm):
    """A person who works at the platform."""

    person = PersonChoice(label=_("人员"), help_text=PERSON_TOLD)
    duty = TextField(label=_("职责"), max_length=60, required=False)
    full_time = choice_field(_("在站方式"), {"1": _("全职"), "0": _("柔性")}, required=False)
    days_a_year = forms.IntegerField(
        label=_("每年在站天数"), required=False, min_value=0, max_value=366
    )
    since = day_field(_("自"), required=False)

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        data = self.cleaned_data
        full_time = {"": None, "1": True, "0": False}[data["full_time"]]
        return {
            "duty": data["duty"],
            "full_time": full_time,
            "days_a_year": data["days_a_year"],
            "since": data["since"],
        }


class RoomChangeForm(ReachForm):
    """The area of a room in square metres, and a note."""

    area = forms.DecimalField(
        label=_("面积（平方米）"), max_digits=9, decimal_places=2, min_value=Decimal("0.01")
    )
    note = TextField(label=_("备注"), max_length=100, required=False)

    def hundredths(self) -> int:
        """The area as it is kept."""
        return int(self.cleaned_data["area"] * 100)


class RoomForm(RoomChangeForm):
    """A new room."""

    number = TextField(label=_("房号"), max_length=40)
    field_order = ("number", "area", "note")


class RoomChoiceForm(ReachForm):
    """A free room of a carrier."""

    def __init__(self, *arguments: Any, rooms: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["room"] = box_field(_("空闲房间"), rooms, required=False)

    def room(self) -> Room | None:
        """The room that was chosen."""
        return self.cleaned_data["room"]


class EnterForm(RoomChoiceForm):
    """A firm that enters."""

    party = PartyField(label=_("企业"), help_text=WHOSE)
    on = day_field(_("入驻日期"))


class GraduateForm(ReachForm):
    """By which condition a firm graduates."""

    on = day_field(_("毕业日期"))
    condition = choice_field(_("达到的毕业条件"), CONDITIONS)
    basis = TextField(
        label=_("依据"),
        max_length=100,
        required=False,
        help_text=_("证书编号、融资协议、审计报告等。选“其他”时必填。"),
    )


class HandOnForm(RoomChoiceForm):
    """When a firm goes on to the next carrier."""

    on = day_field(_("转入日期"))
    reason = TextField(label=_("说明"), max_length=80, required=False)


class LeaveForm(DayReasonForm):
    """When and why a firm leaves without graduating."""

    on = day_field(_("退出日期"))
