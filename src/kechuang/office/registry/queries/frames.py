"""The registry as the frames that engines take: what an actor may see, on a day.

Columns, types and their order are those of `kechuang.eligibility.data`: money in whole 分, a number
an integer of its last decimal place, null for what nobody knows. A related frame of which the
registry holds no row is not there, which says that it is unknown; so is every frame and every
fact that the actor may not see. The frames `honours`, `financings`, `standards`, `contracts`,
`loans` and `station_academicians` belong to rooms of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet

from kechuang.eligibility.data.columns import TYPES
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.choosing import AS_OF, PARTY, RANK, SOURCE, YEAR
from kechuang.office.registry.models import (
    Incubation,
    IntellectualProperty,
    Organisation,
    Person,
    Platform,
    PlatformStanding,
    PlatformYear,
    Qualification,
    ResearchCost,
)
from kechuang.office.registry.models.facts import (
    PLATFORM_STANDING_FIELDS,
    PLATFORM_YEARLY_FIELDS,
    STANDING_FIELDS,
    YEARLY_FIELDS,
)
from kechuang.office.registry.queries import counting
from kechuang.office.registry.queries.columns import frame_of
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.reference import Field, load_dictionary
from kechuang.reference.fields import YEARS_KEPT

PLATFORM: Final = "platform_id"
OWN: Final = {
    "enterprise_code": "party__code",
    "enterprise_name": "party__name",
    "region_code": "party__region__code",
    "industry_code": "industry_code",
    "founded_on": "founded_on",
    "size_class": "size_class",
    "above_designated_size": "above_designated_size",
}
PLATFORM_OWN: Final = {
    "platform_code": "code",
    "platform_name": "name",
    "region_code": "region__code",
    "platform_kind": "kind",
    "platform_level": "level",
    "founded_on": "founded_on",
}
INSTITUTION_KINDS: Final = {
    "enterprise_technology_centre": "enterprise_technology_centre",
    "key_laboratory": "key_laboratory",
    "technology_innovation_centre": "technology_innovation_centre",
    "engineering_research_centre": "engineering_research_centre",
    "enterprise_rd_centre": "other",
    "industrial_technology_research_institute": "other",
    "new_rd_institution": "other",
    "pilot_test_base": "other",
    "academician_workstation": "other",
    "postdoctoral_research_workstation": "other",
}
"""Kinds of platforms that are 研发机构 of their host; what only raises firms is none."""
INCUBATED: Final = {
    "revenue_last": ("revenue", 0),
    "revenue_before": ("revenue", 1),
    "rd_last": ("rd_expense_deduction", 0),
    "rd_before": ("rd_expense_deduction", 1),
}

Fields = Iterable[tuple[str, str]] | None


def frames(
    scope: Actor, as_of: date, fields: Fields = None, between: tuple[int, int] | None = None
) -> Mapping[str, pl.DataFrame]:
    """The frames of what `scope` may see, with the three full years before `as_of`.

    With `fields`, pairs of frame and code, only these and the keys are read. Enterprises are those
    at work: closed, deregistered and merged ones are left out. With `between` only those whose key
    lies from the first to the last, and what belongs to them; then a related frame that was asked
    for is there even without rows, and `held_frames` says of which anything is known.
    """
    building = _Building(scope, as_of, fields, between)
    makers: Mapping[str, Callable[[], pl.DataFrame]] = {
        "enterprises": building.enterprises,
        "ip": building.rights,
        "titles": building.titles,
        "rd_costs": building.costs,
        "institutions": building.institutions,
        "platforms": building.platforms,
        "people": building.people,
        "incubated_firms": building.incubated,
    }
    made = {name: make() for name, make in makers.items() if building.wants(name)}
    subjects = {"enterprises", "platforms", "people"} if between is None else set(made)
    return {name: frame for name, frame in made.items() if frame.height or name in subjects}


def held_frames() -> frozenset[str]:
    """The related frames of enterprises of which the registry holds any row. Four queries."""
    held = {
        "ip": IntellectualProperty.objects.all(),
        "titles": Qualification.objects.all(),
        "rd_costs": ResearchCost.objects.all(),
        "institutions": Platform.objects.filter(kind__in=INSTITUTION_KINDS, host__isnull=False),
    }
    return frozenset(name for name, rows in held.items() if rows.exists())


class _Building:
    """One call: who asks, of which day, for what."""

    def __init__(
        self,
        actor: Actor,
        as_of: date,
        fields: Fields,
        between: tuple[int, int] | None,
    ) -> None:
        self.actor = actor
        self.as_of, self.last_year = as_of, as_of.year - 1
        self.years = [self.last_year - back for back in range(YEARS_KEPT)]
        self.dictionary = load_dictionary()
        self.needed = None if fields is None else frozenset(fields)
        found = limit(Organisation.objects.order_by(), actor, "organisation.view")
        self.firms = found.filter(AT_WORK)
        self.some = between is not None
        if between is not None:
            self.firms = self.firms.filter(party__gte=between[0], party__lte=between[1])

    def wants(self, frame: str) -> bool:
        """Whether a frame is asked for."""
        return self.needed is None or any(each == frame for each, _code in self.needed)

    def _wanted(self, frame: str, fields: Sequence[Field]) -> list[Field]:
        if self.needed is None:
            return list(fields)
        return [field for field in fields if (frame, field.code) in self.needed]

    # --- subjects

    def enterprises(self) -> pl.DataFrame:
        """One row a firm with its own columns, standing facts and yearly facts."""
        found = self._read("enterprises", self.firms, OWN, "party_id", PARTY)
        if self.actor.reach("fact.view") is None:
            return self._ordered("enterprises", found)
        keys = found[PARTY].to_list() if self.some else None
        standing = self._wanted("enterprises", STANDING_FIELDS)
        if standing:
            facts = counting.standing(standing, keys, self.actor)
            found = found.join(facts, on=PARTY, how="left", maintain_order="left")
        yearly = self._wanted("enterprises", YEARLY_FIELDS)
        if yearly:
            facts = counting.yearly(yearly, self.years, keys, self.actor)
            found = self._with_years(found, facts, yearly, PARTY)
        return self._ordered("enterprises", found)

    def platforms(self) -> pl.DataFrame:
        """One row a platform that works or mends, the same way."""
        rows = limit(Platform.objects.order_by(), self.actor, "platform.view")
        rows = rows.exclude(status=Platform.Status.CANCELLED)
        found = self._read("platforms", rows, PLATFORM_OWN, "id", PLATFORM)
        standing = self._wanted("platforms", PLATFORM_STANDING_FIELDS)
        if standing:
            said = limit(PlatformStanding.objects.order_by(), self.actor, "platform.view")
            facts = counting.of_platforms(said, [PLATFORM], standing)
            found = found.join(facts, on=PLATFORM, how="left", maintain_order="left")
        yearly = self._wanted("platforms", PLATFORM_YEARLY_FIELDS)
        if yearly:
            said_of = limit(PlatformYear.objects.order_by(), self.actor, "platform.view")
            facts = counting.of_platforms(
                said_of.filter(year__in=self.years), [PLATFORM, YEAR], yearly
            )
            found = self._with_years(found, facts, yearly, PLATFORM)
        return self._ordered("platforms", found)

    def people(self) -> pl.DataFrame:
        """One row a person."""
        rows = limit(Person.objects.order_by(), self.actor, "person.view")
        rows = rows.filter(merged_into=None, is_active=True)
        own = {
            "person_code": "party__code",
            "region_code": "party__region__code",
            "born_on": "born_on",
            "education": "education",
        }
        found = self._read("people", rows, own, "party_id", PARTY)
        if "education" in found.columns:
            options = list(self.dictionary.field("people", "education").options)
            known = pl.when(pl.col("education").is_in(options)).then("education")
            found = found.with_columns(known.alias("education"))
        return self._ordered("people", found)

    # --- what belongs to enterprises

    def rights(self) -> pl.DataFrame:
        """Intellectual property."""
        rows = limit(IntellectualProperty.objects.order_by(), self.actor, "property.view")
        rows = rows.exclude(transferred_on__lte=self.as_of).exclude(acquired_on__gt=self.as_of)
        own = {"enterprise_code": "party__code", "ip_code": "number", "ip_kind": "kind"}
        same = (
            "ip_class", "granted_on", "expires_on", "status", "acquired_by", "usable_for_hnte",
            "high_value", "for_main_product", "applied_with_benefit", "owner_rank",
        )  # fmt: skip
        return self._of_firms("ip", rows, {**own, **{name: name for name in same}})

    def titles(self) -> pl.DataFrame:
        """Titles, each with a code even where its certificate has no number."""
        rows = limit(Qualification.objects.order_by(), self.actor, "qualification.view")
        own = {"enterprise_code": "party__code", "title_code": "number"}
        same = ("title", "level", "issued_on", "expires_on", "status")
        found = self._read(
            "titles", self._held(rows), {**own, **{name: name for name in same}}, "id", "id"
        )
        unnumbered = pl.format("#{}", "id")
        found = found.with_columns(pl.coalesce("title_code", unnumbered).alias("title_code"))
        twice = pl.struct("enterprise_code", "title_code").is_duplicated()
        told = pl.when(twice).then(pl.format("{}#{}", "title_code", "id")).otherwise("title_code")
        return self._ordered("titles", found.with_columns(told.alias("title_code")))

    def costs(self) -> pl.DataFrame:
        """R&D expenses by category; of several sources the one that counts."""
        rows = limit(ResearchCost.objects.order_by(), self.actor, "fact.view")
        own = {"enterprise_code": "party__code", "caliber": "caliber", "category": "category"}
        schema = {
            **{name: (path, pl.String()) for name, path in own.items()},
            YEAR: (YEAR, pl.Int64()),
            "amount": ("amount", pl.Int64()),
            RANK: (RANK, pl.Int64()),
            AS_OF: (AS_OF, pl.Date()),
            SOURCE: (SOURCE, pl.String()),
        }
        found = frame_of(self._held(rows.filter(year__in=self.years)), schema)
        found = found.sort(RANK, AS_OF, SOURCE, descending=[False, True, False])
        found = found.unique([*own, YEAR], keep="first", maintain_order=True)
        code = pl.format("{}-{}-{}", YEAR, "caliber", "category").alias("cost_code")
        return self._ordered("rd_costs", found.with_columns(code))

    def institutions(self) -> pl.DataFrame:
        """The R&D bodies of firms: platforms that they host and that do research."""
        rows = limit(Platform.objects.order_by(), self.actor, "platform.view")
        rows = rows.filter(kind__in=INSTITUTION_KINDS)
        own = {
            "enterprise_code": "host__code",
            "institution_code": "code",
            "level": "level",
            "recognised_on": "recognised_on",
            "status": "status",
            "institution_kind": "kind",
        }
        found = self._read("institutions", self._held(rows, "host"), own, "id", PLATFORM)
        if "status" in found.columns:
            gone = pl.col("status") == "cancelled"
            told = pl.when(gone).then(pl.lit("cancelled")).otherwise(pl.lit("valid"))
            found = found.with_columns(told.alias("status"))
        if "institution_kind" in found.columns:
            told = pl.col("institution_kind").replace_strict(INSTITUTION_KINDS)
            found = found.with_columns(told)
        return self._ordered("institutions", found)

    def incubated(self) -> pl.DataFrame:
        """The firms that stay in a carrier, with two years of income and R&D."""
        rows = limit(Incubation.objects.order_by(), self.actor, "platform.view")
        rows = rows.filter(outcome=Incubation.Outcome.STAYS)
        rows = rows.exclude(platform__status=Platform.Status.CANCELLED)
        own = {"platform_code": "platform__code", "incubated_firm_code": "party__code"}
        found = self._read("incubated_firms", rows, own, "party_id", PARTY)
        found = found.unique(list(own), keep="any")
        wanted = self._wanted("incubated_firms", self.dictionary.of("incubated_firms"))
        codes = {field.code for field in wanted} & set(INCUBATED)
        if codes and self.actor.reach("fact.view") is not None:
            yearly = [
                each for each in YEARLY_FIELDS if each.code in {"revenue", "rd_expense_deduction"}
            ]
            facts = counting.yearly(yearly, self.years[:2], actor=self.actor)
            for code in codes:
                field, back = INCUBATED[code]
                of_year = facts.filter(pl.col(YEAR) == self.last_year - back)
                column = of_year.select(PARTY, pl.col(field).alias(code))
                found = found.join(column, on=PARTY, how="left")
        return self._ordered("incubated_firms", found)

    # --- steps

    def _of_firms(self, frame: str, rows: QuerySet[Any], own: Mapping[str, str]) -> pl.DataFrame:
        return self._ordered(frame, self._read(frame, self._held(rows), own, "id", "id"))

    def _held(self, rows: QuerySet[Any], owner: str = "party") -> QuerySet[Any]:
        """The rows that belong to a firm of the frame of enterprises."""
        return rows.filter(**{f"{owner}__in": self.firms.values("party_id")})

    def _read(
        self, frame: str, rows: QuerySet[Any], own: Mapping[str, str], key: str, name: str
    ) -> pl.DataFrame:
        """Columns of a table by the codes of their fields, and its key; empty texts are null."""
        keys = self._keys(frame)
        fields = [
            field
            for field in self.dictionary.of(frame)
            if field.code in own
            and (field.code in keys or self.needed is None or (frame, field.code) in self.needed)
        ]
        schema = {field.code: (own[field.code], TYPES[field.type]) for field in fields}
        found = frame_of(rows, {name: (key, pl.Int64()), **schema})
        texts = [field.code for field in fields if TYPES[field.type] == pl.String]
        return found.with_columns(pl.col(texts).replace("", None))

    def _keys(self, frame: str) -> set[str]:
        shape = self.dictionary.frames[frame]
        return {shape.key, *([self.dictionary.frames[shape.of].key] if shape.of else [])}

    def _with_years(
        self, found: pl.DataFrame, facts: pl.DataFrame, fields: Sequence[Field], key: str
    ) -> pl.DataFrame:
        for back, year in enumerate(self.years):
            of_year = facts.filter(pl.col(YEAR) == year).select(
                key, *(pl.col(field.code).alias(field.column(back)) for field in fields)
            )
            found = found.join(of_year, on=key, how="left", maintain_order="left")
        return found

    def _ordered(self, frame: str, found: pl.DataFrame) -> pl.DataFrame:
        """The columns of the frame in the dictionary's order, rows in the order of their keys."""
        names = [name for field in self.dictionary.of(frame) for name in field.columns()]
        wanted = self.needed
        keys = self._keys(frame)
        kept = [
            name
            for name in names
            if name in found.columns
            and (wanted is None or name in keys or (frame, name.partition("__y")[0]) in wanted)
        ]
        return found.select(kept).sort(sorted(keys & set(kept)))
