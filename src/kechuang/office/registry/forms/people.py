"""The forms of people."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import PartyField, choice_field, day_field
from kechuang.office.registry.forms.parts import WHOSE
from kechuang.office.registry.forms.records import ReachForm, RecordForm
from kechuang.office.registry.models import Person
from kechuang.office.registry.standing import options

MARKS = re.compile(r"[、,，;；/\s]+")
LONGEST_FIELD = 40
KEPT = _("已登记，页面不显示。留空表示不改。")


class PersonForm(RecordForm):
    """A person. What is secret is only written here, never shown."""

    model = Person
    names = (
        "is_expert", "is_commissioner", "is_academician", "is_contact", "full_time", "born_on",
        "education", "professional_title", "specialty", "phone", "identity_number",
    )  # fmt: skip
    once = ("code", "namesake")

    name = TextField(label=_("姓名"), max_length=60)
    code = CodeField(
        label=_("编号"),
        max_length=40,
        required=False,
        help_text=_("工作证号等，不得用身份证号。留空由系统编。建立后不能修改。"),
    )
    region = RegionChoice(label=_("区划"), to_field_name="code")
    fields_text = TextField(
        label=_("领域"),
        max_length=200,
        required=False,
        help_text=_("几个领域之间用顿号分开。"),
    )
    namesake = forms.BooleanField(label=_("已核对，与库内同名的不是同一人"), required=False)

    def __init__(self, *arguments: Any, actor: Actor, row: Any = None, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, row=row, **more)
        self.row = row
        self.fields["region"].offer(actor, "person.change")  # type: ignore[attr-defined]
        self.fields["education"] = choice_field(
            _("最高学位"), options("people", "education"), required=False
        )
        self.fields["full_time"] = choice_field(
            _("引进方式（院士）"), {"1": _("全职"), "0": _("柔性")}, required=False
        )
        for name in ("phone", "identity_number"):
            secret: Any = self.fields[name]
            secret.max_length = LONGEST_FIELD
            secret.widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": 40})
            secret.help_text = KEPT if row is not None and getattr(row, name) else ""
            self.initial.pop(name, None)
        if "namesake" in self.fields:
            self.order_fields([name for name in self.fields if name != "namesake"])
        if row is not None:
            fields = [each.name for each in row.personfield_set.all()]
            self.initial.update(
                name=row.party.name,
                region=row.party.region.code,
                fields_text="、".join(fields),
            )

    def who(self) -> PartyFacts:
        """Name, code and region."""
        data = self.cleaned_data
        code = self.row.party.code if self.row is not None else data["code"]
        return PartyFacts(code, data["name"], Party.Kind.PERSON, data["region"].code)

    def field_names(self) -> list[str]:
        """The fields of knowledge, each once."""
        found = MARKS.split(self.cleaned_data["fields_text"])
        return list(dict.fromkeys(each[:LONGEST_FIELD] for each in found if each))


class JoinForm(ReachForm):
    """Where somebody works, as what, since when."""

    party = PartyField(label=_("单位"), help_text=WHOSE)
    post = TextField(label=_("职务"), max_length=60, required=False)
    since = day_field(_("自"), required=False)
    is_contact = forms.BooleanField(label=_("是这个单位的联系人"), required=False)
