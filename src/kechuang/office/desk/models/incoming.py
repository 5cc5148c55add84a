"""Letters that came in, who got them, what was sent up; and a bureau's own calendar."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import User
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class Letter(models.Model):
    """A letter or notice that asks for something by a day.

    `deadlines` are the days that its text states, each with the sentence: what was read, kept
    beside what was decided. `done_on` closes it.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    number = models.CharField(_("文号"), max_length=120, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    issuer = models.CharField(_("来文单位"), max_length=120)
    dated_on = models.DateField(_("成文日期"), null=True, blank=True)
    received_on = models.DateField(_("收到日期"))
    due_on = models.DateField(_("办结期限"))
    asks = models.CharField(_("要办什么"), max_length=1000, blank=True)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("来文"), on_delete=models.PROTECT, null=True, blank=True
    )
    deadlines = models.JSONField(_("文中的期限"), default=list, blank=True)
    done_on = models.DateField(_("办结日期"), null=True, blank=True)
    done_note = models.CharField(_("办结情况"), max_length=500, blank=True)
    owner = models.CharField(_("登记人"), max_length=150)
    owner_name = models.CharField(_("登记人姓名"), max_length=100)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(
        region="region__path", owner="tasks__user__username", many=True
    )

    class Meta:
        """What is due first in front; a number stands once for a region and an issuer."""

        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["region", "issuer", "number"],
                condition=~models.Q(number=""),
                name="letter_is_registered_once",
            ),
        )
        indexes = (models.Index(fields=["region", "done_on", "due_on"], name="letter_due"),)

    def __str__(self) -> str:
        return self.title


class LetterTask(models.Model):
    """What one person must do about a letter, by when, and what they said when it was done."""

    letter = models.ForeignKey(
        Letter, verbose_name=_("来文"), on_delete=models.PROTECT, related_name="tasks"
    )
    user = models.ForeignKey(
        User, verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(_("要求"), max_length=300, blank=True)
    due_on = models.DateField(_("期限"))
    given_by = models.CharField(_("交办人"), max_length=150)
    given_name = models.CharField(_("交办人姓名"), max_length=100)
    given_at = models.DateTimeField(_("交办时间"), auto_now_add=True)
    done_at = models.DateTimeField(_("办完时间"), null=True, blank=True)
    answer = models.CharField(_("办理情况"), max_length=500, blank=True)

    scope_paths: ClassVar = ScopePaths(region="letter__region__path", owner="user__username")

    class Meta:
        """In the order in which they were given; a person has an open task of a letter once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["letter", "user"],
                condition=models.Q(done_at=None),
                name="letter_is_given_to_a_person_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter} {self.user}"


class LetterReply(models.Model):
    """What was sent up in answer to a letter, with its copy."""

    class Way(models.TextChoices):
        """How it went."""

        OFFICIAL = "official", _("公文系统")
        PLATFORM = "platform", _("申报平台")
        MAIL = "mail", _("电子邮件")
        PAPER = "paper", _("纸质")
        CONFIDENTIAL = "confidential", _("机要")

    letter = models.ForeignKey(
        Letter, verbose_name=_("来文"), on_delete=models.PROTECT, related_name="replies"
    )
    to = models.CharField(_("报送单位"), max_length=120)
    title = models.CharField(_("报送材料"), max_length=200)
    number = models.CharField(_("报送文号"), max_length=120, blank=True)
    sent_on = models.DateField(_("报送日期"))
    way = models.CharField(_("报送方式"), max_length=12, choices=Way)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("留存件"), on_delete=models.PROTECT, null=True, blank=True
    )
    sent_by = models.CharField(_("登记人"), max_length=150)
    sent_name = models.CharField(_("登记人姓名"), max_length=100)

    scope_paths: ClassVar = ScopePaths(
        region="letter__region__path", owner="letter__tasks__user__username", many=True
    )

    class Meta:
        """Newest first."""

        ordering = ("-sent_on", "-pk")

    def __str__(self) -> str:
        return self.title


class DueItem(models.Model):
    """What a bureau says is due: an item of its own, or a shipped one of the same code changed.

    It holds for its region and all below it. `due_month` is 0 where it is due every month.
    """

    class Repeats(models.TextChoices):
        """How often."""

        YEARLY = "yearly", _("每年")
        MONTHLY = "monthly", _("每月")

    class Moves(models.TextChoices):
        """What becomes of a last day that is not worked."""

        NEXT = "next", _("顺延到下一个工作日")
        PREVIOUS = "previous", _("提前到上一个工作日")
        STAYS = "none", _("不变")

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    code = models.CharField(_("编号"), max_length=60)
    name = models.CharField(_("事项"), max_length=120)
    who = models.CharField(_("谁来办"), max_length=120, blank=True)
    repeats = models.CharField(_("重复"), max_length=10, choices=Repeats)
    opens_month = models.PositiveSmallIntegerField(_("开始月"), null=True, blank=True)
    opens_day = models.PositiveSmallIntegerField(_("开始日"), null=True, blank=True)
    due_month = models.PositiveSmallIntegerField(_("截止月"), default=0)
    due_day = models.PositiveSmallIntegerField(_("截止日"))
    moves = models.CharField(_("遇节假日"), max_length=10, choices=Moves, default=Moves.STAYS)
    first_year = models.PositiveSmallIntegerField(_("起始年度"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("截止年度"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    is_unverified = models.BooleanField(_("日期未核实"), default=False)
    is_on = models.BooleanField(_("启用"), default=True)
    changed_by = models.CharField(_("修改人"), max_length=150)
    changed_name = models.CharField(_("修改人姓名"), max_length=100)
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """By code; a region says an item once."""

        ordering = ("code", "pk")
        constraints = (
            models.UniqueConstraint(fields=["region", "code"], name="region_says_a_due_item_once"),
        )

    def __str__(self) -> str:
        return self.name


class DueMark(models.Model):
    """That an item of the calendar was done for one of its days, and what to say about it."""

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    code = models.CharField(_("编号"), max_length=60)
    day = models.DateField(_("规定日期"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    done_by = models.CharField(_("登记人"), max_length=150)
    done_name = models.CharField(_("登记人姓名"), max_length=100)
    done_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first; a day is marked once."""

        ordering = ("-day", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["region", "code", "day"], name="due_day_is_marked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.day}"
