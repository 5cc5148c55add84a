"""What a workbook may hold: for each purpose its columns, and the tables they are written to.

A column is a field of the dictionary, so that headers, synonyms, units and options are those of
`reference/fields.yaml`. Templates, exports and imports share these lists: what one writes the other
reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.registry.imports.cost_fields import SHEET, WHOSE, categories, sheet_dictionary
from kechuang.office.registry.models import (
    Affiliation,
    CellSource,
    FormerName,
    IntellectualProperty,
    Organisation,
    Person,
    PersonField,
    Platform,
    PlatformStanding,
    PlatformYear,
    Qualification,
    ResearchCost,
    Standing,
    Tag,
    YearlyFact,
)
from kechuang.office.registry.models.facts import (
    PLATFORM_STANDING_FIELDS,
    PLATFORM_YEARLY_FIELDS,
    STANDING_FIELDS,
    YEARLY_FIELDS,
)
from kechuang.reference import Field

MODELS: Final[Mapping[str, type[models.Model]]] = MappingProxyType(
    {
        "party": Party,
        "organisation": Organisation,
        "cell_source": CellSource,
        "tag": Tag,
        "organisation_tag": Organisation.tags.through,
        "former_name": FormerName,
        "standing": Standing,
        "yearly_fact": YearlyFact,
        "research_cost": ResearchCost,
        "qualification": Qualification,
        "property": IntellectualProperty,
        "platform": Platform,
        "platform_standing": PlatformStanding,
        "platform_year": PlatformYear,
        "person": Person,
        "person_field": PersonField,
        "affiliation": Affiliation,
    }
)
"""The tables that imports write, by the name that `ImportChange.table` holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a purpose: a field, and where its value is kept.

    `table` is a name of `MODELS`; empty says that the column only helps to find the record or is
    written in a way of its own (names of regions, tags, kinds of people). `longest` is the number
    of characters that fit, 0 where that is no matter.
    """

    field: Field
    table: str = ""
    attribute: str = ""
    longest: int = 0
    is_secret: bool = False

    @property
    def code(self) -> str:
        """The code of the field."""
        return self.field.code

    @property
    def is_yearly(self) -> bool:
        """Whether its header may say a year."""
        return self.field.period == "year"

    def header(self, year: int | None = None) -> str:
        """The header that templates and exports write, which an import reads without asking.

        >>> PURPOSES["yearly_facts"].columns["revenue"].header(2025)
        '营业收入（2025年，万元）'
        """
        unit = self.field.unit if self.field.type in {"money", "count", "number"} else ""
        inside = "，".join(
            part for part in (f"{year}年" if year and self.is_yearly else "", unit) if part
        )
        return f"{self.field.name}（{inside}）" if inside else self.field.name


@dataclass(frozen=True)
class Purpose:
    """What one kind of workbook holds.

    `keys` are columns of which at least one must be there to find a record, the surest first;
    `required` must be there for a new record. `tables` are written in this order. `verb` is what
    whoever imports must be allowed for each record. `needs_year` says that the rows are of a year:
    a column says it, or the headers, or whoever sends the file. `by_source` says that they are
    finances of firms, of which each source keeps its own: an export is of one source.
    """

    code: str
    name: str | Promise
    frame: str
    verb: str
    view: str
    tables: tuple[str, ...]
    keys: tuple[str, ...]
    required: tuple[str, ...]
    listed: tuple[Column, ...]
    needs_year: bool = False
    by_source: bool = False

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns by code, in the order of a template."""
        return MappingProxyType({each.code: each for each in self.listed})

    def of_table(self, table: str) -> tuple[Column, ...]:
        """The columns that a table keeps."""
        return tuple(each for each in self.listed if each.table == table)


def _columns(frame: str, rows: Iterable[tuple[str, str, str]]) -> tuple[Column, ...]:
    return tuple(_column(frame, *row) for row in rows)


