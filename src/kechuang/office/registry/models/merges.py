"""Merges: which record went into which, what moved, and what gave way."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party


class Merge(models.Model):
    """Two records of one organisation or person became one: `goes` was taken up by `stays`.

    `moved` counts by relation what moved. `kept` are the rows that gave way where both records had
    a thing of which there is one, whole and by column; `filled` are the cells of the surviving
    rows that were written, with what stood there before. So nothing is lost, and somebody who
    must separate the two again finds everything here.
    """

    goes = models.OneToOneField(
        Party, verbose_name=_("并入方"), on_delete=models.PROTECT, related_name="merge_away"
    )
    stays = models.ForeignKey(
        Party, verbose_name=_("保留方"), on_delete=models.PROTECT, related_name="merges_in"
    )
    reason = models.CharField(_("理由"), max_length=300)
    moved = models.JSONField(_("移过来的记录"), default=dict)
    kept = models.JSONField(_("让位的记录"), default=list)
    filled = models.JSONField(_("改写的格"), default=list)
    decided_by = models.CharField(_("合并人"), max_length=150)
    decided_name = models.CharField(_("合并人姓名"), max_length=100)
    decided_at = models.DateTimeField(_("合并时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="stays__region__path", party="stays__code")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.goes} → {self.stays}"
