"""Filings: a firm in a batch, every stage that it reached, its documents."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models.base import Cause, Kind
from kechuang.office.filings.models.batches import Batch, BatchDocument, BatchStage
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Qualification


class Filing(models.Model):
    """A party in a batch. `stage` and `stage_on` are those of its newest entry.

    After a merge of two parties that were both in a batch, the filing that gave way says in
    `duplicate_of` which one counts. `qualification` is the title that it ended in.
    """

    batch = models.ForeignKey(Batch, verbose_name=_("批次"), on_delete=models.PROTECT)
    party = models.ForeignKey(Party, verbose_name=_("单位"), on_delete=models.PROTECT)
    kind = models.CharField(_("申报类别"), max_length=10, choices=Kind)
    stage = models.ForeignKey(
        BatchStage, verbose_name=_("所处阶段"), on_delete=models.PROTECT, related_name="filings"
    )
    stage_on = models.DateField(_("到这一阶段的日期"))
    number = models.CharField(_("受理编号"), max_length=60, blank=True)
    officer = models.CharField(_("跟进人"), max_length=150, blank=True, db_index=True)
    officer_name = models.CharField(_("跟进人姓名"), max_length=100, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    qualification = models.ForeignKey(
        Qualification,
        verbose_name=_("登记的称号"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="filings",
    )
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("合并后以此为准"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
    )
    added_by = models.CharField(_("加入人"), max_length=150)
    added_name = models.CharField(_("加入人姓名"), max_length=100)
    added_at = models.DateTimeField(_("加入时间"), auto_now_add=True)
    changed_at = models.DateTimeField(_("更改时间"), default=timezone.now)

    scope_paths: ClassVar = ScopePaths(region="party__region__path", party="party__code")

    class Meta:
        """Newest first; a party stands once in a batch."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "party"],
                condition=models.Q(duplicate_of=None),
                name="party_stands_once_in_a_batch",
            ),
        )
        indexes = (
            models.Index(fields=["batch", "stage"], name="filing_of_batch"),
            models.Index(fields=["party", "batch"], name="filing_of_party"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.batch}"


class OfFiling(models.Model):
    """A row of a filing."""

    filing = models.ForeignKey(Filing, verbose_name=_("申报"), on_delete=models.CASCADE)

    scope_paths: ClassVar = ScopePaths(
        region="filing__party__region__path", party="filing__party__code"
    )

    class Meta:
        """No table of its own."""

        abstract = True


class StageEntry(OfFiling):
    """That a filing reached a stage on a day. None is ever removed: a mistake is taken back.

    `document` is the number of the letter or notice by which it happened, `cause` groups the
    reasons of returns.
    """

    stage = models.ForeignKey(
        BatchStage, verbose_name=_("阶段"), on_delete=models.PROTECT, related_name="entries"
    )
    on = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    cause = models.CharField(_("退回类型"), max_length=24, choices=Cause, blank=True)
    document = models.CharField(_("文号"), max_length=120, blank=True)
    by = models.CharField(_("登记人"), max_length=150)
    by_name = models.CharField(_("登记人姓名"), max_length=100)
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    taken_back_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    taken_back_by = models.CharField(_("收回人"), max_length=150, blank=True)
    taken_back_name = models.CharField(_("收回人姓名"), max_length=100, blank=True)
    taken_back_reason = models.CharField(_("收回原因"), max_length=200, blank=True)

    class Meta:
        """In the order in which they happened."""

        ordering = ("filing", "on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None) | ~models.Q(taken_back_reason=""),
                name="entry_is_taken_back_with_a_reason",
            ),
        )
        indexes = (models.Index(fields=["filing", "on"], name="entry_of_filing"),)

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"


class FilingDocument(OfFiling):
    """What is known of one document of a filing; one that has no row is missing."""

    class State(models.TextChoices):
        """Whether it is there."""

        RECEIVED = "received", _("已收")
        FAULTY = "faulty", _("需修改")
        WAIVED = "waived", _("不需要")

    document = models.ForeignKey(BatchDocument, verbose_name=_("材料"), on_delete=models.CASCADE)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    on = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.CharField(_("登记人"), max_length=150)
    by_name = models.CharField(_("登记人姓名"), max_length=100)

    class Meta:
        """A document stands once for a filing."""

        ordering = ("filing", "document", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["filing", "document"], name="document_stands_once_for_a_filing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.state}"
