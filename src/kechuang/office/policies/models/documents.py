"""Policy documents, their clauses, and the rules of the rulebook that stand on them."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class PolicyDocument(models.Model):
    """A public document that a bureau keeps: for its region and all below it.

    `level` is that of its issuer; a document of the state or the province is kept for the region of
    the bureau. `in_force_on` and `expires_on` are its first and last day. From `superseded_on` on
    `superseded_by` stands in its place.
    """

    class Level(models.TextChoices):
        """How high its issuer stands."""

        NATIONAL = "national", _("国家")
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("市级")
        COUNTY = "county", _("县级")

    class FairCompetition(models.TextChoices):
        """What came out of 公平竞争审查; empty where that is not recorded."""

        PASSED = "passed", _("符合公平竞争要求")
        EXCEPTED = "excepted", _("适用例外规定")
        NOT_NEEDED = "not_needed", _("不需要公平竞争审查")
        FAILED = "failed", _("不符合公平竞争要求")

    class Legality(models.TextChoices):
        """What came out of 合法性审核; empty where that is not recorded."""

        PASSED = "passed", _("合法")
        NOT_NEEDED = "not_needed", _("不需要合法性审核")
        FAILED = "failed", _("不合法或需要修改")

    region = models.ForeignKey(Region, verbose_name=_("适用区划"), on_delete=models.PROTECT)
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=120, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=120)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    issued_on = models.DateField(_("发布日期"))
    in_force_on = models.DateField(_("施行日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    text = models.TextField(_("正文"), blank=True)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT, null=True, blank=True
    )
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("被取代为"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
    )
    superseded_on = models.DateField(_("被取代日期"), null=True, blank=True)
    fair_competition = models.CharField(
        _("公平竞争审查结论"), max_length=10, choices=FairCompetition, blank=True
    )
    legality = models.CharField(_("合法性审核结论"), max_length=10, choices=Legality, blank=True)
    reviews = models.CharField(_("审查机构和文书"), max_length=300, blank=True)
    contact = models.CharField(_("咨询方式"), max_length=120, blank=True)
    kept_by = models.CharField(_("登记人"), max_length=150)
    kept_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first; a number of an issuer stands once for a region."""

        ordering = ("-issued_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["region", "issuer", "number"],
                condition=~Q(number=""),
                name="policy_document_is_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("in_force_on")),
                name="days_of_a_policy_document_go_forward",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None, superseded_on=None)
                | (Q(superseded_by__isnull=False) & Q(superseded_on__isnull=False)),
                name="superseded_policy_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class OfDocument(models.Model):
    """A row of a policy document."""

    document = models.ForeignKey(
        PolicyDocument, verbose_name=_("政策文件"), on_delete=models.CASCADE
    )

    scope_paths: ClassVar = ScopePaths(region="document__region__path")

    class Meta:
        """No table of its own."""

        abstract = True


class PolicyClause(OfDocument):
    """A clause of the text, kept so that it can be quoted by its number."""

    order = models.PositiveSmallIntegerField(_("次序"))
    number = models.CharField(_("条款"), max_length=20)
    text = models.TextField(_("内容"), blank=True)

    class Meta:
        """In their order."""

        ordering = ("document", "order")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "order"], name="clause_has_its_place_in_a_document"
            ),
        )

    def __str__(self) -> str:
        return self.number


class PolicyRule(OfDocument):
    """That a rule of the rulebook stands on a document; `rule` is its id, in all versions."""

    rule = models.CharField(_("规则"), max_length=80)

    class Meta:
        """By rule; a document has a rule once."""

        ordering = ("document", "rule")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "rule"], name="rule_is_linked_once_to_a_document"
            ),
        )
        indexes = (models.Index(fields=["rule"], name="policy_document_of_rule"),)

    def __str__(self) -> str:
        return self.rule
