"""Who anybody is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region


class Party(models.Model):
    """An organisation or a person that the bureau deals with."""

    class Kind(models.TextChoices):
        """What kind of party."""

        BUREAU = "bureau", _("科技主管部门")
        DEPARTMENT = "department", _("其他部门")
        TOWNSHIP = "township", _("乡镇街道")
        PARK = "park", _("园区或孵化器")
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("高校院所")
        PERSON = "person", _("个人")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)

    scope_paths: ClassVar = ScopePaths(region="region__path", party="code")

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
