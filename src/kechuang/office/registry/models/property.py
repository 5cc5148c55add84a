"""Intellectual property of an organisation."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.registry.models.base import OfParty, Sourced


class IntellectualProperty(Sourced, OfParty):
    """One right of one owner; the codes of kind, class, status and way are the frame `ip`'s.

    A right that is handed on stays with its former owner, with `transferred_on`; the new owner has
    a row of its own, which `came_from` it, and holds it from `acquired_on`.
    """

    number = models.CharField(_("知识产权编号"), max_length=60)
    name = models.CharField(_("名称"), max_length=200, blank=True)
    kind = models.CharField(_("知识产权种类"), max_length=20)
    ip_class = models.CharField(_("知识产权类别"), max_length=2, blank=True)
    applied_on = models.DateField(_("申请日期"), null=True, blank=True)
    granted_on = models.DateField(_("授权日期"), null=True, blank=True)
    expires_on = models.DateField(_("到期日期"), null=True, blank=True)
    status = models.CharField(_("权利状态"), max_length=10)
    acquired_by = models.CharField(_("取得方式"), max_length=10, blank=True)
    owner_rank = models.PositiveSmallIntegerField(_("在权利人中的排名"), null=True, blank=True)
    came_from = models.ForeignKey(
        "self", verbose_name=_("转让前的记录"), on_delete=models.SET_NULL, null=True, blank=True
    )
    acquired_on = models.DateField(_("受让日期"), null=True, blank=True)
    transferred_on = models.DateField(_("转出日期"), null=True, blank=True)
    usable_for_hnte = models.BooleanField(_("可用于本次高企认定"), null=True, blank=True)
    high_value = models.BooleanField(_("高价值知识产权"), null=True, blank=True)
    for_main_product = models.BooleanField(_("与主导产品相关"), null=True, blank=True)
    applied_with_benefit = models.BooleanField(_("已实际应用并产生效益"), null=True, blank=True)

    class Meta:
        """Newest first; an owner has a right once."""

        ordering = ("-granted_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["party", "number"], name="owner_has_a_right_once"),
        )
        indexes = (models.Index(fields=["number"], name="ip_number"),)

    def __str__(self) -> str:
        return self.number
