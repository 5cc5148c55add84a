"""The cultivation pool: the firms that a bureau helps up to a rung."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.registry.models.base import OF_PARTY, OfParty


class PoolEntry(OfParty):
    """A firm in the pool for a rung: its stage, who helps it, what comes next, how it ended.

    `stage` is a code of `pool.yaml`, `mentor` a user name. An entry that has ended stays; a firm
    that comes again gets a new one.
    """

    class Basis(models.TextChoices):
        """How it came in."""

        HAND = "hand", _("手工")
        QUALIFIED = "qualified", _("按规则：达标未申报")
        NEAR = "near", _("按规则：差一项")
        SCREENED = "screened", _("按规则：初筛符合")

    class End(models.TextChoices):
        """Why it left."""

        CERTIFIED = "certified", _("已获认定")
        LEFT = "left", _("迁出或注销")
        GIVEN_UP = "given_up", _("放弃培育")
        MERGED = "merged", _("并入同一企业的另一条")

    rung = models.CharField(_("台阶"), max_length=40)
    stage = models.CharField(_("阶段"), max_length=20)
    stage_on = models.DateField(_("到这一阶段的日期"))
    basis = models.CharField(_("入库方式"), max_length=10, choices=Basis)
    mentor = models.CharField(_("辅导人账号"), max_length=150, blank=True)
    mentor_name = models.CharField(_("辅导人"), max_length=100, blank=True)
    plan = models.CharField(_("培育计划"), max_length=1000, blank=True)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    next_on = models.DateField(_("下一步日期"), null=True, blank=True)
    admitted_on = models.DateField(_("入库日期"))
    admitted_by = models.CharField(_("入库人账号"), max_length=150)
    admitted_name = models.CharField(_("入库人"), max_length=100)
    ended_on = models.DateField(_("出库日期"), null=True, blank=True)
    end = models.CharField(_("出库原因"), max_length=10, choices=End, blank=True)
    end_note = models.CharField(_("出库说明"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("更改时间"), default=timezone.now)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """Newest first; a firm stands once at a time in the pool for a rung."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["party", "rung"],
                condition=models.Q(ended_on=None),
                name="party_stands_once_in_the_pool",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, end="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end="")),
                name="pool_entry_ends_with_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["mentor", "next_on"], name="pool_of_mentor"),
            models.Index(fields=["rung", "party"], name="pool_of_rung"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.rung}"
