"""How far enterprises are from a rung of the ladder, by the newest run."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.parties.models import Party
from kechuang.office.policies.models.runs import OfRun
from kechuang.office.registry.models.base import OF_PARTY


class Prospect(OfRun):
    """An enterprise that meets the rule of a rung, or would by one change, or for want of facts.

    Whether it holds the title or has filed is asked when the ladder is shown. `effort` is that of
    the change in the scale of the field dictionary, `missing` how many facts are still to be
    collected afterwards; `this_year` says that no closed year has to be waited for. `to_screen` is
    how many facts the first look (初筛) lacks, 0 where it is met; none where it is not met, or the
    rung has no such rule.
    """

    class State(models.TextChoices):
        """How it stands by the rule alone."""

        QUALIFIED = "qualified", _("符合条件")
        NEAR = "near", _("差一项")
        OPEN = "open", _("待补数据")

    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    rung = models.CharField(_("台阶"), max_length=40)
    state = models.CharField(_("情况"), max_length=10, choices=State)
    this_year = models.BooleanField(_("本年度"), default=True)
    effort = models.DecimalField(_("难度"), max_digits=24, decimal_places=6, default=0)
    lacks = models.CharField(_("还差什么"), max_length=300, blank=True)
    missing = models.PositiveSmallIntegerField(_("待补数据项数"), default=0)
    to_screen = models.PositiveSmallIntegerField(_("初筛还缺几项"), null=True, blank=True)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """The nearest first; a party stands once on a rung of a run."""

        ordering = ("rung", "effort", "missing", "pk")
        constraints = (
            models.UniqueConstraint(fields=["run", "rung", "party"], name="prospect_stands_once"),
        )
        indexes = (
            models.Index(fields=["run", "rung", "state", "party"], name="prospect_of_rung"),
            models.Index(fields=["party"], name="prospect_of_party"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.rung}"


class Climber(OfRun):
    """An enterprise with all its prospects in one text, so that the ladder is counted in one go.

    `stands` are pairs `rung=stand` in the order of the ladder, parted by blanks; it says the same
    as the rows of `Prospect` and is written with them.
    """

    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    stands = models.CharField(_("各台阶情况"), max_length=400)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """By key; a party stands once in a run."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["run", "party"], name="climber_stands_once_in_a_run"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.stands}"
