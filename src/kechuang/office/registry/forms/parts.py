"""The forms of titles, rights, instruments and agreements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import PartyField, WanField, choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm, RecordForm, source_fields
from kechuang.office.registry.models import (
    Agreement,
    Instrument,
    IntellectualProperty,
    Qualification,
)
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services.rights import LAPSED
from kechuang.office.registry.standing import options

WHOSE = _("填单位全称或统一社会信用代码。")


class RenewalForm(RecordForm):
    """The certificate that follows one."""

    model = Qualification
    names = (
        "number", "batch_name", "recognition", "issuer", "issued_on", "expires_on", "note",
    )  # fmt: skip


class QualificationForm(RecordForm):
    """A title of an organisation."""

    model = Qualification
    names = ("title", "level", *RenewalForm.names)
    once = ("party",)

    party = PartyField(label=_("单位"), help_text=WHOSE)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        told = _("国家级入库与省级认定的科技型中小企业是两项称号，分开登记。")
        self.fields["title"] = choice_field(_("称号"), options("titles", "title"), help_text=told)
        self.fields["level"] = choice_field(_("级别"), options("titles", "level"), required=False)


class AwaitForm(ReachForm):
    """The document by which the renewal is published."""

    document = TextField(
        label=_("拟认定公示文号"),
        max_length=120,
        help_text=_("公示或备案公告的文号。到期待发证的不计入流失。"),
    )


class PropertyForm(RecordForm):
    """A right of an organisation."""

    model = IntellectualProperty
    names = (
        "number", "name", "kind", "ip_class", "status", "applied_on", "granted_on", "expires_on",
        "acquired_by", "owner_rank", "usable_for_hnte", "high_value", "for_main_product",
        "applied_with_benefit",
    )  # fmt: skip
    once = ("party",)

    party = PartyField(label=_("权利人"), help_text=WHOSE)

    def __init__(self, *arguments: Any, row: Any = None, **more: Any) -> None:
        super().__init__(*arguments, row=row, **more)
        states = options("ip", "status")
        kept = row is not None and row.status == LAPSED
        words = {code: name for code, name in states.items() if kept or code != LAPSED}
        self.fields["kind"] = choice_field(_("种类"), options("ip", "ip_kind"))
        self.fields["status"] = choice_field(_("权利状态"), words)
        self.fields["ip_class"] = choice_field(
            _("类别"),
            options("ip", "ip_class"),
            required=False,
            help_text=_("不填时按种类判定：发明专利为Ⅰ类，实用新型、外观设计、软件著作权为Ⅱ类。"),
        )
        self.fields["acquired_by"] = choice_field(
            _("取得方式"), options("ip", "acquired_by"), required=False
        )


class GrantForm(ReachForm):
    """That an application was granted."""

    granted_on = day_field(_("授权日期"))
    expires_on = day_field(_("到期日期"), required=False)
    number = TextField(
        label=_("授权编号"),
        max_length=60,
        required=False,
        help_text=_("编号不变的不用填。"),
    )


class TransferForm(ReachForm):
    """To whom a right goes, from which day, and what says so."""

    party = PartyField(label=_("受让人"), help_text=WHOSE)
    on = day_field(_("转让日期"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields |= source_fields()

    def provenance(self) -> Provenance:
        """What says so."""
        data = self.cleaned_data
        return Provenance(data["source"], data["as_of"], data["document"])


class InstrumentForm(RecordForm):
    """An instrument of an organisation."""

    model = Instrument
    names = (
        "code", "name", "model", "category", "original_value", "in_use_since", "place",
        "shareable", "fee", "contact_name", "uses",
    )  # fmt: skip
    once = ("party", "code")

    party = PartyField(label=_("所属单位"), help_text=WHOSE)
    code = CodeField(
        label=_("仪器编号"), max_length=40, help_text=_("字母、数字、点、横线。建立后不能修改。")
    )
    original_value = WanField(label=_("原值（万元）"), required=False, min_value=0)
    shareable = forms.BooleanField(label=_("对外开放"), required=False, initial=True)


class AgreementForm(RecordForm):
    """An agreement; two parties may be named at once, more are added on its page."""

    model = Agreement
    names = ("name", "number", "kind", "region", "signed_on", "since", "until", "content")
    once = ("first", "first_role", "second", "second_role")

    first = PartyField(label=_("甲方"), help_text=WHOSE)
    first_role = TextField(label=_("甲方身份"), max_length=40, required=False)
    second = PartyField(label=_("乙方"), required=False, help_text=WHOSE)
    second_role = TextField(label=_("乙方身份"), max_length=40, required=False)
    region = RegionChoice(label=_("区划"), to_field_name="code")

    def __init__(self, *arguments: Any, actor: Actor, row: Any = None, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, row=row, **more)
        self.fields["region"].offer(actor, "agreement.change")  # type: ignore[attr-defined]
        if row is not None:
            self.initial["region"] = row.region.code


class SignForm(ReachForm):
    """A party that signed, and as what."""

    party = PartyField(label=_("单位"), help_text=WHOSE)
    role = TextField(label=_("身份"), max_length=40, required=False, help_text=_("如甲方、乙方。"))


class ProlongForm(ReachForm):
    """The new last day of an agreement, and by which document."""

    until = day_field(_("延期至"))
    document = TextField(label=_("文号或补充协议编号"), max_length=120)
