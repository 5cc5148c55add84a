"""What an enterprise may propose a value for: how people write it, how it is kept, how it is told.

A cell is a field of an organisation's own row, of its yearly facts, or of its standing facts.
People write values in the unit of the field, as in a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from kechuang.eligibility.data.cells import Fault, Value, value_of
from kechuang.eligibility.data.headers import Meaning
from kechuang.eligibility.data.words import words
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.showing import figures, in_brackets
from kechuang.office.registry.cells import cleaned
from kechuang.office.registry.fact_words import field_name
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.models.facts import STANDING_FIELDS, YEARLY_FIELDS
from kechuang.reference import Field, load_dictionary

Table = Literal["organisation", "yearly", "standing"]
OWN_ROW: Final = (
    "industry_code", "size_class", "founded_on", "registered_capital", "address", "website",
    "main_business", "contact_name", "contact_phone",
)  # fmt: skip
"""What of its own row an enterprise may propose; name, code and region follow its licence."""
OF_DICTIONARY: Final = frozenset({"industry_code", "size_class", "founded_on"})
SECRET: Final = frozenset({"contact_phone"})
LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, by table and field."""

    table: Table
    field: Field

    @property
    def code(self) -> str:
        """How forms and addresses name it."""
        return f"{self.table}:{self.field.code}"

    @property
    def name(self) -> str:
        """Its name with its unit."""
        unit = in_brackets(self.field.unit) if self.field.unit else ""
        return self.plain_name + unit

    @property
    def plain_name(self) -> str:
        """Its name in the language of the page: as the dictionary or the record has it."""
        if self.field.code in OWN_ROW and self.field.code not in OF_DICTIONARY:
            return gettext(self.field.name)
        return field_name(self.field)

    @property
    def has_years(self) -> bool:
        """Whether there is one for each year."""
        return self.table == "yearly"

    @property
    def is_secret(self) -> bool:
        """Whether its value is shown masked."""
        return self.field.code in SECRET

    @property
    def choices(self) -> Mapping[str, str]:
        """The words of a value of which there are few, in their order."""
        if self.field.type == "boolean":
            return {"是": gettext("是"), "否": gettext("否")}
        return {word: word for word in self.field.options.values()}

    def read(self, text: str, organisation: Organisation) -> Value:
        """The value as it is kept. Raises `ValidationError` with what is wrong and its mend."""
        found = value_of(text, Meaning(self.field, 0, self.field.unit, factor_of(self.field)))
        if isinstance(found, Fault):
            words = gettext("“%(value)s”%(what)s：%(why)s。请%(remedy)s。")
            said = {"what": found.what, "why": found.why, "remedy": found.remedy}
            raise ValidationError(words % {"value": text, **said})
        if found is None:
            raise ValidationError(gettext("没有写出值。请填写拟改为的值。"))
        if self.table == "organisation":
            return _checked(self.field.code, found, organisation)
        if isinstance(found, str) and len(found) > LONGEST_TEXT:
            words = gettext("写了%(count)d个字，最多%(most)d个。请写短一些。")
            raise ValidationError(words % {"count": len(found), "most": LONGEST_TEXT})
        return found

    def shown(self, text: str) -> str:
        """A written value as pages show it: a telephone number is masked."""
        return masked("phone", text) if self.is_secret else text


def _checked(code: str, value: Value, organisation: Organisation) -> Any:
    try:
        return cleaned({code: value}, organisation)[code]
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def told(field: Field, value: object) -> str:
    """A kept value of a field as people write it, in the field's unit; empty where unknown.

    >>> told(load_dictionary().field("enterprises", "revenue"), 123_456_700)
    '123.4567'
    """
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case int():
            return figures(Decimal(value) / int(factor_of(field))).replace(",", "")
    text = str(value)
    return field.options.get(text, text)


def factor_of(field: Field) -> Fraction:
    """How many of what is kept one unit of a field is."""
    if field.type == "money":
        return Fraction(words().money_units[field.unit])
    return Fraction(10**field.places)


def _own(code: str) -> Field:
    """A field of the organisation's own row that the dictionary does not have."""
    is_money = code == "registered_capital"
    name = "注册资本" if is_money else str(Organisation._meta.get_field(code).verbose_name)  # type: ignore[union-attr]
    return Field(
        code=code, frame="enterprises", name=name, name_en=code, also=(),
        type="money" if is_money else "text", unit="万元" if is_money else "", places=0,
        period="now", caliber="", change="fixed", lever="", effort=1,
    )  # fmt: skip


@cache
def proposable() -> Mapping[str, Cell]:
    """Every cell that an enterprise may propose a value for, by its code, in order.

    Points that experts give are no facts of a firm.
    """
    dictionary = load_dictionary()
    own = [
        Cell(
            "organisation",
            dictionary.field("enterprises", code) if code in OF_DICTIONARY else _own(code),
        )
        for code in OWN_ROW
    ]
    yearly = [Cell("yearly", field) for field in YEARLY_FIELDS]
    standing = [
        Cell("standing", field)
        for field in STANDING_FIELDS
        if field.period == "now" and not field.code.endswith("_score")
    ]
    return MappingProxyType({cell.code: cell for cell in (*own, *yearly, *standing)})
