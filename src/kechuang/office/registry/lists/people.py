"""The list of people; telephones and identity numbers are in no list."""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    by_source,
    by_text,
    choice,
    flag,
    region_column,
    source_columns,
)
from kechuang.office.registry.models import Person
from kechuang.office.registry.queries.people import (
    KINDS,
    at,
    fields_of,
    kind_is,
    kinds_of,
    places_of,
    search,
    visible,
)
from kechuang.office.registry.standing import options


def degree_word(row: Person) -> str:
    """The highest degree in words."""
    return options("people", "education").get(row.education, row.education)


PEOPLE: Final = Listing(
    code="people",
    name=_("人才"),
    verb="person.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("姓名"),
            lambda row: row.party.name,
            sort="party__name",
            link=lambda row: reverse("registry:person", args=[row.party.code]),
        ),
        Column("code", _("编号"), lambda row: row.party.code, sort="party__code", default=False),
        Column("kinds", _("类别"), kinds_of),
        Column("places", _("单位和职务"), places_of),
        Column("fields", _("领域"), fields_of),
        Column(
            "professional_title",
            _("职称"),
            lambda row: row.professional_title,
            sort="professional_title",
        ),
        Column("education", _("最高学位"), degree_word, sort="education"),
        region_column("party__region"),
        Column("specialty", _("专长"), lambda row: row.specialty, default=False),
        Column(
            "is_active",
            _("在库"),
            lambda row: row.is_active,
            sort="is_active",
            default=False,
        ),
        *source_columns(),
    ),
    filters=(
        choice("kind", _("类别"), lambda: KINDS, kind_is),
        Filter(
            "field",
            _("领域含"),
            "text",
            lambda rows, text: rows.filter(
                Q(pk__in=rows.model.objects.filter(personfield__name__icontains=text).values("pk"))
                | Q(specialty__icontains=text)
            ),
        ),
        Filter("at", _("所在单位"), "text", at),
        by_region("party__region", "person.view"),
        choice("education", _("最高学位"), lambda: options("people", "education")),
        by_text("professional_title", _("职称含")),
        flag("is_active", _("在库")),
        by_source(),
    ),
    search=search,
    searched=_("姓名、编号、拼音首字母"),
    sort="pk",
    empty=_("人才库还是空的。请点“登记人才”，或从表格导入。"),
    export_verb="registry.export",
)
