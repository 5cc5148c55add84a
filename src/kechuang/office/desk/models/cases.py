"""Typical cases: what was done, its figures, its proof, its claims, and where it was used."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Document


class Case(models.Model):
    """One case, mostly of one organisation. Only a `usable` one goes into reports."""

    class Theme(models.TextChoices):
        """What it is a case of."""

        CULTIVATION = "cultivation", _("企业培育")
        RESEARCH = "research", _("研发与攻关")
        PLATFORM = "platform", _("创新平台")
        TRANSFER = "transfer", _("成果转化")
        TALENT = "talent", _("人才与特派员")
        COOPERATION = "cooperation", _("县校合作、产学研")
        FINANCE = "finance", _("科技金融")
        GOVERNANCE = "governance", _("机制与服务")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        """Whether it may be used."""

        DRAFT = "draft", _("草稿")
        USABLE = "usable", _("可用")
        RETIRED = "retired", _("停用")

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    party = models.ForeignKey(
        Party, verbose_name=_("单位"), on_delete=models.PROTECT, null=True, blank=True
    )
    title = models.CharField(_("标题"), max_length=120)
    theme = models.CharField(_("主题"), max_length=15, choices=Theme)
    year = models.PositiveSmallIntegerField(_("年度"))
    background = models.TextField(_("背景"), max_length=2000, blank=True)
    practice = models.TextField(_("做法"), max_length=4000)
    effect = models.TextField(_("成效"), max_length=2000)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    checked_by = models.CharField(_("核定人"), max_length=150, blank=True)
    checked_name = models.CharField(_("核定人姓名"), max_length=100, blank=True)
    checked_at = models.DateTimeField(_("核定时间"), null=True, blank=True)
    owner = models.CharField(_("编写人"), max_length=150)
    owner_name = models.CharField(_("编写人姓名"), max_length=100)
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", party="party__code", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-year", "-pk")
        indexes = (models.Index(fields=["region", "state", "year"], name="case_of_region"),)

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """All that it says, for the search for claims."""
        return f"{self.title}\n{self.background}\n{self.practice}\n{self.effect}"


class OfCase(models.Model):
    """A row that belongs to a case."""

    case = models.ForeignKey(Case, verbose_name=_("案例"), on_delete=models.PROTECT)

    scope_paths: ClassVar = ScopePaths(
        region="case__region__path", party="case__party__code", owner="case__owner"
    )

    class Meta:
        """No table of its own."""

        abstract = True


class CaseFigure(OfCase):
    """A figure of a case: its value, its unit, where it is from and of which day."""

    name = models.CharField(_("指标"), max_length=80)
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    source = models.CharField(_("来源"), max_length=200)
    as_of = models.DateField(_("截至日期"))

    class Meta:
        """In the order in which they were put in."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CaseProof(OfCase):
    """A document that proves a case: one of a dossier, or a file that was sent for it.

    `claim` is the key of the claim that it proves, empty where it proves the case as a whole.
    """

    title = models.CharField(_("名称"), max_length=200)
    source = models.CharField(_("出具单位或文号"), max_length=200)
    dated_on = models.DateField(_("日期"))
    claim = models.CharField(_("证明的说法"), max_length=140, blank=True)
    document = models.ForeignKey(
        Document, verbose_name=_("档案文件"), on_delete=models.PROTECT, null=True, blank=True
    )
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        """In the order in which they were put in."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title


class CaseUse(OfCase):
    """Where a case was used: in which report or by whom, when."""

    where = models.CharField(_("用在哪里"), max_length=200)
    used_on = models.DateField(_("日期"))
    by_name = models.CharField(_("登记人"), max_length=100)
    by_code = models.CharField(_("登记人账号"), max_length=150)

    class Meta:
        """Newest first."""

        ordering = ("-used_on", "-pk")

    def __str__(self) -> str:
        return self.where
