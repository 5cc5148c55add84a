"""Forms of runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.registry.forms.fields import day_field
from kechuang.office.registry.forms.records import ReachForm


class StartForm(ReachForm):
    """The day for which rules are judged."""

    as_of = day_field(_("判断日"))
