"""Evidence bound as one PDF: the book, and the pieces that stand in it."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Document


class Binding(models.Model):
    """A book of evidence about one organisation.

    `file` is the PDF that was made last, `pages` how many numbered pages it has. `is_stale` says
    that pieces, cover or order were changed since.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("整理中")
        MAKING = "making", _("装订中")
        DONE = "done", _("已成册")

    party = models.ForeignKey(Party, verbose_name=_("单位"), on_delete=models.PROTECT)
    title = models.CharField(_("标题"), max_length=100)
    unit = models.CharField(_("编制单位"), max_length=100)
    dated_on = models.DateField(_("日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("成册文件"), on_delete=models.PROTECT, null=True, blank=True
    )
    pages = models.PositiveIntegerField(_("页数"), null=True, blank=True)
    made_at = models.DateTimeField(_("成册时间"), null=True, blank=True)
    is_stale = models.BooleanField(_("成册后有改动"), default=False)
    job = models.ForeignKey(
        Job,
        verbose_name=_("任务"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    owner = models.CharField(_("编制人"), max_length=150)
    owner_name = models.CharField(_("编制人姓名"), max_length=100)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    scope_paths: ClassVar = ScopePaths(
        region="party__region__path", party="party__code", owner="owner"
    )

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title


class BoundPiece(models.Model):
    """One piece of evidence: a document of the dossier, or a file that was sent for this book.

    `pages` is None where only the binding tells it: Word is converted then. `refusal` is the code
    of why the file cannot be bound, empty where it can.
    """

    binding = models.ForeignKey(
        Binding, verbose_name=_("成册"), on_delete=models.PROTECT, related_name="pieces"
    )
    place = models.PositiveSmallIntegerField(_("次序"))
    title = models.CharField(_("材料名称"), max_length=200)
    file = models.ForeignKey(StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT)
    document = models.ForeignKey(
        Document, verbose_name=_("档案文件"), on_delete=models.PROTECT, null=True, blank=True
    )
    pages = models.PositiveIntegerField(_("页数"), null=True, blank=True)
    refusal = models.CharField(_("不能装订的原因"), max_length=20, blank=True)

    scope_paths: ClassVar = ScopePaths(
        region="binding__party__region__path", party="binding__party__code", owner="binding__owner"
    )

    class Meta:
        """In the order of the book."""

        ordering = ("place", "pk")

    def __str__(self) -> str:
        return self.title
