"""Forms of books of evidence."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.services.bindings import CoverFacts
from kechuang.office.ground.normalise import TextField
from kechuang.office.registry.forms.fields import PartyField, day_field
from kechuang.office.registry.forms.parts import WHOSE
from kechuang.office.registry.forms.records import ReachForm


class CoverForm(ReachForm):
    """What the cover says."""

    title = TextField(
        label=_("标题"), max_length=100, help_text=_("如“高新技术企业认定佐证材料”。")
    )
    unit = TextField(label=_("编制单位"), max_length=100)
    dated_on = day_field(_("日期"))

    def facts(self) -> CoverFacts:
        """What was filled in."""
        data = self.cleaned_data
        return CoverFacts(data["title"], data["unit"], data["dated_on"])


class BindingForm(CoverForm):
    """A new book: about whom, and its cover."""

    party = PartyField(label=_("单位"), help_text=WHOSE)

    field_order = ("party", "title", "unit", "dated_on")


class PieceForm(forms.Form):
    """A file that is sent for this book."""

    file = forms.FileField(
        label=_("文件"), help_text=_("PDF、JPG、PNG 或 Word（docx），不超过50 MB。")
    )
    title = TextField(
        label=_("材料名称"), max_length=200, required=False, help_text=_("不填时用文件名。")
    )
