"""The form of the public package."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.normalise import TextField
from kechuang.office.registry.forms.records import ReachForm


class PublishForm(ReachForm):
    """Whom the pages name for questions."""

    contact = TextField(
        label=_("咨询方式"), required=False, max_length=200,
        help_text=_("写科室和办公电话，印在每一页上。不要写个人手机号。"),
    )  # fmt: skip
