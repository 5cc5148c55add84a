"""Agreements: 县校合作, 一企一校 and others, each with its parties."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OfParty, Sourced


class Agreement(Sourced):
    """One agreement; `region` is the region whose bureau keeps it."""

    class Kind(models.TextChoices):
        """What it is about."""

        COUNTY_SCHOOL = "county_school", _("县校合作")
        FIRM_SCHOOL = "firm_school", _("一企一校")
        STATION = "station", _("进站协议")
        COMMISSIONER = "commissioner", _("特派员三方协议")
        OTHER = "other", _("其他")

    number = models.CharField(_("协议编号"), max_length=60, blank=True)
    name = models.CharField(_("协议名称"), max_length=200)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, db_index=True)
    kind = models.CharField(_("种类"), max_length=15, choices=Kind)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)
    content = models.CharField(_("主要内容"), max_length=1000, blank=True)
    ended_on = models.DateField(_("提前终止日期"), null=True, blank=True)
    ended_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文本"), on_delete=models.PROTECT, null=True, blank=True
    )

    scope_paths: ClassVar = ScopePaths(
        region="region__path", party="agreementparty__party__code", many=True
    )

    class Meta:
        """Newest first."""

        ordering = ("-signed_on", "-pk")

    def __str__(self) -> str:
        return self.name


class AgreementParty(OfParty):
    """A party to an agreement, and as what."""

    agreement = models.ForeignKey(Agreement, verbose_name=_("协议"), on_delete=models.PROTECT)
    role = models.CharField(_("身份"), max_length=40, blank=True)

    scope_paths: ClassVar = ScopePaths(region="agreement__region__path", party="party__code")

    class Meta:
        """A party signs once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["agreement", "party"], name="party_signs_once"),
        )

    def __str__(self) -> str:
        return f"{self.agreement} {self.party}"
