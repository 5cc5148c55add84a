"""What is told by itself: events, the digests of people, what each wants to hear."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Batch
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.policies.models.documents import PolicyDocument
from kechuang.office.policies.models.runs import RuleRun
from kechuang.office.regions.models import Region


class ReminderKind(models.TextChoices):
    """What happened; what cannot wait comes first."""

    CLOSES = "closes", _("申报将截止")
    OPENS = "opens", _("申报开始")
    CAME = "came", _("转为符合")
    WENT = "went", _("不再符合")
    CERTIFICATE = "certificate", _("证书将到期")
    SUPERSEDED = "superseded", _("政策被取代")


class ReminderEvent(models.Model):
    """Something of which people are told, once.

    `key` says what it is, so that it is found once however often it is looked for. `subject` is
    the code of a title or a rule, `name` what it is called, `due` the day that it is about.
    `told_on` is the day of the digest that it went into. A firm's region is that of today; an event
    without a firm belongs to the region of the batch or the document, and concerns all below it.
    """

    kind = models.CharField(_("事项"), max_length=12, choices=ReminderKind)
    key = models.CharField(_("标识"), max_length=150, unique=True)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    party = models.ForeignKey(
        Party, verbose_name=_("企业"), on_delete=models.PROTECT, null=True, blank=True
    )
    subject = models.CharField(_("称号或规则"), max_length=80, blank=True)
    name = models.CharField(_("内容"), max_length=200)
    due = models.DateField(_("日期"), null=True, blank=True)
    batch = models.ForeignKey(
        Batch, verbose_name=_("申报批次"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    document = models.ForeignKey(
        PolicyDocument, verbose_name=_("政策文件"), on_delete=models.PROTECT, null=True,
        blank=True, related_name="+",
    )  # fmt: skip
    run = models.ForeignKey(
        RuleRun, verbose_name=_("运行"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    facts = models.JSONField(_("事实"), default=dict)
    found_on = models.DateField(_("发现日期"))
    told_on = models.DateField(_("告知日期"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", party="party__code")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["told_on", "kind", "region"], name="reminder_of_day"),
            models.Index(fields=["party", "kind"], name="reminder_of_party"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ReminderMark(models.Model):
    """What has been looked through to its end: a run, the digest of a day. Of the whole office."""

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    key = models.CharField(_("标识"), max_length=80, unique=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.key


class ReminderDigest(models.Model):
    """The one message that a person got on a day: how many events, by kind."""

    to = models.CharField(_("收件人"), max_length=150)
    day = models.DateField(_("日期"))
    counts = models.JSONField(_("件数"), default=dict)
    mine = models.PositiveIntegerField(_("其中本人辅导的"), default=0)

    scope_paths: ClassVar = ScopePaths(owner="to")

    class Meta:
        """Newest first; a person gets one on a day."""

        ordering = ("-day", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["to", "day"], name="digest_comes_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.to} {self.day}"


class ReminderChoice(models.Model):
    """What a person wants to hear of a kind; without a row all of it."""

    class Wanted(models.TextChoices):
        """Of which events of a kind."""

        EVERY = "every", _("全部")
        MINE = "mine", _("只要我辅导的企业")
        NONE = "none", _("不提醒")

    to = models.CharField(_("账号"), max_length=150)
    kind = models.CharField(_("事项"), max_length=12, choices=ReminderKind)
    wanted = models.CharField(_("提醒"), max_length=5, choices=Wanted)

    scope_paths: ClassVar = ScopePaths(owner="to")

    class Meta:
        """By person; a kind is chosen once."""

        ordering = ("to", "kind")
        constraints = (
            models.UniqueConstraint(fields=["to", "kind"], name="reminder_kind_is_chosen_once"),
        )

    def __str__(self) -> str:
        return f"{self.to} {self.kind}"
