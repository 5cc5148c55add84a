"""Lists of names against the register: what was compared, what was decided, what was done then."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region


class Comparison(models.Model):
    """One list of names, compared with the organisations of a region and all below it.

    `reading` says what was taken of the file and what was left: `sources` are texts, `left` are
    pairs of a reason, a place, the text and how often. `counts` holds the rows by `group`.
    """

    class State(models.TextChoices):
        """Where it stands."""

        SENT = "sent", _("比对中")
        DONE = "done", _("已比对")
        REFUSED = "refused", _("读不出名单")

    name = models.CharField(_("名单"), max_length=200)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SENT)
    refusal = models.CharField(_("原因"), max_length=500, blank=True)
    reading = models.JSONField(_("读法"), default=dict, blank=True)
    counts = models.JSONField(_("结果"), default=dict, blank=True)
    job = models.ForeignKey(
        Job,
        verbose_name=_("任务"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    owner = models.CharField(_("比对人"), max_length=150)
    owner_name = models.CharField(_("比对人姓名"), max_length=100)
    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    compared_at = models.DateTimeField(_("比对时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class NameDecision(models.Model):
    """Which organisation a name means, or that it means none of ours, as an officer decided it.

    `key` is the name without what writing alone changes. It counts for the region and all below it
    until it is revoked.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    key = models.CharField(_("名称要素"), max_length=200)
    name = models.CharField(_("名单上的名称"), max_length=200)
    party = models.ForeignKey(
        Party, verbose_name=_("认定为"), on_delete=models.PROTECT, null=True, blank=True
    )
    decided_by = models.CharField(_("认定人"), max_length=150)
    decided_name = models.CharField(_("认定人姓名"), max_length=100)
    decided_at = models.DateTimeField(_("认定时间"), default=timezone.now)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_by = models.CharField(_("撤销人"), max_length=150, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="decided_by")

    class Meta:
        """Newest first; a name has one decision for a region."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["region", "key"],
                condition=models.Q(revoked_at=None),
                name="name_is_decided_once_for_a_region",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ComparedRow(models.Model):
    """One entry of a list and what it is in the register.

    `key` is what a decision on it is remembered under. `candidates` are the firms that it may be,
    the surest first: `code`, `name`, `sure` (0–100) and
    `reasons`, each a list of a reason's code and what it tells. `party` is the firm that counts:
    that of 一致, or the one decided.
    """

    class Group(models.TextChoices):
        """What is said of it."""

        SAME = "same", _("一致")
        DOUBT = "doubt", _("疑似")
        UNKNOWN = "unknown", _("库内无")

    comparison = models.ForeignKey(
        Comparison, verbose_name=_("比对"), on_delete=models.CASCADE, related_name="rows"
    )
    position = models.PositiveIntegerField(_("序号"))
    name = models.CharField(_("名单上的名称"), max_length=200, blank=True)
    key = models.CharField(_("名称要素"), max_length=200, blank=True)
    credit_code = models.CharField(_("名单上的代码"), max_length=18, blank=True)
    place = models.CharField(_("位置"), max_length=80, blank=True)
    group = models.CharField(_("结果"), max_length=10, choices=Group)
    candidates = models.JSONField(_("可能的企业"), default=list, blank=True)
    party = models.ForeignKey(
        Party, verbose_name=_("库内企业"), on_delete=models.PROTECT, null=True, blank=True
    )
    decision = models.ForeignKey(
        NameDecision,
        verbose_name=_("认定"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    repeats = models.PositiveIntegerField(_("与第几条重复"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="comparison__region__path", owner="comparison__owner")

    class Meta:
        """In the order of the list."""

        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=["comparison", "position"], name="compared_row_has_its_place"
            ),
        )
        indexes = (models.Index(fields=["comparison", "group"], name="compared_rows_by_group"),)

    def __str__(self) -> str:
        return self.name or self.credit_code


class ComparisonAct(models.Model):
    """What was done to all firms of a comparison at once, and whether it was undone.

    `told` says in plain values what was set; `counts` how many were `done`, `left` and, after an
    undo, `undone` and `kept`.
    """

    class Kind(models.TextChoices):
        """What was done."""

        TITLE = "title", _("登记称号")
        TAG = "tag", _("贴标签")
        ENTER = "enter", _("列入申报批次")
        STAGE = "stage", _("推进申报阶段")

    class State(models.TextChoices):
        """Where it stands."""

        DOING = "doing", _("办理中")
        DONE = "done", _("已办")
        UNDONE = "undone", _("已撤销")

    comparison = models.ForeignKey(
        Comparison, verbose_name=_("比对"), on_delete=models.CASCADE, related_name="acts"
    )
    kind = models.CharField(_("办理事项"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DOING)
    told = models.JSONField(_("内容"), default=dict, blank=True)
    counts = models.JSONField(_("结果"), default=dict, blank=True)
    job = models.ForeignKey(
        Job,
        verbose_name=_("任务"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    owner = models.CharField(_("办理人"), max_length=150)
    owner_name = models.CharField(_("办理人姓名"), max_length=100)
    done_at = models.DateTimeField(_("办理时间"), default=timezone.now)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.CharField(_("撤销人"), max_length=150, blank=True)

    scope_paths: ClassVar = ScopePaths(region="comparison__region__path", owner="comparison__owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.comparison} {self.kind}"


class ActChange(models.Model):
    """One firm that an act changed: what was made, so that an undo finds it.

    `row` is the key of the title, the tag or the filing; `stamp` the moment it was written, which
    an undo compares; `why` says why a firm was left, or why an undo kept it.
    """

    act = models.ForeignKey(
        ComparisonAct, verbose_name=_("办理"), on_delete=models.CASCADE, related_name="changes"
    )
    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    row = models.BigIntegerField(_("行"), null=True, blank=True)
    stamp = models.DateTimeField(_("写入时刻"), null=True, blank=True)
    why = models.CharField(_("未办原因"), max_length=300, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="act__comparison__region__path", owner="act__comparison__owner"
    )

    class Meta:
        """In the order of writing; an act treats a firm once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["act", "party"], name="act_treats_a_firm_once"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.party}"
