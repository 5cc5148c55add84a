"""Facts: one row for each party, year and source, with typed columns of the field dictionary.

Several sources may differ. Which value counts is decided cell by cell by the rule that
`sources.yaml` states; a `CellCorrection` comes before all sources.
"""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.registry.models.base import OfParty, Sourced
from kechuang.office.registry.models.columns import columns_of, fields_of, with_columns
from kechuang.office.registry.models.platforms import Platform
from kechuang.reference import Field

OWN_COLUMNS: Final = frozenset(
    {
        "enterprise_code", "enterprise_name", "region_code", "industry_code", "founded_on",
        "size_class", "above_designated_size", "platform_code", "platform_name", "platform_kind",
        "platform_level", "party_code", "organisation_kind", "region_name", "former_name",
        "registered_capital", "address", "website", "main_business", "contact_name",
        "contact_phone", "parent_code", "registration_status", "status_since", "tags", "facts_year",
        "host_code", "host_name", "recognition", "recognised_on", "expires_on", "issuer",
        "platform_status", "field_name", "note",
    }
)  # fmt: skip
"""Fields of the dictionary that stand in `Organisation` or `Platform` itself."""


NEEDED: Final = (
    "revenue", "total_cost", "total_assets", "rd_expense_deduction", "staff_total_quarterly",
    "technical_staff_quarterly",
)  # fmt: skip
"""The yearly fields that `facts.yaml` calls needed, which an index holds."""


def _is_yearly(field: Field) -> bool:
    return field.period == "year"


def _is_standing(field: Field) -> bool:
    return field.period != "year" and field.code not in OWN_COLUMNS


YEARLY_FIELDS: Final = tuple(fields_of("enterprises", _is_yearly))
STANDING_FIELDS: Final = tuple(fields_of("enterprises", _is_standing))
PLATFORM_YEARLY_FIELDS: Final = tuple(fields_of("platforms", _is_yearly))
PLATFORM_STANDING_FIELDS: Final = tuple(fields_of("platforms", _is_standing))

_YearlyColumns = with_columns("YearlyColumns", __name__, columns_of("enterprises", _is_yearly))
_StandingColumns = with_columns(
    "StandingColumns", __name__, columns_of("enterprises", _is_standing)
)
_PlatformYearlyColumns = with_columns(
    "PlatformYearlyColumns", __name__, columns_of("platforms", _is_yearly)
)
_PlatformStandingColumns = with_columns(
    "PlatformStandingColumns", __name__, columns_of("platforms", _is_standing)
)


