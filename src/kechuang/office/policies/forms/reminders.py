"""What a person wants to be reminded of."""

from __future__ import annotations

from typing import Any

from django import forms

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.policies.models import ReminderChoice, ReminderKind
from kechuang.office.policies.queries.reminders import OF_FIRMS
from kechuang.office.policies.telling import POOL_CHANGE, REMIND

Wanted = ReminderChoice.Wanted


class ReminderForm(forms.Form):
    """One choice for each kind; 只要我辅导的 only where there is a firm and a mentor."""

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        may_mentor = actor.reach(POOL_CHANGE) is not None
        # An enterprise hears of itself alone.
        own = actor.reach(REMIND) is Reach.PARTY
        for kind in OF_FIRMS if own else ReminderKind:
            offered = [
                (each.value, each.label)
                for each in Wanted
                if each is not Wanted.MINE or (may_mentor and kind in OF_FIRMS)
            ]
            self.fields[kind.value] = forms.ChoiceField(label=kind.label, choices=offered)

    def chosen(self) -> dict[str, str]:
        """The choice for each kind."""
        return {kind: self.cleaned_data[kind] for kind in self.fields}
