"""Platforms of every kind: who works with them, their assessments, the firms they raise."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OfParty, Sourced
from kechuang.office.registry.models.people import Person
from kechuang.office.registry.models.qualifications import RecognitionKind


class Platform(Sourced):
    """One platform: `kind` and `level` are options of the frame `platforms`.

    `next_stage` is the incubator that a makerspace hands its firms on to, or the accelerator of an
    incubator.
    """

    class Status(models.TextChoices):
        """Whether it works."""

        BUILDING = "building", _("在建")
        VALID = "valid", _("运行")
        CORRECTING = "correcting", _("限期整改")
        CANCELLED = "cancelled", _("撤销")

    code = models.CharField(_("平台编号"), max_length=40, unique=True)
    name = models.CharField(_("平台名称"), max_length=120)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, db_index=True)
    kind = models.CharField(_("平台类别"), max_length=60)
    level = models.CharField(_("级别"), max_length=10)
    field_name = models.CharField(_("领域"), max_length=60, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    host = models.ForeignKey(
        Party, verbose_name=_("依托单位"), on_delete=models.PROTECT, related_name="hosted_platforms"
    )
    head = models.ForeignKey(
        Person,
        verbose_name=_("负责人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="headed_platforms",
    )
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    recognition = models.CharField(_("认定方式"), max_length=12, choices=RecognitionKind)
    recognised_on = models.DateField(_("认定日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    issuer = models.CharField(_("认定机关"), max_length=120, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.VALID)
    next_stage = models.ForeignKey(
        "self",
        verbose_name=_("下一级载体"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stages_before",
    )
    correct_until = models.DateField(_("整改期限"), null=True, blank=True)
    cancelled_on = models.DateField(_("撤销日期"), null=True, blank=True)
    cancelled_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", party="host__code")

    class Meta:
        """By code."""

        ordering = ("code",)
        indexes = (models.Index(fields=["kind", "level", "status"], name="platform_kind"),)

    def __str__(self) -> str:
        return self.name


class OfPlatform(models.Model):
    """A row about one platform."""

    platform = models.ForeignKey(Platform, verbose_name=_("平台"), on_delete=models.PROTECT)

    scope_paths: ClassVar = ScopePaths(
        region="platform__region__path", party="platform__host__code"
    )

    class Meta:
        """No table of its own."""

        abstract = True


class PlatformPartner(OfPlatform, OfParty):
    """An organisation that builds a platform together with its host."""

    role = models.CharField(_("分工"), max_length=100, blank=True)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)

    scope_paths: ClassVar = OfPlatform.scope_paths

    class Meta:
        """A partner stands once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["platform", "party"], name="partner_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.party}"


class PlatformMember(OfPlatform):
    """A person who works at a platform."""

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT)
    duty = models.CharField(_("职责"), max_length=60, blank=True)
    full_time = models.BooleanField(_("全职"), null=True, blank=True)
    days_a_year = models.PositiveSmallIntegerField(_("每年在站天数"), null=True, blank=True)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        """A person works once at a platform."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["platform", "person"], name="member_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.person}"


class PlatformAssessment(OfPlatform, Sourced):
    """What the competent body said of a platform for a year."""

    year = models.PositiveSmallIntegerField(_("考核年度"))
    grade = models.CharField(_("等次"), max_length=20)
    score = models.DecimalField(_("得分"), max_digits=6, decimal_places=2, null=True, blank=True)
    consequence = models.CharField(_("处理"), max_length=200, blank=True)

    class Meta:
        """Newest first; a year is assessed once."""

        ordering = ("-year", "pk")
        constraints = (
            models.UniqueConstraint(fields=["platform", "year"], name="year_is_assessed_once"),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.year} {self.grade}"


class Room(OfPlatform):
    """A room that a carrier lets to firms, in hundredths of a square metre."""

    number = models.CharField(_("房号"), max_length=40)
    area = models.PositiveIntegerField(_("面积（0.01平方米）"))
    note = models.CharField(_("备注"), max_length=100, blank=True)

    class Meta:
        """By number; a number stands once."""

        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["platform", "number"], name="room_stands_once"),
        )

    def __str__(self) -> str:
        return self.number


class Incubation(OfPlatform, OfParty):
    """A firm's stay in a makerspace, incubator or accelerator, and how it ended."""

    class Outcome(models.TextChoices):
        """How a stay ended."""

        STAYS = "stays", _("在孵")
        GRADUATED = "graduated", _("毕业")
        HANDED_ON = "handed_on", _("转入下一级载体")
        LEFT = "left", _("退出")

    room = models.ForeignKey(
        Room, verbose_name=_("房间"), on_delete=models.PROTECT, null=True, blank=True
    )
    entered_on = models.DateField(_("入驻日期"))
    left_on = models.DateField(_("离开日期"), null=True, blank=True)
    outcome = models.CharField(_("去向"), max_length=10, choices=Outcome, default=Outcome.STAYS)
    reason = models.CharField(_("毕业条件或退出原因"), max_length=200, blank=True)

    scope_paths: ClassVar = OfPlatform.scope_paths

    class Meta:
        """Newest first; a firm enters a platform once on a day."""

        ordering = ("-entered_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["platform", "party", "entered_on"], name="firm_enters_once_on_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.party}"