class YearlyFact(Sourced, OfParty, _YearlyColumns):  # type: ignore[misc, valid-type]
    """What one source says of one party and one year."""

    year = models.PositiveSmallIntegerField(_("年度"))

    class Meta:
        """By year and rank; a source speaks once of a year."""

        ordering = ("-year", "rank", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["party", "year", "source"], name="source_speaks_once_of_a_year"
            ),
        )
        indexes = (
            # Whether a firm lacks a needed fact of a year is told without its row.
            models.Index(fields=["year", "party", *NEEDED], name="yearly_fact_year"),
            models.Index(fields=["year", "id"], name="yearly_fact_newest"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.year} {self.source}"


class Standing(Sourced, OfParty, _StandingColumns):  # type: ignore[misc, valid-type]
    """What one source says of one party as things stand now: facts that have no year."""

    class Meta:
        """By rank; a source speaks once."""

        ordering = ("rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=["party", "source"], name="source_speaks_once_now"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.source}"


class PlatformYear(Sourced, _PlatformYearlyColumns):  # type: ignore[misc, valid-type]
    """What one source says of one platform and one year."""

    platform = models.ForeignKey(Platform, verbose_name=_("平台"), on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField(_("年度"))

    scope_paths: ClassVar = ScopePaths(
        region="platform__region__path", party="platform__host__code"
    )

    class Meta:
        """By year and rank; a source speaks once of a year."""

        ordering = ("-year", "rank", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["platform", "year", "source"], name="source_speaks_once_of_a_platform_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.year} {self.source}"


class PlatformStanding(Sourced, _PlatformStandingColumns):  # type: ignore[misc, valid-type]
    """What one source says of one platform as things stand now."""

    platform = models.ForeignKey(Platform, verbose_name=_("平台"), on_delete=models.PROTECT)

    scope_paths: ClassVar = ScopePaths(
        region="platform__region__path", party="platform__host__code"
    )

    class Meta:
        """By rank; a source speaks once."""

        ordering = ("rank", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["platform", "source"], name="source_speaks_once_of_a_platform_now"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.source}"


class ResearchCost(Sourced, OfParty):
    """R&D expense of a party and a year in one category of one caliber, in whole 分."""

    year = models.PositiveSmallIntegerField(_("年度"))
    caliber = models.CharField(_("口径"), max_length=20)
    category = models.CharField(_("费用类别"), max_length=30)
    amount = models.BigIntegerField(_("金额（分）"))

    class Meta:
        """A source says one amount of a category."""

        ordering = ("-year", "caliber", "category", "rank")
        constraints = (
            models.UniqueConstraint(
                fields=["party", "year", "caliber", "category", "source"],
                name="source_says_one_amount_of_a_category",
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.year} {self.category}"


class CellCorrection(Sourced, OfParty):
    """One value set by hand over all sources, with the reason.

    `year` is 0 for a fact that has no year. `number` holds money, counts and numbers as in a
    frame; `text` what else there is: true and false as `1` and `0`, a date in its ISO form.
    Both empty say that the value of the sources is wrong and the right one unknown.
    """

    year = models.PositiveSmallIntegerField(_("年度"), default=0)
    field = models.CharField(_("字段"), max_length=60)
    number = models.BigIntegerField(_("数值"), null=True, blank=True)
    text = models.CharField(_("值"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=200)

    class Meta:
        """A cell is corrected once."""

        ordering = ("-year", "field")
        constraints = (
            models.UniqueConstraint(
                fields=["party", "year", "field"], name="cell_is_corrected_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.year} {self.field}"


class Doubt(OfParty):
    """A value that can hardly be true, found by a rule of `doubts.yaml`; kept until settled.

    An explanation speaks of the values that it was given for, `explained_value` and
    `explained_other`. It counts as long as they stand, and again when they come back: after an
    import that was undone, or a correction that was lifted.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("待核实")
        EXPLAINED = "explained", _("已说明")
        GONE = "gone", _("已改正")

    year = models.PositiveSmallIntegerField(_("年度"))
    rule = models.CharField(_("规则"), max_length=60)
    field = models.CharField(_("字段"), max_length=60)
    value = models.BigIntegerField(_("值"), null=True, blank=True)
    other = models.BigIntegerField(_("对照值"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    explanation = models.CharField(_("说明"), max_length=300, blank=True)
    explained_value = models.BigIntegerField(_("说明的值"), null=True, blank=True)
    explained_other = models.BigIntegerField(_("说明的对照值"), null=True, blank=True)
    settled_by = models.CharField(_("处理人"), max_length=150, blank=True)
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    found_at = models.DateTimeField(_("发现时间"), auto_now_add=True)

    class Meta:
        """Newest year first; a rule finds a thing once."""

        ordering = ("-year", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["party", "year", "rule", "field"], name="rule_doubts_a_cell_once"
            ),
        )
        indexes = (models.Index(fields=["state", "year"], name="doubt_state"),)

    def __str__(self) -> str:
        return f"{self.party} {self.year} {self.rule}"

    @property
    def explained(self) -> str:
        """The explanation of the values that stand; empty where it was one of other values."""
        explained = (self.explained_value, self.explained_other)
        return self.explanation if explained == (self.value, self.other) else ""
