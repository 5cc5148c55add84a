"""Imports of workbooks: what was sent, what it would change, what it changed."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class ImportBatch(models.Model):
    """One file on its way in: checked, previewed, confirmed, perhaps undone.

    `purpose` says which records it holds. `staged` are the rows as they were read, ready to be
    written: what was previewed is what is written. `marked` is the workbook with its faulty cells
    coloured. `counts` has `new`, `changed`, `same`, `conflict`, `error`.
    """

    class State(models.TextChoices):
        """Where it stands."""

        SENT = "sent", _("检查中")
        MAPPING = "mapping", _("待对应表头")
        CHECKED = "checked", _("待确认")
        WRITING = "writing", _("导入中")
        DONE = "done", _("已导入")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        REFUSED = "refused", _("不能导入")
        DROPPED = "dropped", _("已放弃")

    purpose = models.CharField(_("内容"), max_length=30)
    name = models.CharField(_("文件名"), max_length=255)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SENT)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=40)
    document = models.CharField(_("文号"), max_length=120, blank=True)
    as_of = models.DateField(_("截至日期"))
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    reading = models.JSONField(_("读法"), default=dict, blank=True)
    counts = models.JSONField(_("结果"), default=dict, blank=True)
    problems = models.JSONField(_("问题"), default=list, blank=True)
    samples = models.JSONField(_("样例"), default=dict, blank=True)
    refusal = models.CharField(_("原因"), max_length=500, blank=True)
    staged = models.ForeignKey(
        StoredFile,
        verbose_name=_("待写入"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    marked = models.ForeignKey(
        StoredFile,
        verbose_name=_("标注件"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    job = models.ForeignKey(
        Job,
        verbose_name=_("任务"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    owner = models.CharField(_("导入人"), max_length=150)
    owner_name = models.CharField(_("导入人姓名"), max_length=100)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    written_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.CharField(_("撤销人"), max_length=150, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class ImportChange(models.Model):
    """One row that an import wrote: the table, its key, what stood there before.

    `before` is empty for a new row, else it holds the columns that changed as they were.
    """

    batch = models.ForeignKey(ImportBatch, verbose_name=_("批次"), on_delete=models.CASCADE)
    table = models.CharField(_("表"), max_length=40)
    row = models.BigIntegerField(_("行"))
    before = models.JSONField(_("原值"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="batch__region__path", owner="batch__owner")

    class Meta:
        """In the order of writing; an import writes a row once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "table", "row"], name="import_writes_a_row_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.table} {self.row}"


class HeaderChoice(models.Model):
    """Which field a header means, as an officer of a region chose it; remembered for next time."""

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    purpose = models.CharField(_("内容"), max_length=30)
    header = models.CharField(_("表头"), max_length=120)
    field = models.CharField(_("字段"), max_length=80, blank=True)
    chosen_by = models.CharField(_("选择人"), max_length=150)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """A header has one meaning for a region and a purpose."""

        ordering = ("header",)
        constraints = (
            models.UniqueConstraint(
                fields=["region", "purpose", "header"], name="header_has_one_meaning"
            ),
        )

    def __str__(self) -> str:
        return f"{self.header} → {self.field}"