def _column(frame: str, code: str, table: str = "", attribute: str = "") -> Column:
    field = sheet_dictionary().field(frame, code)
    if not table:
        return Column(field)
    kept: Any = MODELS[table]._meta.get_field(attribute)
    return Column(
        field,
        table,
        kept.attname,
        longest=getattr(kept, "max_length", None) or 0,
        is_secret=isinstance(kept, EncryptedTextField),
    )


def _same(frame: str, fields: Iterable[Field], table: str) -> tuple[Column, ...]:
    """Columns that are called in the table as in the dictionary."""
    return _columns(frame, ((each.code, table, each.code) for each in fields))


_ORGANISATIONS: Final = Purpose(
    code="organisations",
    name=_("企业和其他单位"),
    frame="enterprises",
    verb="organisation.change",
    view="organisation.view",
    tables=(
        "party",
        "organisation",
        "cell_source",
        "former_name",
        "tag",
        "organisation_tag",
        "standing",
    ),
    keys=("enterprise_code", "party_code", "enterprise_name"),
    required=("enterprise_name",),
    listed=(
        *_columns(
            "enterprises",
            (
                ("enterprise_code", "organisation", "credit_code"),
                ("party_code", "", ""),
                ("enterprise_name", "party", "name"),
                ("organisation_kind", "organisation", "kind"),
                ("region_code", "", ""),
                ("region_name", "", ""),
                ("former_name", "", ""),
                ("industry_code", "organisation", "industry_code"),
                ("size_class", "organisation", "size_class"),
                ("above_designated_size", "organisation", "above_designated_size"),
                ("founded_on", "organisation", "founded_on"),
                ("registered_capital", "organisation", "registered_capital"),
                ("address", "organisation", "address"),
                ("website", "organisation", "website"),
                ("main_business", "organisation", "main_business"),
                ("contact_name", "organisation", "contact_name"),
                ("contact_phone", "organisation", "contact_phone"),
                ("parent_code", "", ""),
                ("registration_status", "organisation", "status"),
                ("status_since", "organisation", "status_since"),
                ("tags", "", ""),
            ),
        ),
        *_same("enterprises", STANDING_FIELDS, "standing"),
    ),
)

_YEARLY_FACTS: Final = Purpose(
    code="yearly_facts",
    name=_("企业年度数据"),
    frame="enterprises",
    verb="fact.change",
    view="fact.view",
    tables=("yearly_fact",),
    keys=("enterprise_code", "party_code", "enterprise_name"),
    required=(),
    needs_year=True,
    by_source=True,
    listed=(
        *_columns(
            "enterprises",
            (
                ("enterprise_code", "", ""),
                ("party_code", "", ""),
                ("enterprise_name", "", ""),
                ("region_name", "", ""),
                ("facts_year", "", ""),
            ),
        ),
        *_same("enterprises", YEARLY_FIELDS, "yearly_fact"),
    ),
)

_RESEARCH_COSTS: Final = Purpose(
    code="research_costs",
    name=_("研发费用归集"),
    frame=SHEET,
    verb="fact.change",
    view="fact.view",
    tables=("research_cost",),
    keys=("enterprise_code", "party_code", "enterprise_name"),
    required=("caliber",),
    needs_year=True,
    by_source=True,
    listed=_columns(SHEET, ((code, "", "") for code in (*WHOSE, "caliber", *categories()))),
)

_QUALIFICATIONS: Final = Purpose(
    code="qualifications",
    name=_("资格称号"),
    frame="titles",
    verb="qualification.change",
    view="qualification.view",
    tables=("qualification",),
    keys=("enterprise_code", "enterprise_name"),
    required=("title",),
    listed=_columns(
        "titles",
        (
            ("enterprise_code", "", ""),
            ("enterprise_name", "", ""),
            ("title", "qualification", "title"),
            ("level", "qualification", "level"),
            ("title_code", "qualification", "number"),
            ("batch_name", "qualification", "batch_name"),
            ("recognition", "qualification", "recognition"),
            ("issuer", "qualification", "issuer"),
            ("issued_on", "qualification", "issued_on"),
            ("expires_on", "qualification", "expires_on"),
            ("status", "qualification", "status"),
            ("awaiting_document", "qualification", "awaiting_document"),
            ("cancelled_on", "qualification", "cancelled_on"),
            ("cancelled_reason", "qualification", "cancelled_reason"),
            ("note", "qualification", "note"),
        ),
    ),
)

