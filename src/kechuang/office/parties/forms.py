"""The form of a party."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.forms import RegionChoice


class PartyForm(forms.Form):
    """Who a party is; the regions offered are those that the actor reaches."""

    kind = forms.ChoiceField(label=_("种类"), choices=Party.Kind.choices)
    code = forms.CharField(
        label=_("代码"),
        max_length=60,
        help_text=_("企业填18位统一社会信用代码；其他主体填单位编号。建立后不能修改。"),
    )
    name = forms.CharField(label=_("名称"), max_length=120, help_text=_("与证照上的全称一致。"))
    region = RegionChoice(label=_("区划"), to_field_name="code")

    def __init__(
        self, *arguments: Any, actor: Actor, verb: str, party: Party | None = None, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.fields["region"].offer(actor, verb)  # type: ignore[attr-defined]
        self.party = party
        if party:
            del self.fields["code"]
            self.initial = {
                "kind": party.kind,
                "name": party.name,
                "region": party.region.code,
            }

    def clean_code(self) -> str:
        """The code without the harmless differences of how it was typed."""
        return normalise_code(self.cleaned_data["code"])

    def facts(self) -> PartyFacts:
        """What was filled in."""
        data = self.cleaned_data
        code = self.party.code if self.party else data["code"]
        return PartyFacts(code, data["name"], data["kind"], data["region"].code)
