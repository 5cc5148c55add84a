"""Forms of policy documents."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.showing import data
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries.documents import offered_rules, rule_names, successors
from kechuang.office.policies.services.documents import FIELDS, MOST_CHARACTERS
from kechuang.office.policies.telling import MANAGE_POLICY
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm

KINDS_TOLD: Final = _("PDF、JPG、PNG 或 Word（docx），不超过50 MB。带密级标志的文件不会收下。")


class DocumentForm(ReachForm):
    """What is known of a policy document."""

    title = TextField(label=_("标题"), max_length=200)
    number = TextField(
        label=_("文号"), max_length=120, required=False, help_text=_("如“示政发〔2026〕5号”。")
    )
    issuer = TextField(label=_("发文机关"), max_length=120)
    level = choice_field(_("级别"), dict(PolicyDocument.Level.choices))
    issued_on = day_field(_("发布日期"))
    in_force_on = day_field(_("施行日期"), required=False, help_text=_("不填为自发布之日起施行。"))
    expires_on = day_field(
        _("有效期至"), required=False, help_text=_("没有写明有效期、废止日期的不填。")
    )
    text = TextField(
        label=_("正文"),
        max_length=MOST_CHARACTERS,
        required=False,
        help_text=_("不填时取文件（Word、文字PDF）的正文，按“第×条”分条。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(label=_("文件"), required=False, help_text=KINDS_TOLD)
    rules = forms.MultipleChoiceField(
        label=_("关联的规则"),
        required=False,
        help_text=_("企业诊断时，这些规则的结论旁列出本文件。"),
        widget=forms.CheckboxSelectMultiple,
    )
    fair_competition = choice_field(
        _("公平竞争审查结论"), dict(PolicyDocument.FairCompetition.choices), required=False
    )
    legality = choice_field(
        _("合法性审核结论"), dict(PolicyDocument.Legality.choices), required=False
    )
    reviews = TextField(
        label=_("审查机构和文书"),
        max_length=300,
        required=False,
        help_text=_("如“市司法局 合法性审核意见书〔2026〕3号”。"),
    )

    contact = TextField(
        label=_("咨询方式"),
        max_length=120,
        required=False,
        help_text=_("企业问谁：科室和办公电话，不写个人手机。诊断页和公开页上都看得到。"),
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        rules: Any = self.fields["rules"]
        linked = {code: rule_names().get(code, code) for code in self.initial.get("rules", ())}
        rules.choices = [(code, data(name)) for code, name in (linked | offered_rules()).items()]

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        return {name: self.cleaned_data[name] for name in (*FIELDS, "text")}


class NewDocumentForm(DocumentForm):
    """A document that is taken in; the rules that quote its number need not be ticked."""

    region = RegionChoice(
        label=_("适用区划"),
        to_field_name="code",
        help_text=_("国家、省级文件选本级区划。"),
    )

    field_order = (
        "title", "number", "issuer", "level", "region", "issued_on", "in_force_on", "expires_on",
        "contact", "file", "text", "rules", "fair_competition", "legality", "reviews",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        region: Any = self.fields["region"]
        region.offer(self.actor, MANAGE_POLICY)
        self.fields["rules"].help_text = _(
            "企业诊断时，这些规则的结论旁列出本文件。都不选时，按文号关联引用了它的规则。"
        )


class _Successor(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class SupersedeForm(ReachForm):
    """Which document stands in the place of one, from when."""

    successor = _Successor(
        PolicyDocument.objects.none(), label=_("取代它的文件"), empty_label="—", widget=DataSelect
    )
    on = day_field(_("被取代日期"), help_text=_("新文件施行之日。"))

    def __init__(
        self, *arguments: Any, actor: Actor, document: PolicyDocument, **more: Any
    ) -> None:
        super().__init__(*arguments, actor=actor, **more)
        box: Any = self.fields["successor"]
        box.queryset = successors(actor, document)
