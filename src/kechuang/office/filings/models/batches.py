"""Programmes of a bureau, batches, and the stages and documents that a batch has as data."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models.base import By, Meaning
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.qualifications import RecognitionKind


class Programme(models.Model):
    """A programme that the rulebook does not have: projects won upward, prizes, funds.

    `title` and `level` are options of the dictionary where it ends in a title of the registry.
    """

    code = models.CharField(_("项目代码"), max_length=60, unique=True)
    name = models.CharField(_("项目名称"), max_length=120)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    title = models.CharField(_("登记为称号"), max_length=40, blank=True)
    level = models.CharField(_("级别"), max_length=10, blank=True)
    deciding = models.CharField(_("认定机关"), max_length=120, blank=True)
    system = models.CharField(_("申报系统"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One round of one programme, as a notice opens it.

    What the programme is, is copied: a batch stays what it was when the practice changes. The
    certificates run for `years` from their day, or until `until` (month-day) of their year.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    name = models.CharField(_("批次名称"), max_length=120)
    programme = models.CharField(_("项目代码"), max_length=60, db_index=True)
    programme_name = models.CharField(_("项目"), max_length=120)
    title = models.CharField(_("登记为称号"), max_length=40, blank=True)
    level = models.CharField(_("级别"), max_length=10, blank=True)
    recognition = models.CharField(
        _("认定方式"), max_length=12, choices=RecognitionKind, default=RecognitionKind.RECOGNISED
    )
    years = models.PositiveSmallIntegerField(_("有效年数"), null=True, blank=True)
    until = models.CharField(_("有效至每年"), max_length=5, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"))
    notice_number = models.CharField(_("通知文号"), max_length=120, blank=True)
    notice_on = models.DateField(_("通知日期"), null=True, blank=True)
    deciding = models.CharField(_("认定机关"), max_length=120, blank=True)
    system = models.CharField(_("申报系统"), max_length=120, blank=True)
    county_due = models.DateField(_("县级截止"), null=True, blank=True)
    city_due = models.DateField(_("市级截止"), null=True, blank=True)
    province_due = models.DateField(_("省级截止"), null=True, blank=True)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("上一年的批次"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_ones",
    )
    source = models.CharField(_("阶段和材料的依据"), max_length=200, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    opened_by = models.CharField(_("开批人"), max_length=150)
    opened_name = models.CharField(_("开批人姓名"), max_length=100)
    opened_at = models.DateTimeField(_("开批时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first; a name stands once for a region."""

        ordering = ("-year", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["region", "name"], name="batch_stands_once_for_a_region"
            ),
            models.CheckConstraint(
                condition=(
                    (Q(county_due=None) | Q(city_due=None) | Q(county_due__lte=F("city_due")))
                    & (Q(city_due=None) | Q(province_due=None) | Q(city_due__lte=F("province_due")))
                    & (
                        Q(county_due=None)
                        | Q(province_due=None)
                        | Q(county_due__lte=F("province_due"))
                    )
                ),
                name="deadlines_of_a_batch_go_upward",
            ),
        )
        indexes = (models.Index(fields=["programme", "year"], name="batch_of_programme"),)

    def __str__(self) -> str:
        return self.name


class OfBatch(models.Model):
    """A row of a batch."""

    batch = models.ForeignKey(Batch, verbose_name=_("批次"), on_delete=models.CASCADE)

    scope_paths: ClassVar = ScopePaths(region="batch__region__path")

    class Meta:
        """No table of its own."""

        abstract = True


class BatchStage(OfBatch):
    """A stage of one batch. `due` is the last day by which a filing should be there.

    `by` says that `due` follows a deadline of the batch; without it the bureau set its own.
    """

    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("阶段"), max_length=40)
    order = models.PositiveSmallIntegerField(_("次序"))
    meaning = models.CharField(_("计为"), max_length=20, choices=Meaning, blank=True)
    by = models.CharField(_("依照的截止"), max_length=10, choices=By, blank=True)
    due = models.DateField(_("截止"), null=True, blank=True)
    needs_reason = models.BooleanField(_("须写原因"), default=False)
    is_end = models.BooleanField(_("是终点"), default=False)

    class Meta:
        """In their order; a code and a name stand once for a batch."""

        ordering = ("batch", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=["batch", "code"], name="stage_code_once_for_a_batch"),
            models.UniqueConstraint(fields=["batch", "name"], name="stage_name_once_for_a_batch"),
        )

    def __str__(self) -> str:
        return self.name


class BatchDocument(OfBatch):
    """A document that each filing of a batch should hold, and by which stage."""

    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("材料"), max_length=120)
    order = models.PositiveSmallIntegerField(_("次序"))
    stage = models.CharField(_("最迟阶段"), max_length=40, blank=True)
    optional = models.BooleanField(_("可以没有"), default=False)

    class Meta:
        """In their order; a name stands once for a batch."""

        ordering = ("batch", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=["batch", "code"], name="document_once_for_a_batch"),
        )

    def __str__(self) -> str:
        return self.name
