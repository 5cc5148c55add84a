"""Fields that the forms of the registry share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field as Column
from django.db.models import Model, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField, normalise, normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import CHINESE, enumerated, in_chinese
from kechuang.office.ground.uploads import KINDS as FILE_KINDS
from kechuang.office.ground.uploads import MIB
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Person, Platform
from kechuang.office.registry.services.receiving import KINDS, MOST_BYTES
from kechuang.office.registry.standing import FEN_OF_WAN, in_wan

ENDINGS = tuple(ending for kind in KINDS for ending in FILE_KINDS[kind].extensions)
LARGEST_WAN = Decimal(10) ** 12
M = TypeVar("M", bound=Model)


def file_field(label: Any, *, required: bool = True) -> forms.FileField:
    """A file of the kinds that the registry takes in; services say what is wrong with it."""
    return forms.FileField(
        label=label,
        required=required,
        allow_empty_file=True,
        help_text=lazy(_what_comes_in, str)(),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )


def _what_comes_in() -> str:
    words = _("收%(kinds)s，不超过%(size)s MB。带密级标志的文件不得上传。")
    return words % {"kinds": enumerated(ENDINGS), "size": MOST_BYTES // MIB}


class DataSelect(forms.Select):
    """A box of words that are data: marked as Chinese where the page is in another language."""

    def create_option(self, *arguments: Any, **more: Any) -> dict[str, Any]:
        """The option with its mark."""
        option = super().create_option(*arguments, **more)
        chinese = CHINESE.search(str(option["label"])) and option["value"]
        if chinese and not in_chinese():
            option["attrs"]["lang"] = "zh"
        return option


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, chosen in the browser's own calendar or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def choice_field(
    label: Any, words: Mapping[str, Any], *, required: bool = True, help_text: Any = ""
) -> forms.ChoiceField:
    """One of the options of a field of the dictionary; none is chosen beforehand."""
    choices = [("", "—"), *words.items()]
    return forms.ChoiceField(
        label=label, choices=choices, required=required, help_text=help_text, widget=DataSelect
    )


def box_field(
    label: Any, choices: QuerySet[M], *, required: bool = True
) -> forms.ModelChoiceField[M]:
    """One of a few rows."""
    return forms.ModelChoiceField(choices, label=label, required=required, widget=DataSelect)


class WanField(forms.DecimalField):
    """Money: written in 万元, given in whole 分."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(
            max_digits=18, decimal_places=6, max_value=LARGEST_WAN, widget=widget, **more
        )

    def to_python(self, value: Any) -> Any:
        """The number that was written; full-width digits and separators of thousands do no harm."""
        plain = normalise_code(value).replace(",", "") if isinstance(value, str) else value
        return super().to_python(plain)

    def clean(self, value: Any) -> Any:
        """Whole 分."""
        wan = super().clean(value)
        return None if wan is None else int(wan * FEN_OF_WAN)

    def prepare_value(self, value: Any) -> Any:
        """万元 of what is kept; what was typed stays."""
        return format(in_wan(value) or Decimal(0), "f") if isinstance(value, int) else value


class Named(TextField):
    """A record that somebody names by its code or by its whole name, within their reach.

    The lists are far too long for a box to choose from.
    """

    verb = ""
    missing = ""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=120, **more)
        self.actor: Actor | None = None

    @abstractmethod
    def rows(self, text: str) -> QuerySet[Any]:
        """All rows that a text may mean."""

    def told(self, row: Any) -> str:
        """What two rows of the same name are told apart by."""
        return row.code

    def clean(self, value: Any) -> Any:
        """The one row that is meant."""
        text = super().clean(value)
        if not text or self.actor is None:
            return None
        found = list(limit(self.rows(text), self.actor, self.verb).order_by("pk")[:6])
        exact = [row for row in found if self.told(row) == text]
        if exact or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(self.missing % {"text": text})
        codes = enumerated(self.told(row) for row in found)
        told = _("叫“%(text)s”的不止一个：%(codes)s。请改填编号。")
        raise ValidationError(told % {"text": text, "codes": codes})


class PartyField(Named):
    """An organisation, by its code or its whole name."""

    verb = "party.view"
    missing = gettext_lazy("名单里没有“%(text)s”。请填全称或代码；还没有登记的请先新增。")

    def rows(self, text: str) -> QuerySet[Party]:
        """Organisations of this code or name."""
        rows = Party.objects.select_related("region").exclude(kind=Party.Kind.PERSON)
        by_code = rows.filter(code=normalise_code(text))
        return by_code if by_code.exists() else rows.filter(name=text)


class PersonChoice(Named):
    """A person, by code or name."""

    verb = "person.view"
    missing = gettext_lazy("人才库里没有“%(text)s”。请先新增这个人。")

    def rows(self, text: str) -> QuerySet[Person]:
        """People of this code or name."""
        rows = Person.objects.select_related("party__region").filter(merged_into=None)
        by_code = rows.filter(party__code=text)
        return by_code if by_code.exists() else rows.filter(party__name=text)

    def told(self, row: Any) -> str:
        """The code of the person."""
        return row.party.code


class PlatformChoice(Named):
    """A platform, by code or name."""

    verb = "platform.view"
    missing = gettext_lazy("名单里没有平台“%(text)s”。请填平台全称或编号。")

    def rows(self, text: str) -> QuerySet[Platform]:
        """Platforms of this code or name."""
        rows = Platform.objects.select_related("region", "host")
        by_code = rows.filter(code=text)
        return by_code if by_code.exists() else rows.filter(name=text)


def field_of(column: Column[Any, Any]) -> forms.Field | None:
    """The form's field of a column of the database, forgiving about how text was typed."""
    field = column.formfield()
    if isinstance(field, forms.DateField):
        return day_field(field.label, required=field.required)
    if isinstance(field, forms.NullBooleanField):
        return choice_field(field.label, {"1": _yes, "0": _no}, required=False)
    if isinstance(field, forms.TypedChoiceField):
        return field
    if isinstance(field, forms.CharField):
        widget = forms.Textarea(attrs={"rows": 3}) if (field.max_length or 0) > 200 else None
        return TextField(
            label=field.label, required=field.required, max_length=field.max_length, widget=widget
        )
    return field


_yes, _no = gettext_lazy("是"), gettext_lazy("否")


def text_of(value: Any) -> str:
    """A text that came in an address, as it may stand in a field."""
    return normalise(str(value))[:120]
