"""What a bureau tells firms: a sending, and what each firm of it was told."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OF_PARTY


class FirmSending(models.Model):
    """One act of telling firms: who did it, from which list, with which words of their own.

    `listing` is the code of the list, `conditions` what was left of it, in words. `again` says that
    firms are in it that had been told of the same cause before long.
    """

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    listing = models.CharField(_("名单"), max_length=60)
    listing_name = models.CharField(_("名单名称"), max_length=100)
    conditions = models.CharField(_("条件"), max_length=500, blank=True)
    sender = models.CharField(_("落款"), max_length=120)
    contact = models.CharField(_("联系人和电话"), max_length=120, blank=True)
    note = models.CharField(_("补充说明"), max_length=500, blank=True)
    again = models.BooleanField(_("含近期已通知的"), default=False)
    firms = models.PositiveIntegerField(_("企业数"), default=0)
    sent_by = models.CharField(_("发送人账号"), max_length=150)
    sent_name = models.CharField(_("发送人"), max_length=100)
    sent_at = models.DateTimeField(_("发送时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(region="region__path", owner="sent_by")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.listing_name} #{self.pk}"


class FirmMessage(models.Model):
    """What one firm was told of one cause in a sending.

    `cause` is the list and what it says of the firm, as a code. `accounts` is how many accounts of
    the firm got it; without any the firm is told otherwise, and `told_on` says when that was done.
    """

    class Way(models.TextChoices):
        """How a firm without an account was told."""

        PHONE = "phone", _("电话")
        LETTER = "letter", _("书面通知")
        VISIT = "visit", _("上门")

    sending = models.ForeignKey(FirmSending, verbose_name=_("通知"), on_delete=models.CASCADE)
    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    cause = models.CharField(_("事由代码"), max_length=120)
    title = models.CharField(_("事由"), max_length=200)
    text = models.TextField(_("内容"))
    accounts = models.PositiveSmallIntegerField(_("收到的账号数"), default=0)
    told_on = models.DateField(_("另行告知日期"), null=True, blank=True)
    told_by = models.CharField(_("告知方式"), max_length=10, choices=Way, blank=True)
    told_name = models.CharField(_("告知人"), max_length=100, blank=True)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """Newest first; a firm is told of a cause once in a sending."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["sending", "party", "cause"], name="firm_is_told_once_in_a_sending"
            ),
            models.CheckConstraint(
                condition=models.Q(told_on=None, told_by="")
                | (models.Q(told_on__isnull=False) & ~models.Q(told_by="")),
                name="firm_told_otherwise_has_a_way",
            ),
        )
        indexes = (models.Index(fields=["party", "cause"], name="message_of_cause"),)

    def __str__(self) -> str:
        return f"{self.party} {self.cause}"
