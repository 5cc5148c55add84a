"""Runs of all rules over the registry: counts and changes here, every verdict in a file."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OF_PARTY


class Verdict(models.TextChoices):
    """What a rule says, as the files of verdicts have it."""

    QUALIFIED = "qualified", _("符合")
    NOT_QUALIFIED = "not_qualified", _("不符合")
    UNKNOWN = "unknown", _("缺数据")


class RuleRun(models.Model):
    """Every rule in force on a day, judged on every enterprise of the installation.

    `verdicts` is one Parquet file; `snapshot` holds the facts and the rule files from which the
    same bytes can be made again. `held` are the related tables that were known. `previous` is the
    run that changes are told against. `ladder_at` says when the ladder was worked out from it.
    `revisions` are the published revisions of rules that it judges by, in their order.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    as_of = models.DateField(_("判断日"))
    held = models.JSONField(_("已有的表"), default=list)
    revisions = models.JSONField(_("规则修订"), default=list)
    enterprises = models.PositiveIntegerField(_("企业数"), default=0)
    verdicts = models.ForeignKey(
        StoredFile,
        verbose_name=_("结论文件"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    snapshot = models.ForeignKey(
        StoredFile,
        verbose_name=_("事实快照"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    previous = models.ForeignKey(
        "self",
        verbose_name=_("上一次运行"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_ones",
    )
    job = models.PositiveBigIntegerField(_("任务"), null=True, blank=True)
    started_by = models.CharField(_("发起人"), max_length=150)
    started_name = models.CharField(_("发起人姓名"), max_length=100)
    started_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    ladder_at = models.DateTimeField(_("阶梯算成时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        indexes = (models.Index(fields=["region", "ended_at"], name="rule_run_ended"),)

    def __str__(self) -> str:
        return f"{self.as_of.isoformat()} #{self.pk}"


class OfRun(models.Model):
    """A row of a run."""

    run = models.ForeignKey(RuleRun, verbose_name=_("运行"), on_delete=models.CASCADE)

    scope_paths: ClassVar = ScopePaths(region="run__region__path")

    class Meta:
        """No table of its own."""

        abstract = True


class RulePart(OfRun):
    """A batch that was judged, until the run is put together."""

    number = models.PositiveIntegerField(_("批号"))
    last = models.PositiveBigIntegerField(_("到主体"))
    rows = models.PositiveIntegerField(_("企业数"))
    file = models.ForeignKey(StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT)

    class Meta:
        """In their order, each once."""

        ordering = ("run", "number")
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="batch_of_run_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.run} {self.number}"


class RuleCount(OfRun):
    """How many of each verdict a rule gave in a run, and how many came and went since before."""

    rule = models.CharField(_("规则"), max_length=80)
    version = models.CharField(_("版本"), max_length=20)
    name = models.CharField(_("名称"), max_length=120)
    digest = models.CharField(_("规则文件摘要"), max_length=64)
    order = models.PositiveSmallIntegerField(_("次序"))
    qualified = models.PositiveIntegerField(_("符合"), default=0)
    not_qualified = models.PositiveIntegerField(_("不符合"), default=0)
    unknown = models.PositiveIntegerField(_("缺数据"), default=0)
    came = models.PositiveIntegerField(_("新符合"), null=True, blank=True)
    went = models.PositiveIntegerField(_("不再符合"), null=True, blank=True)

    class Meta:
        """In the order of the rulebook; a rule stands once in a run."""

        ordering = ("run", "order")
        constraints = (
            models.UniqueConstraint(fields=["run", "rule"], name="rule_stands_once_in_a_run"),
        )

    def __str__(self) -> str:
        return self.name


class VerdictChange(OfRun):
    """A verdict that is another than in the run before; empty where there was none."""

    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    rule = models.CharField(_("规则"), max_length=80)
    before = models.CharField(_("上次"), max_length=13, choices=Verdict, blank=True)
    after = models.CharField(_("这次"), max_length=13, choices=Verdict, blank=True)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """By key; a party stands once for a rule of a run."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["run", "rule", "party"], name="change_of_verdict_stands_once"
            ),
        )
        indexes = (models.Index(fields=["party", "run"], name="verdict_change_of_party"),)

    def __str__(self) -> str:
        return f"{self.party} {self.rule}"
