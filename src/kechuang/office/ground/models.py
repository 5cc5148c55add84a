"""Tables of the ground floor. They know regions, parties and users by code only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths


class AuditEvent(models.Model):
    """One line of the audit trail: who did what to which record, when, from what to what.

    The database refuses to change or remove a line. Each carries the digest of the line before it.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", _("已办")
        REFUSED = "refused", _("被拒绝")
        FAILED = "failed", _("未办成")

    sequence = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor_code = models.CharField(_("账号"), max_length=150, db_index=True)
    actor_name = models.CharField(_("姓名"), max_length=100)
    actor_role = models.CharField(_("角色"), max_length=50)
    action = models.CharField(_("动作"), max_length=80, db_index=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    subject_kind = models.CharField(_("对象"), max_length=60)
    subject_key = models.CharField(_("对象编号"), max_length=120)
    subject_name = models.CharField(_("对象名称"), max_length=250)
    region = models.CharField(_("区划"), max_length=120, db_index=True)
    party = models.CharField(_("单位"), max_length=40)
    changes = models.JSONField(_("变更"), default=dict)
    reason = models.CharField(_("理由"), max_length=500)
    address = models.CharField(_("来处"), max_length=64)
    previous = models.CharField(_("前一条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    scope_paths: ClassVar = ScopePaths(region="region", party="party", owner="actor_code")

    class Meta:
        """Newest first; the record of one thing is found by its kind and key."""

        ordering = ("-sequence",)
        indexes = (
            models.Index(fields=["subject_kind", "subject_key"], name="audit_subject"),
            models.Index(fields=["party", "sequence"], name="audit_party"),
        )

    def __str__(self) -> str:
        return f"#{self.sequence} {self.action} {self.subject_kind}:{self.subject_key}"


class AuditHead(models.Model):
    """How many lines the trail has and the digest of the last one: a single row."""

    count = models.PositiveBigIntegerField(_("条数"), default=0)
    digest = models.CharField(_("摘要"), max_length=64, default="")

    class Meta:
        """One row only."""

        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="audit_has_one_head"),)

    def __str__(self) -> str:
        return f"{self.count} {self.digest[:12]}"


class Job(models.Model):
    """Work in the background: what, for whom, how far, and who holds it now.

    A worker holds a job by a lease that it renews; a lease that ran out lets another worker go on
    from the checkpoint.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("种类"), max_length=60, db_index=True)
    name = models.CharField(_("名称"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=10, choices=State, default=State.WAITING, db_index=True
    )
    arguments = models.JSONField(_("参数"), default=dict)
    steps = models.JSONField(_("步骤"), default=list)
    step = models.PositiveSmallIntegerField(_("当前步骤"), default=0)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    pace_from = models.PositiveIntegerField(_("计速起点"), default=0)
    pace_since = models.DateTimeField(_("计速时间"), null=True, blank=True)
    checkpoint = models.JSONField(_("断点"), default=dict)
    result = models.JSONField(_("结果"), default=dict)
    error = models.TextField(_("错误"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    cancel_asked = models.BooleanField(_("要求取消"), default=False)
    worker = models.CharField(_("执行者"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("租约到"), null=True, blank=True)
    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True, db_index=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    owner = models.CharField(_("提交人"), max_length=150, db_index=True)
    owner_name = models.CharField(_("提交人姓名"), max_length=100)
    owner_role = models.CharField(_("提交角色"), max_length=50)
    owner_region = models.CharField(_("提交角色的区划"), max_length=120)
    owner_party = models.CharField(_("提交角色的单位"), max_length=40, blank=True)
    key = models.CharField(_("只做一次的编号"), max_length=120, blank=True)
    region = models.CharField(_("区划"), max_length=120, db_index=True)
    party = models.CharField(_("单位"), max_length=40, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region", party="party", owner="owner")

    class Meta:
        """Newest first; what must happen once, as the work of a day, has a key."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="job_with_a_key_exists_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class StoredFile(models.Model):
    """A file that was taken in or made: its bytes lie in the store under their digest."""

    digest = models.CharField(_("摘要"), max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小"))
    media_type = models.CharField(_("类型"), max_length=120)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("保留到"), null=True, blank=True)
    owner = models.CharField(_("上传人"), max_length=150)
    region = models.CharField(_("区划"), max_length=120, db_index=True)
    party = models.CharField(_("单位"), max_length=40, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region", party="party", owner="owner")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """Something that a user is told: a sentence and where to look."""

    to = models.CharField(_("收件人"), max_length=150, db_index=True)
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(_("地址"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("已读"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(owner="to")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.text


class SavedView(models.Model):
    """A list as a user likes to see it: its filters, columns and order, under a name."""

    owner = models.CharField(_("账号"), max_length=150, db_index=True)
    listing = models.CharField(_("列表"), max_length=60)
    name = models.CharField(_("名称"), max_length=60)
    query = models.CharField(_("条件"), max_length=1000)

    scope_paths: ClassVar = ScopePaths(owner="owner")

    class Meta:
        """By name; a name stands once for each user and list."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "listing", "name"], name="view_has_its_own_name"
            ),
        )

    def __str__(self) -> str:
        return self.name
