"""What a merge does with every column that points to an organisation or a person.

A column that is not here, nor covered by the rule of another room, fails a test: whoever adds a
table says what becomes of its rows when two records turn out to be one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.apps import apps
from django.db.models import Field, Model, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kechuang.office.ground.slots import Text

APP: Final = "registry"


class Clash(StrEnum):
    """What happens where both records have a thing of which there is one."""

    NONE = "none"  # there can be no such thing
    CHOOSE = "choose"  # the surviving record's row counts, unless the officer chooses the other
    FIRST = "first"  # the surviving record's row counts; there is nothing to choose


@dataclass(frozen=True, slots=True)
class Relation:
    """One column whose rows move to the surviving record.

    `fills` says that the row that counts takes from the other what it does not know itself.
    """

    model: str
    column: str
    name: Text
    clash: Clash = Clash.NONE
    fills: bool = False

    @property
    def key(self) -> str:
        """How the column is called in rules, in choices and in what was kept."""
        return f"{APP}.{self.model}.{self.column}"

    @property
    def table(self) -> type[Model]:
        """The model whose rows move."""
        return apps.get_model(APP, self.model)

    @property
    def others(self) -> tuple[str, ...]:
        """The columns that, together with this one, stand once."""
        for constraint in self.table._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and self.column in constraint.fields:
                return tuple(each for each in constraint.fields if each != self.column)
        return ()


RELATIONS: Final = (
    Relation("FormerName", "party", _("曾用名"), Clash.FIRST),
    Relation("RegionStay", "party", _("曾在区划")),
    Relation("Document", "party", pgettext_lazy("of a dossier", "文件")),
    Relation("YearlyFact", "party", _("年度数据"), Clash.CHOOSE, fills=True),
    Relation("Standing", "party", _("现状数据"), Clash.CHOOSE, fills=True),
    Relation("ResearchCost", "party", _("研发费用"), Clash.CHOOSE),
    Relation("CellCorrection", "party", _("更正的值"), Clash.CHOOSE),
    Relation("Doubt", "party", _("存疑的值"), Clash.FIRST),
    Relation("Qualification", "party", _("资格称号")),
    Relation("IntellectualProperty", "party", _("知识产权"), Clash.CHOOSE, fills=True),
    Relation("Instrument", "party", _("仪器")),
    Relation("Affiliation", "party", _("单位的人员"), Clash.CHOOSE),
    Relation("Affiliation", "person", _("任职单位"), Clash.CHOOSE),
    Relation("Platform", "host", _("依托的平台")),
    Relation("Platform", "head", _("负责的平台")),
    Relation("PlatformPartner", "party", _("共建的平台"), Clash.CHOOSE),
    Relation("PlatformMember", "person", _("所在的平台"), Clash.CHOOSE),
    Relation("PersonField", "person", _("领域"), Clash.FIRST),
    Relation("Incubation", "party", _("在孵经历"), Clash.CHOOSE),
    Relation("AgreementParty", "party", _("签订的协议"), Clash.CHOOSE),
    Relation("Organisation", "parent", _("下级单位")),
    Relation("Organisation", "merged_into", _("此前并入的档案")),
    Relation("Person", "merged_into", _("此前并入的人员")),
)

SPECIAL: Final = {
    "registry.Proposal.party": _("更正申请"),
    "registry.Unlike.party": _("“不是同一家”的认定"),
    "registry.Unlike.other": _("“不是同一家”的认定"),
    "registry.Organisation_tags.organisation": _("标签"),
}
"""Columns that `services.merging` moves in a way of their own, by what their rows are called."""

STAYS: Final = {
    "registry.Organisation.party": "the merged record itself, which says where it went",
    "registry.Person.party": "the merged record itself, which says where it went",
    "registry.CellSource.party": "speaks of the merged record's own values; what of them is taken "
    "over is written anew for the surviving record",
    "registry.Merge.goes": "history",
    "registry.Merge.stays": "history: the way is followed by merged_into",
}
"""Columns whose rows stay with the merged record, each with its reason."""

ORGANISATION_FIELDS: Final = (
    "kind", "credit_code", "industry_code", "size_class", "above_designated_size", "founded_on",
    "registered_capital", "address", "website", "main_business", "contact_name", "contact_phone",
    "parent", "status",
)  # fmt: skip
PERSON_FIELDS: Final = (
    "full_time", "born_on", "education", "professional_title", "specialty", "phone",
    "identity_number",
)  # fmt: skip
PERSON_KINDS: Final = ("is_expert", "is_commissioner", "is_academician", "is_contact")
"""What a person is, is kept of both."""
MONEY_FIELDS: Final = frozenset({"registered_capital"})
SECRET_FIELDS: Final = {"contact_phone": "phone", "phone": "phone", "identity_number": "id"}
"""Fields whose values are never shown whole nor written into a trail, with their masks."""


def own_fields(model: type[Model]) -> tuple[str, ...]:
    """The fields of a record itself that are compared."""
    return ORGANISATION_FIELDS if model.__name__ == "Organisation" else PERSON_FIELDS


def columns_of(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns of a table without its key."""
    return [each for each in model._meta.concrete_fields if not each.primary_key]


def is_blank(value: object) -> bool:
    """Whether a value says nothing."""
    return value is None or value == ""
