"""Collections: a form sent out in parts, what came back, what disagrees."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region


def _file(name: Any) -> models.ForeignKey[StoredFile | None, StoredFile | None]:
    return models.ForeignKey(
        StoredFile,
        verbose_name=name,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )


class Collection(models.Model):
    """One form on its way out and back.

    `layout` says where its table stands and how it is split (`kechuang.sheets.plain`). `version`
    counts how often it was sent: a workbook of an older version is not taken in. `archive` holds
    the workbooks of all parts, `result` the merged one.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("待下发")
        SENDING = "sending", _("拆分中")
        SENT = "sent", _("收表中")
        MERGING = "merging", _("汇总中")
        CLOSED = "closed", _("已定稿")

    name = models.CharField(_("名称"), max_length=120)
    form = models.ForeignKey(
        StoredFile, verbose_name=_("表样"), on_delete=models.PROTECT, related_name="+"
    )
    layout = models.JSONField(_("填报设置"), default=dict, blank=True)
    table_number = models.CharField(_("表号"), max_length=60, blank=True)
    issued_by = models.CharField(_("制定机关"), max_length=120, blank=True)
    document = models.CharField(_("文号"), max_length=120, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    period = models.CharField(_("报告期"), max_length=40)
    deadline = models.DateField(_("截止日期"))
    previous = models.ForeignKey(
        "self",
        verbose_name=_("上期"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(_("下发版本"), default=0)
    archive = _file(_("下发压缩包"))
    result = _file(_("汇总表"))
    summary = models.JSONField(_("汇总结果"), default=dict, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    owner = models.CharField(_("经办人"), max_length=150)
    owner_name = models.CharField(_("经办人姓名"), max_length=100)
    job = models.ForeignKey(
        Job,
        verbose_name=_("任务"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    sent_at = models.DateTimeField(_("下发时间"), null=True, blank=True)
    merged_at = models.DateTimeField(_("汇总时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)
    closed_name = models.CharField(_("定稿人"), max_length=100, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class CollectionPart(models.Model):
    """Who is asked for what: a county, a township, a park, a firm, with the rows it is given.

    `name` is what stands in the form. `returned_at` is when the first workbook that counts came.
    """

    collection = models.ForeignKey(
        Collection, verbose_name=_("下发"), on_delete=models.PROTECT, related_name="parts"
    )
    name = models.CharField(_("填报单位"), max_length=120)
    rows = models.JSONField(_("行"), default=list, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    party = models.ForeignKey(
        Party, verbose_name=_("主体"), on_delete=models.PROTECT, null=True, blank=True
    )
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    file = _file(_("下发的表"))
    returned_at = models.DateTimeField(_("回收时间"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("最近催报"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("催报次数"), default=0)

    scope_paths: ClassVar = ScopePaths(
        region="region__path", party="party__code", owner="collection__owner"
    )

    class Meta:
        """In the order of the form; a name is asked once."""

        ordering = ("collection", "pk")
        constraints = (
            models.UniqueConstraint(fields=["collection", "name"], name="part_is_asked_once"),
        )

    def __str__(self) -> str:
        return self.name


class CollectionReturn(models.Model):
    """One workbook that came back: what it says, and what was found in it.

    `content` is what was filled in (`kechuang.sheets.plain`), `findings` what was changed or wrong.
    Only those in state `taken` count; one that came after the final version waits until the
    collection is opened again.
    """

    class State(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("已收下")
        REFUSED = "refused", _("退回")
        WITHDRAWN = "withdrawn", _("已撤销")

    part = models.ForeignKey(
        CollectionPart, verbose_name=_("填报单位"), on_delete=models.PROTECT, related_name="returns"
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.TAKEN)
    name = models.CharField(_("文件名"), max_length=255)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("回表"), on_delete=models.PROTECT, related_name="+"
    )
    scan = _file(_("盖章页扫描件"))
    content = models.JSONField(_("内容"), default=dict, blank=True)
    findings = models.JSONField(_("问题"), default=list, blank=True)
    after_close = models.BooleanField(_("定稿后收到"), default=False)
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    owner = models.CharField(_("上传人"), max_length=150)
    owner_name = models.CharField(_("上传人姓名"), max_length=100)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="part__region__path", party="part__party__code", owner="owner"
    )

    class Meta:
        """In the order in which they came; the later of two of one part counts by default."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CollectionConflict(models.Model):
    """A cell of which two returns of one part say different things; `values` by return, as words.

    `row` is that of the form; 0 stands for the rows that a part put in.
    """

    part = models.ForeignKey(
        CollectionPart,
        verbose_name=_("填报单位"),
        on_delete=models.CASCADE,
        related_name="conflicts",
    )
    row = models.PositiveIntegerField(_("行"))
    column = models.PositiveIntegerField(_("列"))
    label = models.CharField(_("行名"), max_length=200, blank=True)
    header = models.CharField(_("列名"), max_length=200, blank=True)
    values = models.JSONField(_("各份的值"), default=list)
    chosen = models.ForeignKey(
        CollectionReturn,
        verbose_name=_("采用"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_name = models.CharField(_("处理人"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="part__collection__region__path", owner="part__collection__owner"
    )

    class Meta:
        """In the order of the form; a cell of a part is decided once."""

        ordering = ("part", "row", "column")
        constraints = (
            models.UniqueConstraint(
                fields=["part", "row", "column"], name="conflict_is_of_one_cell"
            ),
        )

    def __str__(self) -> str:
        return f"{self.part} {self.row} {self.column}"
