"""Titles: 高新技术企业, 科技型中小企业, 专精特新 and the like, each with its certificate."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.registry.models.base import OfParty, Sourced


class RecognitionKind(models.TextChoices):
    """How a title or platform comes about; the five words mean different acts."""

    RECOGNISED = "recognised", _("认定")
    ADMITTED = "admitted", _("评价入库")
    FILED = "filed", _("备案")
    APPROVED = "approved", _("批准建设")
    NAMED = "named", _("命名")


class Qualification(Sourced, OfParty):
    """One certificate or listing of one title.

    `title` is an option of the field `titles.title` in the dictionary. National and provincial
    technology SMEs are two titles. A renewal is a row of its own and points to the row before it.
    """

    class Status(models.TextChoices):
        """Whether it holds; what expired without a successor is found by its date."""

        VALID = "valid", _("有效")
        AWAITING = "awaiting", _("到期待发证")
        EXPIRED = "expired", _("到期")
        CANCELLED = "cancelled", _("撤销")

    title = models.CharField(_("称号"), max_length=40)
    level = models.CharField(_("级别"), max_length=10, blank=True)
    number = models.CharField(_("证书编号"), max_length=60, blank=True)
    batch_name = models.CharField(_("批次"), max_length=60, blank=True)
    recognition = models.CharField(_("认定方式"), max_length=12, choices=RecognitionKind)
    issuer = models.CharField(_("发证机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.VALID)
    awaiting_document = models.CharField(_("拟认定公示文号"), max_length=120, blank=True)
    cancelled_on = models.DateField(_("撤销日期"), null=True, blank=True)
    cancelled_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("上一次"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="renewals",
    )
    note = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta:
        """Newest first; a number stands once for a title."""

        ordering = ("-issued_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["title", "number"],
                condition=~models.Q(number=""),
                name="certificate_number_stands_once_for_a_title",
            ),
        )
        indexes = (
            models.Index(fields=["title", "status", "expires_on"], name="qualification_title"),
            models.Index(fields=["status", "expires_on"], name="qualification_expires"),
            models.Index(
                fields=["party", "title", "level", "issued_on"], name="qualification_follows"
            ),
            # Most rows follow none. With those in it the index would look useless to SQLite.
            models.Index(
                fields=["previous"],
                condition=models.Q(previous__isnull=False),
                name="qualification_previous",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
