"""The form that asks why a masked value is needed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.secrets import LEAST_REASON


class RevealForm(forms.Form):
    """The reason, which goes into the audit trail."""

    reason = forms.CharField(
        label=_("查看的理由"),
        help_text=_("写明为哪件事查看，例如：核实拨付账户。理由会记入审计。"),
        max_length=200,
        min_length=LEAST_REASON,
        error_messages={
            "required": _("请写明查看的理由（至少4个字）：理由会记入审计。"),
            "min_length": _("请写明查看的理由（至少4个字）：理由会记入审计。"),
        },
    )
