"""Forms of typical cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.claiming.claims import claims
from kechuang.office.desk.models import Case
from kechuang.office.desk.queries.cases import MANAGE
from kechuang.office.desk.services.cases import ProofFacts
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, PartyField, day_field
from kechuang.office.registry.forms.parts import WHOSE
from kechuang.office.registry.forms.records import ReachForm
from kechuang.office.registry.models import Document


def _long(label: Any, most: int, rows: int, *, required: bool = True) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows})
    return TextField(label=label, max_length=most, required=required, widget=widget)


class CaseForm(ReachForm):
    """What a case says."""

    title = TextField(label=_("标题"), max_length=120)
    theme = forms.ChoiceField(label=_("主题"), choices=Case.Theme.choices, widget=DataSelect)
    year = forms.IntegerField(label=_("年度"), min_value=1990)
    region = RegionChoice(label=_("区划"), to_field_name="code")
    party = PartyField(label=_("单位"), required=False, help_text=WHOSE)
    background = _long(_("背景"), 2000, 3, required=False)
    practice = _long(_("做法"), 4000, 6)
    effect = _long(_("成效"), 2000, 4)

    def __init__(self, *arguments: Any, actor: Actor, row: Case | None = None, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["region"].offer(actor, MANAGE)  # type: ignore[attr-defined]
        if row is not None:
            names = ("title", "theme", "year", "background", "practice", "effect")
            self.initial = {
                **{name: getattr(row, name) for name in names},
                "region": row.region.code,
                "party": row.party.code if row.party else "",
            }

    def values(self) -> dict[str, Any]:
        """What was filled in, by column."""
        return dict(self.cleaned_data)


class FigureForm(ReachForm):
    """A figure with its source and day."""

    name = TextField(label=_("指标"), max_length=80, help_text=_("如“新增销售收入”。"))
    value = forms.DecimalField(label=_("数值"), max_digits=18, decimal_places=4)
    unit = TextField(label=_("单位"), max_length=20, required=False, help_text=_("如“万元”。"))
    source = TextField(label=_("来源"), max_length=200, help_text=_("文件名称、文号或出具单位。"))
    as_of = day_field(_("截至日期"))


class ProofForm(ReachForm):
    """Proof of a case or of one of its claims."""

    title = TextField(label=_("名称"), max_length=200, help_text=_("如“科技查新报告”。"))
    source = TextField(label=_("出具单位或文号"), max_length=200)
    dated_on = day_field(_("日期"))
    claim = forms.ChoiceField(label=_("证明的说法"), required=False, widget=DataSelect)
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("档案里的文件"), required=False, widget=DataSelect
    )
    file = forms.FileField(
        label=_("或上传文件"),
        required=False,
        help_text=_("PDF、JPG、PNG 或 Word（docx），不超过20 MB。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, case: Case, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        once = {each.key: each for each in claims(case.text)}
        words = [(key, f"{each.word}：{each.clause}") for key, each in once.items()]
        self.fields["claim"].choices = [("", _("整个案例")), *words]  # type: ignore[attr-defined]
        rows = Document.objects.filter(party=case.party, withdrawn_at=None)
        self.fields["document"].queryset = rows  # type: ignore[attr-defined]

    def facts(self) -> ProofFacts:
        """What was filled in."""
        data = self.cleaned_data
        return ProofFacts(data["title"], data["source"], data["dated_on"], data["claim"])


class UseForm(ReachForm):
    """Where a case was used."""

    where = TextField(
        label=_("用在哪里"), max_length=200, help_text=_("如“全市科技创新大会材料”。")
    )
    on = day_field(_("日期"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial.setdefault("on", timezone.localdate())
