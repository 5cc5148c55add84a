"""Blank forms that came in, what their columns were said to mean, and what went out in them."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class FormMapping(models.Model):
    """What the columns of a form mean, as an officer of a region said once.

    The form is known by its `shape`, the digest of its headers. `columns` has for each place, from
    0, the choice, the years back and the unit; `heading` what was typed for 表号, 制定机关, 文号.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    shape = models.CharField(_("表样"), max_length=64)
    columns = models.JSONField(_("对应"), default=dict, blank=True)
    heading = models.JSONField(_("标识"), default=dict, blank=True)
    chosen_by = models.CharField(_("选择人"), max_length=150)
    changed_at = models.DateTimeField(_("更改时间"), auto_now=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """A form has one mapping for a region."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["region", "shape"], name="form_has_one_mapping"),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.shape[:12]}"


class Filling(models.Model):
    """One blank form and, once it is filled in, the files that went out.

    `form` is what was found in it (`kind`, `names`, `takes`, `letters`, `hidden`); `columns` as in
    `FormMapping`. `firms` says whom it is filled for: a `query` of the list of firms, or `lines`
    as they were pasted. `result` differs from the blank form only in the cells filled in, `marked`
    has the gaps coloured and listed.
    """

    class State(models.TextChoices):
        """Where it stands."""

        MAPPING = "mapping", _("待对应表头")
        CHOOSING = "choosing", _("待选单位")
        READY = "ready", _("待填写")
        FILLING = "filling", _("填写中")
        DONE = "done", _("已填好")

    name = models.CharField(_("文件名"), max_length=255)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("空白表"), on_delete=models.PROTECT, related_name="+"
    )
    sheet = models.CharField(_("工作表"), max_length=120)
    sheets = models.JSONField(_("可填的工作表"), default=list, blank=True)
    shape = models.CharField(_("表样"), max_length=64, db_index=True)
    form = models.JSONField(_("表式"), default=dict, blank=True)
    year = models.PositiveSmallIntegerField(_("数据年度"))
    title = models.CharField(_("表名"), max_length=200, blank=True)
    number = models.CharField(_("表号"), max_length=60, blank=True)
    authority = models.CharField(_("制定机关"), max_length=120, blank=True)
    document = models.CharField(_("文号"), max_length=120, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.MAPPING)
    columns = models.JSONField(_("对应"), default=dict, blank=True)
    firms = models.JSONField(_("填哪些单位"), default=dict, blank=True)
    counts = models.JSONField(_("结果"), default=dict, blank=True)
    refusal = models.CharField(_("没有填成的原因"), max_length=500, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    result = models.ForeignKey(
        StoredFile,
        verbose_name=_("填好的表"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    marked = models.ForeignKey(
        StoredFile,
        verbose_name=_("标出缺项的表"),
        on_delete=models.PROTECT,
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
    owner = models.CharField(_("填表人"), max_length=150)
    owner_name = models.CharField(_("填表人姓名"), max_length=100)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    filled_at = models.DateTimeField(_("填好时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class FilledRow(models.Model):
    """What went out of one firm: by place its value as text, its source and day, or why it lacks.

    Telephones are kept masked. `code` and `name` are those of the day.
    """

    filling = models.ForeignKey(Filling, verbose_name=_("填表"), on_delete=models.CASCADE)
    position = models.PositiveIntegerField(_("次序"))
    code = models.CharField(_("代码"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    row = models.PositiveIntegerField(_("行"), default=0)
    values = models.JSONField(_("值"), default=dict, blank=True)
    gaps = models.PositiveSmallIntegerField(_("缺项"), default=0)

    scope_paths: ClassVar = ScopePaths(region="filling__region__path", owner="filling__owner")

    class Meta:
        """In the order of the form."""

        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["filling", "position"], name="row_is_filled_once"),
        )

    def __str__(self) -> str:
        return f"{self.filling} {self.position}"
