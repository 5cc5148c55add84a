"""A number to be reached on a rung, and the enterprises that get there with the least effort."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.policies.models.runs import RuleRun
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OF_PARTY


class Goal(models.Model):
    """So many more on a rung until a day, in a region, by the facts of a run.

    A net goal has also to make up for the certificates that end until then (`lapsing`): `needed`
    is the sum. `filing` are those who have applied and are not among the proposed; of `unsure`
    ones the search could not tell.
    """

    class Kind(models.TextChoices):
        """What the number counts."""

        NEW = "new", _("新增（新认定）")
        NET = "net", _("净增")

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    run = models.ForeignKey(
        RuleRun, verbose_name=_("依据的运行"), on_delete=models.PROTECT, related_name="goals"
    )
    rung = models.CharField(_("台阶"), max_length=40)
    kind = models.CharField(_("口径"), max_length=3, choices=Kind)
    number = models.PositiveIntegerField(_("目标数"))
    until = models.DateField(_("到"))
    lapsing = models.PositiveIntegerField(_("到时到期未续"), default=0)
    filing = models.PositiveIntegerField(_("在申报"), default=0)
    needed = models.PositiveIntegerField(_("需要新认定"), default=0)
    unsure = models.PositiveIntegerField(_("没有算完"), default=0)
    job = models.PositiveBigIntegerField(_("任务"), null=True, blank=True)
    asked_by = models.CharField(_("提出人"), max_length=150)
    asked_name = models.CharField(_("提出人姓名"), max_length=100)
    asked_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("算成时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.rung} {self.number} #{self.pk}"


class GoalFirm(models.Model):
    """An enterprise that is proposed, in the order of effort."""

    goal = models.ForeignKey(Goal, verbose_name=_("目标"), on_delete=models.CASCADE)
    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    order = models.PositiveIntegerField(_("次序"))
    this_year = models.BooleanField(_("本年度"))
    effort = models.DecimalField(_("难度"), max_digits=24, decimal_places=6)
    changes = models.PositiveSmallIntegerField(_("改变几项"))
    lacks = models.CharField(_("还差什么"), max_length=500, blank=True)
    missing = models.PositiveSmallIntegerField(_("待归集事实"))

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """In their order; a party stands once in a goal."""

        ordering = ("goal", "order")
        constraints = (
            models.UniqueConstraint(fields=["goal", "party"], name="party_stands_once_in_a_goal"),
        )

    def __str__(self) -> str:
        return f"{self.goal} {self.party}"
