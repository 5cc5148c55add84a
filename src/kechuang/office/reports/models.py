"""Reports read in, what was read in them, and what a person decided on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class Report(models.Model):
    """One narrative report: its file, its text, and how far its review got."""

    class State(models.TextChoices):
        """Where a report stands."""

        WAITING = "waiting", _("待识读")
        REVIEW = "review", _("待核对")
        CONFIRMED = "confirmed", _("已核对")
        FAILED = "failed", _("未能识读")

    name = models.CharField(_("名称"), max_length=200)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    genre = models.CharField(_("体裁"), max_length=60, blank=True)
    region_text = models.CharField(_("报告所写地区"), max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT)
    digest = models.CharField(_("摘要"), max_length=64)
    text = models.TextField(_("正文"), blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(_("原因"), max_length=500, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("任务"), on_delete=models.SET_NULL, null=True, blank=True
    )
    owner = models.CharField(_("上传人"), max_length=150)
    owner_name = models.CharField(_("上传人姓名"), max_length=100)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("识读时间"), null=True, blank=True)
    confirmed_by = models.CharField(_("确认人"), max_length=150, blank=True)
    confirmed_name = models.CharField(_("确认人姓名"), max_length=100, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="owner")

    class Meta:
        """Newest first; the same file is read once for a region."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["region", "digest"], name="report_is_read_once_for_a_region"
            ),
        )
        indexes = (
            models.Index(fields=["region", "year"], name="report_region_year"),
            models.Index(fields=["state"], name="report_state"),
        )

    def __str__(self) -> str:
        return self.name


class ReportFigure(models.Model):
    """One figure: its place in the text, its meaning, and the decision on it.

    The columns of meaning hold what stands after the decision; `proposed` keeps what the engine
    read where a person corrected it. Always `report.text[start:end] == quote`. `place` is the
    region that the figure describes, where it is one of ours; `value` is empty where the number
    written is too large to keep.
    """

    class Decision(models.TextChoices):
        """What a person decided."""

        PROPOSED = "proposed", _("待核对")
        ACCEPTED = "accepted", _("已采纳")
        CORRECTED = "corrected", _("已更正")
        REJECTED = "rejected", _("已剔除")

    report = models.ForeignKey(
        Report, verbose_name=_("报告"), on_delete=models.PROTECT, related_name="figures"
    )
    position = models.PositiveIntegerField(_("次序"))
    quote = models.CharField(_("原文"), max_length=500)
    occurrence = models.PositiveIntegerField(_("第几处"))
    start = models.PositiveIntegerField(_("起"))
    end = models.PositiveIntegerField(_("止"))
    sentence_start = models.PositiveIntegerField(_("句起"))
    sentence_end = models.PositiveIntegerField(_("句止"))
    sentence = models.TextField(_("原句"))
    section = models.CharField(_("所在标题"), max_length=200, blank=True)
    value = models.DecimalField(_("数值"), max_digits=38, decimal_places=12, null=True, blank=True)
    value_max = models.DecimalField(
        _("上限"), max_digits=38, decimal_places=12, null=True, blank=True
    )
    unit = models.CharField(pgettext_lazy("figure", "单位"), max_length=40, blank=True)
    bound = models.CharField(_("界"), max_length=20)
    kind = models.CharField(_("种类"), max_length=20)
    measure = models.CharField(_("说的是"), max_length=200, blank=True)
    subject = models.CharField(_("谁的"), max_length=200, blank=True)
    place = models.ForeignKey(
        Region, verbose_name=_("所属地区"), on_delete=models.PROTECT, null=True, blank=True
    )
    period = models.CharField(_("期间"), max_length=40, blank=True)
    indicator = models.CharField(_("指标"), max_length=80, blank=True)
    confidence = models.DecimalField(_("把握"), max_digits=4, decimal_places=3)
    decision = models.CharField(
        _("核对"), max_length=10, choices=Decision, default=Decision.PROPOSED
    )
    proposed = models.JSONField(_("识读结果"), default=dict)
    decided_by = models.CharField(_("核对人"), max_length=150, blank=True)
    decided_name = models.CharField(_("核对人姓名"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    scope_paths: ClassVar = ScopePaths(region="report__region__path", owner="report__owner")

    class Meta:
        """In the order of the text."""

        ordering = ("report", "position")
        constraints = (
            models.UniqueConstraint(fields=["report", "position"], name="figure_stands_once"),
        )
        indexes = (
            models.Index(fields=["indicator", "period"], name="figure_indicator_period"),
            models.Index(fields=["report", "decision"], name="figure_decision"),
        )

    def __str__(self) -> str:
        return self.quote


class ReportFinding(models.Model):
    """What a check found in a report: which figures disagree, and whether somebody has looked."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("待处理")
        CONFIRMED = "confirmed", _("确有问题")
        DISMISSED = "dismissed", _("并无问题")

    report = models.ForeignKey(
        Report, verbose_name=_("报告"), on_delete=models.PROTECT, related_name="findings"
    )
    check_name = models.CharField(_("检查"), max_length=60)
    figures = models.ManyToManyField(ReportFigure, verbose_name=_("数字"), related_name="findings")
    expected = models.CharField(_("应为"), max_length=300)
    found = models.CharField(_("现为"), max_length=300)
    confidence = models.DecimalField(_("把握"), max_digits=4, decimal_places=3)
    message = models.CharField(_("内容"), max_length=600)
    state = models.CharField(_("处理"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.CharField(_("处理人"), max_length=150, blank=True)
    decided_name = models.CharField(_("处理人姓名"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    scope_paths: ClassVar = ScopePaths(region="report__region__path", owner="report__owner")

    class Meta:
        """The surest first."""

        ordering = ("report", "-confidence", "pk")

    def __str__(self) -> str:
        return self.message
