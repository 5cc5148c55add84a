"""The form of a goal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.policies.ladder import rungs
from kechuang.office.policies.models import Goal
from kechuang.office.policies.services.goals import MOST, GoalFacts
from kechuang.office.policies.telling import GOAL
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm


class GoalForm(ReachForm):
    """How many of what until when, and where."""

    rung = choice_field(_("台阶"), {code: rung.name for code, rung in rungs().items()})
    number = forms.IntegerField(
        label=_("目标家数"),
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    kind = choice_field(
        _("口径"),
        dict(Goal.Kind.choices),
        help_text=_("新增只数新认定的；净增还要补上到期未续的。"),
    )
    until = day_field(_("到哪一天"), help_text=_("到今年年底的，只列本年度办得到的企业。"))
    region = RegionChoice(label=_("区划"), to_field_name="code")

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        region: Any = self.fields["region"]
        region.offer(self.actor, GOAL)

    def facts(self) -> GoalFacts:
        """What was filled in."""
        data = self.cleaned_data
        return GoalFacts(data["rung"], data["kind"], data["number"], data["until"])