_RIGHTS: Final = Purpose(
    code="rights",
    name=_("知识产权"),
    frame="ip",
    verb="property.change",
    view="property.view",
    tables=("property",),
    keys=("enterprise_code", "enterprise_name"),
    required=("ip_code", "ip_kind"),
    listed=_columns(
        "ip",
        (
            ("enterprise_code", "", ""),
            ("enterprise_name", "", ""),
            ("ip_code", "property", "number"),
            ("ip_name", "property", "name"),
            ("ip_kind", "property", "kind"),
            ("ip_class", "property", "ip_class"),
            ("applied_on", "property", "applied_on"),
            ("granted_on", "property", "granted_on"),
            ("expires_on", "property", "expires_on"),
            ("status", "property", "status"),
            ("acquired_by", "property", "acquired_by"),
            ("owner_rank", "property", "owner_rank"),
            ("usable_for_hnte", "property", "usable_for_hnte"),
            ("high_value", "property", "high_value"),
            ("for_main_product", "property", "for_main_product"),
            ("applied_with_benefit", "property", "applied_with_benefit"),
        ),
    ),
)

_PLATFORMS: Final = Purpose(
    code="platforms",
    name=_("创新平台"),
    frame="platforms",
    verb="platform.change",
    view="platform.view",
    tables=("platform", "platform_standing", "platform_year"),
    keys=("platform_code", "platform_name"),
    required=("platform_name", "platform_kind", "platform_level"),
    needs_year=True,
    listed=(
        *_columns(
            "platforms",
            (
                ("platform_code", "platform", "code"),
                ("platform_name", "platform", "name"),
                ("platform_kind", "platform", "kind"),
                ("platform_level", "platform", "level"),
                ("field_name", "platform", "field_name"),
                ("region_code", "", ""),
                ("region_name", "", ""),
                ("host_code", "", ""),
                ("host_name", "", ""),
                ("founded_on", "platform", "founded_on"),
                ("recognition", "platform", "recognition"),
                ("recognised_on", "platform", "recognised_on"),
                ("expires_on", "platform", "expires_on"),
                ("issuer", "platform", "issuer"),
                ("platform_status", "platform", "status"),
                ("note", "platform", "note"),
                ("facts_year", "", ""),
            ),
        ),
        *_same("platforms", PLATFORM_STANDING_FIELDS, "platform_standing"),
        *_same("platforms", PLATFORM_YEARLY_FIELDS, "platform_year"),
    ),
)

_PEOPLE: Final = Purpose(
    code="people",
    name=_("人才"),
    frame="people",
    verb="person.change",
    view="person.view",
    tables=("party", "person", "person_field", "affiliation"),
    keys=("person_code", "person_name"),
    required=("person_name",),
    listed=_columns(
        "people",
        (
            ("person_code", "", ""),
            ("person_name", "party", "name"),
            ("region_code", "", ""),
            ("region_name", "", ""),
            ("person_kinds", "", ""),
            ("employer_code", "", ""),
            ("employer_name", "", ""),
            ("post", "", ""),
            ("education", "person", "education"),
            ("professional_title", "person", "professional_title"),
            ("knowledge_fields", "", ""),
            ("specialty", "person", "specialty"),
            ("phone", "person", "phone"),
            ("full_time", "person", "full_time"),
            ("born_on", "person", "born_on"),
            ("listed", "person", "is_active"),
        ),
    ),
)

PURPOSES: Final[Mapping[str, Purpose]] = MappingProxyType(
    {
        each.code: each
        for each in (
            _ORGANISATIONS,
            _YEARLY_FACTS,
            _RESEARCH_COSTS,
            _QUALIFICATIONS,
            _RIGHTS,
            _PLATFORMS,
            _PEOPLE,
        )
    }
)
"""Everything that can be imported, by code."""
