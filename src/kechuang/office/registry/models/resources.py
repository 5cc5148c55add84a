"""Instruments that others may use."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.registry.models.base import OfParty, Sourced


class Instrument(Sourced, OfParty):
    """A large instrument of an organisation; `original_value` in whole 分."""

    code = models.CharField(_("仪器编号"), max_length=40, unique=True)
    name = models.CharField(_("仪器名称"), max_length=120)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, db_index=True)
    model = models.CharField(_("型号"), max_length=80, blank=True)
    category = models.CharField(_("类别"), max_length=60, blank=True)
    original_value = models.BigIntegerField(_("原值（分）"), null=True, blank=True)
    in_use_since = models.DateField(_("启用日期"), null=True, blank=True)
    place = models.CharField(_("放置地点"), max_length=120, blank=True)
    shareable = models.BooleanField(_("对外开放"), default=True)
    fee = models.CharField(_("收费标准"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    uses = models.CharField(_("服务内容"), max_length=500, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
